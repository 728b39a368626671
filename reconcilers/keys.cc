#include "reconcilers/keys.h"

#include <algorithm>
#include <bit>
#include <functional>

#include "base/check.h"

namespace byoc {
namespace {

constexpr std::size_t kSlotsMin = 16;

std::size_t hash_of(std::string_view text) {
  return std::hash<std::string_view>{}(text);
}

}  // namespace

Keys::Keys(std::size_t count) {
  texts_.reserve(count);
  resize(std::bit_ceil(std::max(kSlotsMin, count * 2)));
}

std::uint32_t Keys::add(std::string_view text) {
  if (texts_.size() * 2 == slots_.size()) resize(slots_.size() * 2);
  const std::size_t hash = hash_of(text);
  Slot& slot = slots_[slot_of(text, hash)];
  if (slot.number != kNone) return slot.number;
  check(texts_.size() < kNone, "a number for every key");
  slot = {static_cast<std::uint32_t>(texts_.size()), static_cast<std::uint32_t>(hash)};
  texts_.push_back(text);
  return slot.number;
}

std::uint32_t Keys::find(std::string_view text) const {
  return slots_[slot_of(text, hash_of(text))].number;
}

// Where a text stands, or the free place where it would.
std::size_t Keys::slot_of(std::string_view text, std::size_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  while (slots_[at].number != kNone && (slots_[at].hash != static_cast<std::uint32_t>(hash) ||
                                        texts_[slots_[at].number] != text)) {
    at = (at + 1) & mask;
  }
  return at;
}

void Keys::resize(std::size_t slots) {
  slots_.assign(slots, {});
  for (std::size_t number = 0; number < texts_.size(); ++number) {
    const std::size_t hash = hash_of(texts_[number]);
    slots_[slot_of(texts_[number], hash)] = {static_cast<std::uint32_t>(number),
                                             static_cast<std::uint32_t>(hash)};
  }
}

}  // namespace byoc
