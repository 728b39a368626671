// The one JSON value type: objects keep their members sorted, so output is deterministic, and in
// one block, so they are small. A member that is added or removed moves its siblings.
#pragma once

#include <nlohmann/json.hpp>

#include "base/flat_map.h"

// Instantiated once, in base/json.cc: a third off the time to build everything else.
extern template class nlohmann::basic_json<byoc::FlatMap>;

namespace byoc {
using Json = nlohmann::basic_json<FlatMap>;
}  // namespace byoc
