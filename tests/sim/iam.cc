#include "tests/sim/iam.h"

#include <algorithm>
#include <cctype>

#include "tests/sim/ec2.h"

namespace byoc::sim {
namespace {

constexpr std::size_t kPathMax = 512;
constexpr std::size_t kDescriptionMax = 1000;

Answer iam_invalid(std::string message) {
  return fail("ValidationError", "1 validation error detected: " + std::move(message));
}

bool is_iam_name_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("_+=,.@-").find(c) != std::string_view::npos;
}

}  // namespace

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::string name_of_arn(std::string_view arn) {
  return std::string(arn.substr(arn.rfind('/') + 1));
}

std::optional<Answer> refuse_name(std::string_view member, const std::string& name,
                                  std::size_t length_max) {
  const std::string where = "Value at '" + std::string(member) + "' failed to satisfy constraint: ";
  if (name.empty() || name.size() > length_max) {
    return iam_invalid(where + "Member must have length less than or equal to " +
                       std::to_string(length_max));
  }
  if (std::all_of(name.begin(), name.end(), is_iam_name_char)) return std::nullopt;
  return fail("ValidationError", "The specified value for " + std::string(member) +
                                     " is invalid. It must contain only alphanumeric characters "
                                     "and/or the following: +=,.@_-");
}

std::optional<Answer> refuse_path(const Json& params) {
  if (!params.contains("Path")) return std::nullopt;
  const std::string& path = text(params, "Path");
  const bool printable =
      std::all_of(path.begin(), path.end(), [](char c) { return c > ' ' && c < 127; });
  if (printable && path.starts_with('/') && path.ends_with('/') && path.size() <= kPathMax) {
    return std::nullopt;
  }
  return fail("ValidationError",
              "The specified value for path is invalid. It must begin and end with / and contain "
              "only alphanumeric characters and/or / characters.");
}

std::optional<Answer> refuse_description(const Json& params) {
  if (text(params, "Description").size() <= kDescriptionMax) return std::nullopt;
  return iam_invalid(
      "Value at 'description' failed to satisfy constraint: Member must have length less than or "
      "equal to 1000");
}

std::optional<Answer> refuse_tag_list(const Json& tags) {
  std::set<std::string> seen;
  for (const Json& tag : tags) {
    const auto& key = tag.at("Key").get_ref<const std::string&>();
    const auto& value = tag.at("Value").get_ref<const std::string&>();
    if (key.empty() || key.size() > 128 || value.size() > 256) {
      return iam_invalid(
          "Value at 'tags' failed to satisfy constraint: Member must have length less "
          "than or equal to 128 (key), 256 (value)");
    }
    if (lower(key).starts_with("aws:")) {
      return fail("InvalidInput", "Tag keys starting with 'aws:' are reserved for system use.");
    }
    if (!seen.insert(lower(key)).second) {
      return fail("InvalidInput",
                  "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
    }
  }
  if (tags.size() <= kTagsMax) return std::nullopt;
  return limit_exceeded("The number of tags has reached the maximum limit.");
}

bool add_tags(Tags& tags, const Json& list) {
  Tags next = tags;
  for (const Json& tag : list) {
    const auto& key = tag.at("Key").get_ref<const std::string&>();
    std::erase_if(next, [&](const auto& t) { return lower(t.first) == lower(key); });
    next[key] = tag.at("Value").get<std::string>();
  }
  if (next.size() > kTagsMax) return false;
  tags = std::move(next);
  return true;
}

void drop_tags(Tags& tags, const Json& keys) {
  for (const Json& key : keys) {
    const std::string folded = lower(key.get_ref<const std::string&>());
    std::erase_if(tags, [&](const auto& t) { return lower(t.first) == folded; });
  }
}

Answer no_such_entity(std::string message) {
  return fail("NoSuchEntity", std::move(message), 404);
}
Answer limit_exceeded(std::string message) {
  return fail("LimitExceeded", std::move(message), 409);
}
Answer malformed(std::string message) {
  return fail("MalformedPolicyDocument", std::move(message));
}

Answer no_role(std::string_view name) {
  return no_such_entity("The role with name " + std::string(name) + " cannot be found.");
}

Answer no_policy(std::string_view arn) {
  return no_such_entity("Policy " + std::string(arn) + " does not exist or is not attachable.");
}

Json show_role(const IamRole& role, bool whole) {
  Json out = {{"Path", role.path},
              {"RoleName", role.name},
              {"RoleId", role.id},
              {"Arn", role.arn},
              {"CreateDate", format_time(role.created)},
              {"AssumeRolePolicyDocument", role.trust}};
  if (!whole) return out;
  out["MaxSessionDuration"] = role.max_session_s;
  if (!role.description.empty()) out["Description"] = role.description;
  if (!role.tags.empty()) out["Tags"] = show_tags(role.tags);
  return out;
}

Json show_profile(const Iam& iam, const IamProfile& profile) {
  Json roles = Json::array();
  if (const IamRole* role = iam.roles.find(lower(profile.role)); role != nullptr) {
    roles.push_back(show_role(*role, false));
  }
  Json out = {{"Path", profile.path},
              {"InstanceProfileName", profile.name},
              {"InstanceProfileId", profile.id},
              {"Arn", profile.arn},
              {"CreateDate", format_time(profile.created)},
              {"Roles", std::move(roles)}};
  if (!profile.tags.empty()) out["Tags"] = show_tags(profile.tags);
  return out;
}

Json show_attached(const std::set<std::string>& policy_arns) {
  Json out = Json::array();
  for (const std::string& arn : policy_arns) {
    out.push_back({{"PolicyName", name_of_arn(arn)}, {"PolicyArn", arn}});
  }
  return out;
}

RoleAnswer role_to_change(OpContext& context, const Json& params) {
  const std::string& name = text(params, "RoleName");
  IamRole* role = context.account.iam.roles.edit(lower(name), context.sight, context.edit_time());
  if (role == nullptr) return {nullptr, no_role(name)};
  if (!role->service_linked) return {role, {}};
  return {nullptr,
          fail("UnmodifiableEntity", "Cannot perform the operation on the protected role '" +
                                         role->name + "' - this role is only modifiable by AWS")};
}

void role_changed(OpContext& context, const IamRole& role) {
  auto* row = context.account.iam.roles.row(lower(role.name));
  row->lag.believed_at = std::max(row->lag.believed_at, context.lag().believed_at);
}

Table<IamRole>::Row* role_by_arn(World& world, std::string_view arn) {
  constexpr std::string_view kPrefix = "arn:aws:iam::";
  constexpr std::size_t kAccountLength = 12;
  if (!arn.starts_with(kPrefix) || arn.size() < kPrefix.size() + kAccountLength) return nullptr;
  const auto account = world.accounts.find(std::string(arn.substr(kPrefix.size(), kAccountLength)));
  if (account == world.accounts.end()) return nullptr;
  auto* row = account->second.iam.roles.row(lower(name_of_arn(arn)));
  return row == nullptr || row->value.arn != arn ? nullptr : row;
}

}  // namespace byoc::sim
