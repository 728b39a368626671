// IPv4 blocks, as VPCs and subnets use them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace byoc::sim {

struct Cidr {
  std::uint32_t base = 0;  // host bits are zero
  int bits = 0;            // 0..32

  [[nodiscard]] std::uint64_t size() const { return std::uint64_t{1} << (32 - bits); }
  [[nodiscard]] bool contains(const Cidr& other) const;
  [[nodiscard]] bool overlaps(const Cidr& other) const;
};

// "10.0.0.1/16" reads as 10.0.0.0/16; nothing when it is not a block.
[[nodiscard]] std::optional<Cidr> read_cidr(std::string_view text);
[[nodiscard]] std::string show_cidr(const Cidr& cidr);
[[nodiscard]] std::string show_address(std::uint32_t address);

}  // namespace byoc::sim
