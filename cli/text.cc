#include "cli/text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace byoc {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// Unicode 15, EastAsianWidth W and F, and the emoji that terminals draw two columns wide; the
// blocks are joined where the gaps are not assigned.
constexpr std::array kWide = {
    Range{0x1100, 0x115f},   Range{0x231a, 0x231b},   Range{0x2329, 0x232a},
    Range{0x23e9, 0x23ec},   Range{0x2614, 0x2615},   Range{0x2705, 0x2705},
    Range{0x2728, 0x2728},   Range{0x274c, 0x274c},   Range{0x2e80, 0x303e},
    Range{0x3041, 0x33ff},   Range{0x3400, 0x4dbf},   Range{0x4e00, 0x9fff},
    Range{0xa000, 0xa4cf},   Range{0xa960, 0xa97f},   Range{0xac00, 0xd7a3},
    Range{0xf900, 0xfaff},   Range{0xfe30, 0xfe6f},   Range{0xff00, 0xff60},
    Range{0xffe0, 0xffe6},   Range{0x1f300, 0x1f64f}, Range{0x1f680, 0x1f6ff},
    Range{0x1f900, 0x1f9ff}, Range{0x20000, 0x3fffd},
};

// Combining marks of the common scripts, zero-width characters and variation selectors.
constexpr std::array kZero = {
    Range{0x0300, 0x036f}, Range{0x0483, 0x0489}, Range{0x0591, 0x05bd}, Range{0x0610, 0x061a},
    Range{0x064b, 0x065f}, Range{0x0e31, 0x0e31}, Range{0x0e34, 0x0e3a}, Range{0x1ab0, 0x1aff},
    Range{0x1dc0, 0x1dff}, Range{0x200b, 0x200f}, Range{0x20d0, 0x20ff}, Range{0xfe00, 0xfe0f},
    Range{0xfe20, 0xfe2f}, Range{0xfeff, 0xfeff},
};

template <std::size_t size>
bool covers(const std::array<Range, size>& ranges, char32_t letter) {
  return std::any_of(ranges.begin(), ranges.end(), [letter](const Range& range) {
    return range.first <= letter && letter <= range.last;
  });
}

// One step through a text: a character, or a whole colour sequence.
struct Glyph {
  std::size_t bytes = 1;
  int width = 1;
  bool control = false;
};

std::size_t sequence_bytes(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  return lead >= 0xf0 && lead < 0xf5 ? 4 : 1;
}

// ESC [ digits and semicolons m
std::size_t colour_bytes(std::string_view text) {
  if (!text.starts_with("\x1b[")) return 0;
  const std::size_t end = text.find_first_not_of("0123456789;", 2);
  return end != std::string_view::npos && text[end] == 'm' ? end + 1 : 0;
}

Glyph next_glyph(std::string_view text) {
  if (const std::size_t colour = colour_bytes(text); colour > 0) return {colour, 0, false};
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t bytes = sequence_bytes(lead);
  if (bytes == 1) return {1, 1, lead < 0x20 || lead == 0x7f};
  if (bytes > text.size()) return {};
  char32_t letter = lead & (0xffU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0U) != 0x80U) return {};
    letter = (letter << 6U) | (next & 0x3fU);
  }
  if (letter < 0xa0) return {bytes, 0, true};
  return {bytes, covers(kZero, letter) ? 0 : covers(kWide, letter) ? 2 : 1, false};
}

}  // namespace

int display_width(std::string_view text) {
  int width = 0;
  while (!text.empty()) {
    const Glyph glyph = next_glyph(text);
    width += glyph.width;
    text.remove_prefix(glyph.bytes);
  }
  return width;
}

std::string pad(std::string text, int width) {
  const int missing = width - display_width(text);
  if (missing > 0) text.append(static_cast<std::size_t>(missing), ' ');
  return text;
}

std::string cut_to_width(std::string_view text, int width, std::string_view mark) {
  if (width <= 0 || display_width(text) <= width) return std::string(text);
  if (display_width(mark) > width) mark = "";
  const int room = width - display_width(mark);
  std::string kept;
  int used = 0;
  bool full = false;
  while (!text.empty()) {
    const Glyph glyph = next_glyph(text);
    if (!full && used + glyph.width > room) {
      full = true;
      kept += mark;
    }
    // Colours behind the cut are kept: the last of them switches colours off.
    if (!full || colour_bytes(text) > 0) kept += text.substr(0, glyph.bytes);
    used += glyph.width;
    text.remove_prefix(glyph.bytes);
  }
  return kept;
}

std::string printable(std::string_view text) {
  std::string clean;
  bool gap = false;
  while (!text.empty()) {
    const Glyph glyph = text.front() == '\x1b' ? Glyph{1, 1, true} : next_glyph(text);
    if (glyph.control) {
      gap = true;
    } else {
      if (gap && !clean.empty() && clean.back() != ' ' && text.front() != ' ') clean += ' ';
      gap = false;
      clean += text.substr(0, glyph.bytes);
    }
    text.remove_prefix(glyph.bytes);
  }
  return clean;
}

std::string harmless(std::string_view text) {
  std::string clean;
  while (true) {
    const std::size_t end = text.find('\n');
    clean += printable(text.substr(0, end));
    if (end == std::string_view::npos) return clean;
    clean += '\n';
    text.remove_prefix(end + 1);
  }
}

std::string indented(std::string_view text, std::string_view indent) {
  std::string result;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    result.append(indent).append(text.substr(0, end)).append("\n");
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

}  // namespace byoc
