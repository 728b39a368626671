#include "cli/moment.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/ascii.h"
#include "manifests/duration.h"

namespace byoc {
namespace {

// "24 hours" becomes "24h".
std::string shortened(std::string_view text) {
  constexpr std::array kUnits = {"second", "minute", "hour", "day", "week"};
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos) return std::string(text);
  std::string_view unit = text.substr(space + 1);
  if (unit.ends_with('s')) unit.remove_suffix(1);
  for (const std::string_view known : kUnits) {
    if (unit == known) return std::string(text.substr(0, space)) + known[0];
  }
  return std::string(text);
}

// A time that is one, in UTC and to its last letter: parse_time() takes February 30 and what
// follows a time.
std::optional<Time> whole_time(std::string_view text) {
  constexpr std::string_view kSeconds = "2026-01-31T09:30:00";
  const Time time = parse_time(text);
  const std::string_view head = text.substr(0, kSeconds.size());
  if (time == Time{} || format_time(time).substr(0, kSeconds.size()) != head) return std::nullopt;
  std::string_view rest = text.substr(kSeconds.size());
  if (rest.starts_with('.')) {
    const std::size_t end = rest.find_first_not_of(kDigits, 1);
    if (end == 1) return std::nullopt;
    rest.remove_prefix(std::min(end, rest.size()));
  }
  if (rest != "Z") return std::nullopt;
  return time;
}

}  // namespace

std::optional<Time> parse_moment(std::string_view text, Time now) {
  if (text == "now") return now;
  constexpr std::string_view kAgo = " ago";
  const bool ago = text.ends_with(kAgo);
  if (!ago && text.find('T') != std::string_view::npos) {
    return whole_time(text);
  }
  if (ago) text.remove_suffix(kAgo.size());
  const std::string span = shortened(text);
  if (span.ends_with('w')) {  // durations of manifests have no weeks
    const auto days = parse_duration(span.substr(0, span.size() - 1) + "d");
    if (!days) return std::nullopt;
    return now - *days * 7;
  }
  const auto duration = parse_duration(span);
  if (!duration) return std::nullopt;
  return now - *duration;
}

}  // namespace byoc
