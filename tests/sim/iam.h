// What IAM's operation files share, and what other services ask of IAM.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tests/sim/op.h"

namespace byoc::sim {

// Limits of policy documents, in characters without white space (IAM and STS quotas).
inline constexpr std::size_t kTrustPolicyMax = 2048;
inline constexpr std::size_t kInlinePoliciesMax = 10240;  // all of one role together
inline constexpr std::size_t kManagedPolicyMax = 6144;
inline constexpr std::size_t kPolicyVersionsMax = 5;
inline constexpr std::size_t kPolicyNameMax = 128;  // in line or managed

[[nodiscard]] std::string lower(std::string_view text);  // the keys of Iam's tables by name

// Documents. Why IAM calls a policy malformed, or nothing; the size as the quotas count it.
[[nodiscard]] std::optional<std::string> malformed_policy(const std::string& document);
[[nodiscard]] std::optional<std::string> malformed_trust(const std::string& document);
[[nodiscard]] std::size_t policy_size(std::string_view document);
// K1: a principal of the document that IAM does not know (yet): an error with its text.
[[nodiscard]] std::optional<Answer> unknown_principal(OpContext& context, const std::string& trust);

// True for the ARN of a policy that AWS keeps: "arn:aws:iam::aws:policy/AdministratorAccess".
[[nodiscard]] bool known_aws_policy(std::string_view arn);
// The name at the end of a policy's, role's or profile's ARN.
[[nodiscard]] std::string name_of_arn(std::string_view arn);

// Syntax of names, paths, descriptions and tags; the error or nothing.
[[nodiscard]] std::optional<Answer> refuse_name(std::string_view member, const std::string& name,
                                                std::size_t length_max);
[[nodiscard]] std::optional<Answer> refuse_path(const Json& params);
[[nodiscard]] std::optional<Answer> refuse_description(const Json& params);
[[nodiscard]] std::optional<Answer> refuse_tag_list(const Json& tags);
// Adds tags as IAM does: keys are equal whatever their case. False when there are too many.
[[nodiscard]] bool add_tags(Tags& tags, const Json& list);
void drop_tags(Tags& tags, const Json& keys);

// Answers that several operations give.
[[nodiscard]] Answer no_such_entity(std::string message);
[[nodiscard]] Answer limit_exceeded(std::string message);
[[nodiscard]] Answer malformed(std::string message);
[[nodiscard]] Answer no_role(std::string_view name);
[[nodiscard]] Answer no_policy(std::string_view arn);

// Things as the API shows them. `whole`: GetRole's view, with session length and tags.
[[nodiscard]] Json show_role(const IamRole& role, bool whole);
[[nodiscard]] Json show_profile(const Iam& iam, const IamProfile& profile);
[[nodiscard]] Json show_attached(const std::set<std::string>& policy_arns);
[[nodiscard]] Json show_version(const IamPolicy& policy, int number, bool with_document);
[[nodiscard]] Json show_policy(const Iam& iam, const IamPolicy& policy);

// A role that the operation may change: NoSuchEntity, or UnmodifiableEntity when AWS owns it.
struct RoleAnswer {
  IamRole* role = nullptr;  // null: see `error`
  Answer error{};
};
[[nodiscard]] RoleAnswer role_to_change(OpContext& context, const Json& params);
// Other services need some time to believe in what was changed now (K1-K4).
void role_changed(OpContext& context, const IamRole& role);

// For other services. The row of the role with that ARN in any simulated account, or null.
[[nodiscard]] Table<IamRole>::Row* role_by_arn(World& world, std::string_view arn);
// Whether the trust policy lets this service ("eks.amazonaws.com") assume the role.
[[nodiscard]] bool trusts_service(const IamRole& role, std::string_view service);

}  // namespace byoc::sim
