#include "cli/moment.h"

#include <array>
#include <string>

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

}  // namespace

std::optional<Time> parse_moment(std::string_view text, Time now) {
  if (text == "now") return now;
  constexpr std::string_view kAgo = " ago";
  const bool ago = text.ends_with(kAgo);
  if (!ago && text.find('T') != std::string_view::npos) {
    const Time time = parse_time(text);
    if (time == Time{}) return std::nullopt;
    return time;
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
