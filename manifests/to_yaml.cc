#include "manifests/to_yaml.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/ascii.h"
#include "manifests/yaml_value.h"

namespace byoc {
namespace {

// Words and shapes that older YAML readers take for booleans, dates or numbers.
bool is_ambiguous(const std::string& text) {
  static constexpr std::array<std::string_view, 10> kWords = {"y",   "n",    "yes",   "no",   "on",
                                                              "off", "true", "false", "null", "="};
  const std::string folded = lower(text);
  if (std::find(kWords.begin(), kWords.end(), folded) != kWords.end()) return true;
  // Anything that begins as a number does: 0123, 1_000, 12:30, 2026-01-31, .5, -.inf
  const std::size_t sign = folded.find_first_not_of("+-");
  if (sign == std::string::npos) return false;
  const char first =
      folded[sign] == '.' && sign + 1 < folded.size() ? folded[sign + 1] : folded[sign];
  const bool number = first >= '0' && first <= '9';
  return (number && folded.find_first_not_of("0123456789abcdefox_.:+-tz ") == std::string::npos) ||
         folded.ends_with(".inf") || folded.ends_with(".nan");
}

bool is_plain(const std::string& text) {
  if (text.empty() || is_ambiguous(text) || !plain_scalar(text).is_string()) return false;
  static constexpr std::string_view kNotFirst = "-?:,[]{}#&*!|>'\"%@` <=~";
  const bool dashes = text[0] == '-' || text[0] == '?' || text[0] == ':';
  const bool dash_word = dashes && text.size() > 1 && text[1] != ' ' && text[1] != '-';
  if (kNotFirst.find(text[0]) != std::string_view::npos && !dash_word) return false;
  if (text.back() == ' ' || text.back() == ':') return false;
  if (text.find(": ") != std::string::npos || text.find(" #") != std::string::npos) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7F; });
}

// JSON's escapes are YAML's too.
std::string quoted(const std::string& text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

// A `|` block keeps text exactly when its lines are printable and none ends in a space.
bool is_block(const std::string& text) {
  if (text.find('\n') == std::string::npos || text[0] == ' ' || text[0] == '\n') return false;
  if (text.find(" \n") != std::string::npos || text.back() == ' ') return false;
  if (text.ends_with("\n\n")) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c == '\n' || (c >= ' ' && c < 0x7F); });
}

std::string block(const std::string& text, const std::string& indent) {
  std::string out = text.ends_with('\n') ? "|\n" : "|-\n";
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (end > at) out += indent + "  " + text.substr(at, end - at);
    out += '\n';
    at = end + 1;
  }
  return out;
}

std::string scalar(const Json& value, const std::string& indent) {
  if (!value.is_string()) return value.dump() + "\n";
  const std::string& text = value.get_ref<const std::string&>();
  if (is_plain(text)) return text + "\n";
  if (is_block(text)) return block(text, indent);
  return quoted(text) + "\n";
}

void write(const Json& value, const std::string& indent, std::string& out);

// A value after `key:` or `-`: on the same line when it is a scalar or empty.
void write_after(const Json& value, const std::string& indent, std::string& out) {
  if (!value.is_structured()) {
    out += " " + scalar(value, indent);
  } else if (value.empty()) {
    out += value.is_array() ? " []\n" : " {}\n";
  } else {
    out += "\n";
    // Lists stand under their key, as kubectl prints them.
    write(value, value.is_array() ? indent : indent + "  ", out);
  }
}

void write_item(const Json& item, const std::string& indent, std::string& out) {
  if (!item.is_structured() || item.empty()) {
    out += indent + "-";
    return write_after(item, indent, out);
  }
  std::string nested;
  write(item, indent + "  ", nested);
  nested[indent.size()] = '-';  // the first line's indentation becomes "- "
  out += nested;
}

void write(const Json& value, const std::string& indent, std::string& out) {
  if (value.is_array()) {
    for (const Json& item : value) write_item(item, indent, out);
    return;
  }
  for (const auto& [key, member] : value.items()) {
    out += indent + (is_plain(key) && key != "<<" ? key : quoted(key)) + ":";
    write_after(member, indent, out);
  }
}

}  // namespace

std::string to_yaml(const Json& value) {
  if (!value.is_structured()) return scalar(value, "");
  if (value.empty()) return value.is_array() ? "[]\n" : "{}\n";
  std::string out;
  write(value, "", out);
  return out;
}

}  // namespace byoc
