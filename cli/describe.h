// One object told in full: what `byocctl describe` prints.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "controller/store.h"
#include "manifests/object.h"

namespace byoc {

// Identity, spec, outputs (what else the status holds: ARNs, names, the endpoint), conditions,
// resources (status.inventory: [{key, type, id, state}]) and events.
[[nodiscard]] std::string describe(const Object& object, const std::vector<Event>& events,
                                   Time now);

}  // namespace byoc
