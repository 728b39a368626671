#include "tests/sim/meddling.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "base/check.h"
#include "reconcilers/row.h"
#include "tests/sim/ec2.h"

namespace byoc::sim {
namespace {

constexpr const char* kOthersPolicy = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";

// A thing as it was when it was chosen: calls may take it away.
struct Victim {
  std::string type;
  std::string id;
  std::string arn;
  Tags tags;
};

bool send(OpContext& context, std::string_view service, std::string_view name, const Json& params) {
  const Operation* operation = find_operation(service, name);
  return operation != nullptr && run_operation(*operation, context, params).ok();
}

// What is inside a cluster: its id is CLUSTER/NAME.
Json named_inside(const Victim& one, const char* member) {
  const auto slash = one.id.find('/');
  return {{"clusterName", one.id.substr(0, slash)}, {member, one.id.substr(slash + 1)}};
}

// Settings that somebody writes in a console: "@id" is the thing's, "@clusterName" and "@name"
// are of what is inside a cluster.
struct Edit {
  std::string_view type;
  const char* service;
  const char* operation;
  std::string_view params;
};

constexpr auto kEdits = std::to_array<Edit>({
    {"ec2:vpc", "ec2", "ModifyVpcAttribute",
     R"({"VpcId":"@id","EnableDnsHostnames":{"Value":false}})"},
    {"ec2:subnet", "ec2", "ModifySubnetAttribute",
     R"({"SubnetId":"@id","MapPublicIpOnLaunch":{"Value":true}})"},
    {"ec2:subnet", "ec2", "ModifySubnetAttribute",
     R"({"SubnetId":"@id","MapPublicIpOnLaunch":{"Value":false}})"},
    {"ec2:route-table", "ec2", "DeleteRoute",
     R"({"RouteTableId":"@id","DestinationCidrBlock":"0.0.0.0/0"})"},
    {"ec2:launch-template", "ec2", "ModifyLaunchTemplate",
     R"({"LaunchTemplateId":"@id","DefaultVersion":"1"})"},
    {"iam:role", "iam", "UpdateRole",
     R"({"RoleName":"@id","MaxSessionDuration":7200,"Description":"by hand"})"},
    {"iam:role", "iam", "UpdateAssumeRolePolicy",
     R"({"RoleName":"@id","PolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{)"
     R"(\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"lambda.amazonaws.com\"},)"
     R"(\"Action\":\"sts:AssumeRole\"}]}"})"},
    {"iam:role", "iam", "PutRolePolicy",
     R"({"RoleName":"@id","PolicyName":"others","PolicyDocument":"{\"Version\":)"
     R"(\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":)"
     R"(\"s3:ListAllMyBuckets\",\"Resource\":\"*\"}]}"})"},
    {"iam:policy", "iam", "CreatePolicyVersion",
     R"({"PolicyArn":"@id","SetAsDefault":true,"PolicyDocument":"{\"Version\":)"
     R"(\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"s3:*\",)"
     R"(\"Resource\":\"*\"}]}"})"},
    {"iam:oidc-provider", "iam", "AddClientIDToOpenIDConnectProvider",
     R"({"OpenIDConnectProviderArn":"@id","ClientID":"others"})"},
    {"iam:oidc-provider", "iam", "RemoveClientIDFromOpenIDConnectProvider",
     R"({"OpenIDConnectProviderArn":"@id","ClientID":"sts.amazonaws.com"})"},
    {"eks:cluster", "eks", "UpdateClusterConfig",
     R"({"name":"@id","logging":{"clusterLogging":[{"types":["api","audit"],"enabled":false}]}})"},
    {"eks:cluster", "eks", "UpdateClusterConfig",
     R"({"name":"@id","resourcesVpcConfig":{"publicAccessCidrs":["203.0.113.0/24"]}})"},
    {"eks:nodegroup", "eks", "UpdateNodegroupConfig",
     R"({"clusterName":"@clusterName","nodegroupName":"@name",)"
     R"("labels":{"addOrUpdateLabels":{"by":"hand"}}})"},
    {"eks:nodegroup", "eks", "UpdateNodegroupConfig",
     R"({"clusterName":"@clusterName","nodegroupName":"@name",)"
     R"("scalingConfig":{"minSize":0,"maxSize":9}})"},
    {"eks:nodegroup", "eks", "UpdateNodegroupConfig",
     R"({"clusterName":"@clusterName","nodegroupName":"@name","taints":{"addOrUpdateTaints":)"
     R"([{"key":"by","value":"hand","effect":"NO_SCHEDULE"}]}})"},
    {"eks:addon", "eks", "UpdateAddon",
     R"({"clusterName":"@clusterName","addonName":"@name","resolveConflicts":"OVERWRITE",)"
     R"("configurationValues":"{\"replicaCount\":3}"})"},
    {"eks:access-entry", "eks", "UpdateAccessEntry",
     R"({"clusterName":"@clusterName","principalArn":"@name","kubernetesGroups":["others"]})"},
    {"logs:log-group", "logs", "PutRetentionPolicy",
     R"({"logGroupName":"@id","retentionInDays":1})"},
    {"logs:log-group", "logs", "DeleteRetentionPolicy", R"({"logGroupName":"@id"})"},
    {"s3:bucket", "s3", "PutBucketVersioning",
     R"({"Bucket":"@id","VersioningConfiguration":{"Status":"Suspended"}})"},
    {"s3:bucket", "s3", "PutPublicAccessBlock",
     R"({"Bucket":"@id","PublicAccessBlockConfiguration":{"BlockPublicAcls":false,)"
     R"("IgnorePublicAcls":false,"BlockPublicPolicy":false,"RestrictPublicBuckets":false}})"},
});

bool edit_thing(OpContext& context, const Victim& one) {
  std::vector<const Edit*> fitting;
  for (const Edit& edit : kEdits) {
    if (edit.type == one.type) fitting.push_back(&edit);
  }
  if (fitting.empty()) return false;
  const Edit& edit = *fitting[context.random.below(fitting.size())];
  Json params;
  const Json inside = named_inside(one, "name");
  check(fill(edit.params, inside, one.id, params), "an edit names what it edits");
  return send(context, edit.service, edit.operation, params);
}

// AWS lets nobody delete what others use: those calls are refused.
bool remove_thing(OpContext& context, const Victim& one) {
  struct Removal {
    std::string_view type;
    const char* service;
    const char* operation;
    const char* member;
  };
  constexpr auto kRemovals = std::to_array<Removal>({
      {"ec2:vpc", "ec2", "DeleteVpc", "VpcId"},
      {"ec2:subnet", "ec2", "DeleteSubnet", "SubnetId"},
      {"ec2:internet-gateway", "ec2", "DeleteInternetGateway", "InternetGatewayId"},
      {"ec2:elastic-ip", "ec2", "ReleaseAddress", "AllocationId"},
      {"ec2:natgateway", "ec2", "DeleteNatGateway", "NatGatewayId"},
      {"ec2:route-table", "ec2", "DeleteRouteTable", "RouteTableId"},
      {"ec2:security-group", "ec2", "DeleteSecurityGroup", "GroupId"},
      {"ec2:launch-template", "ec2", "DeleteLaunchTemplate", "LaunchTemplateId"},
      {"eks:cluster", "eks", "DeleteCluster", "name"},
      {"eks:nodegroup", "eks", "DeleteNodegroup", "nodegroupName"},
      {"eks:addon", "eks", "DeleteAddon", "addonName"},
      {"eks:access-entry", "eks", "DeleteAccessEntry", "principalArn"},
      {"iam:role", "iam", "DeleteRole", "RoleName"},
      {"iam:policy", "iam", "DeletePolicy", "PolicyArn"},
      {"iam:instance-profile", "iam", "DeleteInstanceProfile", "InstanceProfileName"},
      {"iam:oidc-provider", "iam", "DeleteOpenIDConnectProvider", "OpenIDConnectProviderArn"},
      {"logs:log-group", "logs", "DeleteLogGroup", "logGroupName"},
      {"ecr:repository", "ecr", "DeleteRepository", "repositoryName"},
      {"s3:bucket", "s3", "DeleteBucket", "Bucket"},
  });
  const auto* found = std::find_if(kRemovals.begin(), kRemovals.end(), [&](const Removal& removal) {
    return removal.type == one.type;
  });
  if (found == kRemovals.end()) return false;
  const bool inside = std::string_view(found->service) == "eks" && one.type != "eks:cluster";
  const Json params = inside ? named_inside(one, found->member) : Json{{found->member, one.id}};
  return send(context, found->service, found->operation, params);
}

bool untag(OpContext& context, const Victim& one, const std::vector<std::string>& keys) {
  const std::string service = one.type.substr(0, one.type.find(':'));
  if (service == "ec2") {
    Json tags = Json::array();
    for (const std::string& key : keys) tags.push_back({{"Key", key}});
    return send(context, "ec2", "DeleteTags", {{"Resources", {one.id}}, {"Tags", tags}});
  }
  if (service == "s3") return send(context, "s3", "DeleteBucketTagging", {{"Bucket", one.id}});
  if (service != "iam") {
    return send(context, service, "UntagResource", {{"resourceArn", one.arn}, {"tagKeys", keys}});
  }
  static const std::map<std::string, std::pair<const char*, const char*>> kCalls = {
      {"iam:role", {"UntagRole", "RoleName"}},
      {"iam:policy", {"UntagPolicy", "PolicyArn"}},
      {"iam:instance-profile", {"UntagInstanceProfile", "InstanceProfileName"}},
      {"iam:oidc-provider", {"UntagOpenIDConnectProvider", "OpenIDConnectProviderArn"}}};
  const auto& [operation, member] = kCalls.at(one.type);
  return send(context, "iam", operation, {{member, one.id}, {"TagKeys", keys}});
}

bool untag_thing(OpContext& context, const Victim& one) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : one.tags) keys.push_back(key);
  if (keys.empty()) return false;
  if (context.random.chance(0.5)) keys = {keys[context.random.below(keys.size())]};
  return untag(context, one, keys);
}

bool detach_from_role(OpContext& context, const Victim& one) {
  Json shown;
  for (const char* list : {"ListAttachedRolePolicies", "ListRolePolicies"}) {
    const Operation* operation = find_operation("iam", list);
    if (operation == nullptr) continue;
    shown.update(run_operation(*operation, context, {{"RoleName", one.id}}).body);
  }
  const Json attached = shown.value("AttachedPolicies", Json::array());
  if (!attached.empty() && context.random.chance(0.6)) {
    const Json& policy = attached[context.random.below(attached.size())];
    return send(context, "iam", "DetachRolePolicy",
                {{"RoleName", one.id}, {"PolicyArn", policy.at("PolicyArn")}});
  }
  const Json inside = shown.value("PolicyNames", Json::array());
  if (inside.empty()) return false;
  return send(context, "iam", "DeleteRolePolicy",
              {{"RoleName", one.id}, {"PolicyName", inside[context.random.below(inside.size())]}});
}

bool detach_table(OpContext& context, const Victim& one) {
  const RouteTable* table = context.ec2().route_tables.find(one.id);
  if (table == nullptr) return false;
  for (const RouteTableAssociation& association : table->associations) {
    if (association.subnet.empty()) continue;
    return send(context, "ec2", "DisassociateRouteTable", {{"AssociationId", association.id}});
  }
  return false;
}

bool detach_thing(OpContext& context, const Victim& one) {
  if (one.type == "iam:role") return detach_from_role(context, one);
  if (one.type == "ec2:route-table") return detach_table(context, one);
  if (one.type == "iam:instance-profile") {
    return send(context, "iam", "RemoveRoleFromInstanceProfile",
                {{"InstanceProfileName", one.id}, {"RoleName", one.id}});
  }
  if (one.type == "ec2:internet-gateway") {
    const InternetGateway* gateway = context.ec2().internet_gateways.find(one.id);
    return gateway != nullptr && send(context, "ec2", "DetachInternetGateway",
                                      {{"InternetGatewayId", one.id}, {"VpcId", gateway->vpc}});
  }
  if (one.type == "ec2:security-group") {
    std::string rule;
    context.ec2().rules.each([&](const std::string& id, const GroupRule& held) {
      if (held.group == one.id && !held.egress && (rule.empty() || context.random.chance(0.3))) {
        rule = id;
      }
    });
    return send(context, "ec2", "RevokeSecurityGroupIngress",
                {{"GroupId", one.id}, {"SecurityGroupRuleIds", {rule}}});
  }
  if (one.type != "eks:access-entry") return false;
  Json params = named_inside(one, "principalArn");
  params["policyArn"] = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy";
  return send(context, "eks", "DisassociateAccessPolicy", params);
}

// What others put there is theirs: it stays, and goes with the thing.
bool add_to_thing(OpContext& context, const Victim& one) {
  if (one.type == "iam:role") {
    return send(context, "iam", "AttachRolePolicy",
                {{"RoleName", one.id}, {"PolicyArn", kOthersPolicy}});
  }
  if (one.type == "ec2:launch-template") {
    return send(context, "ec2", "CreateLaunchTemplateVersion",
                {{"LaunchTemplateId", one.id},
                 {"SourceVersion", "$Latest"},
                 {"LaunchTemplateData", {{"EbsOptimized", true}}}});
  }
  if (one.type == "ec2:route-table") {
    const RouteTable* table = context.ec2().route_tables.find(one.id);
    if (table == nullptr || table->routes.empty()) return false;
    for (const auto& [destination, route] : table->routes) {
      if (route.gateway.empty() || route.gateway == "local") continue;
      return send(context, "ec2", "CreateRoute",
                  {{"RouteTableId", one.id},
                   {"DestinationCidrBlock", "198.51.100.0/24"},
                   {"GatewayId", route.gateway}});
    }
    return false;
  }
  if (one.type == "ec2:security-group") {
    return send(context, "ec2", "AuthorizeSecurityGroupIngress",
                {{"GroupId", one.id},
                 {"IpPermissions",
                  {{{"IpProtocol", "tcp"},
                    {"FromPort", 2222},
                    {"ToPort", 2222},
                    {"IpRanges", {{{"CidrIp", "192.0.2.0/24"}}}}}}}});
  }
  if (one.type.starts_with("ec2:")) {
    return send(
        context, "ec2", "CreateTags",
        {{"Resources", {one.id}}, {"Tags", {{{"Key", "CreatedBy"}, {"Value", "auto-tagger"}}}}});
  }
  return false;
}

}  // namespace

std::string meddle(OpContext& context, const std::function<bool(const Thing&)>& recorded) {
  std::vector<Victim> victims;
  each_thing(context.world, Sight{}, [&](const Thing& thing) {
    const bool here = thing.region.empty() || thing.region == context.region.name;
    if (!here || thing.account != context.account.id || !recorded(thing)) return;
    victims.push_back({thing.type, thing.id, thing.arn, *thing.tags});
  });
  if (victims.empty()) return {};
  const Victim& one = victims[context.random.below(victims.size())];
  using Change = bool (*)(OpContext&, const Victim&);
  constexpr std::array<std::pair<const char*, Change>, 5> kChanges = {
      {{"edits", edit_thing},
       {"deletes", remove_thing},
       {"untags", untag_thing},
       {"detaches from", detach_thing},
       {"adds to", add_to_thing}}};
  const auto& [verb, change] = kChanges[context.random.below(kChanges.size())];
  if (!change(context, one)) return {};
  return std::string("somebody ") + verb + ' ' + one.type + ' ' + one.id;
}

}  // namespace byoc::sim
