// EKS clusters, node groups, add-ons and access entries. Names and states: botocore eks/2017-11-01.
#include <algorithm>
#include <initializer_list>
#include <set>

#include "reconcilers/parts.h"
#include "reconcilers/reference.h"
#include "reconcilers/row.h"
#include "reconcilers/step.h"

namespace byoc {
namespace {

constexpr std::string_view kPool = R"("@clusterName")";

// Log types that are on, as one list; the issuer without its scheme (IAM names providers so).
void read_cluster(const Row& row, const Json& item, std::vector<Observed>& out) {
  Json own = item;
  Json types = Json::array();
  for (const Json& entry : member(item, "logging/clusterLogging")) {
    if (!entry.value("enabled", false)) continue;
    for (const Json& type : member(entry, "types")) types.push_back(type);
  }
  own["logging"] = Json::object();
  if (!types.empty()) {
    own["logging"]["clusterLogging"] = Json::array({{{"types", types}, {"enabled", true}}});
  }
  const Json& issuer = member(item, "identity/oidc/issuer");
  if (issuer.is_string()) {
    constexpr std::string_view kScheme = "https://";
    std::string host = issuer.get<std::string>();
    if (host.starts_with(kScheme)) host.erase(0, kScheme.size());
    own["issuerHost"] = host;
  }
  own["clusterName"] = item.value("name", "");
  read_tagged(row, own, out);
}

Json update_logging(const Desired&, const Json& params, const Observed& observed) {
  std::set<std::string> on;
  for (const Json& entry : member(params, "logging/clusterLogging")) {
    for (const Json& type : member(entry, "types")) on.insert(type.get<std::string>());
  }
  Json off = Json::array();
  for (const char* type : {"api", "audit", "authenticator", "controllerManager", "scheduler"}) {
    if (!on.contains(type)) off.push_back(type);
  }
  Json entries = Json::array();
  if (!on.empty()) entries.push_back({{"types", on}, {"enabled", true}});
  if (!off.empty()) entries.push_back({{"types", off}, {"enabled", false}});
  return {{"name", observed.id}, {"logging", {{"clusterLogging", entries}}}};
}

// EKS takes one kind of change a call: how the endpoint is reached, or where the cluster stands.
Json update_network(const Desired&, const Json& params, const Observed& observed) {
  Json endpoint = Json::object();
  Json place = Json::object();
  bool endpoint_differs = false;
  for (const auto& [name, value] : params.at("resourcesVpcConfig").items()) {
    const bool about_place = name == "subnetIds" || name == "securityGroupIds";
    (about_place ? place : endpoint)[name] = value;
    const Json& seen = member(observed.fields, "resourcesVpcConfig/" + name);
    if (!about_place && seen != value) endpoint_differs = true;
  }
  return {{"name", observed.id}, {"resourcesVpcConfig", endpoint_differs ? endpoint : place}};
}

Json removed_keys(const Json& desired, const Json& observed) {
  Json keys = Json::array();
  if (!observed.is_object()) return keys;
  for (const auto& [key, value] : observed.items()) {
    if (!desired.contains(key)) keys.push_back(key);
  }
  return keys;
}

void add_label_changes(const Json& desired, const Json& observed, Json& params) {
  if (desired.is_null()) return;
  Json labels = Json::object();
  if (!desired.empty()) labels["addOrUpdateLabels"] = desired;
  if (Json gone = removed_keys(desired, observed); !gone.empty()) labels["removeLabels"] = gone;
  if (!labels.empty()) params["labels"] = labels;
}

// A taint is known by key and effect: another value of it is a change, no removal.
void add_taint_changes(const Json& desired, const Json& observed, Json& params) {
  if (desired.is_null()) return;
  const auto named_alike = [](const Json& one, const Json& other) {
    return member(one, "key") == member(other, "key") &&
           member(one, "effect") == member(other, "effect");
  };
  Json gone = Json::array();
  for (const Json& taint : observed) {
    const bool wanted = std::any_of(desired.begin(), desired.end(),
                                    [&](const Json& one) { return named_alike(one, taint); });
    if (!wanted) gone.push_back(taint);
  }
  Json taints = Json::object();
  if (!desired.empty()) taints["addOrUpdateTaints"] = desired;
  if (!gone.empty()) taints["removeTaints"] = gone;
  if (!taints.empty()) params["taints"] = taints;
}

// Sizes, labels, taints and update settings change in one call. The size that runs belongs to
// whoever scales; it is only moved into the new bounds.
Json update_nodegroup(const Desired& desired, const Json& wanted, const Observed& observed) {
  Json params = {{"clusterName", wanted.at("clusterName")},
                 {"nodegroupName", wanted.at("nodegroupName")}};
  Json scaling = wanted.at("scalingConfig");
  const Json& running = member(observed.fields, "scalingConfig/desiredSize");
  if (!desired.ignore.empty() && running.is_number()) {
    scaling["desiredSize"] = std::clamp(running.get<int>(), scaling.at("minSize").get<int>(),
                                        scaling.at("maxSize").get<int>());
  }
  params["scalingConfig"] = scaling;
  add_label_changes(member(wanted, "labels"), member(observed.fields, "labels"), params);
  add_taint_changes(member(wanted, "taints"), member(observed.fields, "taints"), params);
  const Json& update = member(wanted, "updateConfig");
  const Json& set = member(observed.fields, "updateConfig");
  const Json& seen = set.is_null() ? initial_of(*observed.row, "updateConfig") : set;
  if (!update.is_null() && update != seen) params["updateConfig"] = update;
  return params;
}

// The members of `params` with these names, as far as there are any.
Json those_of(const Json& params, std::initializer_list<const char*> names) {
  Json out = Json::object();
  for (const char* name : names) {
    if (params.contains(name)) out[name] = params[name];
  }
  return out;
}

// A version and a template in one call: the nodes are replaced once. A version that stands already
// is not said again.
Json update_nodegroup_version(const Desired&, const Json& wanted, const Observed& observed) {
  Json params = those_of(wanted, {"clusterName", "nodegroupName", "launchTemplate", "version"});
  const Json& version = member(params, "version");
  const Json& stands = member(observed.fields, "version");
  if (version.is_string() && stands.is_string() &&
      !is_older(stands.get_ref<const std::string&>(), version.get_ref<const std::string&>())) {
    params.erase("version");
  }
  return params;
}

void read_access_policy(const Row& row, const Json& item, std::vector<Observed>& out) {
  for (const Json& policy : member(item, "associatedAccessPolicies")) {
    Json fields = policy;
    for (const char* name : {"clusterName", "principalArn"}) fields[name] = item.at(name);
    out.push_back(part_of(row, item.at("principalArn").get<std::string>(), std::move(fields)));
  }
}

Row cluster_row() {
  return {.type = "cluster",
          .service = "eks",
          .looks = {{.from = Look::From::named,
                     .operation = "DescribeCluster",
                     .params = R"({"name":"@name"})",
                     .items = "cluster",
                     .read = read_cluster,
                     .one = true,
                     .detail = true}},
          .id = "name",
          .arn = "arn",
          .arn_names = "cluster/@name",
          .identity = {"name"},
          .state = "status",
          .ready = {"ACTIVE"},
          .failed = {"FAILED"},
          .going = {"DELETING"},
          .issues = "health/issues",
          .settle_seconds = 590,
          .leave_seconds = 200,
          .create = "CreateCluster",
          .made = "cluster",
          .again = Again::by_token,
          .token = "clientRequestToken",
          .tagging = Tagging::map,
          .tag = "TagResource",
          .untag = "UntagResource",
          .tag_target = R"({"resourceArn":"@arn"})",
          .set = {{.field = "version",
                   .operation = "UpdateClusterVersion",
                   .params = R"({"name":"@id","version":"@version"})",
                   .moves = "version",
                   .rises = true,
                   .stepwise = true},
                  {.field = "logging",
                   .operation = "UpdateClusterConfig",
                   .make = update_logging,
                   .initial = "{}"},
                  {.field = "resourcesVpcConfig",
                   .operation = "UpdateClusterConfig",
                   .make = update_network}},
          .update = "update/id",
          .follow = "DescribeUpdate",
          .follow_params = R"({"name":"@name"})",
          .ignored = {"accessConfig"},
          .exact = {"logging"},
          .hints = {{"UnsupportedAvailabilityZoneException",
                     "Write two or more of these zones into spec.network.zones and apply: as long "
                     "as the cluster is not made, its network can move."}},
          .remove = "DeleteCluster",
          .remove_params = R"({"name":"@id"})",
          .protection = "deletionProtection",
          .unprotect = "aws eks update-cluster-config --no-deletion-protection --name",
          .blockers = {{.what = "nodegroup",
                        .operation = "ListNodegroups",
                        .params = R"({"clusterName":"@id"})",
                        .items = "nodegroups",
                        .removal = "aws eks delete-nodegroup --cluster-name @id "
                                   "--nodegroup-name @self"},
                       {.what = "Fargate profile",
                        .operation = "ListFargateProfiles",
                        .params = R"({"clusterName":"@id"})",
                        .items = "fargateProfileNames",
                        .removal = "aws eks delete-fargate-profile --cluster-name @id "
                                   "--fargate-profile-name @self"}},
          .recreate_failed = true,
          .shows_in = {"nodegroup", "addon", "access-entry", "log-group"},
          .after = {"role-policy", "log-group", "route-table-association"},
          .remove_before = {"leftover-group"},
          // Network and identity (aws-rules C2). Not the identity provider: only the cluster tells
          // its name, and after a rebuild no record would.
          .stay_until_gone = {"nat-gateway", "address", "route-table",
                              "internet-gateway-attachment", "internet-gateway", "subnet",
                              "security-group-ingress", "security-group", "role"},
          .pool = R"("@name")"};
}

Row nodegroup_row() {
  constexpr std::string_view kReplaced = "its nodes are replaced, a few at a time";
  Row row{.type = "nodegroup",
          .service = "eks",
          .looks = {{.from = Look::From::named,
                     .operation = "DescribeNodegroup",
                     .params = R"({"clusterName":"@clusterName","nodegroupName":"@nodegroupName"})",
                     .items = "nodegroup",
                     .one = true,
                     .detail = true}},
          .id = "nodegroupName",
          .arn = "nodegroupArn",
          .arn_names = "nodegroup/@clusterName/@nodegroupName/*",
          .identity = {"clusterName", "nodegroupName"},
          .state = "status",
          .ready = {"ACTIVE"},
          .degraded = {"DEGRADED"},
          .failed = {"CREATE_FAILED", "DELETE_FAILED"},
          .going = {"DELETING"},
          .issues = "health/issues",
          .settle_seconds = 110,
          .leave_seconds = 380,
          .create = "CreateNodegroup",
          .made = "nodegroup",
          .again = Again::by_token,
          .token = "clientRequestToken",
          .tagging = Tagging::map,
          .tag = "TagResource",
          .untag = "UntagResource",
          .tag_target = R"({"resourceArn":"@nodegroupArn"})",
          .set = {{.field = "launchTemplate",
                   .operation = "UpdateNodegroupVersion",
                   .make = update_nodegroup_version,
                   .keeps = "id",  // another template is taken at creation only (E31)
                   .effect = kReplaced},
                  {.field = "version",
                   .operation = "UpdateNodegroupVersion",
                   .make = update_nodegroup_version,
                   .rises = true,
                   .effect = kReplaced}},
          .update = "update/id",
          .follow = "DescribeUpdate",
          .follow_params = R"({"name":"@clusterName","nodegroupName":"@nodegroupName"})",
          .ordered = {"instanceTypes"},  // on demand, EKS tries them in this order
          .exact = {"labels", "taints"},
          .remove = "DeleteNodegroup",
          .remove_params = R"({"clusterName":"@clusterName","nodegroupName":"@nodegroupName"})",
          .recreate_failed = true,
          .after = {"role-policy", "nat-gateway", "route", "route-table-association",
                    "internet-gateway-attachment", "security-group-ingress"},
          .remove_before = {"leftover-interface", "leftover-group", "cluster"},
          .pool = kPool};
  for (const char* field : {"scalingConfig", "labels", "taints"}) {
    row.set.push_back(
        {.field = field, .operation = "UpdateNodegroupConfig", .make = update_nodegroup});
  }
  row.set.push_back({.field = "updateConfig",
                     .operation = "UpdateNodegroupConfig",
                     .make = update_nodegroup,
                     .initial = R"({"maxUnavailable":1})"});
  return row;
}

// An add-on may have a version, a configuration, both or neither.
Json update_addon(const Desired&, const Json& params, const Observed&) {
  return those_of(params, {"clusterName", "addonName", "addonVersion", "configurationValues",
                           "resolveConflicts"});
}

Json update_access(const Desired&, const Json& params, const Observed&) {
  return those_of(params, {"clusterName", "principalArn", "kubernetesGroups", "username"});
}

Row addon_row() {
  return {.type = "addon",
          .service = "eks",
          .looks = {{.from = Look::From::named,
                     .operation = "DescribeAddon",
                     .params = R"({"clusterName":"@clusterName","addonName":"@addonName"})",
                     .items = "addon",
                     .one = true,
                     .detail = true}},
          .id = "addonName",
          .arn = "addonArn",
          .arn_names = "addon/@clusterName/@addonName/*",
          .identity = {"clusterName", "addonName"},
          .state = "status",
          .ready = {"ACTIVE"},
          .degraded = {"DEGRADED", "UPDATE_FAILED"},
          .failed = {"CREATE_FAILED", "DELETE_FAILED"},
          .going = {"DELETING"},
          .issues = "health/issues",
          .settle_seconds = 20,
          .leave_seconds = 20,
          .create = "CreateAddon",
          .made = "addon",
          .again = Again::by_token,
          .token = "clientRequestToken",
          .tagging = Tagging::map,
          .tag = "TagResource",
          .untag = "UntagResource",
          .tag_target = R"({"resourceArn":"@addonArn"})",
          .set = {{.field = "addonVersion", .operation = "UpdateAddon", .make = update_addon},
                  {.field = "configurationValues",
                   .operation = "UpdateAddon",
                   .make = update_addon,
                   .initial = R"("{}")"}},
          .update = "update/id",
          .follow = "DescribeUpdate",
          .follow_params = R"({"name":"@clusterName","addonName":"@addonName"})",
          .ignored = {"resolveConflicts"},
          .remove = "DeleteAddon",
          .remove_params = R"({"clusterName":"@clusterName","addonName":"@addonName"})",
          .inherits = true,
          .recreate_failed = true,
          .remove_before = {"nodegroup", "cluster"}};
}

Row access_row() {
  return {.type = "access-entry",
          .service = "eks",
          .looks = {{.from = Look::From::named,
                     .operation = "DescribeAccessEntry",
                     .params = R"({"clusterName":"@clusterName","principalArn":"@principalArn"})",
                     .items = "accessEntry",
                     .one = true,
                     .detail = true}},
          .id = "principalArn",
          .identity = {"clusterName", "principalArn"},
          .create = "CreateAccessEntry",
          .made = "accessEntry",
          .again = Again::by_token,
          .token = "clientRequestToken",
          .tagging = Tagging::map,
          .tag = "TagResource",
          .untag = "UntagResource",
          .tag_target = R"({"resourceArn":"@accessEntryArn"})",
          .set = {{.field = "kubernetesGroups",
                   .operation = "UpdateAccessEntry",
                   .make = update_access},
                  {.field = "username", .operation = "UpdateAccessEntry", .make = update_access}},
          .remove = "DeleteAccessEntry",
          .remove_params = R"({"clusterName":"@clusterName","principalArn":"@principalArn"})",
          .remembers_parts = true,
          .inherits = true,
          .remove_before = {"cluster"}};
}

Row access_policy_row() {
  constexpr std::string_view kPut =
      R"({"clusterName":"@clusterName","principalArn":"@principalArn","policyArn":"@policyArn",)"
      R"("accessScope":"@accessScope"})";
  return {.type = "access-policy",
          .service = "eks",
          .looks = {{.from = Look::From::parent,
                     .operation = "ListAssociatedAccessPolicies",
                     .params = R"({"clusterName":"@clusterName","principalArn":"@principalArn"})",
                     .read = read_access_policy,
                     .detail = true}},
          .identity = {"clusterName", "principalArn", "policyArn"},
          .parent = "access-entry",
          .create = "AssociateAccessPolicy",
          .set = {{.field = "accessScope", .operation = "AssociateAccessPolicy", .params = kPut}},
          .remove = "DisassociateAccessPolicy",
          .remove_params = R"({"clusterName":"@clusterName","principalArn":"@principalArn",)"
                           R"("policyArn":"@policyArn"})",
          .remove_with_parent = true,
          .exclusive = true};
}

}  // namespace

std::vector<Row> rows_eks() {
  return {cluster_row(), nodegroup_row(), addon_row(), access_row(), access_policy_row()};
}

}  // namespace byoc
