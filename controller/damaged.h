// A record of the store that cannot be read (a broken disk, another program): one object's fault.
// Lists show it under its name, and nothing is concluded about what it may have said.
#pragma once

#include <string>

#include "manifests/object.h"

namespace byoc {

// Stands in lists for the record; it cannot be stored.
[[nodiscard]] Object damaged_record(const ObjectKey& key, const std::string& uid,
                                    const std::string& why);

[[nodiscard]] bool is_damaged(const Object& object);

}  // namespace byoc
