// Customer managed policies and their versions.
#include <charconv>

#include "tests/sim/ec2.h"
#include "tests/sim/iam.h"

namespace byoc::sim {
namespace {

std::optional<Answer> refuse_document(const std::string& document) {
  if (auto why = malformed_policy(document)) return malformed(*why);
  if (policy_size(document) <= kManagedPolicyMax) return std::nullopt;
  return limit_exceeded("Cannot exceed quota for PolicySize: 6144");
}

// "v3" -> 3; 0 when it is no version.
int version_number(const std::string& version) {
  int number = 0;
  if (version.size() < 2 || version[0] != 'v') return 0;
  std::from_chars(version.data() + 1, version.data() + version.size(), number);
  return number;
}

IamPolicy* find_policy(OpContext& context, const Json& params) {
  return context.account.iam.policies.find(text(params, "PolicyArn"), context.sight);
}

Answer no_version(const Json& params) {
  return no_such_entity("Policy " + text(params, "PolicyArn") + " version " +
                        text(params, "VersionId") + " does not exist or is not attachable.");
}

Answer not_ours(const Json& params) {
  return fail("AccessDenied", "Policy " + text(params, "PolicyArn") + " is not modifiable.", 403);
}

// The policy that the operation may change, or why not.
struct PolicyAnswer {
  IamPolicy* policy = nullptr;
  Answer error{};
};
PolicyAnswer policy_to_change(OpContext& context, const Json& params) {
  if (known_aws_policy(text(params, "PolicyArn"))) return {nullptr, not_ours(params)};
  IamPolicy* policy = context.account.iam.policies.edit(text(params, "PolicyArn"), context.sight,
                                                        context.edit_time());
  if (policy == nullptr) return {nullptr, no_policy(text(params, "PolicyArn"))};
  return {policy, {}};
}

Answer create_policy(OpContext& context, const Json& params) {
  Iam& iam = context.account.iam;
  const std::string& name = text(params, "PolicyName");
  if (auto no = refuse_name("policyName", name, kPolicyNameMax)) return *std::move(no);
  if (auto no = refuse_path(params)) return *std::move(no);
  if (auto no = refuse_description(params)) return *std::move(no);
  if (auto no = refuse_tag_list(list(params, "Tags"))) return *std::move(no);
  if (auto no = refuse_document(text(params, "PolicyDocument"))) return *std::move(no);
  if (iam.policies.any([&](const IamPolicy& p) { return lower(p.name) == lower(name); })) {
    return fail("EntityAlreadyExists",
                "A policy called " + name + " already exists. Duplicate names are not allowed.",
                409);
  }
  if (iam.policies.size() >= static_cast<std::size_t>(iam.quota.policies)) {
    return limit_exceeded("Cannot exceed quota for PoliciesPerAccount: " +
                          std::to_string(iam.quota.policies));
  }
  IamPolicy policy;
  policy.name = name;
  policy.path = params.value("Path", "/");
  policy.id = "ANPA" + context.new_code(17);
  policy.arn = context.arn("iam", "policy" + policy.path + name);
  policy.description = text(params, "Description");
  policy.versions[1] = {text(params, "PolicyDocument"), context.now};
  policy.created = policy.updated = context.now;
  policy.tags = read_tags(list(params, "Tags"));
  Json shown = show_policy(iam, policy);
  const std::string arn = policy.arn;
  iam.policies.add(arn, std::move(policy), context.lag());
  return done({{"Policy", std::move(shown)}});
}

Json show_aws_policy(const Iam& iam, const std::string& arn) {
  IamPolicy policy;
  policy.arn = arn;
  policy.name = name_of_arn(arn);
  const auto start = arn.find(":policy") + std::string_view(":policy").size();
  policy.path = arn.substr(start, arn.rfind('/') + 1 - start);
  policy.id = "ANPAAWSMANAGEDPOLICY";
  return show_policy(iam, policy);
}

Answer get_policy(OpContext& context, const Json& params) {
  const std::string& arn = text(params, "PolicyArn");
  if (known_aws_policy(arn)) return done({{"Policy", show_aws_policy(context.account.iam, arn)}});
  const IamPolicy* policy = find_policy(context, params);
  if (policy == nullptr) return no_such_entity("Policy " + arn + " was not found.");
  return done({{"Policy", show_policy(context.account.iam, *policy)}});
}

Answer list_policies(OpContext& context, const Json& params) {
  const std::string scope = params.value("Scope", "All");
  Json policies = Json::array();
  const Iam& iam = context.account.iam;
  iam.policies.each_listed(context.sight, [&](const auto&, const IamPolicy& policy) {
    if (scope == "AWS") return;
    Json shown = show_policy(iam, policy);
    if (flag(params, "OnlyAttached") && shown.at("AttachmentCount") == 0) return;
    shown.erase("Tags");  // lists leave tags out
    policies.push_back(std::move(shown));
  });
  return done({{"Policies", std::move(policies)}, {"IsTruncated", false}});
}

Answer get_policy_version(OpContext& context, const Json& params) {
  const IamPolicy* policy = find_policy(context, params);
  const int number = version_number(text(params, "VersionId"));
  if (policy == nullptr || !policy->versions.contains(number)) return no_version(params);
  return done({{"PolicyVersion", show_version(*policy, number, true)}});
}

Answer list_policy_versions(OpContext& context, const Json& params) {
  const IamPolicy* policy = find_policy(context, params);
  if (policy == nullptr) return no_policy(text(params, "PolicyArn"));
  Json versions = Json::array();
  for (auto at = policy->versions.rbegin(); at != policy->versions.rend(); ++at) {
    versions.push_back(show_version(*policy, at->first, false));
  }
  return done({{"Versions", std::move(versions)}, {"IsTruncated", false}});
}

Answer create_policy_version(OpContext& context, const Json& params) {
  auto [policy, error] = policy_to_change(context, params);
  if (policy == nullptr) return error;
  if (auto no = refuse_document(text(params, "PolicyDocument"))) return *std::move(no);
  if (policy->versions.size() >= kPolicyVersionsMax) {
    return limit_exceeded(
        "A managed policy can have up to 5 versions. Before you create a new version, you must "
        "delete an existing version.");
  }
  const int number = policy->next_version++;
  policy->versions[number] = {text(params, "PolicyDocument"), context.now};
  policy->updated = context.now;
  if (flag(params, "SetAsDefault")) policy->default_version = number;
  return done({{"PolicyVersion", show_version(*policy, number, false)}});
}

Answer set_default_policy_version(OpContext& context, const Json& params) {
  auto [policy, error] = policy_to_change(context, params);
  if (policy == nullptr) return error;
  const int number = version_number(text(params, "VersionId"));
  if (!policy->versions.contains(number)) return no_version(params);
  policy->default_version = number;
  policy->updated = context.now;
  return done();
}

Answer delete_policy_version(OpContext& context, const Json& params) {
  auto [policy, error] = policy_to_change(context, params);
  if (policy == nullptr) return error;
  const int number = version_number(text(params, "VersionId"));
  if (!policy->versions.contains(number)) return no_version(params);
  if (number == policy->default_version) {
    return fail("DeleteConflict", "Cannot delete the default version of a policy.", 409);
  }
  policy->versions.erase(number);
  policy->updated = context.now;
  return done();
}

Answer delete_policy(OpContext& context, const Json& params) {
  auto [policy, error] = policy_to_change(context, params);
  if (policy == nullptr) return error;
  Iam& iam = context.account.iam;
  const std::string arn = policy->arn;
  if (iam.roles.any([&](const IamRole& r) { return r.attached.contains(arn); })) {
    return fail("DeleteConflict", "Cannot delete a policy attached to entities.", 409);
  }
  if (policy->versions.size() > 1) {
    return fail(
        "DeleteConflict",
        "This policy has more than one version. Before you delete a policy, you must delete "
        "the policy's versions. The default version is deleted with the policy.",
        409);
  }
  iam.policies.remove(arn, context.now, context.hide_time());
  return done();
}

Answer tag_policy(OpContext& context, const Json& params) {
  auto [policy, error] = policy_to_change(context, params);
  if (policy == nullptr) return error;
  if (auto no = refuse_tag_list(list(params, "Tags"))) return *std::move(no);
  if (add_tags(policy->tags, list(params, "Tags"))) return done();
  return limit_exceeded("The number of tags has reached the maximum limit.");
}

Answer untag_policy(OpContext& context, const Json& params) {
  auto [policy, error] = policy_to_change(context, params);
  if (policy == nullptr) return error;
  drop_tags(policy->tags, list(params, "TagKeys"));
  return done();
}

Answer list_policy_tags(OpContext& context, const Json& params) {
  const IamPolicy* policy = find_policy(context, params);
  if (policy == nullptr) return no_policy(text(params, "PolicyArn"));
  return done({{"Tags", show_tags(policy->tags)}, {"IsTruncated", false}});
}

constexpr OpRule kIamPolicyOps[] = {
    {"iam", "CreatePolicy", create_policy, kMutates,
     "PolicyName! PolicyDocument! Path Description Tags:l"},
    {"iam", "GetPolicy", get_policy, kReads, "PolicyArn!"},
    {"iam", "ListPolicies", list_policies, kReads, "Scope OnlyAttached:b Marker MaxItems:i"},
    {"iam", "GetPolicyVersion", get_policy_version, kReads, "PolicyArn! VersionId!"},
    {"iam", "ListPolicyVersions", list_policy_versions, kReads, "PolicyArn! Marker MaxItems:i"},
    {"iam", "CreatePolicyVersion", create_policy_version, kMutates,
     "PolicyArn! PolicyDocument! SetAsDefault:b"},
    {"iam", "SetDefaultPolicyVersion", set_default_policy_version, kMutates,
     "PolicyArn! VersionId!"},
    {"iam", "DeletePolicyVersion", delete_policy_version, kMutates, "PolicyArn! VersionId!"},
    {"iam", "DeletePolicy", delete_policy, kMutates, "PolicyArn!"},
    {"iam", "TagPolicy", tag_policy, kMutates, "PolicyArn! Tags!:l"},
    {"iam", "UntagPolicy", untag_policy, kMutates, "PolicyArn! TagKeys!:l"},
    {"iam", "ListPolicyTags", list_policy_tags, kReads, "PolicyArn! Marker MaxItems:i"},
};

}  // namespace

Json show_version(const IamPolicy& policy, int number, bool with_document) {
  const IamPolicyVersion& version = policy.versions.at(number);
  Json out = {{"VersionId", 'v' + std::to_string(number)},
              {"IsDefaultVersion", number == policy.default_version},
              {"CreateDate", format_time(version.created)}};
  if (with_document) out["Document"] = version.document;
  return out;
}

Json show_policy(const Iam& iam, const IamPolicy& policy) {
  int attachments = 0;
  iam.roles.each([&](const auto&, const IamRole& role) {
    if (role.attached.contains(policy.arn)) ++attachments;
  });
  Json out = {{"PolicyName", policy.name},
              {"PolicyId", policy.id},
              {"Arn", policy.arn},
              {"Path", policy.path},
              {"DefaultVersionId", 'v' + std::to_string(policy.default_version)},
              {"AttachmentCount", attachments},
              {"PermissionsBoundaryUsageCount", 0},
              {"IsAttachable", true},
              {"CreateDate", format_time(policy.created)},
              {"UpdateDate", format_time(policy.updated)}};
  if (!policy.description.empty()) out["Description"] = policy.description;
  if (!policy.tags.empty()) out["Tags"] = show_tags(policy.tags);
  return out;
}

std::span<const OpRule> iam_policy_ops() {
  return kIamPolicyOps;
}

}  // namespace byoc::sim
