// Text that a regular expression of the schemas matches.
#pragma once

#include <string>

#include "tests/sim/random.h"

namespace byoc::properties {

// Some text that `pattern` matches whole, of at most `size_max` characters where the pattern allows
// that. Knows what the schemas use: characters, classes, groups, alternatives, counts and anchors.
[[nodiscard]] std::string text_of_pattern(const std::string& pattern, std::size_t size_max,
                                          sim::Random& random);

}  // namespace byoc::properties
