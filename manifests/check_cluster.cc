// Cluster: identity, network and what else must fit together.
#include <algorithm>
#include <set>

#include "base/join.h"
#include "manifests/cidr.h"
#include "manifests/format.h"
#include "manifests/partition.h"
#include "manifests/pointer.h"
#include "manifests/references.h"
#include "manifests/schema.h"
#include "manifests/topics.h"

namespace byoc {
namespace {

// Source: VPC user guide: a VPC is /16 to /28, a subnet too. Each subnet is a sixteenth of the
// network, so the smallest network is /24.
constexpr int kVpcPrefixMin = 16;
constexpr int kVpcPrefixMax = 24;
// Source: EKS quotas, managed node groups per cluster; it can be raised.
constexpr std::size_t kNodeGroupsUsual = 30;

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
        place, "a cluster's network is from /16 to /24, not /" + std::to_string(cidr->prefix),
        cidr->prefix > kVpcPrefixMax
            ? "each subnet is a sixteenth of it, and AWS makes none smaller than /28"
            : "");
  }
  if (const char* use = reserved_for(*cidr); use != nullptr) {
    return findings.error(place, quoted_value(to_string(*cidr)) + " is reserved for " + use,
                          "use a part of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16");
  }
  if (!is_private(*cidr)) {
    findings.warning(place,
                     quoted_value(to_string(*cidr)) +
                         " is no private range: hosts on the internet in it cannot be reached",
                     "use a part of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16");
  }
}

// byoc works as the role that a Cluster names: the role must trust byoc's own account. Which one
// that is only AWS knows; that nobody of it is meant can be seen.
void check_role_trust(const Object& object, const World& world, Findings& findings) {
  const auto reference = reference_at(object, "/roleRef/name");
  const Object* role = reference ? world.find(*reference) : nullptr;
  if (role == nullptr || text_at(role->spec, "/managementPolicy") == "Observe") return;
  const Json* own = value_at(role->spec, "/trust/ownAccount");
  const std::string account = text_at(role->spec, "/accountId");
  const std::vector<std::string> accounts = texts_at(role->spec, "/trust/accounts");
  const bool trusted = (own != nullptr && *own == true) ||
                       !list_at(role->spec, "/trust/principals").empty() ||
                       std::find(accounts.begin(), accounts.end(), account) != accounts.end();
  if (trusted) return;
  findings.warning("/spec/roleRef",
                   "byoc is to work as Role " + quoted_value(role->metadata.name) +
                       ", which trusts others only: AWS lets byoc assume it just if byoc's own "
                       "account is among them",
                   "write ownAccount: true in the Role's spec.trust, or leave roleRef out");
}

bool is_off(const Object& object, const char* pointer) {
  const Json* value = value_at(object.spec, pointer);
  return value != nullptr && *value == false;
}

// Nodes come to the public endpoint from the address of the NAT gateway, which a new cluster does
// not have yet.
void check_reach_of_nodes(const Object& object, const World& world, Findings& findings) {
  const std::string place = "/spec/endpoint/publicCidrs";
  if (world.find_existing(object.key()) == nullptr) {
    findings.error(place,
                   "without a private endpoint the nodes come from an address that is not made "
                   "yet, and could not join",
                   "write private: true, or limit the endpoint once the cluster runs");
  } else if (!stands_already(object, world, "/endpoint")) {
    findings.warning(place,
                     "without a private endpoint the nodes come from the addresses of the NAT "
                     "gateways: they must be in these ranges",
                     "write private: true");
  }
}

// Source: EKS user guide, "Cluster API server endpoint": the ranges must hold what the nodes come
// from when there is no private endpoint; EKS takes no private or reserved ones.
void check_public_ranges(const Object& object, const World& world, Findings& findings) {
  const std::vector<std::string> ranges = texts_at(object.spec, "/endpoint/publicCidrs");
  const bool everybody = ranges.empty() || ranges == std::vector<std::string>{"0.0.0.0/0"};
  const std::string place = "/spec/endpoint/publicCidrs";
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    const auto range = parse_cidr(ranges[i]);
    if (!range || range->prefix == 0) continue;
    const char* use = is_private(*range) ? "private networks" : reserved_for(*range);
    if (use == nullptr) continue;
    findings.error(pointer_to(place, i),
                   quoted_value(ranges[i]) + " is reserved for " + use +
                       ": nobody comes from there over the internet",
                   "write the public addresses of your office, or remove it");
  }
  if (is_off(object, "/endpoint/public") && !everybody) {
    findings.error(place, "without a public endpoint there is nothing that the ranges limit",
                   "remove publicCidrs, or write public: true");
  } else if (is_off(object, "/endpoint/private") && !everybody) {
    check_reach_of_nodes(object, world, findings);
  }
}

void check_endpoint(const Object& object, const World& world, Findings& findings) {
  if (is_off(object, "/endpoint/public") && is_off(object, "/endpoint/private")) {
    findings.error("/spec/endpoint", "the endpoint must be public, private or both");
  } else {
    check_public_ranges(object, world, findings);
  }
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

// Source: EKS user guide, "Create access entries": neither groups nor usernames begin so.
std::string kept_prefix(const std::string& name) {
  for (const char* prefix : {"system:", "eks:", "aws:", "amazon:", "iam:"}) {
    if (name.starts_with(prefix)) return prefix;
  }
  return "";
}

void check_username(const std::string& name, const std::string& place, Findings& findings) {
  if (const std::string prefix = kept_prefix(name); !prefix.empty()) {
    findings.error(place, "EKS refuses usernames that begin with " + quoted_value(prefix),
                   "choose another name, or leave it out");
  }
  const std::size_t session = name.find("{{SessionName}}");
  if (session != std::string::npos && name.substr(0, session).find(':') == std::string::npos) {
    findings.error(place, "EKS wants a colon before {{SessionName}}",
                   "write such as ops:{{SessionName}}");
  }
}

// EKS keeps one association of a policy with a principal: a second one would replace the first.
void check_access_policies(const Json& entry, const std::string& place, Findings& findings) {
  std::set<std::string> seen;
  const Json& policies = list_at(entry, "/policies");
  for (std::size_t i = 0; i < policies.size(); ++i) {
    const std::string name = text_at(policies[i], "/name");
    if (name.empty() || seen.insert(name.substr(name.rfind('/') + 1)).second) continue;
    findings.error(pointer_to(place + "/policies", i) + "/name",
                   quoted_value(name) + " stands in the list twice",
                   "write it once, with the namespaces of both");
  }
}

void check_access(const Object& object, Findings& findings) {
  const Json& access = list_at(object.spec, "/access");
  for (std::size_t i = 0; i < access.size(); ++i) {
    const std::string place = pointer_to("/spec/access", i);
    const std::vector<std::string> groups = texts_at(access[i], "/groups");
    for (std::size_t j = 0; j < groups.size(); ++j) {
      const std::string prefix = kept_prefix(groups[j]);
      if (prefix.empty()) continue;
      findings.error(pointer_to(place + "/groups", j),
                     "EKS refuses groups that begin with " + quoted_value(prefix),
                     "use an access policy, such as AmazonEKSClusterAdminPolicy");
    }
    check_username(text_at(access[i], "/username"), place + "/username", findings);
    check_access_policies(access[i], place, findings);
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
  const std::size_t groups = list_at(object.spec, "/instanceTypes").size() + 1;
  if (groups > kNodeGroupsUsual) {
    findings.warning("/spec/instanceTypes",
                     std::to_string(groups) +
                         " node groups would be made: one for each type and "
                         "one for management; most accounts may have " +
                         std::to_string(kNodeGroupsUsual) + " per cluster",
                     "raise the quota L-6D54EA21 first, or name fewer types");
  }
}

void advise_region(const Object& object, const World& world, Findings& findings) {
  const Json& data = schema_data("regions.json");
  const std::string region = text_at(object.spec, "/region");
  const auto recommended = data.at("recommended").get<std::vector<std::string>>();
  const bool plain = !data.at("zones").contains(region) || stands_already(object, world, "/region");
  if (plain || std::find(recommended.begin(), recommended.end(), region) != recommended.end()) {
    return;
  }
  findings.warning("/spec/region",
                   "fewer instance types are on offer in " + quoted_value(region) +
                       " than in the recommended regions",
                   "recommended are " + joined(recommended) + "; any other works too");
}

// The node groups that a Cluster brings: one for management and one for each of its types.
void add_own_groups(const Object& object, std::vector<TakenName>& out) {
  const std::string scope = object.metadata.ns + "/" + object.metadata.name;
  const auto add = [&](const std::string& name, const std::string& pointer) {
    out.push_back({"node group", scope, "", "", name, pointer, std::string(kGroupNameHint)});
  };
  add("management", "/metadata/name");
  const Json& types = list_at(object.spec, "/instanceTypes");
  for (std::size_t i = 0; i < types.size(); ++i) {
    const std::string type =
        types[i].is_string() ? types[i].get<std::string>() : text_at(types[i], "/name");
    add(aws_name_of(type), pointer_to("/spec/instanceTypes", i));
  }
}

// Zones that are written later are those where the cluster stands: subnets do not move (F5).
void check_late_zones(const Object& object, const Object& existing, Findings& findings) {
  if (!list_at(existing.spec, "/network/zones").empty()) return;
  if (!is_in_inventory(existing.status, "cluster")) return;  // nothing stands on them yet
  const std::vector<std::string> written = texts_at(object.spec, "/network/zones");
  const std::string region = text_at(object.spec, "/region");
  std::set<std::string> wanted;
  for (const std::string& zone : written) wanted.insert(zone.size() == 1 ? region + zone : zone);
  std::set<std::string> standing;
  for (const Json& zone : list_at(existing.status, "/decided/zones")) {
    standing.insert(text_at(zone, "/name"));
  }
  if (wanted.empty() || standing.empty() || wanted == standing) return;
  findings.error(
      "/spec/network/zones",
      "the cluster stands in " + joined(standing) + ", and zones cannot change (ImmutableField)",
      "write these, leave the field out, or delete the object and create it again");
}

}  // namespace

void check_cluster_update(const Object& object, const Object& existing, Findings& findings) {
  check_version_update(object, existing, findings);
  check_late_zones(object, existing, findings);
}

std::vector<TakenName> names_of_cluster(const Object& object, const World& world) {
  const std::string region = text_at(object.spec, "/region");
  std::vector<TakenName> out = {{"EKS cluster", region, known_account(object, world),
                                 credentials_of(object), aws_name_of(object.metadata.name),
                                 "/metadata/name"}};
  // One name in the whole partition, whoever has it.
  const std::string bucket = text_at(object.spec, "/storage/bucket/name");
  if (!bucket.empty()) {
    out.push_back(
        {"S3 bucket", partition_of_region(region), "", "", bucket, "/spec/storage/bucket/name"});
  }
  add_own_groups(object, out);
  return out;
}

void check_cluster(const Object& object, const World& world, Findings& findings) {
  check_role_choice(object, findings);
  check_role_trust(object, world, findings);
  advise_region(object, world, findings);
  check_version_offered(object, world, findings);
  check_network(object, findings);
  check_endpoint(object, world, findings);
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
