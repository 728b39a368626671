// The list of all operations: one line per file of them.
#include <array>

#include "tests/sim/op.h"

namespace byoc::sim {

std::span<const OpRule> sts_ops();
std::span<const OpRule> ec2_network_ops();
std::span<const OpRule> ec2_gateway_ops();
std::span<const OpRule> ec2_address_ops();
std::span<const OpRule> ec2_route_ops();
std::span<const OpRule> ec2_group_ops();
std::span<const OpRule> ec2_template_ops();
std::span<const OpRule> ec2_interface_ops();
std::span<const OpRule> ec2_instance_ops();
std::span<const OpRule> ec2_use_ops();
std::span<const OpRule> load_balancer_ops();
std::span<const OpRule> ec2_tag_ops();
std::span<const OpRule> autoscaling_ops();
std::span<const OpRule> tagging_ops();
std::span<const OpRule> iam_role_ops();
std::span<const OpRule> iam_role_policy_ops();
std::span<const OpRule> iam_policy_ops();
std::span<const OpRule> iam_profile_ops();
std::span<const OpRule> iam_provider_ops();
std::span<const OpRule> iam_account_ops();
std::span<const OpRule> s3_bucket_ops();
std::span<const OpRule> s3_object_ops();
std::span<const OpRule> ecr_ops();
std::span<const OpRule> logs_ops();
std::span<const OpRule> eks_cluster_ops();
std::span<const OpRule> eks_cluster_update_ops();
std::span<const OpRule> eks_nodegroup_ops();
std::span<const OpRule> eks_nodegroup_update_ops();
std::span<const OpRule> eks_addon_ops();
std::span<const OpRule> eks_access_ops();
std::span<const OpRule> eks_tag_ops();

std::span<const std::span<const OpRule>> all_tables() {
  static const std::array kTables = {
      sts_ops(),  // a comment keeps clang-format from making columns of it
      ec2_network_ops(),
      ec2_gateway_ops(),
      ec2_address_ops(),
      ec2_route_ops(),
      ec2_group_ops(),
      ec2_template_ops(),
      ec2_tag_ops(),
      ec2_interface_ops(),
      ec2_instance_ops(),
      ec2_use_ops(),
      load_balancer_ops(),
      autoscaling_ops(),
      tagging_ops(),
      iam_role_ops(),
      iam_role_policy_ops(),
      iam_policy_ops(),
      iam_profile_ops(),
      iam_provider_ops(),
      iam_account_ops(),
      s3_bucket_ops(),
      s3_object_ops(),
      ecr_ops(),
      logs_ops(),
      eks_cluster_ops(),
      eks_cluster_update_ops(),
      eks_nodegroup_ops(),
      eks_nodegroup_update_ops(),
      eks_addon_ops(),
      eks_access_ops(),
      eks_tag_ops(),
  };
  return kTables;
}

}  // namespace byoc::sim
