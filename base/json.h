// The one JSON value type: objects keep their members sorted, so output is deterministic.
#pragma once

#include <nlohmann/json.hpp>

namespace byoc {
using Json = nlohmann::json;
}  // namespace byoc
