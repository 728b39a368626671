// Durations as people write them.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace byoc {

// Reads "90", "90s", "15m", "12h", "2d", "1h 30m 5s" and "1h30m": whole numbers, the larger units
// first, each unit once, a plain number in seconds. Nothing when it is none, or beyond 100 years.
[[nodiscard]] std::optional<Duration> parse_duration(std::string_view text);

}  // namespace byoc
