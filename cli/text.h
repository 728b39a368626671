// Text on a terminal: how wide it is, and how it is made safe and fit.
#pragma once

#include <string>
#include <string_view>

namespace byoc {

// Columns that UTF-8 text takes: East Asian wide characters and emoji count two, combining marks
// and ANSI colour sequences none. Bytes that are not UTF-8 count one each.
[[nodiscard]] int display_width(std::string_view text);

// `text` filled up with spaces to `width` columns; unchanged when it is that wide already.
[[nodiscard]] std::string pad(std::string text, int width);

// Cuts plain or coloured text to `width` columns, ending in `mark` when something is lost.
// Colour sequences are kept whole. A width of 0 or less means no limit.
[[nodiscard]] std::string cut_to_width(std::string_view text, int width, std::string_view mark);

// One line of harmless text: control characters (an answer from afar may hold escape sequences)
// become spaces, runs of them one space.
[[nodiscard]] std::string printable(std::string_view text);

// The same with its lines kept: for messages of several lines.
[[nodiscard]] std::string harmless(std::string_view text);

// Every line of `text` behind `indent`.
[[nodiscard]] std::string indented(std::string_view text, std::string_view indent);

}  // namespace byoc
