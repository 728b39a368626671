// Points and spans of time. Only the Clock seam (controller/clock.h) and the Cloud make them.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace byoc {

using Duration = std::chrono::milliseconds;
using Time = std::chrono::time_point<std::chrono::system_clock, Duration>;

// RFC 3339 in UTC with whole seconds, as Kubernetes prints it: "2026-01-31T09:30:00Z".
[[nodiscard]] std::string format_time(Time time);

// Reads RFC 3339 in UTC (fractions of a second are accepted); the epoch when it cannot.
[[nodiscard]] Time parse_time(std::string_view text);

// An age as kubectl prints it: "45s", "10m", "3h12m", "2d4h", "400d".
[[nodiscard]] std::string format_age(Duration age);

}  // namespace byoc
