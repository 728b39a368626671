// EKS managed nodegroups: create, look, delete.
#include "tests/sim/ec2.h"
#include "tests/sim/eks.h"
#include "tests/sim/eks_nodegroup.h"

namespace byoc::sim {
namespace {

constexpr std::size_t kNodegroupNameMax = 63;
constexpr std::string_view kAmiTypes =
    "AL2_x86_64 AL2_x86_64_GPU AL2_ARM_64 CUSTOM BOTTLEROCKET_ARM_64 BOTTLEROCKET_x86_64 "
    "BOTTLEROCKET_ARM_64_NVIDIA BOTTLEROCKET_x86_64_NVIDIA AL2023_x86_64_STANDARD "
    "AL2023_ARM_64_STANDARD AL2023_x86_64_NEURON AL2023_x86_64_NVIDIA AL2023_ARM_64_NVIDIA";

std::optional<Answer> refuse_instance_types(const Json& params) {
  for (const Json& type : list(params, "instanceTypes")) {
    const auto& name = type.get_ref<const std::string&>();
    if (!known_instance_type(name)) {
      return eks_invalid("The following supplied instance types do not exist: [" + name + ']');
    }
  }
  if (list(params, "instanceTypes").size() <= 20) return std::nullopt;
  return eks_invalid("At most 20 instance types can be given");
}

// E25: what the user's launch template says must not be said again.
std::optional<Answer> refuse_template(const Json& data, const Json& params) {
  if (data.contains("InstanceType") && !list(params, "instanceTypes").empty()) {
    return eks_invalid("Cannot specify instance types in launch template and API request");
  }
  if (params.contains("diskSize")) {
    return eks_invalid("Disk size must be specified within the launch template.");
  }
  if (params.contains("remoteAccess")) {
    return eks_invalid("Remote access configuration cannot be specified with a launch template.");
  }
  if (data.contains("IamInstanceProfile")) {
    return eks_invalid("IAM instance profile in the launch template is not supported.");
  }
  const bool own_image = data.contains("ImageId");
  if (own_image && params.value("amiType", "CUSTOM") != "CUSTOM") {
    return eks_invalid(
        "You cannot specify an AMI Type other than CUSTOM, when specifying an image id in your "
        "launch template.");
  }
  if (own_image && (params.contains("version") || params.contains("releaseVersion"))) {
    return eks_invalid(
        "You cannot specify the field version when specifying an image id in your launch "
        "template.");
  }
  for (const Json& interface : list(data, "NetworkInterfaces")) {
    if (interface.contains("SubnetId")) {
      return eks_invalid("Subnets cannot be specified in the launch template.");
    }
  }
  return std::nullopt;
}

std::optional<Answer> refuse_node_role(OpContext& context, const EksCluster& cluster,
                                       const std::string& role) {
  if (auto no = refuse_service_role(context, role, "ec2.amazonaws.com")) return no;
  World& world = context.world;
  std::string missing;
  if (!has_aws_policy(world, role, "AmazonEKSWorkerNodePolicy AmazonEKSWorkerNodeMinimalPolicy")) {
    missing = "AmazonEKSWorkerNodePolicy";
  } else if (!has_aws_policy(
                 world, role,
                 "AmazonEC2ContainerRegistryReadOnly AmazonEC2ContainerRegistryPullOnly "
                 "AmazonEC2ContainerRegistryPowerUser "
                 "AmazonEC2ContainerRegistryFullAccess")) {
    missing = "AmazonEC2ContainerRegistryReadOnly";
  } else if (!has_aws_policy(world, role, "AmazonEKS_CNI_Policy")) {
    const EksAddon* cni = cluster.addons.find("vpc-cni");
    const bool own_role = cni != nullptr && cni->body.contains("serviceAccountRoleArn");
    if (!own_role) missing = "AmazonEKS_CNI_Policy";
  }
  if (missing.empty()) return std::nullopt;
  return eks_invalid(
      "The provided role doesn't have the Amazon EKS Managed Policies associated with it. Please "
      "ensure the following policies are attached: " +
      missing);
}

std::optional<Answer> refuse_nodegroup_version(const EksCluster& cluster, const Json& params) {
  if (!params.contains("version")) return std::nullopt;
  const int wanted = minor_version(text(params, "version"));
  if (wanted != 0 && wanted <= minor_version(cluster.body.at("version"))) return std::nullopt;
  return eks_invalid("Requested Nodegroup Kubernetes version " + text(params, "version") +
                     " is not supported by a cluster of version " +
                     cluster.body.at("version").get<std::string>());
}

std::optional<Answer> refuse_fields(const Json& params) {
  if (auto no =
          refuse_eks_name("nodegroup name", text(params, "nodegroupName"), kNodegroupNameMax)) {
    return no;
  }
  if (auto no = refuse_eks_tags(params)) return no;
  if (auto no = refuse_word(params, "amiType", kAmiTypes)) return no;
  if (auto no = refuse_word(params, "capacityType", "ON_DEMAND SPOT CAPACITY_BLOCK")) return no;
  if (auto no = refuse_instance_types(params)) return no;
  if (auto no = refuse_labels(params.value("labels", Json::object()))) return no;
  if (auto no = refuse_taints(list(params, "taints"))) return no;
  const Json none = Json::object();
  if (auto no = refuse_update_config(params.value("updateConfig", none))) return no;
  const int disk = number(params, "diskSize", 20);
  if (disk < 1 || disk > 16384) return eks_invalid("diskSize must lie between 1 and 16384");
  return refuse_sizes(whole_sizes(params.value("scalingConfig", none)));
}

std::optional<Answer> refuse_nodegroup(OpContext& context, const EksCluster& cluster,
                                       const Json& params) {
  if (auto no = refuse_fields(params)) return no;
  const std::string& name = text(params, "nodegroupName");
  if (cluster.nodegroups.find(name) != nullptr) {
    return eks_in_use("NodeGroup already exists with name " + name + " and cluster name " +
                      cluster.name);
  }
  if (cluster.nodegroups.size() >= static_cast<std::size_t>(context.region.eks.nodegroup_quota)) {
    return eks_over_limit("Cannot exceed the limit of nodegroups per cluster");
  }
  if (auto no = refuse_nodegroup_version(cluster, params)) return no;
  if (list(params, "subnets").empty()) return eks_invalid("subnets must not be empty");
  std::string vpc = cluster.body.at("resourcesVpcConfig").at("vpcId");
  if (auto no = refuse_subnets(context, list(params, "subnets"), vpc)) return no;
  if (const Json* choice = member(params, "launchTemplate")) {
    const NodeTemplate found = node_template(context, *choice);
    if (found.refused) return found.refused;
    if (auto no = refuse_template(found.choice.version->data, params)) return no;
  }
  return refuse_node_role(context, cluster, text(params, "nodeRole"));
}

Json instance_types(const Json& params, const Json& template_data) {
  if (!list(params, "instanceTypes").empty()) return params.at("instanceTypes");
  return Json::array({template_data.value("InstanceType", "t3.medium")});
}

Json nodegroup_body(OpContext& context, const EksCluster& cluster, const Json& params) {
  const std::string& name = text(params, "nodegroupName");
  const Json none = Json::object();
  Json body = {{"nodegroupName", name},
               {"nodegroupArn", context.arn("eks", "nodegroup/" + cluster.name + '/' + name + '/' +
                                                       context.new_uuid())},
               {"clusterName", cluster.name},
               {"version", params.value("version", cluster.body.at("version").get<std::string>())},
               {"capacityType", params.value("capacityType", "ON_DEMAND")},
               {"scalingConfig", whole_sizes(params.value("scalingConfig", none))},
               {"subnets", params.at("subnets")},
               {"amiType", params.value("amiType", "AL2023_x86_64_STANDARD")},
               {"nodeRole", text(params, "nodeRole")},
               {"labels", params.value("labels", none)},
               {"updateConfig", params.value("updateConfig", Json({{"maxUnavailable", 1}}))}};
  if (const Json* taints = member(params, "taints")) body["taints"] = *taints;
  Json data = none;
  if (const Json* wanted = member(params, "launchTemplate")) {
    const TemplateChoice choice = node_template(context, *wanted).choice;
    data = choice.version->data;
    body["launchTemplate"] = show_template_choice(choice);
    if (data.contains("ImageId")) body["amiType"] = "CUSTOM";
  } else {
    body["diskSize"] = number(params, "diskSize", 20);
  }
  body["instanceTypes"] = instance_types(params, data);
  body["releaseVersion"] = release_version(body.at("version"));
  return body;
}

Answer create_nodegroup(OpContext& context, const Json& params) {
  auto [cluster, error] = active_cluster(context, text(params, "clusterName"), false);
  if (cluster == nullptr) return error;
  if (auto no = refuse_nodegroup(context, *cluster, params)) return *std::move(no);
  EksNodegroup made;
  made.name = text(params, "nodegroupName");
  made.body = nodegroup_body(context, *cluster, params);
  made.status = "CREATING";
  made.created = made.modified = context.now;
  made.tags = params.value("tags", Json::object()).get<Tags>();
  if (made.body.contains("launchTemplate")) made.template_id = made.body["launchTemplate"]["id"];
  const std::string name = made.name;
  EksNodegroup& nodegroup = cluster->nodegroups.add(name, std::move(made), context.lag());
  start_nodegroup(context, *cluster, nodegroup);
  // EKS lets the nodes in by itself.
  if (cluster->body.at("accessConfig").at("authenticationMode") != "CONFIG_MAP") {
    add_access_entry(context, *cluster, text(params, "nodeRole"), "EC2_LINUX");
  }
  return done({{"nodegroup", show_nodegroup(nodegroup)}});
}

Answer describe_nodegroup(OpContext& context, const Json& params) {
  auto [cluster, nodegroup, error] = find_nodegroup(context, params);
  if (nodegroup == nullptr) return error;
  return done({{"nodegroup", show_nodegroup(*nodegroup)}});
}

Answer list_nodegroups(OpContext& context, const Json& params) {
  auto [cluster, error] = find_cluster(context, text(params, "clusterName"));
  if (cluster == nullptr) return error;
  Json names = Json::array();
  cluster->nodegroups.each_listed(
      context.sight, [&](const std::string& name, const auto&) { names.push_back(name); });
  return done({{"nodegroups", std::move(names)}});
}

Answer delete_nodegroup(OpContext& context, const Json& params) {
  auto [cluster, nodegroup, error] = find_nodegroup(context, params);
  if (nodegroup == nullptr) return error;
  const std::string& status = nodegroup->status;
  if (status == "CREATING" || status == "UPDATING" || status == "DELETING") {
    return eks_in_use("Nodegroup " + nodegroup->name + " of cluster " + cluster->name +
                      " is in status " + status);
  }
  end_nodegroup(context, *cluster, *nodegroup);
  return done({{"nodegroup", show_nodegroup(*nodegroup)}});
}

constexpr OpRule kEksNodegroupOps[] = {
    {"eks", "CreateNodegroup", create_nodegroup, kMutates,
     "clusterName! nodegroupName! subnets!:l nodeRole! scalingConfig:o diskSize:i instanceTypes:l "
     "amiType remoteAccess:o labels:o taints:l tags:o launchTemplate:o updateConfig:o capacityType "
     "version releaseVersion",
     "clientRequestToken"},
    {"eks", "DescribeNodegroup", describe_nodegroup, kReads, "clusterName! nodegroupName!"},
    {"eks", "ListNodegroups", list_nodegroups, kReads, "clusterName! maxResults:i nextToken"},
    {"eks", "DeleteNodegroup", delete_nodegroup, kMutates, "clusterName! nodegroupName!"},
};

}  // namespace

std::span<const OpRule> eks_nodegroup_ops() {
  return kEksNodegroupOps;
}

}  // namespace byoc::sim
