// Security-group rules in one canonical form, for building and for reading.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"

namespace byoc {

// One rule as AWS's IpPermissions hold it: one protocol, one range of ports, one source (a CIDR,
// or a security group's id or reference). Protocol "-1" is everything and has no ports.
[[nodiscard]] Json permission(const std::string& protocol, int from_port, int to_port,
                              const Json& source);

// Splits an item of IpPermissions into such rules; sources that byoc never writes (prefix lists,
// IPv6) are left out.
[[nodiscard]] std::vector<Json> split_permission(const Json& item);

}  // namespace byoc
