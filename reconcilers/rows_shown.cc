// What people ask for of each type: the members of a new resource that a plan shows, and what the
// manifest calls the fields that it sets. A column of the rows, in one place because it is read as
// one table.
#include <map>

#include "reconcilers/row.h"

namespace byoc {
namespace {

using Names = std::vector<std::string_view>;

struct Said {
  Names shown;
  std::vector<Term> terms = {};
};

const std::map<std::string_view, Said>& said_of_types() {
  static const std::map<std::string_view, Said> kSaid = {
      {"vpc", {{"CidrBlock"}, {{"CidrBlock", "spec.network.cidr"}}}},
      {"subnet", {{"CidrBlock", "AvailabilityZone", "MapPublicIpOnLaunch"}}},
      {"internet-gateway-attachment", {{"InternetGatewayId", "VpcId"}}},
      {"route", {{"DestinationCidrBlock", "GatewayId", "NatGatewayId"}}},
      {"route-table-association", {{"SubnetId", "RouteTableId"}}},
      {"nat-gateway", {{"SubnetId", "AllocationId"}}},
      {"security-group", {{"GroupName", "Description"}}},
      {"security-group-ingress", {{"IpPermissions"}}},
      {"security-group-egress", {{"IpPermissions"}}},
      {"launch-template",
       {{"LaunchTemplateName", "LaunchTemplateData.BlockDeviceMappings"},
        {{"LaunchTemplateData.BlockDeviceMappings[].Ebs.VolumeSize", "spec.disk.sizeGiB"},
         {"LaunchTemplateData.BlockDeviceMappings[].Ebs.VolumeType", "spec.disk.type"}}}},
      {"role",
       {{"RoleName", "Description", "MaxSessionDuration"}, {{"Description", "spec.description"}}}},
      {"role-policy", {{"PolicyArn"}}},
      {"role-inline-policy", {{"PolicyName", "PolicyDocument"}}},
      {"policy", {{"PolicyName", "PolicyDocument"}}},
      {"instance-profile", {{"InstanceProfileName"}}},
      {"instance-profile-role", {{"InstanceProfileName", "RoleName"}}},
      {"oidc-provider", {{"Url", "ClientIDList"}}},
      {"bucket", {{"Bucket"}, {{"Bucket", "spec.storage.bucket.name"}}}},
      {"bucket-public-access", {{"PublicAccessBlockConfiguration"}}},
      {"bucket-encryption", {{"ServerSideEncryptionConfiguration"}}},
      {"bucket-versioning",
       {{"VersioningConfiguration"},
        {{"VersioningConfiguration.Status", "spec.storage.bucket.versioning"}}}},
      {"repository", {{"repositoryName"}}},
      {"log-group",
       {{"logGroupName", "retentionInDays"}, {{"retentionInDays", "spec.logging.retentionDays"}}}},
      {"cluster",
       {{"name", "version", "roleArn", "resourcesVpcConfig", "logging"},
        {{"version", "spec.kubernetesVersion"}, {"logging.clusterLogging", "spec.logging.types"}}}},
      {"nodegroup",
       {{"nodegroupName", "instanceTypes", "scalingConfig", "capacityType", "amiType", "version",
         "labels", "taints"},
        {{"scalingConfig.minSize", "spec.min"},
         {"scalingConfig.maxSize", "spec.max"},
         {"scalingConfig.desiredSize", "spec.desired"},
         {"instanceTypes", "spec.instanceTypes"},
         {"labels", "spec.labels"},
         {"taints", "spec.taints"},
         {"version", "spec.kubernetesVersion"},
         {"amiType", "spec.amiType"},
         {"capacityType", "spec.capacityType"},
         {"updateConfig.maxUnavailable", "spec.maxUnavailable"}}}},
      {"addon",
       {{"addonName", "addonVersion", "configurationValues"},
        {{"addonVersion", "spec.addons[].version"},
         {"configurationValues", "spec.addons[].configuration"}}}},
      {"access-entry",
       {{"principalArn", "kubernetesGroups", "username"},
        {{"kubernetesGroups", "spec.access[].groups"}, {"username", "spec.access[].username"}}}},
      {"access-policy",
       {{"principalArn", "policyArn", "accessScope"},
        {{"accessScope.namespaces", "spec.access[].policies[].namespaces"}}}},
  };
  return kSaid;
}

}  // namespace

void say_what_is_shown(std::vector<Row>& rows) {
  for (Row& row : rows) {
    const auto said = said_of_types().find(row.type);
    if (said == said_of_types().end()) continue;
    row.shown = said->second.shown;
    row.terms = said->second.terms;
  }
}

}  // namespace byoc
