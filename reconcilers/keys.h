// Keys: texts as dense numbers, so that what is known of them lies in plain vectors.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

namespace byoc {

// Numbers texts in the order in which they are added. The texts must outlive it.
class Keys {
 public:
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

  // `count`: how many texts are expected.
  explicit Keys(std::size_t count = 0);

  // The number of a text, which is a new one when the text is new.
  std::uint32_t add(std::string_view text);
  // kNone for a text that was not added.
  [[nodiscard]] std::uint32_t find(std::string_view text) const;

  [[nodiscard]] std::size_t size() const { return texts_.size(); }
  [[nodiscard]] std::string_view operator[](std::size_t number) const { return texts_[number]; }

 private:
  // Half of the hash stands beside the number: most other texts are told apart without a look.
  struct Slot {
    std::uint32_t number = kNone;
    std::uint32_t hash = 0;
  };

  [[nodiscard]] std::size_t slot_of(std::string_view text, std::size_t hash) const;
  void resize(std::size_t slots);

  std::vector<std::string_view> texts_;
  std::vector<Slot> slots_;  // a power of two, half of them free at least
};

}  // namespace byoc
