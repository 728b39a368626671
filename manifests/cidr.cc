#include "manifests/cidr.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace byoc {
namespace {

// Reads 1 to 3 digits without leading zeros, up to `most`, from the beginning of `text`.
std::optional<std::uint32_t> take_number(std::string_view& text, std::uint32_t most) {
  std::uint32_t value = 0;
  const std::size_t size = std::min<std::size_t>(text.size(), 3);
  const auto [end, failed] = std::from_chars(text.data(), text.data() + size, value);
  const auto used = static_cast<std::size_t>(end - text.data());
  if (failed != std::errc{} || value > most || (used > 1 && text[0] == '0')) return std::nullopt;
  text.remove_prefix(used);
  return value;
}

}  // namespace

std::optional<Cidr> parse_cidr(std::string_view text) {
  Cidr cidr;
  for (int i = 0; i < 4; ++i) {
    const auto octet = take_number(text, 255);
    if (!octet || !text.starts_with(i < 3 ? '.' : '/')) return std::nullopt;
    text.remove_prefix(1);
    cidr.address = (cidr.address << 8U) | *octet;
  }
  const auto prefix = take_number(text, 32);
  if (!prefix || !text.empty()) return std::nullopt;
  cidr.prefix = static_cast<int>(*prefix);
  return cidr;
}

std::string to_string(const Cidr& cidr) {
  std::string out;
  for (const int shift : {24, 16, 8, 0}) {
    out += std::to_string((cidr.address >> shift) & 0xFFU) + (shift == 0 ? "/" : ".");
  }
  return out + std::to_string(cidr.prefix);
}

bool is_private(const Cidr& cidr) {
  static constexpr std::array<Cidr, 4> kPrivate = {Cidr{0x0A000000, 8}, Cidr{0xAC100000, 12},
                                                   Cidr{0xC0A80000, 16}, Cidr{0x64400000, 10}};
  return std::any_of(kPrivate.begin(), kPrivate.end(),
                     [&](const Cidr& range) { return range.contains(cidr); });
}

// Source: RFC 6890 and RFC 1112.
const char* reserved_for(const Cidr& cidr) {
  struct Reserved {
    const char* range;
    const char* use;
  };
  constexpr Reserved kReserved[] = {{"0.0.0.0/8", "this host"},
                                    {"127.0.0.0/8", "the host itself"},
                                    {"169.254.0.0/16", "links"},
                                    {"224.0.0.0/4", "multicast"},
                                    {"240.0.0.0/4", "later use"}};
  for (const Reserved& reserved : kReserved) {
    if (parse_cidr(reserved.range)->contains(cidr)) return reserved.use;
  }
  return nullptr;
}

}  // namespace byoc
