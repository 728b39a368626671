// spec.deletionProtection: an object that is protected is not deleted, and its deletion, should it
// have begun before, waits until the protection is off.
#pragma once

#include "manifests/object.h"

namespace byoc {

[[nodiscard]] bool is_protected(const Object& object);

// Whether `wanted` differs from `stored`, which is being deleted, only so that this can go on: the
// protection that is on goes off. Labels and annotations may change with it.
[[nodiscard]] bool lifts_protection(const Object& stored, const Object& wanted);

}  // namespace byoc
