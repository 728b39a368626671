// Plain scalars: YAML 1.2's core schema (https://yaml.org/spec/1.2.2/#103-core-schema).
#include <charconv>
#include <cmath>
#include <string_view>

#include "base/ascii.h"
#include "manifests/yaml_value.h"

namespace byoc {
namespace {

bool all_of(std::string_view text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

// A number with a leading zero is text: its zero means something (an account id, a file mode).
bool leading_zero(std::string_view digits) {
  return digits.size() > 1 && digits[0] == '0' && kDigits.find(digits[1]) != std::string_view::npos;
}

template <class Integer>
bool parse_integer(std::string_view digits, int base, Json& out) {
  Integer value = 0;
  const auto [end, failed] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (failed != std::errc{} || end != digits.data() + digits.size()) return false;
  out = value;
  return true;
}

bool read_whole(std::string_view text, Json& out) {
  if (text.starts_with("0o") && all_of(text.substr(2), "01234567")) {
    return parse_integer<std::int64_t>(text.substr(2), 8, out);
  }
  if (text.starts_with("0x") && all_of(text.substr(2), "0123456789abcdefABCDEF")) {
    return parse_integer<std::int64_t>(text.substr(2), 16, out);
  }
  const bool negative = text.starts_with('-');
  const std::string_view digits = text.substr(negative || text.starts_with('+') ? 1 : 0);
  if (!all_of(digits, kDigits) || leading_zero(digits)) return false;
  return parse_integer<std::int64_t>(negative ? text : digits, 10, out) ||
         (!negative && parse_integer<std::uint64_t>(digits, 10, out));
}

// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool is_float(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  if (leading_zero(text)) return false;
  const std::size_t exponent = text.find_first_of("eE");
  if (exponent != std::string_view::npos) {
    std::string_view power = text.substr(exponent + 1);
    if (power.starts_with('-') || power.starts_with('+')) power.remove_prefix(1);
    if (!all_of(power, kDigits)) return false;
    text = text.substr(0, exponent);
  }
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos)
    return exponent != std::string_view::npos && all_of(text, kDigits);
  const std::string_view before = text.substr(0, dot);
  const std::string_view after = text.substr(dot + 1);
  return (before.empty() || all_of(before, kDigits)) && (after.empty() || all_of(after, kDigits)) &&
         !(before.empty() && after.empty());
}

bool read_float(std::string_view text, Json& out) {
  if (!is_float(text)) return false;
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
    return false;
  }
  out = value;
  return true;
}

}  // namespace

Json plain_scalar(const std::string& text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") {
    return nullptr;
  }
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  Json out;
  if (read_whole(text, out) || read_float(text, out)) return out;
  return text;
}

}  // namespace byoc
