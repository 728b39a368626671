// Answers that are well formed and wrong: what a broken service, or one that answers somebody else,
// may say with status 200 and the right content type.
//
// What nobody could tell from the truth is left out: an item that is not in a list, an empty list
// of XML, and the end of a list that is not its end.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "tests/sim/random.h"

namespace byoc::sim {

enum class Oddity {
  anything,  // any document
  removed,   // the answer without one of its members
  doubled,   // with one member twice, and the second is anything
  retyped,   // with a member of another type
  null,      // with a member that holds nothing
  other,     // the answer about another resource, or to another question
};

inline constexpr Oddity kOddities[] = {Oddity::anything, Oddity::removed, Oddity::doubled,
                                       Oddity::retyped,  Oddity::null,    Oddity::other};

[[nodiscard]] std::string_view oddity_name(Oddity oddity);

// Anything but a list of objects, empty or not, which says that there is nothing of ours.
[[nodiscard]] Json any_value(Random& random, int depth);

// `other` is the body of another answer. A body without members becomes anything.
[[nodiscard]] std::string odd_body(Oddity oddity, bool is_json, const std::string& body,
                                   const std::string& other, Random& random);

}  // namespace byoc::sim
