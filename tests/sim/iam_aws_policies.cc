// Policies that AWS keeps and anybody may attach: path and name after "arn:aws:iam::aws:policy/".
// A choice of those that infrastructure tools use; the spelling is AWS's.
#include <algorithm>
#include <array>

#include "tests/sim/iam.h"

namespace byoc::sim {
namespace {

constexpr auto kNames = std::to_array<std::string_view>({
    "AWSCloudFormationFullAccess",
    "AWSCodeBuildAdminAccess",
    "AWSKeyManagementServicePowerUser",
    "AdministratorAccess",
    "AmazonDynamoDBFullAccess",
    "AmazonEBSCSIDriverPolicyV2",
    "AmazonEC2ContainerRegistryFullAccess",
    "AmazonEC2ContainerRegistryPowerUser",
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonEC2ContainerRegistryReadOnly",
    "AmazonEC2FullAccess",
    "AmazonEC2ReadOnlyAccess",
    "AmazonEKSBlockStoragePolicy",
    "AmazonEKSClusterPolicy",
    "AmazonEKSComputePolicy",
    "AmazonEKSFargatePodExecutionRolePolicy",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingPolicy",
    "AmazonEKSServicePolicy",
    "AmazonEKSVPCResourceController",
    "AmazonEKSWorkerNodeMinimalPolicy",
    "AmazonEKSWorkerNodePolicy",
    "AmazonEKS_CNI_Policy",
    "AmazonElasticFileSystemFullAccess",
    "AmazonElasticFileSystemReadOnlyAccess",
    "AmazonEventBridgeFullAccess",
    "AmazonFSxFullAccess",
    "AmazonGuardDutyFullAccess_v2",
    "AmazonRoute53FullAccess",
    "AmazonRoute53ResolverFullAccess",
    "AmazonS3FullAccess",
    "AmazonS3ReadOnlyAccess",
    "AmazonSNSFullAccess",
    "AmazonSQSFullAccess",
    "AmazonSQSReadOnlyAccess",
    "AmazonSSMFullAccess",
    "AmazonSSMManagedInstanceCore",
    "AmazonSSMReadOnlyAccess",
    "AmazonSageMakerFullAccess",
    "AmazonVPCFullAccess",
    "AmazonVPCReadOnlyAccess",
    "AutoScalingFullAccess",
    "AutoScalingReadOnlyAccess",
    "CloudWatchAgentServerPolicy",
    "CloudWatchEventsFullAccess",
    "CloudWatchFullAccess",
    "CloudWatchFullAccessV2",
    "CloudWatchLogsFullAccess",
    "CloudWatchLogsReadOnlyAccess",
    "CloudWatchReadOnlyAccess",
    "EC2InstanceConnect",
    "ElasticLoadBalancingFullAccess",
    "ElasticLoadBalancingReadOnly",
    "IAMFullAccess",
    "IAMReadOnlyAccess",
    "PowerUserAccess",
    "ReadOnlyAccess",
    "SecretsManagerReadWrite",
    "SecurityAudit",
    "job-function/DatabaseAdministrator",
    "job-function/NetworkAdministrator",
    "job-function/SystemAdministrator",
    "job-function/ViewOnlyAccess",
    "service-role/AWSLambdaBasicExecutionRole",
    "service-role/AWSLambdaVPCAccessExecutionRole",
    "service-role/AmazonEBSCSIDriverPolicy",
    "service-role/AmazonEC2ContainerServiceforEC2Role",
    "service-role/AmazonEC2RoleforSSM",
    "service-role/AmazonEFSCSIDriverPolicy",
    "service-role/AmazonSSMAutomationRole",
});
static_assert(std::is_sorted(kNames.begin(), kNames.end()));

}  // namespace

bool known_aws_policy(std::string_view arn) {
  constexpr std::string_view kPrefix = "arn:aws:iam::aws:policy/";
  if (!arn.starts_with(kPrefix)) return false;
  return std::binary_search(kNames.begin(), kNames.end(), arn.substr(kPrefix.size()));
}

}  // namespace byoc::sim
