#include "reconcilers/kinds.h"

#include <algorithm>

#include "reconcilers/zones.h"

namespace byoc {
namespace {

using Value = KindColumn::Value;

const KindColumn kPhaseColumn = {.title = "PHASE", .value = Value::phase};
const KindColumn kAgeColumn = {.title = "AGE", .value = Value::age};

ObjectKind role_kind() {
  return {
      .name = "Role",
      .build = build_role,
      .types = {"role", "role-policy", "role-inline-policy", "instance-profile",
                "instance-profile-role", "policy", "policy-version"},
      .global = true,
      .decided = nullptr,
      .retained = std::vector<RetainedPart>(),
      .provider = ProviderName::aws,
      .identity = Identity::ambient,
      .lends_identity = true,
      .facts = std::vector<FactName>(),
      .is_followed = false,
      .interval = Duration(0),
      .main = "role",
      .ready_phase = "Ready",
      .outputs = {{"/arn", "role", "Arn"},
                  {"/name", "role", "RoleName"},
                  {"/roleId", "role", "RoleId"},
                  {"/instanceProfileArn", "instance-profile", "Arn"}},
      .write_outputs = write_role_outputs,
      .expect_outputs = nullptr,
      .columns = {kPhaseColumn,
                  {.title = "ARN", .places = {"/status/arn", "/spec/arn"}},
                  kAgeColumn},
      .in_use = "RoleInUse",
      .name_is_used_once = false,
      .swept_as = "Role",
  };
}

std::vector<KindColumn> cluster_columns() {
  return {
      {.title = "TYPE", .places = {"/spec/provider"}},
      kPhaseColumn,
      {.title = "REGION", .places = {"/spec/region"}},
      kAgeColumn,
      {.title = "VERSION",
       .places = {"/status/kubernetesVersion", "/spec/kubernetesVersion"},
       .wide = true},
      {.title = "VPC", .places = {"/status/network/vpcId"}, .cell = vpc_shown, .wide = true},
      {.title = "ENDPOINT", .places = {"/status/endpoint"}, .wide = true},
      {.title = "NODES", .cell = management_nodes_shown, .wide = true},
      {.title = "REASON", .cell = unready_reason, .wide = true},
  };
}

ObjectKind cluster_kind() {
  return {
      .name = "Cluster",
      .build = build_cluster,
      .types = {"vpc",
                "subnet",
                "route-table",
                "route",
                "route-table-association",
                "internet-gateway",
                "internet-gateway-attachment",
                "address",
                "nat-gateway",
                "security-group",
                "security-group-ingress",
                "security-group-egress",
                "leftover-interface",
                "leftover-group",
                "launch-template",
                "role",
                "role-policy",
                "role-inline-policy",
                "instance-profile-role",
                "oidc-provider",
                "cluster",
                "nodegroup",
                "addon",
                "access-entry",
                "access-policy",
                "bucket",
                "bucket-contents",
                "bucket-public-access",
                "bucket-encryption",
                "bucket-versioning",
                "repository",
                "log-group"},
      .global = false,
      .decided = decided_by_subnets,
      .retained = {{"bucket", "deletionPolicy/bucket", "Retain"},
                   {"repository", "deletionPolicy/registry", "Retain"},
                   {"log-group", "deletionPolicy/logs", "Delete"}},
      .provider = ProviderName::aws,
      .identity = Identity::own,
      .lends_identity = false,
      .facts = {FactName::zones, FactName::addons},
      .is_followed = true,
      .interval = Duration(0),
      .main = "cluster",
      .ready_phase = "Running",
      .outputs = {{"/network/vpcId", "vpc", "VpcId"},
                  {"/network/cidr", "vpc", "CidrBlock"},
                  {"/network/nodeSecurityGroupId", "security-group/nodes", "GroupId"},
                  {"/network/controlPlaneSecurityGroupId", "security-group/control-plane",
                   "GroupId"},
                  {"/nodeRoleArn", "role/node", "Arn"},
                  {"/clusterRoleArn", "role/cluster", "Arn"},
                  {"/bucketName", "bucket", "Bucket"},
                  {"/registry/uri", "repository", "repositoryUri"},
                  {"/logGroupName", "log-group", "logGroupName"},
                  {"/eksName", "cluster", "name"},
                  {"/arn", "cluster", "arn"},
                  {"/kubernetesVersion", "cluster", "version"},
                  {"/oidcIssuer", "cluster", "identity/oidc/issuer"},
                  {"/oidcProviderArn", "oidc-provider", "OpenIDConnectProviderArn"}},
      .write_outputs = write_cluster_outputs,
      .expect_outputs = expect_cluster_outputs,
      .columns = cluster_columns(),
      .in_use = "DependentsStillExist",
      .name_is_used_once = true,
      .swept_as = "Cluster",
  };
}

ObjectKind nodegroup_kind() {
  return {
      .name = "NodeGroup",
      .build = build_nodegroup,
      .types = {"launch-template", "nodegroup"},
      .global = false,
      .decided = decided_by_nodegroup,
      .retained = std::vector<RetainedPart>(),
      .provider = ProviderName::aws,
      .identity = Identity::referred,
      .lends_identity = false,
      .facts = {FactName::offers},
      .is_followed = false,
      .interval = Duration(0),
      .main = "nodegroup",
      .ready_phase = "Running",
      .outputs = {{"/nodegroupName", "nodegroup", "nodegroupName"},
                  {"/clusterName", "nodegroup", "clusterName"},
                  {"/arn", "nodegroup", "nodegroupArn"},
                  {"/kubernetesVersion", "nodegroup", "version"},
                  {"/desired", "nodegroup", "scalingConfig/desiredSize"},
                  {"/launchTemplateId", "launch-template", "LaunchTemplateId"},
                  {"/autoScalingGroup", "nodegroup", "resources/autoScalingGroups/0/name"}},
      .write_outputs = nullptr,
      .expect_outputs = nullptr,
      .columns = {{.title = "CLUSTER", .places = {"/spec/clusterRef/name"}},
                  kPhaseColumn,
                  {.title = "TYPES", .places = {"/spec/instanceTypes"}},
                  {.title = "CAPACITY", .places = {"/spec/capacityType"}},
                  {.title = "MIN/DESIRED/MAX", .cell = sizes_shown},
                  kAgeColumn},
      .in_use = "DependentsStillExist",
      .name_is_used_once = false,
      .swept_as = "Cluster",  // its parts are of types that a Cluster has, too
  };
}

}  // namespace

const std::vector<ObjectKind>& all_kinds() {
  static const std::vector<ObjectKind> kKinds = {role_kind(), cluster_kind(), nodegroup_kind()};
  return kKinds;
}

const ObjectKind* find_kind(std::string_view name) {
  const auto& kinds = all_kinds();
  const auto found = std::find_if(kinds.begin(), kinds.end(),
                                  [&](const ObjectKind& kind) { return kind.name == name; });
  return found == kinds.end() ? nullptr : &*found;
}

bool lends_identity(std::string_view kind) {
  const ObjectKind* known = find_kind(kind);
  return known != nullptr && known->lends_identity;
}

}  // namespace byoc
