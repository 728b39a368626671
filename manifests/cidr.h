// IPv4 ranges.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace byoc {

struct Cidr {
  std::uint32_t address = 0;  // host byte order, host bits as written
  int prefix = 0;             // 0..32

  [[nodiscard]] std::uint32_t mask() const {
    return prefix == 0 ? 0 : ~std::uint32_t{0} << (32 - prefix);
  }
  [[nodiscard]] bool canonical() const { return (address & ~mask()) == 0; }
  [[nodiscard]] Cidr network() const { return {address & mask(), prefix}; }
  [[nodiscard]] bool contains(const Cidr& other) const {
    return other.prefix >= prefix && (other.address & mask()) == (address & mask());
  }
};

// Reads "10.0.0.0/16"; nothing when it is no such text. Host bits are kept.
[[nodiscard]] std::optional<Cidr> parse_cidr(std::string_view text);
[[nodiscard]] std::string to_string(const Cidr& cidr);

// Lies within 10/8, 172.16/12, 192.168/16 (RFC 1918) or 100.64/10 (RFC 6598)?
[[nodiscard]] bool is_private(const Cidr& cidr);

// What a range that no network and no host of the internet has is for; nullptr for others.
[[nodiscard]] const char* reserved_for(const Cidr& cidr);

}  // namespace byoc
