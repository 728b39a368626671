#include "base/time.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace byoc {

std::string format_time(Time time) {
  const std::time_t seconds =
      std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), size};
}

Time parse_time(std::string_view text) {
  std::tm parts{};
  const std::string copy(text);
  const char* rest = strptime(copy.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (rest == nullptr) return Time{};
  Time time{std::chrono::seconds(timegm(&parts))};
  if (*rest == '.') {
    int scale = 100;
    for (++rest; *rest >= '0' && *rest <= '9'; ++rest, scale /= 10) {
      time += Duration((*rest - '0') * scale);
    }
  }
  return time;
}

std::string format_age(Duration age) {
  const auto total = std::chrono::duration_cast<std::chrono::seconds>(age).count();
  const auto seconds = total < 0 ? 0 : total;
  const auto minutes = seconds / 60;
  const auto hours = minutes / 60;
  const auto days = hours / 24;
  const auto pair = [](auto big, const char* unit, auto small, const char* small_unit) {
    std::string text = std::to_string(big) + unit;
    return small == 0 ? text : text + std::to_string(small) + small_unit;
  };
  if (seconds < 120) return std::to_string(seconds) + "s";
  if (minutes < 10) return pair(minutes, "m", seconds % 60, "s");
  if (hours < 3) return std::to_string(minutes) + "m";
  if (hours < 8) return pair(hours, "h", minutes % 60, "m");
  if (hours < 48) return std::to_string(hours) + "h";
  if (days < 8) return pair(days, "d", hours % 24, "h");
  return std::to_string(days) + "d";
}

}  // namespace byoc
