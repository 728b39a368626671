// IPv4 networks: just enough to carve subnets.
#pragma once

#include <string>

namespace byoc {

// The `index`-th of the 2^bits equal parts of a network: subnet_of("10.0.0.0/16", 4, 2) is
// "10.0.32.0/20". The network is canonical (validated) and index < 2^bits.
[[nodiscard]] std::string subnet_of(const std::string& network, int bits, int index);

}  // namespace byoc
