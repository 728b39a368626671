// FlatMap: a sorted map whose entries lie in one block. What a map of JSON members needs: a third
// of std::map's memory, and no walk through the heap to read it.
//
// Other than in std::map, inserting and erasing move the other entries: references and iterators
// do not outlive it. Inserting costs a move of what comes after; entries that come sorted cost
// nothing more than a push_back.
#pragma once

#include <algorithm>
#include <compare>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace byoc {

// The last two parameters are there for nlohmann::basic_json, which names them: keys compare by <,
// and the entries are std::allocator's.
template <class Key, class T, class = std::less<>, class = std::allocator<std::pair<Key, T>>>
class FlatMap {
  using Entries = std::vector<std::pair<Key, T>>;

 public:
  using key_type = Key;
  using mapped_type = T;
  using value_type = std::pair<Key, T>;
  using key_compare = std::less<>;
  using size_type = std::size_t;
  using difference_type = std::ptrdiff_t;
  using iterator = typename Entries::iterator;
  using const_iterator = typename Entries::const_iterator;

  FlatMap() = default;
  template <class It>
  FlatMap(It first, It last) {
    entries_.reserve(static_cast<std::size_t>(std::distance(first, last)));
    insert(first, last);
  }
  FlatMap(std::initializer_list<value_type> entries) { insert(entries.begin(), entries.end()); }

  [[nodiscard]] iterator begin() noexcept { return entries_.begin(); }
  [[nodiscard]] iterator end() noexcept { return entries_.end(); }
  [[nodiscard]] const_iterator begin() const noexcept { return entries_.begin(); }
  [[nodiscard]] const_iterator end() const noexcept { return entries_.end(); }
  [[nodiscard]] const_iterator cbegin() const noexcept { return entries_.begin(); }
  [[nodiscard]] const_iterator cend() const noexcept { return entries_.end(); }
  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
  [[nodiscard]] size_type size() const noexcept { return entries_.size(); }
  [[nodiscard]] size_type max_size() const noexcept { return entries_.max_size(); }
  void clear() noexcept { entries_.clear(); }
  void swap(FlatMap& other) noexcept { entries_.swap(other.entries_); }

  template <class K>
  [[nodiscard]] iterator find(const K& key) {
    return entries_.begin() + (std::as_const(*this).find(key) - entries_.cbegin());
  }
  template <class K>
  [[nodiscard]] const_iterator find(const K& key) const {
    if constexpr (std::is_convertible_v<const K&, std::string_view>) {
      const std::string_view text = key;
      return size() <= kFew ? find_one_by_one(text) : find_sorted(text);
    } else {
      return find_sorted(key);
    }
  }
  template <class K>
  [[nodiscard]] size_type count(const K& key) const {
    return contains(key) ? 1 : 0;
  }
  template <class K>
  [[nodiscard]] bool contains(const K& key) const {
    return find(key) != end();
  }

  template <class K>
  [[nodiscard]] T& at(const K& key) {
    return const_cast<T&>(std::as_const(*this).at(key));
  }
  template <class K>
  [[nodiscard]] const T& at(const K& key) const {
    const const_iterator found = find(key);
    if (found == end()) throw std::out_of_range("key not found");
    return found->second;
  }
  template <class K>
  T& operator[](K&& key) {
    return emplace(std::forward<K>(key), T()).first->second;
  }

  // Nothing happens when the key is there.
  template <class K, class V>
  std::pair<iterator, bool> emplace(K&& key, V&& value) {
    // Texts of programs and of AWS often come sorted.
    iterator at = entries_.empty() || entries_.back().first < key ? end() : place(key);
    if (at != end() && at->first == key) return {at, false};
    value_type entry(std::forward<K>(key), std::forward<V>(value));  // may come from here itself
    grow(at);
    return {entries_.insert(at, std::move(entry)), true};
  }
  std::pair<iterator, bool> insert(value_type entry) {
    return emplace(std::move(entry.first), std::move(entry.second));
  }
  template <class It>
  void insert(It first, It last) {
    for (; first != last; ++first) emplace(first->first, first->second);
  }

  template <class K>
  size_type erase(const K& key) requires(!std::is_convertible_v<K, const_iterator>) {
    const iterator found = find(key);
    if (found == end()) return 0;
    entries_.erase(found);
    return 1;
  }
  iterator erase(const_iterator at) { return entries_.erase(at); }
  iterator erase(const_iterator first, const_iterator last) { return entries_.erase(first, last); }

  friend bool operator==(const FlatMap& one, const FlatMap& other) {
    return one.entries_ == other.entries_;
  }
  friend auto operator<=>(const FlatMap& one, const FlatMap& other) {
    return one.entries_ <=> other.entries_;
  }

 private:
  // Of few texts, most differ from another one in their size already.
  static constexpr size_type kFew = 12;

  [[nodiscard]] const_iterator find_one_by_one(std::string_view text) const {
    return std::find_if(begin(), end(), [text](const value_type& entry) {
      return std::string_view(entry.first) == text;
    });
  }
  template <class K>
  [[nodiscard]] const_iterator find_sorted(const K& key) const {
    const const_iterator at = place(key);
    return at != end() && at->first == key ? at : end();
  }
  template <class K>
  [[nodiscard]] iterator place(const K& key) {
    return std::lower_bound(begin(), end(), key, by_key<K>);
  }
  template <class K>
  [[nodiscard]] const_iterator place(const K& key) const {
    return std::lower_bound(begin(), end(), key, by_key<K>);
  }
  template <class K>
  static bool by_key(const value_type& entry, const K& key) {
    return entry.first < key;
  }

  // A half more each time: many of these live long, and twice as much would stay half empty.
  void grow(iterator& at) {
    if (entries_.size() < entries_.capacity()) return;
    const auto offset = at - begin();
    entries_.reserve(entries_.size() + entries_.size() / 2 + 1);
    at = begin() + offset;
  }

  Entries entries_;
};

}  // namespace byoc
