#include "manifests/duration.h"

#include <charconv>
#include <cstdint>

namespace byoc {
namespace {

constexpr std::int64_t kSecondsMax = std::int64_t{100} * 366 * 86400;

std::int64_t seconds_of(char unit) {
  switch (unit) {
    case 'd': return 86400;
    case 'h': return 3600;
    case 'm': return 60;
    case 's': return 1;
    default: return 0;
  }
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  std::int64_t total = 0;
  std::int64_t last_unit = 0;
  const char* at = text.data();
  const char* const end = at + text.size();
  if (at == end) return std::nullopt;
  while (at != end) {
    std::int64_t number = 0;
    const auto [next, failed] = std::from_chars(at, end, number);
    if (failed != std::errc{} || number < 0 || number > kSecondsMax) return std::nullopt;
    const bool plain = next == end;
    if (plain && last_unit != 0) return std::nullopt;
    const std::int64_t unit = plain ? 1 : seconds_of(*next);
    if (unit == 0 || (last_unit != 0 && unit >= last_unit)) return std::nullopt;
    total += number * unit;
    if (total > kSecondsMax) return std::nullopt;
    last_unit = unit;
    at = plain ? next : next + 1;
    if (at != end && *at == ' ' && at + 1 != end) ++at;
  }
  return std::chrono::seconds(total);
}

}  // namespace byoc
