// Checks of a file's bytes before any parser sees them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "manifests/load.h"

namespace byoc {

// The first reason why these bytes are no manifest: too large, not UTF-8, binary, a line that is
// too long. Nothing when they may be parsed.
[[nodiscard]] std::optional<Diagnostic> check_text(std::string_view text, const std::string& file,
                                                   const Limits& limits);

// The number of characters in `bytes`, which are UTF-8.
[[nodiscard]] std::size_t count_characters(std::string_view bytes);
// They themselves, by number.
[[nodiscard]] std::u32string characters_of(std::string_view bytes);

}  // namespace byoc
