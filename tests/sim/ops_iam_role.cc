// IAM roles: the role itself, its trust policy and its tags.
#include "tests/sim/ec2.h"
#include "tests/sim/iam.h"

namespace byoc::sim {
namespace {

constexpr std::size_t kRoleNameMax = 64;

std::optional<Answer> refuse_session(const Json& params) {
  const int seconds = number(params, "MaxSessionDuration", 3600);
  if (seconds >= 3600 && seconds <= 43200) return std::nullopt;
  const bool low = seconds < 3600;
  return fail(
      "ValidationError",
      "1 validation error detected: Value '" + std::to_string(seconds) +
          "' at 'maxSessionDuration' failed to satisfy constraint: Member must have value " +
          (low ? "greater than or equal to 3600" : "less than or equal to 43200"));
}

std::optional<Answer> refuse_trust(OpContext& context, const std::string& trust) {
  if (auto why = malformed_trust(trust)) return malformed(*why);
  if (policy_size(trust) > kTrustPolicyMax) {
    return limit_exceeded("Cannot exceed quota for ACLSizePerRole: 2048");
  }
  return unknown_principal(context, trust);
}

std::optional<Answer> refuse_role(OpContext& context, const Json& params) {
  if (auto no = refuse_name("roleName", text(params, "RoleName"), kRoleNameMax)) return no;
  if (auto no = refuse_path(params)) return no;
  if (auto no = refuse_description(params)) return no;
  if (auto no = refuse_session(params)) return no;
  if (auto no = refuse_tag_list(list(params, "Tags"))) return no;
  return refuse_trust(context, text(params, "AssumeRolePolicyDocument"));
}

Answer create_role(OpContext& context, const Json& params) {
  if (auto no = refuse_role(context, params)) return *std::move(no);
  Iam& iam = context.account.iam;
  const std::string& name = text(params, "RoleName");
  if (iam.roles.find(lower(name)) != nullptr) {
    return fail("EntityAlreadyExists", "Role with name " + name + " already exists.", 409);
  }
  if (iam.roles.size() >= static_cast<std::size_t>(iam.quota.roles)) {
    return limit_exceeded("Cannot exceed quota for RolesPerAccount: " +
                          std::to_string(iam.quota.roles));
  }
  IamRole role;
  role.name = name;
  role.path = params.value("Path", "/");
  role.id = "AROA" + context.new_code(17);
  role.arn = context.arn("iam", "role" + role.path + name);
  role.trust = text(params, "AssumeRolePolicyDocument");
  role.description = text(params, "Description");
  role.max_session_s = number(params, "MaxSessionDuration", 3600);
  role.created = context.now;
  role.tags = read_tags(list(params, "Tags"));
  Json shown = show_role(role, true);
  iam.roles.add(lower(name), std::move(role), context.lag());
  return done({{"Role", std::move(shown)}});
}

Answer get_role(OpContext& context, const Json& params) {
  const std::string& name = text(params, "RoleName");
  const IamRole* role = context.account.iam.roles.find(lower(name), context.sight);
  if (role == nullptr) return no_role(name);
  Json shown = show_role(*role, true);
  // K1: a role that has not propagated shows its unique id in the place of its ARN.
  if (!context.account.iam.roles.row(lower(name))->believed(context.sight)) shown["Arn"] = role->id;
  return done({{"Role", std::move(shown)}});
}

Answer list_roles(OpContext& context, const Json& params) {
  Json roles = Json::array();
  const std::string prefix = params.value("PathPrefix", "/");
  context.account.iam.roles.each_listed(context.sight, [&](const auto&, const IamRole& role) {
    if (!role.path.starts_with(prefix)) return;
    Json shown = show_role(role, true);
    shown.erase("Tags");  // lists leave tags out
    roles.push_back(std::move(shown));
  });
  return done({{"Roles", std::move(roles)}, {"IsTruncated", false}});
}

Answer update_role(OpContext& context, const Json& params) {
  auto [role, error] = role_to_change(context, params);
  if (role == nullptr) return error;
  if (auto no = refuse_description(params)) return *std::move(no);
  if (auto no = refuse_session(params)) return *std::move(no);
  if (params.contains("Description")) role->description = text(params, "Description");
  role->max_session_s = number(params, "MaxSessionDuration", role->max_session_s);
  return done();
}

Answer update_trust(OpContext& context, const Json& params) {
  auto [role, error] = role_to_change(context, params);
  if (role == nullptr) return error;
  const std::string& trust = text(params, "PolicyDocument");
  if (auto no = refuse_trust(context, trust)) return *std::move(no);
  role->trust = trust;
  role_changed(context, *role);
  return done();
}

Answer delete_role(OpContext& context, const Json& params) {
  auto [role, error] = role_to_change(context, params);
  if (role == nullptr) return error;
  Iam& iam = context.account.iam;
  const std::string prefix = "Cannot delete entity, must ";
  if (!role->attached.empty()) {
    return fail("DeleteConflict", prefix + "detach all policies first.", 409);
  }
  if (!role->inline_policy.empty()) {
    return fail("DeleteConflict", prefix + "delete policies first.", 409);
  }
  if (iam.profiles.any([&name = role->name](const IamProfile& p) { return p.role == name; })) {
    return fail("DeleteConflict", prefix + "remove roles from instance profile first.", 409);
  }
  iam.roles.remove(lower(role->name), context.now, context.hide_time());
  return done();
}

Answer tag_role(OpContext& context, const Json& params) {
  auto [role, error] = role_to_change(context, params);
  if (role == nullptr) return error;
  if (auto no = refuse_tag_list(list(params, "Tags"))) return *std::move(no);
  if (add_tags(role->tags, list(params, "Tags"))) return done();
  return limit_exceeded("The number of tags has reached the maximum limit.");
}

Answer untag_role(OpContext& context, const Json& params) {
  auto [role, error] = role_to_change(context, params);
  if (role == nullptr) return error;
  drop_tags(role->tags, list(params, "TagKeys"));
  return done();
}

Answer list_role_tags(OpContext& context, const Json& params) {
  const std::string& name = text(params, "RoleName");
  const IamRole* role = context.account.iam.roles.find(lower(name), context.sight);
  if (role == nullptr) return no_role(name);
  return done({{"Tags", show_tags(role->tags)}, {"IsTruncated", false}});
}

constexpr OpRule kIamRoleOps[] = {
    {"iam", "CreateRole", create_role, kMutates,
     "RoleName! AssumeRolePolicyDocument! Path Description MaxSessionDuration:i "
     "Tags:l"},
    {"iam", "GetRole", get_role, kReads, "RoleName!"},
    {"iam", "ListRoles", list_roles, kReads, "PathPrefix Marker MaxItems:i"},
    {"iam", "UpdateRole", update_role, kMutates, "RoleName! Description MaxSessionDuration:i"},
    {"iam", "UpdateAssumeRolePolicy", update_trust, kMutates, "RoleName! PolicyDocument!"},
    {"iam", "DeleteRole", delete_role, kMutates, "RoleName!"},
    {"iam", "TagRole", tag_role, kMutates, "RoleName! Tags!:l"},
    {"iam", "UntagRole", untag_role, kMutates, "RoleName! TagKeys!:l"},
    {"iam", "ListRoleTags", list_role_tags, kReads, "RoleName! Marker MaxItems:i"},
};

}  // namespace

std::span<const OpRule> iam_role_ops() {
  return kIamRoleOps;
}

}  // namespace byoc::sim
