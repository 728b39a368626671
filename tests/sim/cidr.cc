#include "tests/sim/cidr.h"

#include <charconv>

namespace byoc::sim {
namespace {

// A number at the front of `rest` that is at most `max`; it is taken off.
std::optional<std::uint32_t> take_number(std::string_view& rest, std::uint32_t max) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
  if (error != std::errc{} || value > max) return std::nullopt;
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  return value;
}

bool take(std::string_view& rest, char expected) {
  if (!rest.starts_with(expected)) return false;
  rest.remove_prefix(1);
  return true;
}

std::uint32_t mask(int bits) {
  return bits == 0 ? 0 : ~std::uint32_t{0} << (32 - bits);
}

}  // namespace

bool Cidr::contains(const Cidr& other) const {
  return other.bits >= bits && (other.base & mask(bits)) == base;
}

bool Cidr::overlaps(const Cidr& other) const {
  return contains(other) || other.contains(*this);
}

std::optional<Cidr> read_cidr(std::string_view text) {
  std::uint32_t address = 0;
  for (int i = 0; i < 4; ++i) {
    if (i > 0 && !take(text, '.')) return std::nullopt;
    const auto part = take_number(text, 255);
    if (!part) return std::nullopt;
    address = address << 8 | *part;
  }
  if (!take(text, '/')) return std::nullopt;
  const auto bits = take_number(text, 32);
  if (!bits || !text.empty()) return std::nullopt;
  return Cidr{address & mask(static_cast<int>(*bits)), static_cast<int>(*bits)};
}

std::string show_address(std::uint32_t address) {
  return std::to_string(address >> 24) + '.' + std::to_string(address >> 16 & 255) + '.' +
         std::to_string(address >> 8 & 255) + '.' + std::to_string(address & 255);
}

std::string show_cidr(const Cidr& cidr) {
  return show_address(cidr.base) + '/' + std::to_string(cidr.bits);
}

}  // namespace byoc::sim
