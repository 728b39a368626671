// Partitions of AWS: separate worlds, with names, suffixes and principals of their own. Data in
// schemas/regions.json.
#pragma once

#include <string>

namespace byoc {

// "aws-cn" of cn-north-1; empty for a region of a partition that this version does not know.
[[nodiscard]] std::string partition_of_region(const std::string& region);

// How a role's trust names a service there: ec2.amazonaws.com.cn. Most services have one name in
// all partitions.
[[nodiscard]] std::string service_principal(const std::string& service,
                                            const std::string& partition);

}  // namespace byoc
