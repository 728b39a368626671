// Cluster: identity, network and what else must fit together.
#include <bit>
#include <set>

#include "manifests/cidr.h"
#include "manifests/format.h"
#include "manifests/pointer.h"
#include "manifests/schema.h"
#include "manifests/topics.h"

namespace byoc {
namespace {

// Source: VPC user guide: a VPC is /16 to /28. EKS needs room for pods in every subnet, so the
// smallest network is /26; a public and a private subnet per zone must each be /28 or larger.
constexpr int kVpcPrefixMin = 16;
constexpr int kVpcPrefixMax = 26;
constexpr int kSubnetPrefixMax = 28;
constexpr std::size_t kZonesDefault = 2;

// Neither role is fine too: then the controller's own credentials are used.
void check_role_choice(const Object& object, Findings& findings) {
  const Json& spec = object.spec;
  const bool by_name = spec.contains("roleRef");
  const bool by_arn = spec.contains("roleArn");
  if (by_name && by_arn) {
    findings.error("/spec/roleArn", "`roleRef` and `roleArn` exclude each other", "remove one");
  }
  for (const char* field : {"externalId", "externalIdFrom"}) {
    if (by_arn || !spec.contains(field)) continue;
    findings.error(std::string("/spec/") + field,
                   by_name ? "with `roleRef` the external id comes from the Role"
                           : "an external id without `roleArn` has no use",
                   "remove it");
  }
  check_external_id(object, "/spec", findings);
}

void check_network(const Object& object, Findings& findings) {
  const std::string place = "/spec/network/cidr";
  const auto cidr = parse_cidr(text_at(object.spec, "/network/cidr"));
  check_zones(object, "/spec/network/zones", text_at(object.spec, "/region"), findings);
  if (!cidr || !cidr->canonical()) return;
  if (cidr->prefix < kVpcPrefixMin || cidr->prefix > kVpcPrefixMax) {
    return findings.error(
        place, "a cluster's network is from /16 to /26, not /" + std::to_string(cidr->prefix));
  }
  const std::size_t written = list_at(object.spec, "/network/zones").size();
  const std::size_t subnets = 2 * (written == 0 ? kZonesDefault : written);
  const int bits = static_cast<int>(std::bit_width(subnets - 1));
  if (cidr->prefix + bits > kSubnetPrefixMax) {
    findings.error(
        place,
        std::to_string(subnets) + " subnets (two per zone) do not fit into /" +
            std::to_string(cidr->prefix),
        "use /" + std::to_string(kSubnetPrefixMax - bits) + " or larger, or fewer zones");
  }
  if (!is_private(*cidr)) {
    findings.warning(place,
                     quoted_value(to_string(*cidr)) +
                         " is no private range: hosts on the internet in it cannot be reached",
                     "use a part of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16");
  }
}

void check_endpoint(const Object& object, Findings& findings) {
  const Json* is_public = value_at(object.spec, "/endpoint/public");
  const Json* is_private_too = value_at(object.spec, "/endpoint/private");
  const bool closed = is_public != nullptr && *is_public == false && is_private_too != nullptr &&
                      *is_private_too == false;
  if (closed) findings.error("/spec/endpoint", "the endpoint must be public, private or both");
}

// No two items of a list may have the same word at `member` ("" for the item itself).
void check_distinct(const Object& object, const std::string& list, const std::string& member,
                    Findings& findings) {
  std::set<std::string> seen;
  const Json& items = list_at(object.spec, list);
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string word =
        items[i].is_string() ? items[i].get<std::string>() : text_at(items[i], member);
    if (word.empty() || seen.insert(word).second) continue;
    const std::string place = pointer_to("/spec" + list, i) + (items[i].is_string() ? "" : member);
    findings.error(place, quoted_value(word) + " stands in the list twice", "remove one");
  }
}

void check_access(const Object& object, Findings& findings) {
  const Json& access = list_at(object.spec, "/access");
  for (std::size_t i = 0; i < access.size(); ++i) {
    const std::vector<std::string> groups = texts_at(access[i], "/groups");
    for (std::size_t j = 0; j < groups.size(); ++j) {
      if (!groups[j].starts_with("system:")) continue;
      findings.error("/spec/access/" + std::to_string(i) + "/groups/" + std::to_string(j),
                     "EKS refuses groups that begin with `system:`",
                     "use an access policy, such as AmazonEKSClusterAdminPolicy");
    }
  }
}

void check_size(const Object& object, Findings& findings) {
  const Json* savings = value_at(object.spec, "/costSavings");
  const Json* nodes = value_at(object.spec, "/managementNodes");
  if (savings != nullptr && *savings == false && nodes != nullptr && *nodes == 1) {
    findings.warning("/spec/managementNodes",
                     "one management node is no more available than with costSavings: true",
                     "write 2 or more");
  }
}

}  // namespace

void check_cluster(const Object& object, Findings& findings) {
  check_role_choice(object, findings);
  check_network(object, findings);
  check_endpoint(object, findings);
  check_distinct(object, "/instanceTypes", "/name", findings);
  check_distinct(object, "/addons", "/name", findings);
  check_distinct(object, "/access", "/principalArn", findings);
  check_access(object, findings);
  check_size(object, findings);
}

void check_zones(const Object& object, const std::string& pointer, const std::string& region,
                 Findings& findings) {
  const Json& known = schema_data("regions.json").at("zones");
  const std::vector<std::string> zones =
      texts_at(object.spec, pointer.substr(std::string("/spec").size()));
  std::set<std::string> seen;
  for (std::size_t i = 0; i < zones.size(); ++i) {
    const std::string place = pointer_to(pointer, i);
    const bool full = zones[i].size() > 1;
    if (full && !region.empty() && !zones[i].starts_with(region)) {
      findings.error(place,
                     quoted_value(zones[i]) + " is not in the region " + quoted_value(region),
                     "write a letter only, such as `a`");
      continue;
    }
    const std::string letter = full && !region.empty() ? zones[i].substr(region.size()) : zones[i];
    if (!seen.insert(letter).second) {
      findings.error(place, "the zone " + quoted_value(zones[i]) + " stands in the list twice",
                     "name different zones");
    }
    if (letter.size() != 1 || !known.contains(region)) continue;
    const std::string letters = known.at(region);
    if (letters.find(letter) == std::string::npos) {
      findings.warning(
          place, "most accounts have no zone `" + letter + "` in " + quoted_value(region),
          "zones there are " + letters.substr(0, 1) + " to " + letters.substr(letters.size() - 1));
    }
  }
}

}  // namespace byoc
