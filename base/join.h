// joined(): texts as people read a list of them.
#pragma once

#include <functional>
#include <string>

namespace byoc {

// "a, b". `text_of` says what stands for an item: a member, or a function.
template <class Range, class TextOf = std::identity>
[[nodiscard]] std::string joined(const Range& items, TextOf text_of = {}) {
  std::string text;
  for (const auto& item : items) {
    if (!text.empty()) text += ", ";
    text += std::invoke(text_of, item);
  }
  return text;
}

}  // namespace byoc
