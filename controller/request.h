// What people ask of an object beside its spec: to look at it now, to leave it alone. It stands in
// the status, where no manifest and no rescan of a directory undoes it, and where it is seen.
#pragma once

#include "controller/store.h"

namespace byoc {

// Paused: differences are reported, not mended. Answers with the object as stored.
[[nodiscard]] Result<Object> request_pause(Store& store, const ObjectKey& key, bool paused,
                                           Time now);
// By its status or by its spec: both count.
[[nodiscard]] bool is_paused(const Object& object);

// A look is asked for, and answered by the first pass that began after that.
[[nodiscard]] Result<Object> request_look(Store& store, const ObjectKey& key, Time now);
[[nodiscard]] bool look_requested(const Object& object);
// At the end of a pass that saw `seen`.
void answer_look(Object& object, const Object& seen);

}  // namespace byoc
