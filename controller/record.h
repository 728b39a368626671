// Records in an object's status that must be on disk before something is done in the cloud.
#pragma once

#include <functional>

#include "controller/store.h"

namespace byoc {

// Writes `change` into the stored status of the object that was read as `object`, which then has
// it, too. An error when that object is no more, also when another one has its name, and when the
// store cannot write: then nothing may be done that the record is for.
[[nodiscard]] Status keep_in_status(ObjectStore& store, Object& object, Time now,
                                    const std::function<void(Object&)>& change);

// Creates an object that has a status from its first moment. Answers with it as stored.
[[nodiscard]] Result<Object> create_with_status(Store& store, const Object& object, Time now);

}  // namespace byoc
