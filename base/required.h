// Required<T>: a member that whoever fills in a table must give. It has no default, so an entry of
// the table that forgets one does not compile.
#pragma once

#include <concepts>
#include <initializer_list>
#include <type_traits>
#include <utility>

namespace byoc {

namespace detail {
template <class T>
struct ItemOf {
  struct None {};
  using type = None;
};
template <class T>
requires requires {
  typename T::value_type;
}
struct ItemOf<T> {
  using type = typename T::value_type;
};
}  // namespace detail

template <class T>
class Required {
 public:
  using Item = typename detail::ItemOf<T>::type;

  Required() = delete;
  // Implicit on purpose: an entry is written as if the members were plain.
  template <class U, class = std::enable_if_t<std::convertible_to<U&&, T> &&
                                              !std::same_as<std::remove_cvref_t<U>, Required>>>
  constexpr Required(U&& value) : value_(std::forward<U>(value)) {}
  constexpr Required(std::initializer_list<Item> items) requires
      std::constructible_from<T, std::initializer_list<Item>> : value_(items) {}

  constexpr operator const T&() const { return value_; }
  [[nodiscard]] constexpr const T& operator*() const { return value_; }
  [[nodiscard]] constexpr const T* operator->() const { return &value_; }

  template <class U>
  requires(!std::same_as<U, Required> && requires(const T& a, const U& b) { a == b; })
      [[nodiscard]] friend constexpr bool
      operator==(const Required& a, const U& b) {
    return a.value_ == b;
  }

  // Of a list, or of text.
  [[nodiscard]] constexpr auto begin() const requires requires(const T& value) { value.begin(); }
  { return value_.begin(); }
  [[nodiscard]] constexpr auto end() const requires requires(const T& value) { value.end(); }
  { return value_.end(); }

 private:
  T value_;
};

}  // namespace byoc
