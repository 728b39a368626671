// What the user may have meant: the nearest of the known words.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace byoc {

// Insertions, deletions, replacements and swaps of neighbours between two words, without regard
// to case. Words beyond 64 bytes are as far apart as their lengths' sum.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

// The known word nearest to `word`, when it is near enough to be meant: a third of its length and
// at most 3 edits away, or one word beginning with the other. The first of equally near ones.
[[nodiscard]] std::optional<std::string> nearest(std::string_view word,
                                                 const std::vector<std::string>& known);

// "did you mean `x`?", or nothing when no known word is near.
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       const std::vector<std::string>& known);

}  // namespace byoc
