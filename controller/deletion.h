// Deletion: whether objects may be marked for deletion, and what goes with them. The same rules for
// byocctl, for the API server of byocd and for the watched directory.
#pragma once

#include <vector>

#include "manifests/object.h"

namespace byoc {

// spec.deletionPolicy.cascade is on: what depends on the object is deleted with it.
[[nodiscard]] bool cascades(const Object& object);

// Whether `object` names `key` in one of its references.
[[nodiscard]] bool refers_to(const Object& object, const ObjectKey& key);

// Adds to `targets` what is deleted with them: what depends on a target that cascades.
void add_cascaded(const std::vector<Object>& all, std::vector<Object>& targets);

// Whether all `targets` may be deleted: none of them, and nothing that depends on them, directly or
// not, is protected, for what depends on an object has to be gone before it. Otherwise `denied`,
// naming all that are in the way, and what to do.
[[nodiscard]] Status check_protection(const std::vector<Object>& targets,
                                      const std::vector<Object>& all);

// What a person reads of a protected object that was to be deleted.
[[nodiscard]] std::string protection_text(const ObjectKey& key);

}  // namespace byoc
