// Kept: what stays while bursts come and go lies in pages of its own. Each small block that stays
// among what a burst took would pin a page that could go back to the system.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory_resource>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace byoc {

// Pools for small blocks, for any thread. What was freed is used again, not given back.
[[nodiscard]] std::pmr::memory_resource& kept_memory();

template <class T>
struct Kept {
  using value_type = T;

  Kept() = default;
  template <class U>
  Kept(const Kept<U>&) {}  // implicit, as containers ask for

  [[nodiscard]] T* allocate(std::size_t count) {
    return static_cast<T*>(kept_memory().allocate(count * sizeof(T), alignof(T)));
  }
  void deallocate(T* place, std::size_t count) {
    kept_memory().deallocate(place, count * sizeof(T), alignof(T));
  }
  bool operator==(const Kept&) const = default;
};

using KeptString = std::basic_string<char, std::char_traits<char>, Kept<char>>;
template <class T>
using KeptVector = std::vector<T, Kept<T>>;
template <class T>
using KeptSet = std::set<T, std::less<>, Kept<T>>;
template <class Key, class T>
using KeptMap = std::map<Key, T, std::less<>, Kept<std::pair<const Key, T>>>;

}  // namespace byoc
