// The whole account in one read, its quotas, and service-linked roles.
#include <algorithm>
#include <array>

#include "tests/sim/ec2.h"
#include "tests/sim/iam.h"

namespace byoc::sim {
namespace {

Json show_inline_policies(const IamRole& role) {
  Json out = Json::array();
  for (const auto& [name, document] : role.inline_policy) {
    out.push_back({{"PolicyName", name}, {"PolicyDocument", document}});
  }
  return out;
}

// Without description and session length: this operation does not tell them.
Json show_role_detail(const Iam& iam, const IamRole& role) {
  Json profiles = Json::array();
  iam.profiles.each([&](const auto&, const IamProfile& profile) {
    if (profile.role == role.name) profiles.push_back(show_profile(iam, profile));
  });
  Json out = show_role(role, false);
  out["InstanceProfileList"] = std::move(profiles);
  out["RolePolicyList"] = show_inline_policies(role);
  out["AttachedManagedPolicies"] = show_attached(role.attached);
  out["Tags"] = show_tags(role.tags);
  return out;
}

Json show_policy_detail(const Iam& iam, const IamPolicy& policy) {
  Json versions = Json::array();
  for (const auto& [number, version] : policy.versions) {
    versions.push_back(show_version(policy, number, true));
  }
  Json out = show_policy(iam, policy);
  out.erase("Tags");  // not told here
  out["PolicyVersionList"] = std::move(versions);
  return out;
}

Answer get_account_authorization_details(OpContext& context, const Json& params) {
  const Iam& iam = context.account.iam;
  const Json& filter = list(params, "Filter");
  const auto wanted = [&](std::string_view kind) {
    return filter.empty() || std::find(filter.begin(), filter.end(), kind) != filter.end();
  };
  Json roles = Json::array();
  if (wanted("Role")) {
    iam.roles.each_listed(context.sight, [&](const auto&, const IamRole& role) {
      roles.push_back(show_role_detail(iam, role));
    });
  }
  Json policies = Json::array();
  if (wanted("LocalManagedPolicy")) {
    iam.policies.each_listed(context.sight, [&](const auto&, const IamPolicy& policy) {
      policies.push_back(show_policy_detail(iam, policy));
    });
  }
  return done({{"UserDetailList", Json::array()},
               {"GroupDetailList", Json::array()},
               {"RoleDetailList", std::move(roles)},
               {"Policies", std::move(policies)},
               {"IsTruncated", false}});
}

Answer get_account_summary(OpContext& context, const Json&) {
  const Iam& iam = context.account.iam;
  return done({{"SummaryMap",
                {{"Roles", iam.roles.size()},
                 {"RolesQuota", iam.quota.roles},
                 {"Policies", iam.policies.size()},
                 {"PoliciesQuota", iam.quota.policies},
                 {"InstanceProfiles", iam.profiles.size()},
                 {"InstanceProfilesQuota", iam.quota.profiles},
                 {"Providers", iam.providers.size()},
                 {"AttachedPoliciesPerRoleQuota", iam.quota.policies_per_role},
                 {"PolicySizeQuota", kManagedPolicyMax},
                 {"RolePolicySizeQuota", kInlinePoliciesMax},
                 {"AssumeRolePolicySizeQuota", kTrustPolicyMax},
                 {"VersionsPerPolicyQuota", kPolicyVersionsMax},
                 {"UsersQuota", 5000},
                 {"Users", 1}}}});
}

struct LinkedService {
  std::string_view service;
  std::string_view role;
};

// Service principals and the names of their roles, as the service references print them.
constexpr auto kLinkedServices = std::to_array<LinkedService>({
    {"autoscaling.amazonaws.com", "AWSServiceRoleForAutoScaling"},
    {"eks-fargate.amazonaws.com", "AWSServiceRoleForAmazonEKSForFargate"},
    {"eks-nodegroup.amazonaws.com", "AWSServiceRoleForAmazonEKSNodegroup"},
    {"eks.amazonaws.com", "AWSServiceRoleForAmazonEKS"},
    {"elasticloadbalancing.amazonaws.com", "AWSServiceRoleForElasticLoadBalancing"},
    {"spot.amazonaws.com", "AWSServiceRoleForEC2Spot"},
    {"spotfleet.amazonaws.com", "AWSServiceRoleForEC2SpotFleet"},
});

Answer create_service_linked_role(OpContext& context, const Json& params) {
  const std::string& service = text(params, "AWSServiceName");
  const auto* linked = std::find_if(kLinkedServices.begin(), kLinkedServices.end(),
                                    [&](const auto& l) { return l.service == service; });
  if (linked == kLinkedServices.end()) {
    return fail("InvalidInput", "No service-linked role is known for " + service);
  }
  const std::string name(linked->role);
  Iam& iam = context.account.iam;
  if (iam.roles.find(lower(name)) != nullptr) {
    return fail("InvalidInput", "Service role name " + name +
                                    " has been taken in this account, please try a different "
                                    "suffix.");
  }
  const Json statement = {
      {"Effect", "Allow"}, {"Principal", {{"Service", service}}}, {"Action", "sts:AssumeRole"}};
  IamRole role;
  role.name = name;
  role.path = "/aws-service-role/" + service + '/';
  role.id = "AROA" + context.new_code(17);
  role.arn = context.arn("iam", "role" + role.path + name);
  role.trust = Json({{"Version", "2012-10-17"}, {"Statement", Json::array({statement})}}).dump();
  role.description = text(params, "Description");
  role.service_linked = true;
  role.created = context.now;
  Json shown = show_role(role, true);
  iam.roles.add(lower(name), std::move(role), context.lag());
  return done({{"Role", std::move(shown)}});
}

constexpr OpRule kIamAccountOps[] = {
    {"iam", "GetAccountAuthorizationDetails", get_account_authorization_details, kReads,
     "Filter:l Marker MaxItems:i"},
    {"iam", "GetAccountSummary", get_account_summary, kReads, ""},
    {"iam", "CreateServiceLinkedRole", create_service_linked_role, kMutates,
     "AWSServiceName! Description"},
};

}  // namespace

std::span<const OpRule> iam_account_ops() {
  return kIamAccountOps;
}

}  // namespace byoc::sim
