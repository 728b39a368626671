// Moments as people write them on a command line.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace byoc {

// "24 hours ago", "1 day ago", "90s" and "2h30m" (that long ago), "now", or RFC 3339
// ("2026-01-31T09:30:00Z"). Nothing when it is none.
[[nodiscard]] std::optional<Time> parse_moment(std::string_view text, Time now);

}  // namespace byoc
