// EKS clusters: create, look, delete.
#include <algorithm>
#include <set>

#include "tests/sim/cidr.h"
#include "tests/sim/ec2.h"
#include "tests/sim/eks.h"

namespace byoc::sim {
namespace {

constexpr std::size_t kClusterNameMax = 100;
constexpr std::string_view kLogTypes = "api audit authenticator controllerManager scheduler";

std::optional<Answer> refuse_cluster_members(const Json& params) {
  if (auto no = refuse_members(params.at("resourcesVpcConfig"), "resourcesVpcConfig",
                               "subnetIds securityGroupIds endpointPublicAccess "
                               "endpointPrivateAccess publicAccessCidrs")) {
    return no;
  }
  const Json none = Json::object();
  const Json access = params.value("accessConfig", none);
  if (auto no = refuse_members(access, "accessConfig",
                               "bootstrapClusterCreatorAdminPermissions authenticationMode")) {
    return no;
  }
  if (auto no = refuse_word(access, "authenticationMode", "API API_AND_CONFIG_MAP CONFIG_MAP")) {
    return no;
  }
  const Json upgrade = params.value("upgradePolicy", none);
  if (auto no = refuse_members(upgrade, "upgradePolicy", "supportType")) return no;
  if (auto no = refuse_word(upgrade, "supportType", "STANDARD EXTENDED")) return no;
  return refuse_members(params.value("kubernetesNetworkConfig", none), "kubernetesNetworkConfig",
                        "serviceIpv4Cidr ipFamily");
}

std::optional<Answer> refuse_network(OpContext& context, const Json& params, std::string& vpc) {
  const Json& network = params.at("resourcesVpcConfig");
  const Json& subnets = list(network, "subnetIds");
  if (auto no = refuse_subnets(context, subnets, vpc)) return no;
  if (auto no = refuse_zones(context, text(params, "name"), subnets)) return no;
  if (auto no = refuse_groups(context, list(network, "securityGroupIds"), vpc)) return no;
  if (auto no = refuse_endpoint(network)) return no;
  const Vpc& home = *context.ec2().vpcs.find(vpc);
  if (flag(network, "endpointPrivateAccess") && !(home.dns_support && home.dns_hostnames)) {
    return eks_invalid("Private endpoint access needs enableDnsSupport and enableDnsHostnames on " +
                       vpc);
  }
  return std::nullopt;
}

std::optional<Answer> refuse_cluster(OpContext& context, const Json& params, std::string& vpc) {
  const Eks& eks = context.region.eks;
  const std::string& name = text(params, "name");
  if (auto no = refuse_eks_name("cluster name", name, kClusterNameMax)) return no;
  if (auto no = refuse_cluster_members(params)) return no;
  if (auto no = refuse_eks_tags(params)) return no;
  if (auto no = refuse_logging(params.value("logging", Json::object()))) return no;
  if (minor_version(params.value("version", default_version())) == 0) {
    return eks_invalid("unsupported Kubernetes version " + text(params, "version"));
  }
  if (eks.clusters.find(name) != nullptr) {
    return eks_in_use("Cluster already exists with name: " + name);
  }
  if (eks.clusters.size() >= static_cast<std::size_t>(eks.cluster_quota)) {
    return eks_over_limit("Cannot exceed the limit of clusters per account and region");
  }
  if (auto no = refuse_network(context, params, vpc)) return no;
  const std::string& role = text(params, "roleArn");
  if (auto no = refuse_service_role(context, role, "eks.amazonaws.com")) return no;
  if (has_aws_policy(context.world, role, "AmazonEKSClusterPolicy")) return std::nullopt;
  return eks_invalid(
      "The provided role doesn't have the Amazon EKS Managed Policies associated with it. Please "
      "ensure the following policy is attached: AmazonEKSClusterPolicy");
}

// The services' block: the one of AWS's two defaults that is far from the VPC.
std::string service_cidr(const OpContext& context, const std::string& vpc) {
  const bool ten = context.region.ec2.vpcs.find(vpc)->cidr.starts_with("10.");
  return ten ? "172.20.0.0/16" : "10.100.0.0/16";
}

Json cluster_body(const OpContext& context, const Json& params, const std::string& vpc) {
  const std::string& name = text(params, "name");
  const Json none = Json::object();
  Json network = params.at("resourcesVpcConfig");
  network["vpcId"] = vpc;
  network["securityGroupIds"] = network.value("securityGroupIds", Json::array());
  network["endpointPublicAccess"] = flag(network, "endpointPublicAccess", true);
  network["endpointPrivateAccess"] = flag(network, "endpointPrivateAccess");
  if (!network.contains("publicAccessCidrs")) network["publicAccessCidrs"] = {"0.0.0.0/0"};
  const Json services = params.value("kubernetesNetworkConfig", none);
  const Json access = params.value("accessConfig", none);
  return {{"name", name},
          {"arn", context.arn("eks", "cluster/" + name)},
          {"createdAt", format_time(context.now)},
          {"version", params.value("version", default_version())},
          {"roleArn", text(params, "roleArn")},
          {"resourcesVpcConfig", std::move(network)},
          {"kubernetesNetworkConfig",
           {{"serviceIpv4Cidr", services.value("serviceIpv4Cidr", service_cidr(context, vpc))},
            {"ipFamily", services.value("ipFamily", "ipv4")}}},
          {"logging", whole_logging(params.value("logging", none), none)},
          {"certificateAuthority", none},
          {"platformVersion", "eks.1"},
          {"accessConfig",
           {{"authenticationMode", access.value("authenticationMode", "CONFIG_MAP")},
            {"bootstrapClusterCreatorAdminPermissions",
             flag(access, "bootstrapClusterCreatorAdminPermissions", true)}}},
          {"upgradePolicy", params.value("upgradePolicy", Json({{"supportType", "EXTENDED"}}))}};
}

Answer create_cluster(OpContext& context, const Json& params) {
  std::string vpc;
  if (auto no = refuse_cluster(context, params, vpc)) return *std::move(no);
  EksCluster made;
  made.name = text(params, "name");
  made.body = cluster_body(context, params, vpc);
  made.status = "CREATING";
  made.created = context.now;
  made.deletion_protection = flag(params, "deletionProtection");
  made.self_managed_addons = flag(params, "bootstrapSelfManagedAddons", true);
  made.tags = params.value("tags", Json::object()).get<Tags>();
  const std::string name = made.name;
  EksCluster& cluster = context.region.eks.clusters.add(name, std::move(made), context.lag());
  const Json& access = cluster.body.at("accessConfig");
  if (access.at("bootstrapClusterCreatorAdminPermissions") == true &&
      access.at("authenticationMode") != "CONFIG_MAP") {
    const std::string creator = principal_of(context.world, context.caller_arn);
    add_access_entry(context, cluster, creator, "STANDARD");
    cluster.entries.find(creator)
        ->policies["arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"] = {
        {{"type", "cluster"}, {"namespaces", Json::array()}}, context.now, context.now};
  }
  start_cluster(context, cluster);
  return done({{"cluster", show_cluster(context, cluster)}});
}

Answer describe_cluster(OpContext& context, const Json& params) {
  auto [cluster, error] = find_cluster(context, text(params, "name"));
  if (cluster == nullptr) return error;
  return done({{"cluster", show_cluster(context, *cluster)}});
}

Answer list_clusters(OpContext& context, const Json&) {
  Json names = Json::array();
  context.region.eks.clusters.each_listed(
      context.sight, [&](const std::string& name, const auto&) { names.push_back(name); });
  return done({{"clusters", std::move(names)}});
}

Answer delete_cluster(OpContext& context, const Json& params) {
  const std::string& name = text(params, "name");
  auto [cluster, error] = find_cluster(context, name);
  if (cluster == nullptr) return error;
  if (cluster->deletion_protection) {
    return eks_bad_state("Cluster " + name + " has deletion protection enabled");
  }
  if (cluster->nodegroups.size() > 0) return eks_in_use("Cluster has nodegroups attached");
  if (!cluster->fargate_profiles.empty()) {
    return eks_in_use("Cluster currently has Fargate profile " +
                      *cluster->fargate_profiles.begin() + " in status ACTIVE");
  }
  if (is_updating(*cluster, "")) {
    return eks_in_use("Cannot delete because cluster " + name +
                      " currently has an update in progress");
  }
  if (cluster->status != "ACTIVE" && cluster->status != "FAILED") {
    return eks_in_use("Cannot delete because cluster " + name + " is in status " + cluster->status);
  }
  end_cluster(context, *cluster);
  return done({{"cluster", show_cluster(context, *cluster)}});
}

Answer list_fargate_profiles(OpContext& context, const Json& params) {
  auto [cluster, error] = find_cluster(context, text(params, "clusterName"));
  if (cluster == nullptr) return error;
  return done({{"fargateProfileNames", cluster->fargate_profiles}});
}

Answer delete_fargate_profile(OpContext& context, const Json& params) {
  auto [cluster, error] = find_cluster(context, text(params, "clusterName"));
  if (cluster == nullptr) return error;
  const std::string& name = text(params, "fargateProfileName");
  if (cluster->fargate_profiles.erase(name) > 0) return done();
  return fail("ResourceNotFoundException", "No Fargate Profile found with name: " + name, 404);
}

constexpr OpRule kEksClusterOps[] = {
    {"eks", "CreateCluster", create_cluster, kMutates,
     "name! roleArn! resourcesVpcConfig!:o version kubernetesNetworkConfig:o logging:o tags:o "
     "accessConfig:o upgradePolicy:o bootstrapSelfManagedAddons:b deletionProtection:b",
     "clientRequestToken"},
    {"eks", "DescribeCluster", describe_cluster, kReads, "name!"},
    {"eks", "ListClusters", list_clusters, kReads, "maxResults:i nextToken"},
    {"eks", "DeleteCluster", delete_cluster, kMutates, "name!"},
    {"eks", "ListFargateProfiles", list_fargate_profiles, kReads,
     "clusterName! maxResults:i nextToken"},
    {"eks", "DeleteFargateProfile", delete_fargate_profile, kMutates,
     "clusterName! fargateProfileName!"},
};

}  // namespace

std::optional<Answer> refuse_endpoint(const Json& network) {
  for (const Json& block : list(network, "publicAccessCidrs")) {
    if (!read_cidr(block.get_ref<const std::string&>())) {
      return eks_invalid("The CIDR is not valid: " + block.get<std::string>());
    }
  }
  if (flag(network, "endpointPublicAccess", true) || flag(network, "endpointPrivateAccess")) {
    return std::nullopt;
  }
  return eks_invalid("Private and public endpoint access cannot be false");
}

std::optional<Answer> refuse_logging(const Json& logging) {
  if (auto no = refuse_members(logging, "logging", "clusterLogging")) return no;
  for (const Json& setup : list(logging, "clusterLogging")) {
    if (auto no = refuse_members(setup, "logging.clusterLogging", "types enabled")) return no;
    for (const Json& type : list(setup, "types")) {
      if (auto no = refuse_word({{"types", type}}, "types", kLogTypes)) return no;
    }
  }
  return std::nullopt;
}

// What is not named keeps its state of `before`; a new cluster logs nothing.
Json whole_logging(const Json& wanted, const Json& before) {
  std::set<std::string> on;
  for (const Json* source : {&before, &wanted}) {
    for (const Json& setup : list(*source, "clusterLogging")) {
      for (const Json& type : list(setup, "types")) {
        if (flag(setup, "enabled")) {
          on.insert(type.get<std::string>());
        } else {
          on.erase(type.get<std::string>());
        }
      }
    }
  }
  Json enabled = Json::array();
  Json disabled = Json::array();
  for (const char* type : {"api", "audit", "authenticator", "controllerManager", "scheduler"}) {
    (on.contains(type) ? enabled : disabled).push_back(type);
  }
  Json setups = Json::array();
  if (!enabled.empty()) setups.push_back({{"types", std::move(enabled)}, {"enabled", true}});
  if (!disabled.empty()) setups.push_back({{"types", std::move(disabled)}, {"enabled", false}});
  return {{"clusterLogging", std::move(setups)}};
}

Json show_cluster(const OpContext& context, const EksCluster& cluster) {
  Json out = cluster.body;
  out["status"] = cluster.status;
  out["health"] = {{"issues", cluster.issues}};
  out["tags"] = cluster.tags;
  out["deletionProtection"] = cluster.deletion_protection;
  if (cluster.status != "UPDATING") return out;
  // K6: the status lags behind an accepted update.
  for (const auto& [id, update] : cluster.updates) {
    if (update.status == "InProgress" &&
        context.misses(update.created, id, context.faults.list_window_max)) {
      out["status"] = "ACTIVE";
    }
  }
  return out;
}

std::span<const OpRule> eks_cluster_ops() {
  return kEksClusterOps;
}

}  // namespace byoc::sim
