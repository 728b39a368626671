// The EKS control plane of a Cluster, its add-ons, access entries and the nodes that come with it.
#include <algorithm>
#include <utility>

#include "manifests/instances.h"
#include "reconcilers/addons.h"
#include "reconcilers/cluster_parts.h"
#include "reconcilers/reference.h"

namespace byoc {
namespace {

Json cluster_name() {
  return ref("cluster", "name");
}

Json bool_or(const Json& value, bool fallback) {
  return value.is_boolean() ? value : Json(fallback);
}

Json subnet_references(const ClusterPlan& plan, const std::string& kind) {
  Json ids = Json::array();
  for (const std::string& mark : plan.zone_marks) {
    ids.push_back(ref("subnet/" + kind + "-" + mark, "SubnetId"));
  }
  return ids;
}

// The nodes of other objects, as far as they are there.
void add_followers(const ClusterPlan& plan, Desired& cluster) {
  for (const Object& one : plan.facts.dependents) {
    const std::string version = text_member(one.status, "kubernetesVersion");
    if (one.deleting() || version.empty()) continue;
    std::string pinned = text_member(one.spec, "kubernetesVersion");
    const bool stays = observes(one) || text_member(one.spec, "amiType") == "CUSTOM";
    if (pinned.empty() && stays) pinned = version;
    cluster.followers.push_back({to_string(one.key()), version, pinned});
  }
}

void add_cluster(ClusterPlan& plan) {
  const Json& spec = plan.object.spec;
  const Json& cidrs = member(spec, "endpoint/publicCidrs");
  Json network = {
      {"subnetIds", subnet_references(plan, plan.node_subnet_kind())},
      {"securityGroupIds", Json::array({ref("security-group/control-plane", "GroupId")})},
      {"endpointPublicAccess", bool_or(member(spec, "endpoint/public"), true)},
      {"endpointPrivateAccess", bool_or(member(spec, "endpoint/private"), true)}};
  if (network["endpointPublicAccess"] == true) {
    network["publicAccessCidrs"] = cidrs.is_array() ? cidrs : Json::array({"0.0.0.0/0"});
  }
  Json params = {
      {"name", plan.eks_name},
      {"roleArn", ref("role/cluster", "Arn")},
      {"resourcesVpcConfig", std::move(network)},
      {"accessConfig",
       {{"authenticationMode", "API"}, {"bootstrapClusterCreatorAdminPermissions", true}}}};
  Json types = member(spec, "logging/types");
  if (types.is_null()) types = Json::array({"api", "audit", "authenticator"});
  Json& logging = params["logging"] = Json::object();
  if (!types.empty()) {
    logging["clusterLogging"] = Json::array({{{"types", types}, {"enabled", true}}});
  }
  const Json& version = member(spec, "kubernetesVersion");
  if (version.is_string()) params["version"] = version;
  Desired& node = plan.add("cluster", "cluster", std::move(params));
  node.followed = text_member(plan.addons, "for");
  add_followers(plan, node);
}

void add_provider(ClusterPlan& plan) {
  plan.add(
      "oidc-provider", "oidc-provider",
      {{"OpenIDConnectProviderArn",
        concat({"arn:" + plan.facts.partition + ":iam::" + plan.facts.account + ":oidc-provider/",
                ref("cluster", "issuerHost")})},
       {"Url", ref("cluster", "identity/oidc/issuer")},
       {"ClientIDList", Json::array({"sts.amazonaws.com"})}});
}

// What has no version of its own goes up with the cluster's, and is never lowered.
void follow_cluster(const char* field, Desired& node) {
  node.at_least.emplace_back(field);
  node.follows = "cluster";
}

// Add-ons that pods need to get an address come before nodes; those that run as pods, after.
void add_addons(ClusterPlan& plan) {
  const Json& chosen = member(plan.addons, "versions");
  for (const Json& addon : addons_of(plan.object)) {
    const auto name = addon.at("name").get<std::string>();
    Json params = {
        {"clusterName", cluster_name()}, {"addonName", name}, {"resolveConflicts", "OVERWRITE"}};
    if (addon.contains("version")) params["addonVersion"] = addon["version"];
    const Json& configuration = member(addon, "configuration");
    params["configurationValues"] = configuration.is_null()     ? Json("{}")
                                    : configuration.is_string() ? configuration
                                                                : Json(configuration.dump());
    const bool own = params.contains("addonVersion");
    if (!own && chosen.contains(name)) params["addonVersion"] = chosen[name];
    Desired& node = plan.add("addon", "addon/" + key_part(name), std::move(params));
    if (!own) follow_cluster("addonVersion", node);
    if (addon.value("phase", "AfterCompute") == "AfterCompute") {
      node.after.push_back("nodegroup/management");
    }
  }
}

// EKS holds one scope per principal and access policy: what a manifest lists apart is joined. The
// whole cluster (no namespaces) includes every namespace.
std::vector<std::pair<std::string, Json>> joined_policies(const Json& entry) {
  std::vector<std::pair<std::string, Json>> out;  // by the policy's name: its namespaces
  for (const Json& policy : member(entry, "policies")) {
    const auto given = policy.at("name").get<std::string>();
    const std::string name = given.substr(given.rfind('/') + 1);
    const Json namespaces = policy.value("namespaces", Json::array());
    const auto same = std::find_if(out.begin(), out.end(),
                                   [&](const auto& other) { return other.first == name; });
    if (same == out.end()) {
      out.emplace_back(name, namespaces);
      continue;
    }
    Json& all = same->second;
    if (namespaces.empty() || all.empty()) {
      all = Json::array();
      continue;
    }
    for (const Json& one : namespaces) {
      if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
    }
  }
  return out;
}

// The name that EKS gives to a principal without one; said, so that another can be taken back.
// Source: EKS user guide, "Create access entries".
std::string username_of(const std::string& arn) {
  constexpr std::string_view kRole = ":role/";
  const std::size_t role = arn.find(kRole);
  if (role == std::string::npos) return arn;
  std::string out = arn.substr(0, role);
  out.replace(out.find(":iam:"), std::string_view(":iam:").size(), ":sts:");
  return out + ":assumed-role/" + arn.substr(arn.rfind('/') + 1) + "/{{SessionName}}";
}

void add_access(ClusterPlan& plan) {
  for (const Json& entry : member(plan.object.spec, "access")) {
    const auto arn = entry.at("principalArn").get<std::string>();
    const std::string key = "access-entry/" + key_part(arn);
    Json params = {{"clusterName", cluster_name()},
                   {"principalArn", arn},
                   {"kubernetesGroups", entry.value("groups", Json::array())},
                   {"username", entry.value("username", username_of(arn))}};
    plan.add("access-entry", key, std::move(params)).former_keys = {"access-entry/" +
                                                                    arn.substr(arn.rfind(':') + 1)};
    for (const auto& [short_name, namespaces] : joined_policies(entry)) {
      Json scope = {{"type", namespaces.empty() ? "cluster" : "namespace"}};
      if (!namespaces.empty()) scope["namespaces"] = namespaces;
      plan.add("access-policy", "access-policy/" + key_part(arn) + "/" + key_part(short_name),
               {{"clusterName", cluster_name()},
                {"principalArn", ref(key, "principalArn")},
                {"policyArn",
                 "arn:" + plan.facts.partition + ":eks::aws:cluster-access-policy/" + short_name},
                {"accessScope", scope}});
    }
  }
}

struct Group {
  std::string name;
  std::string instance_type;
  int min = 0;
  int max = 0;
  std::string role;  // label byoc.dev/role
};

void add_nodegroup(ClusterPlan& plan, const Group& group) {
  Desired& node =
      plan.add("nodegroup", "nodegroup/" + key_part(group.name),
               {{"clusterName", cluster_name()},
                {"nodegroupName", group.name},
                {"scalingConfig",
                 {{"minSize", group.min}, {"maxSize", group.max}, {"desiredSize", group.min}}},
                {"subnets", subnet_references(plan, plan.node_subnet_kind())},
                {"instanceTypes", Json::array({group.instance_type})},
                {"amiType", ami_type_for(group.instance_type)},
                {"capacityType", "ON_DEMAND"},
                {"updateConfig", {{"maxUnavailable", 1}}},
                {"nodeRole", ref("role/node", "Arn")},
                {"labels", {{"byoc.dev/role", group.role}}},
                {"taints", Json::array()},
                {"version", ref("cluster", "version")},
                {"launchTemplate",
                 {{"id", ref("launch-template/nodes", "LaunchTemplateId")},
                  {"version", ref("launch-template/nodes", "LatestVersion")}}}});
  node.ignore.push_back("/scalingConfig/desiredSize");
  follow_cluster("version", node);
  for (const Desired& other : plan.graph.nodes) {
    const bool before = other.type == "addon" &&
                        std::find(other.after.begin(), other.after.end(), "nodegroup/management") ==
                            other.after.end();
    if (before) plan.graph.nodes.back().after.push_back(other.key);
  }
}

}  // namespace

void add_control_plane(ClusterPlan& plan) {
  add_cluster(plan);
  add_provider(plan);
  add_addons(plan);
  add_access(plan);
}

void add_management_nodes(ClusterPlan& plan) {
  constexpr int kTypeMax = 10;  // of the groups made for instanceTypes
  const Json& spec = plan.object.spec;
  plan.add(
      "launch-template", "launch-template/nodes",
      {{"LaunchTemplateName", aws_name(plan.eks_name, "nodes", short_uid(plan.owner.uid), 128)},
       {"LaunchTemplateData", launch_template_data({}, ref("security-group/nodes", "GroupId"),
                                                   plan.owner, tags_of(plan.object))}});
  const bool savings = spec.value("costSavings", true);
  const int nodes = spec.value("managementNodes", savings ? 1 : 2);
  add_nodegroup(plan, {"management", spec.value("managementInstanceType", "t3.large"), nodes, nodes,
                       "management"});
  for (const Json& entry : member(spec, "instanceTypes")) {
    const auto type =
        entry.is_string() ? entry.get<std::string>() : entry.at("name").get<std::string>();
    const int warm = entry.is_object() ? entry.value("overprovisioned", 0) : 0;
    std::string name = type;
    std::replace(name.begin(), name.end(), '.', '-');
    add_nodegroup(plan, {name, type, warm, std::max(kTypeMax, warm), "worker"});
  }
}

Json launch_template_data(const Disk& disk, const Json& group_id, const Owner& owner,
                          const Tags& tags) {
  Tags marks = tags;
  marks.try_emplace("Name", owner.object.name);
  marks[std::string(kTagOwnerUid)] = owner.uid;
  marks[std::string(kTagOwner)] = to_string(owner.object);
  Json specifications = Json::array();
  for (const char* type : {"instance", "volume"}) {
    specifications.push_back({{"ResourceType", type}, {"Tags", tag_list(marks)}});
  }
  Json volume = {{"VolumeSize", disk.gib},
                 {"VolumeType", disk.type},
                 {"Encrypted", true},
                 {"DeleteOnTermination", true}};
  if (disk.iops > 0) volume["Iops"] = disk.iops;
  return {{"BlockDeviceMappings",
           Json::array({{{"DeviceName", disk.device}, {"Ebs", std::move(volume)}}})},
          {"MetadataOptions", {{"HttpTokens", "required"}, {"HttpPutResponseHopLimit", 2}}},
          {"SecurityGroupIds", Json::array({group_id})},
          {"TagSpecifications", std::move(specifications)}};
}

std::string ami_type_for(const std::string& instance_type) {
  return default_ami_type(instance_type);
}

}  // namespace byoc
