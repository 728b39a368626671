#include "tests/sim/eks.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include "base/join.h"
#include "tests/sim/ec2.h"
#include "tests/sim/iam.h"

namespace byoc::sim {
namespace {

constexpr std::uint64_t kControlPlaneAddressesMin = 6;  // free ones in each subnet

// Versions with standard or extended support, oldest first.
const std::array<std::string, 7> kVersions = {"1.29", "1.30", "1.31", "1.32",
                                              "1.33", "1.34", "1.35"};

bool is_eks_name_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
}

// Zones in which EKS makes no control planes.
bool is_unsupported_zone(const std::string& zone) {
  const std::string id = zone_id(zone);
  return id == "use1-az3" || id == "usw1-az2" || id == "cac1-az3";
}

bool is_full_zone(const OpContext& context, const std::string& zone) {
  return is_unsupported_zone(zone) || context.region.eks.full_zones.contains(zone);
}

Answer refuse_zone(const OpContext& context, const std::string& cluster, const std::string& zone) {
  std::vector<std::string> usable;
  for (const std::string& other : zones_of(context.region.name)) {
    if (!is_full_zone(context, other)) usable.push_back(other);
  }
  Answer no = fail("UnsupportedAvailabilityZoneException",
                   "Cannot create cluster '" + cluster + "' because " + zone +
                       ", the targeted availability zone, does not currently have sufficient "
                       "capacity to support the cluster. Retry and choose from these availability "
                       "zones: " +
                       joined(usable));
  no.body = {{"clusterName", cluster}, {"validZones", usable}};
  return no;
}

}  // namespace

Answer eks_invalid(std::string message) {
  return fail("InvalidParameterException", std::move(message));
}
Answer eks_bad_state(std::string message) {
  return fail("InvalidRequestException", std::move(message));
}
Answer eks_in_use(std::string message) {
  return fail("ResourceInUseException", std::move(message), 409);
}
Answer eks_not_found(std::string message) {
  return fail("ResourceNotFoundException", std::move(message), 404);
}
Answer eks_over_limit(std::string message) {
  return fail("ResourceLimitExceededException", std::move(message));
}

ClusterAnswer find_cluster(OpContext& context, const std::string& name) {
  EksCluster* cluster = context.region.eks.clusters.find(name, context.sight);
  if (cluster != nullptr) return {cluster, {}};
  std::string message = "No cluster found for name: " + name + '.';
  // K6: for a while after the create it can be a ClientException.
  if (context.sight.stale) return {nullptr, fail("ClientException", std::move(message))};
  return {nullptr, eks_not_found(std::move(message))};
}

ClusterAnswer active_cluster(OpContext& context, const std::string& name, bool may_update) {
  auto [cluster, error] = find_cluster(context, name);
  if (cluster == nullptr) return {nullptr, error};
  if (cluster->status == "ACTIVE") return {cluster, {}};
  if (may_update && cluster->status == "UPDATING") return {cluster, {}};
  return {nullptr, eks_bad_state("Cluster '" + name +
                                 "' is not in ACTIVE status: the request is "
                                 "invalid given the state of the cluster (" +
                                 cluster->status + ").")};
}

bool is_updating(const EksCluster& cluster, std::string_view owner) {
  return std::any_of(cluster.updates.begin(), cluster.updates.end(), [&](const auto& u) {
    return u.second.owner == owner && u.second.status == "InProgress";
  });
}

std::optional<Answer> refuse_members(const Json& object, std::string_view where,
                                     std::string_view known) {
  if (!object.is_object()) return eks_invalid(std::string(where) + " must be an object");
  for (const auto& item : object.items()) {
    if (has_word(known, item.key())) continue;
    return fail("UnknownParameter",
                "The parameter " + std::string(where) + '.' + item.key() + " is not recognized");
  }
  return std::nullopt;
}

std::optional<Answer> refuse_eks_name(std::string_view what, const std::string& name,
                                      std::size_t length_max) {
  const bool starts = !name.empty() && std::isalnum(static_cast<unsigned char>(name[0])) != 0;
  if (starts && name.size() <= length_max &&
      std::all_of(name.begin(), name.end(), is_eks_name_char)) {
    return std::nullopt;
  }
  return eks_invalid(
      "The " + std::string(what) + " '" + name +
      "' is not valid: it must match ^[0-9A-Za-z][A-Za-z0-9\\-_]* and have at most " +
      std::to_string(length_max) + " characters");
}

std::optional<Answer> refuse_eks_tags(const Json& params) {
  const Json* tags = member(params, "tags");
  if (tags == nullptr) return std::nullopt;
  if (tags->size() > kTagsMax) return eks_invalid("A resource can have at most 50 tags");
  for (const auto& item : tags->items()) {
    if (item.key().empty() || item.key().size() > 128 || item.key().starts_with("aws:")) {
      return eks_invalid("Tag key is not valid: " + item.key());
    }
    if (item.value().get_ref<const std::string&>().size() > 256) {
      return eks_invalid("Tag value is too long: " + item.key());
    }
  }
  return std::nullopt;
}

std::optional<Answer> refuse_word(const Json& object, const char* name, std::string_view words) {
  if (!object.contains(name) || has_word(words, text(object, name))) return std::nullopt;
  return eks_invalid(std::string(name) + " is not one of: " + std::string(words));
}

int minor_version(const std::string& version) {
  if (std::find(kVersions.begin(), kVersions.end(), version) == kVersions.end()) return 0;
  return std::stoi(version.substr(2));
}

const std::string& default_version() {
  return kVersions[5];
}

std::optional<Answer> refuse_subnets(OpContext& context, const Json& subnet_ids, std::string& vpc) {
  std::set<std::string> seen;
  for (const Json& value : subnet_ids) {
    const auto& id = value.get_ref<const std::string&>();
    const Subnet* subnet = context.ec2().subnets.find(id, context.sight);
    if (subnet == nullptr) return eks_invalid("The subnet ID '" + id + "' does not exist");
    if (!seen.insert(id).second) return eks_invalid("Duplicate subnet " + id);
    if (vpc.empty()) vpc = subnet->vpc;
    if (subnet->vpc != vpc) return eks_invalid("Subnets specified must belong to the same VPC");
  }
  return std::nullopt;
}

std::optional<Answer> refuse_groups(OpContext& context, const Json& group_ids,
                                    const std::string& vpc) {
  if (group_ids.size() > 5) return eks_invalid("At most 5 security groups can be given");
  for (const Json& value : group_ids) {
    const auto& id = value.get_ref<const std::string&>();
    const SecurityGroup* group = context.ec2().groups.find(id, context.sight);
    if (group == nullptr) return eks_invalid("The security group '" + id + "' does not exist");
    if (group->vpc != vpc) {
      return eks_invalid("Security group(s) " + id + " are not in the same VPC as the subnets");
    }
  }
  return std::nullopt;
}

std::optional<Answer> refuse_zones(OpContext& context, const std::string& cluster,
                                   const Json& subnet_ids) {
  std::set<std::string> zones;
  for (const Json& value : subnet_ids) {
    const Subnet& subnet = *context.ec2().subnets.find(value.get_ref<const std::string&>());
    if (is_full_zone(context, subnet.zone)) return refuse_zone(context, cluster, subnet.zone);
    if (free_addresses(context.ec2(), subnet) < kControlPlaneAddressesMin) {
      return eks_invalid("Subnet " + subnet.id + " does not have enough free IP addresses");
    }
    zones.insert(subnet.zone);
  }
  if (zones.size() >= 2) return std::nullopt;
  return eks_invalid("Subnets specified must be in at least two different AZs");
}

std::optional<Answer> refuse_service_role(OpContext& context, const std::string& arn,
                                          std::string_view service) {
  if (!arn.starts_with("arn:aws:iam::")) return eks_invalid("Invalid role ARN: " + arn);
  if (!arn.starts_with("arn:aws:iam::" + context.account.id + ":role/")) {
    return fail("AccessDeniedException", "Cross-account pass role is not allowed.", 403);
  }
  const auto* row = role_by_arn(context.world, arn);
  if (row != nullptr && row->believed(context.sight) && trusts_service(row->value, service)) {
    return std::nullopt;
  }
  return eks_invalid("Role with arn: " + arn +
                     ", could not be assumed because it does not exist or the trusted entity is "
                     "not correct");
}

bool has_aws_policy(World& world, const std::string& role_arn, std::string_view policies) {
  const auto* row = role_by_arn(world, role_arn);
  if (row == nullptr) return false;
  const auto& attached = row->value.attached;
  return std::any_of(attached.begin(), attached.end(), [&](const std::string& arn) {
    return known_aws_policy(arn) && has_word(policies, name_of_arn(arn));
  });
}

Json update_param(std::string_view type, const Json& value) {
  return {{"type", type}, {"value", value.is_string() ? value.get<std::string>() : value.dump()}};
}

Json show_update(const EksUpdate& update) {
  return {{"id", update.id},
          {"status", update.status},
          {"type", update.type},
          {"params", update.params},
          {"createdAt", format_time(update.created)},
          {"errors", update.errors}};
}

// Nothing of the change is there, and the thing can be used as before; an add-on says that it
// failed.
FinishUpdate failing_finish(const std::string& owner, const UpdateFailure& failure) {
  return [owner, failure](OpContext&, EksCluster& cluster) {
    const std::string name = owner.substr(owner.find('/') + 1);
    if (owner.empty()) cluster.status = "ACTIVE";
    if (EksNodegroup* nodes = cluster.nodegroups.find(name); owner.starts_with("nodegroup/")) {
      if (nodes != nullptr) nodes->status = "ACTIVE";
    }
    if (EksAddon* addon = cluster.addons.find(name); owner.starts_with("addon/")) {
      if (addon != nullptr) addon->status = "UPDATE_FAILED";
      if (addon != nullptr) {
        addon->issues = Json::array({as_issue(failure.code, failure.message, Json::array())});
      }
    }
    return Json::array({{{"errorCode", failure.code},
                         {"errorMessage", failure.message},
                         {"resourceIds", Json::array()}}});
  };
}

Answer begin_update(OpContext& context, EksCluster& cluster, std::string owner, std::string type,
                    Json params, Duration span, FinishUpdate finish) {
  EksUpdate update;
  update.id = context.new_uuid();
  update.owner = std::move(owner);
  update.type = std::move(type);
  update.status = "InProgress";
  update.params = std::move(params);
  update.created = context.now;
  const auto& failing = context.region.eks.failing_updates;
  if (const auto found = failing.find(update.owner); found != failing.end()) {
    span = found->second.after;
    finish = failing_finish(update.owner, found->second);
  }
  Json shown = show_update(update);
  const std::string id = update.id;
  cluster.updates[id] = std::move(update);
  context.later(context.about(span),
                [name = cluster.name, id, finish = std::move(finish)](OpContext& later) {
                  EksCluster* living = later.region.eks.clusters.find(name);
                  if (living == nullptr || !living->updates.contains(id))
                    return;  // it was deleted meanwhile
                  const Json errors = finish(later, *living);
                  EksUpdate& ended = living->updates.at(id);
                  ended.status = errors.is_null() ? "Successful" : "Failed";
                  if (!errors.is_null()) ended.errors = errors;
                });
  return done({{"update", std::move(shown)}});
}

std::string principal_of(World& world, const std::string& caller_arn) {
  constexpr std::string_view kAssumed = ":assumed-role/";
  const auto at = caller_arn.find(kAssumed);
  if (at == std::string::npos) return caller_arn;
  const auto start = at + kAssumed.size();
  const std::string name = caller_arn.substr(start, caller_arn.find('/', start) - start);
  const std::string account = caller_arn.substr(at - 12, 12);
  const auto found = world.accounts.find(account);
  if (found == world.accounts.end()) return caller_arn;
  const IamRole* role = found->second.iam.roles.find(lower(name));
  return role == nullptr ? caller_arn : role->arn;
}

Json as_issue(std::string_view code, std::string_view message, const Json& ids) {
  return {{"code", code}, {"message", message}, {"resourceIds", ids}};
}

}  // namespace byoc::sim
