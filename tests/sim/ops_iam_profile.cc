// Instance profiles: the envelope that carries one role to EC2.
#include "tests/sim/ec2.h"
#include "tests/sim/iam.h"

namespace byoc::sim {
namespace {

constexpr std::size_t kProfileNameMax = 128;

IamProfile* find_profile(OpContext& context, const Json& params) {
  return context.account.iam.profiles.find(lower(text(params, "InstanceProfileName")),
                                           context.sight);
}

// The same, to change it: lists may show the old state for a while.
IamProfile* edit_profile(OpContext& context, const Json& params) {
  return context.account.iam.profiles.edit(lower(text(params, "InstanceProfileName")),
                                           context.sight, context.edit_time());
}

Answer no_profile(const Json& params) {
  return no_such_entity("Instance Profile " + text(params, "InstanceProfileName") +
                        " cannot be found.");
}

Answer create_profile(OpContext& context, const Json& params) {
  Iam& iam = context.account.iam;
  const std::string& name = text(params, "InstanceProfileName");
  if (auto no = refuse_name("instanceProfileName", name, kProfileNameMax)) return *std::move(no);
  if (auto no = refuse_path(params)) return *std::move(no);
  if (auto no = refuse_tag_list(list(params, "Tags"))) return *std::move(no);
  if (iam.profiles.find(lower(name)) != nullptr) {
    return fail("EntityAlreadyExists", "Instance Profile " + name + " already exists.", 409);
  }
  if (iam.profiles.size() >= static_cast<std::size_t>(iam.quota.profiles)) {
    return limit_exceeded("Cannot exceed quota for InstanceProfilesPerAccount: " +
                          std::to_string(iam.quota.profiles));
  }
  IamProfile profile;
  profile.name = name;
  profile.path = params.value("Path", "/");
  profile.id = "AIPA" + context.new_code(17);
  profile.arn = context.arn("iam", "instance-profile" + profile.path + name);
  profile.created = context.now;
  profile.tags = read_tags(list(params, "Tags"));
  Json shown = show_profile(iam, profile);
  iam.profiles.add(lower(name), std::move(profile), context.lag());
  return done({{"InstanceProfile", std::move(shown)}});
}

Answer get_profile(OpContext& context, const Json& params) {
  const IamProfile* profile = find_profile(context, params);
  if (profile == nullptr) return no_profile(params);
  Json shown = show_profile(context.account.iam, *profile);
  // K1: a role that has not propagated shows its unique id in the place of its ARN.
  const auto* role = context.account.iam.roles.row(lower(profile->role));
  if (role != nullptr && !role->believed(context.sight)) {
    shown["Roles"][0]["Arn"] = role->value.id;
  }
  return done({{"InstanceProfile", std::move(shown)}});
}

Answer list_profiles(OpContext& context, const Json& params) {
  const std::string prefix = params.value("PathPrefix", "/");
  const Iam& iam = context.account.iam;
  Json profiles = Json::array();
  iam.profiles.each_listed(context.sight, [&](const auto&, const IamProfile& profile) {
    if (!profile.path.starts_with(prefix)) return;
    Json shown = show_profile(iam, profile);
    shown.erase("Tags");  // lists leave tags out
    profiles.push_back(std::move(shown));
  });
  return done({{"InstanceProfiles", std::move(profiles)}, {"IsTruncated", false}});
}

Answer list_profiles_for_role(OpContext& context, const Json& params) {
  const Iam& iam = context.account.iam;
  const std::string& name = text(params, "RoleName");
  const IamRole* role = context.account.iam.roles.find(lower(name), context.sight);
  if (role == nullptr) return no_role(name);
  Json profiles = Json::array();
  iam.profiles.each_listed(context.sight, [&](const auto&, const IamProfile& profile) {
    if (profile.role != role->name) return;
    Json shown = show_profile(iam, profile);
    shown.erase("Tags");
    profiles.push_back(std::move(shown));
  });
  return done({{"InstanceProfiles", std::move(profiles)}, {"IsTruncated", false}});
}

Answer add_role(OpContext& context, const Json& params) {
  IamProfile* profile = edit_profile(context, params);
  if (profile == nullptr) return no_profile(params);
  const auto* row = context.account.iam.roles.row(lower(text(params, "RoleName")));
  if (row == nullptr || !row->known(context.sight)) return no_role(text(params, "RoleName"));
  if (!row->believed(context.sight)) return no_role(text(params, "RoleName"));  // K2
  if (row->value.service_linked) {
    return fail("UnmodifiableEntity", "Cannot perform the operation on the protected role");
  }
  if (!profile->role.empty()) {
    return limit_exceeded("Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1");
  }
  profile->role = row->value.name;
  return done();
}

Answer remove_role(OpContext& context, const Json& params) {
  IamProfile* profile = edit_profile(context, params);
  if (profile == nullptr) return no_profile(params);
  const std::string& name = text(params, "RoleName");
  if (profile->role.empty() || lower(profile->role) != lower(name)) return no_role(name);
  profile->role.clear();
  return done();
}

Answer delete_profile(OpContext& context, const Json& params) {
  IamProfile* profile = find_profile(context, params);
  if (profile == nullptr) return no_profile(params);
  if (!profile->role.empty()) {
    return fail("DeleteConflict",
                "Cannot delete entity, must remove roles from instance profile "
                "first.",
                409);
  }
  context.account.iam.profiles.remove(lower(profile->name), context.now, context.hide_time());
  return done();
}

Answer tag_profile(OpContext& context, const Json& params) {
  IamProfile* profile = edit_profile(context, params);
  if (profile == nullptr) return no_profile(params);
  if (auto no = refuse_tag_list(list(params, "Tags"))) return *std::move(no);
  if (add_tags(profile->tags, list(params, "Tags"))) return done();
  return limit_exceeded("The number of tags has reached the maximum limit.");
}

Answer untag_profile(OpContext& context, const Json& params) {
  IamProfile* profile = edit_profile(context, params);
  if (profile == nullptr) return no_profile(params);
  drop_tags(profile->tags, list(params, "TagKeys"));
  return done();
}

Answer list_profile_tags(OpContext& context, const Json& params) {
  const IamProfile* profile = find_profile(context, params);
  if (profile == nullptr) return no_profile(params);
  return done({{"Tags", show_tags(profile->tags)}, {"IsTruncated", false}});
}

constexpr OpRule kIamProfileOps[] = {
    {"iam", "CreateInstanceProfile", create_profile, kMutates, "InstanceProfileName! Path Tags:l"},
    {"iam", "GetInstanceProfile", get_profile, kReads, "InstanceProfileName!"},
    {"iam", "ListInstanceProfiles", list_profiles, kReads, "PathPrefix Marker MaxItems:i"},
    {"iam", "ListInstanceProfilesForRole", list_profiles_for_role, kReads,
     "RoleName! Marker MaxItems:i"},
    {"iam", "AddRoleToInstanceProfile", add_role, kMutates, "InstanceProfileName! RoleName!"},
    {"iam", "RemoveRoleFromInstanceProfile", remove_role, kMutates,
     "InstanceProfileName! RoleName!"},
    {"iam", "DeleteInstanceProfile", delete_profile, kMutates, "InstanceProfileName!"},
    {"iam", "TagInstanceProfile", tag_profile, kMutates, "InstanceProfileName! Tags!:l"},
    {"iam", "UntagInstanceProfile", untag_profile, kMutates, "InstanceProfileName! TagKeys!:l"},
    {"iam", "ListInstanceProfileTags", list_profile_tags, kReads,
     "InstanceProfileName! Marker MaxItems:i"},
};

}  // namespace

std::span<const OpRule> iam_profile_ops() {
  return kIamProfileOps;
}

}  // namespace byoc::sim
