#include "reconcilers/cidr.h"

#include <cstdint>
#include <sstream>

namespace byoc {

std::string subnet_of(const std::string& network, int bits, int index) {
  std::istringstream in(network);
  std::uint32_t address = 0;
  unsigned part = 0;
  char separator = 0;
  for (int i = 0; i < 4; ++i) {
    in >> part >> separator;  // the last separator is the slash
    address = (address << 8U) | (part & 255U);
  }
  int prefix = 0;
  in >> prefix;
  prefix += bits;
  address += static_cast<std::uint32_t>(index) << static_cast<unsigned>(32 - prefix);
  std::ostringstream out;
  out << (address >> 24U) << '.' << ((address >> 16U) & 255U) << '.' << ((address >> 8U) & 255U)
      << '.' << (address & 255U) << '/' << prefix;
  return out.str();
}

}  // namespace byoc
