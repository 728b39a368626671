#include "manifests/partition.h"

#include <algorithm>
#include <string_view>

#include "manifests/schema.h"

namespace byoc {
namespace {

const Json& partitions() {
  return schema_data("regions.json").at("partitions");
}

}  // namespace

// us-iso-east-1 begins like us-east-1, and its partition's prefix is the longer one.
std::string partition_of_region(const std::string& region) {
  std::string best;
  std::size_t longest = 0;
  for (const auto& [name, partition] : partitions().items()) {
    for (const Json& item : partition.at("prefixes")) {
      const auto& prefix = item.get_ref<const std::string&>();
      if (prefix.size() <= longest || !region.starts_with(prefix)) continue;
      longest = prefix.size();
      best = name;
    }
  }
  return best;
}

std::string service_principal(const std::string& service, const std::string& partition) {
  const Json& own = schema_data("regions.json").at("servicesWithPrincipalsOfPartitions");
  const bool has_own = std::find(own.begin(), own.end(), service) != own.end();
  const Json& all = partitions();
  const std::string place = has_own && all.contains(partition) ? partition : "aws";
  return service + "." + all.at(place).at("dnsSuffix").get<std::string>();
}

}  // namespace byoc
