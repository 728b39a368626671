// Policies of a role: attached managed ones and inline ones.
#include "tests/sim/iam.h"

namespace byoc::sim {
namespace {

bool policy_exists(OpContext& context, const std::string& arn) {
  return known_aws_policy(arn) || context.account.iam.policies.find(arn, context.sight) != nullptr;
}

Answer attach_role_policy(OpContext& context, const Json& params) {
  auto [role, error] = role_to_change(context, params);
  if (role == nullptr) return error;
  const std::string& arn = text(params, "PolicyArn");
  if (!arn.starts_with("arn:")) return fail("ValidationError", "ARN " + arn + " is not valid.");
  if (!policy_exists(context, arn)) return no_policy(arn);
  if (role->attached.contains(arn)) return done();
  const auto quota = static_cast<std::size_t>(context.account.iam.quota.policies_per_role);
  if (role->attached.size() >= quota) {
    return limit_exceeded("Cannot exceed quota for PoliciesPerRole: " + std::to_string(quota));
  }
  role->attached.insert(arn);
  role_changed(context, *role);
  return done();
}

Answer detach_role_policy(OpContext& context, const Json& params) {
  auto [role, error] = role_to_change(context, params);
  if (role == nullptr) return error;
  const std::string& arn = text(params, "PolicyArn");
  if (role->attached.erase(arn) == 0) {
    return no_such_entity("Policy " + arn + " was not found.");
  }
  return done();
}

Answer list_attached_role_policies(OpContext& context, const Json& params) {
  const std::string& name = text(params, "RoleName");
  const IamRole* role = context.account.iam.roles.find(lower(name), context.sight);
  if (role == nullptr) return no_role(name);
  return done({{"AttachedPolicies", show_attached(role->attached)}, {"IsTruncated", false}});
}

Answer put_role_policy(OpContext& context, const Json& params) {
  auto [role, error] = role_to_change(context, params);
  if (role == nullptr) return error;
  const std::string& name = text(params, "PolicyName");
  const std::string& document = text(params, "PolicyDocument");
  if (auto no = refuse_name("policyName", name, kPolicyNameMax)) return *std::move(no);
  if (auto why = malformed_policy(document)) return malformed(*why);
  std::size_t size = policy_size(document);
  for (const auto& [other, text_of_other] : role->inline_policy) {
    if (other != name) size += policy_size(text_of_other);
  }
  if (size > kInlinePoliciesMax) {
    return limit_exceeded("Maximum policy size of 10240 bytes exceeded for role " + role->name);
  }
  role->inline_policy[name] = document;
  role_changed(context, *role);
  return done();
}

Answer no_inline_policy(const std::string& name) {
  return no_such_entity("The role policy with name " + name + " cannot be found.");
}

Answer get_role_policy(OpContext& context, const Json& params) {
  const std::string& name = text(params, "RoleName");
  const IamRole* role = context.account.iam.roles.find(lower(name), context.sight);
  if (role == nullptr) return no_role(name);
  const auto found = role->inline_policy.find(text(params, "PolicyName"));
  if (found == role->inline_policy.end()) return no_inline_policy(text(params, "PolicyName"));
  return done(
      {{"RoleName", role->name}, {"PolicyName", found->first}, {"PolicyDocument", found->second}});
}

Answer list_role_policies(OpContext& context, const Json& params) {
  const std::string& name = text(params, "RoleName");
  const IamRole* role = context.account.iam.roles.find(lower(name), context.sight);
  if (role == nullptr) return no_role(name);
  Json names = Json::array();
  for (const auto& [policy, document] : role->inline_policy) names.push_back(policy);
  return done({{"PolicyNames", std::move(names)}, {"IsTruncated", false}});
}

Answer delete_role_policy(OpContext& context, const Json& params) {
  auto [role, error] = role_to_change(context, params);
  if (role == nullptr) return error;
  const std::string& name = text(params, "PolicyName");
  if (role->inline_policy.erase(name) == 0) return no_inline_policy(name);
  return done();
}

constexpr OpRule kIamRolePolicyOps[] = {
    {"iam", "AttachRolePolicy", attach_role_policy, kMutates, "RoleName! PolicyArn!"},
    {"iam", "DetachRolePolicy", detach_role_policy, kMutates, "RoleName! PolicyArn!"},
    {"iam", "ListAttachedRolePolicies", list_attached_role_policies, kReads,
     "RoleName! Marker MaxItems:i"},
    {"iam", "PutRolePolicy", put_role_policy, kMutates, "RoleName! PolicyName! PolicyDocument!"},
    {"iam", "GetRolePolicy", get_role_policy, kReads, "RoleName! PolicyName!"},
    {"iam", "ListRolePolicies", list_role_policies, kReads, "RoleName! Marker MaxItems:i"},
    {"iam", "DeleteRolePolicy", delete_role_policy, kMutates, "RoleName! PolicyName!"},
};

}  // namespace

std::span<const OpRule> iam_role_policy_ops() {
  return kIamRolePolicyOps;
}

}  // namespace byoc::sim
