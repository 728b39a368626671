#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ctime>

#include "cloud/aws/encoding.h"

namespace byoc {
namespace {

constexpr std::int64_t kSecondsMax = 253402300799;  // the end of the year 9999

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

// Takes digits from the front of `text`; -1 unless there are `width` of them.
int take_number(std::string_view& text, std::size_t width) {
  if (text.size() < width) return -1;
  int number = 0;
  for (std::size_t i = 0; i < width; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    number = number * 10 + (text[i] - '0');
  }
  text.remove_prefix(width);
  return number;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

struct Moment {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
};

std::optional<Time> to_time(const Moment& m) {
  if (m.year < 1970 || m.month < 1 || m.month > 12 || m.day < 1 || m.day > 31) return std::nullopt;
  if (m.hour < 0 || m.hour > 23 || m.minute < 0 || m.minute > 59) return std::nullopt;
  if (m.second < 0 || m.second > 60) return std::nullopt;
  std::tm parts{};
  parts.tm_year = m.year - 1900;
  parts.tm_mon = m.month - 1;
  parts.tm_mday = m.day;
  parts.tm_hour = m.hour;
  parts.tm_min = m.minute;
  parts.tm_sec = m.second;
  return Time{std::chrono::seconds(timegm(&parts))};
}

bool take_clock(std::string_view& text, Moment& moment) {
  moment.hour = take_number(text, 2);
  if (!take(text, ':')) return false;
  moment.minute = take_number(text, 2);
  moment.second = take(text, ':') ? take_number(text, 2) : 0;
  return true;
}

Duration take_fraction(std::string_view& text) {
  Duration fraction{0};
  if (!take(text, '.')) return fraction;
  for (int scale = 100; !text.empty() && text[0] >= '0' && text[0] <= '9'; scale /= 10) {
    fraction += Duration((text[0] - '0') * scale);
    text.remove_prefix(1);
  }
  return fraction;
}

// "Z", "+02:00", "+0200" or nothing, to the end of the text.
std::optional<Duration> take_offset(std::string_view& text) {
  if (text.empty() || text == "Z" || text == "z") return Duration{0};
  const int sign = take(text, '+') ? 1 : take(text, '-') ? -1 : 0;
  if (sign == 0) return std::nullopt;
  const int hours = take_number(text, 2);
  take(text, ':');
  const int minutes = take_number(text, 2);
  if (hours < 0 || minutes < 0 || !text.empty()) return std::nullopt;
  return std::chrono::minutes(sign * (hours * 60 + minutes));
}

std::optional<Time> read_iso8601(std::string_view text) {
  Moment moment;
  moment.year = take_number(text, 4);
  if (!take(text, '-')) return std::nullopt;
  moment.month = take_number(text, 2);
  if (!take(text, '-')) return std::nullopt;
  moment.day = take_number(text, 2);
  if (!take(text, 'T') && !take(text, ' ') && !text.empty()) return std::nullopt;
  if (!text.empty() && !take_clock(text, moment)) return std::nullopt;
  const Duration fraction = take_fraction(text);
  const auto offset = take_offset(text);
  const auto time = to_time(moment);
  if (!offset || !time) return std::nullopt;
  return *time + fraction - *offset;
}

std::optional<Time> read_rfc822(std::string_view text) {
  const auto comma = text.find(", ");
  if (comma == std::string_view::npos) return std::nullopt;
  text.remove_prefix(comma + 2);
  Moment moment;
  moment.day = text.size() > 1 && text[1] == ' ' ? take_number(text, 1) : take_number(text, 2);
  if (!take(text, ' ')) return std::nullopt;
  const auto month = std::find(kMonths.begin(), kMonths.end(), text.substr(0, 3));
  moment.month = static_cast<int>(month - kMonths.begin()) + 1;
  text.remove_prefix(std::min<std::size_t>(3, text.size()));
  if (!take(text, ' ')) return std::nullopt;
  moment.year = take_number(text, 4);
  if (!take(text, ' ') || !take_clock(text, moment)) return std::nullopt;
  if (text != " GMT" && text != " UTC" && text != " +0000") return std::nullopt;
  return to_time(moment);
}

std::tm utc(Time time) {
  const std::time_t seconds =
      std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return parts;
}

}  // namespace

std::optional<Time> read_timestamp(double seconds) {
  if (!(seconds >= 0 && seconds <= static_cast<double>(kSecondsMax))) return std::nullopt;
  return Time{Duration(std::llround(seconds * 1000))};
}

std::optional<Time> read_timestamp(std::string_view text) {
  double seconds = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (problem == std::errc{} && end == text.data() + text.size()) return read_timestamp(seconds);
  const auto time = read_iso8601(text);
  return time ? time : read_rfc822(text);
}

std::optional<Time> timestamp_param(const Json& value) {
  if (value.is_number()) return read_timestamp(value.get<double>());
  if (value.is_string()) return read_timestamp(value.get_ref<const std::string&>());
  return std::nullopt;
}

std::string write_timestamp(Time time, TimeFormat format) {
  if (format == TimeFormat::unix_seconds) {
    return std::to_string(
        std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
  }
  if (format != TimeFormat::rfc822) return format_time(time);
  const std::tm parts = utc(time);
  std::array<char, 32> rest{};
  const std::size_t size = std::strftime(rest.data(), rest.size(), " %Y %H:%M:%S GMT", &parts);
  const auto day = std::to_string(parts.tm_mday);
  std::string text(kDays[static_cast<std::size_t>(parts.tm_wday)]);
  text.append(", ").append(day.size() < 2 ? "0" : "").append(day).append(" ");
  text.append(kMonths[static_cast<std::size_t>(parts.tm_mon)]).append(rest.data(), size);
  return text;
}

}  // namespace byoc
