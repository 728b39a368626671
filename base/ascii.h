// Letters of ASCII, whatever the locale.
#pragma once

#include <string>
#include <string_view>

namespace byoc {

inline constexpr std::string_view kDigits = "0123456789";

[[nodiscard]] constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
// The text with its letters A to Z in lower case.
[[nodiscard]] inline std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}

}  // namespace byoc
