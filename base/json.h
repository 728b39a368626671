// The one JSON value type: objects keep their members sorted, so output is deterministic.
#pragma once

#include <nlohmann/json.hpp>

// Instantiated once, in base/json.cc: a third off the time to build everything else.
extern template class nlohmann::basic_json<>;

namespace byoc {
using Json = nlohmann::json;
}  // namespace byoc
