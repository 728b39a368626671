// What EKS's operation files share.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "tests/sim/op.h"

namespace byoc::sim {

// How long EKS takes, give or take a tenth (C1 and what operators see).
inline constexpr Duration kClusterCreateTime = std::chrono::seconds(590);
inline constexpr Duration kClusterDeleteTime = std::chrono::seconds(200);
inline constexpr Duration kClusterConfigTime = std::chrono::seconds(120);
inline constexpr Duration kClusterVersionTime = std::chrono::seconds(480);
inline constexpr Duration kNodegroupCreateTime = std::chrono::seconds(110);
inline constexpr Duration kNodegroupDeleteTime = std::chrono::seconds(380);
inline constexpr Duration kNodegroupConfigTime = std::chrono::seconds(40);
inline constexpr Duration kNodegroupVersionTime = std::chrono::seconds(300);
inline constexpr Duration kAddonTime = std::chrono::seconds(20);

// Answers that several operations give.
[[nodiscard]] Answer eks_invalid(std::string message);     // InvalidParameterException
[[nodiscard]] Answer eks_bad_state(std::string message);   // InvalidRequestException
[[nodiscard]] Answer eks_in_use(std::string message);      // ResourceInUseException
[[nodiscard]] Answer eks_not_found(std::string message);   // ResourceNotFoundException
[[nodiscard]] Answer eks_over_limit(std::string message);  // ResourceLimitExceededException

// The cluster that the call names in `name` or `clusterName`, as the call sees it.
struct ClusterAnswer {
  EksCluster* cluster = nullptr;  // null: see `error`
  Answer error{};
};
[[nodiscard]] ClusterAnswer find_cluster(OpContext& context, const std::string& name);
// E24: the same, ACTIVE. With `may_update` a cluster that is being updated will do.
[[nodiscard]] ClusterAnswer active_cluster(OpContext& context, const std::string& name,
                                           bool may_update);
[[nodiscard]] bool is_updating(const EksCluster& cluster, std::string_view owner);

// Parameters. A member that AWS does not know fails loudly; `known` is a list of words.
[[nodiscard]] std::optional<Answer> refuse_members(const Json& object, std::string_view where,
                                                   std::string_view known);
[[nodiscard]] std::optional<Answer> refuse_eks_name(std::string_view what, const std::string& name,
                                                    std::size_t length_max);
[[nodiscard]] std::optional<Answer> refuse_eks_tags(const Json& params);
[[nodiscard]] std::optional<Answer> refuse_word(const Json& object, const char* member,
                                                std::string_view words);
// "1.34" -> 34; 0 when EKS does not have it.
[[nodiscard]] int minor_version(const std::string& version);
[[nodiscard]] const std::string& default_version();

// Subnets and security groups of cluster or nodegroup: they exist; all in one VPC.
[[nodiscard]] std::optional<Answer> refuse_subnets(OpContext& context, const Json& subnet_ids,
                                                   std::string& vpc);
[[nodiscard]] std::optional<Answer> refuse_groups(OpContext& context, const Json& group_ids,
                                                  const std::string& vpc);
// E23: subnets of a control plane lie in two zones that EKS supports, with room in each.
[[nodiscard]] std::optional<Answer> refuse_zones(OpContext& context, const std::string& cluster,
                                                 const Json& subnet_ids);
// K3: the role exists, is known to EKS and trusts `service`.
[[nodiscard]] std::optional<Answer> refuse_service_role(OpContext& context, const std::string& arn,
                                                        std::string_view service);
// K3: one of `policies` (names of AWS policies, words) is attached to the role.
[[nodiscard]] bool has_aws_policy(World& world, const std::string& role_arn,
                                  std::string_view policies);

// Begins an update of the cluster (owner ""), of "nodegroup/NAME" or "addon/NAME". When `span` is
// over, it is Successful and `finish` has run; or it has Failed with what `finish` returns.
using FinishUpdate = std::function<Json(OpContext&, EksCluster&)>;  // errors; null: none
[[nodiscard]] Answer begin_update(OpContext& context, EksCluster& cluster, std::string owner,
                                  std::string type, Json params, Duration span,
                                  FinishUpdate finish);
[[nodiscard]] Json show_update(const EksUpdate& update);
[[nodiscard]] Json update_param(std::string_view type, const Json& value);

// The lives of the slow things (eks_cluster_life.cc, eks_nodegroup_life.cc).
// Its interfaces are in other subnets, or have other groups, from now on.
// Source: "Enhanced VPC flexibility", AWS containers blog, 2023.
void move_cluster_interfaces(OpContext& context, EksCluster& cluster);
void start_cluster(OpContext& context, EksCluster& cluster);
void end_cluster(OpContext& context, EksCluster& cluster);
void start_nodegroup(OpContext& context, EksCluster& cluster, EksNodegroup& nodegroup);
void end_nodegroup(OpContext& context, EksCluster& cluster, EksNodegroup& nodegroup);
// Nodes that joined: what add-ons with pods need.
[[nodiscard]] bool has_nodes(const EksCluster& cluster);

// The role or user behind a caller: of an assumed role its role.
[[nodiscard]] std::string principal_of(World& world, const std::string& caller_arn);
void add_access_entry(OpContext& context, EksCluster& cluster, const std::string& principal,
                      const std::string& type);

// Settings that a cluster is made with and that its updates change (ops_eks_cluster.cc).
[[nodiscard]] std::optional<Answer> refuse_endpoint(const Json& network);
[[nodiscard]] std::optional<Answer> refuse_logging(const Json& logging);
[[nodiscard]] Json whole_logging(const Json& wanted, const Json& before);
[[nodiscard]] Json show_cluster(const OpContext& context, const EksCluster& cluster);

// One entry of "health.issues".
[[nodiscard]] Json as_issue(std::string_view code, std::string_view message, const Json& ids);

}  // namespace byoc::sim
