#include "reconcilers/offers.h"

#include <algorithm>
#include <set>

#include "base/join.h"
#include "manifests/topics.h"
#include "reconcilers/reference.h"

namespace byoc {

Json instance_types_of(const Json& spec) {
  if (spec.contains("instanceTypes")) return spec["instanceTypes"];
  return Json::array({spec.value("instanceType", "t3.large")});
}

std::vector<Json> offer_params(const Object& nodes) {
  if (nodes.deleting() || is_in_inventory(nodes.status, "nodegroup")) return {};
  return {{{"LocationType", "availability-zone"},
           {"Filters", {{{"Name", "instance-type"}, {"Values", instance_types_of(nodes.spec)}}}}}};
}

void read_offers(const Json& body, Facts& facts) {
  if (!facts.offers) facts.offers.emplace();
  for (const Json& offer : member(body, "InstanceTypeOfferings")) {
    (*facts.offers)[text_member(offer, "InstanceType")].insert(text_member(offer, "Location"));
  }
}

std::string lack_of_offers(const Json& types, const Json& zones, const Facts& facts) {
  if (!facts.offers) return {};
  std::set<std::string> offered;  // in one of the types
  for (const Json& type : types) {
    const auto found = facts.offers->find(type.get<std::string>());
    if (found == facts.offers->end()) {
      return facts.region + " does not offer the instance type " + type.get<std::string>() +
             ": name another one in spec.instanceTypes";
    }
    offered.insert(found->second.begin(), found->second.end());
  }
  std::vector<std::string> wanted;
  for (const Json& zone : zones) wanted.push_back(text_member(zone, "name"));
  const bool fits = wanted.empty() || std::any_of(wanted.begin(), wanted.end(), [&](const auto& z) {
                      return z.empty() || offered.contains(z);
                    });
  if (fits) return {};
  return "the instance types of spec.instanceTypes are offered in " + joined(offered) +
         ", and the nodes are to stand in " + joined(wanted) +
         ": name other types, or zones of the cluster that offer them";
}

}  // namespace byoc
