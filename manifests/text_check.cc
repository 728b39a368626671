#include "manifests/text_check.h"

#include <algorithm>
#include <cstdio>

namespace byoc {
namespace {

// The length of the UTF-8 sequence at the beginning of `text`; 0 when it is none (RFC 3629: no
// overlong forms, no surrogates, nothing beyond U+10FFFF).
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto follows = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return byte(i) >= low && byte(i) <= high;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const unsigned low = first == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = first == 0xED ? 0x9F : 0xBF;
    return follows(1, low, high) && follows(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const unsigned low = first == 0xF0 ? 0x90 : 0x80;
    const unsigned high = first == 0xF4 ? 0x8F : 0xBF;
    return follows(1, low, high) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

std::string hexadecimal(char c) {
  char text[8];
  std::snprintf(text, sizeof text, "0x%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
  return text;
}

std::optional<Diagnostic> check_line(std::string_view line, int number, const std::string& file,
                                     const Limits& limits) {
  const auto at = [&](int column, std::string text, std::string hint) {
    return Diagnostic{Severity::error, file, number, column, "", std::move(text), std::move(hint)};
  };
  if (line.size() > limits.line_bytes_max) {
    return at(1, "a line of more than " + std::to_string(limits.line_bytes_max) + " bytes", "");
  }
  int column = 1;
  for (std::size_t i = 0; i < line.size(); ++column) {
    const std::size_t length = utf8_length(line.substr(i));
    if (length == 0) {
      return at(column, "not UTF-8: byte " + hexadecimal(line[i]), "save the file as UTF-8");
    }
    if (is_control(line[i])) {
      return at(column, "a control character, " + hexadecimal(line[i]) + ": not a text file", "");
    }
    i += length;
  }
  return std::nullopt;
}

}  // namespace

std::size_t count_characters(std::string_view bytes) {
  return static_cast<std::size_t>(std::count_if(bytes.begin(), bytes.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::optional<Diagnostic> check_text(std::string_view text, const std::string& file,
                                     const Limits& limits) {
  std::size_t read = 0;
  for (int number = 1; read < text.size(); ++number) {
    const std::size_t end = std::min(text.find('\n', read), text.size());
    if (auto found = check_line(text.substr(read, end - read), number, file, limits)) return found;
    if (end > limits.file_bytes_max) {
      return Diagnostic{
          Severity::error,
          file,
          number,
          1,
          "",
          "the file is larger than " + std::to_string(limits.file_bytes_max) + " bytes",
          "split the file"};
    }
    read = end + 1;
  }
  return std::nullopt;
}

std::u32string characters_of(std::string_view bytes) {
  std::u32string out;
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    if ((value & 0xC0U) == 0x80U && !out.empty()) {
      out.back() = (out.back() << 6U) | (value & 0x3FU);
    } else {
      // The first byte of several says how many by its leading ones.
      out += value < 0x80U   ? value
             : value < 0xE0U ? value & 0x1FU
             : value < 0xF0U ? value & 0x0FU
                             : value & 0x07U;
    }
  }
  return out;
}

}  // namespace byoc
