// STS: GetCallerIdentity and AssumeRole.
#include <algorithm>

#include "tests/sim/iam.h"
#include "tests/sim/op.h"
#include "tests/sim/sts.h"

namespace byoc::sim {
namespace {

constexpr std::size_t kAccountAt = 4;  // arn:partition:service:region:ACCOUNT:resource

std::string arn_part(const std::string& arn, std::size_t index) {
  std::size_t begin = 0;
  for (; index > 0; --index) {
    const auto colon = arn.find(':', begin);
    if (colon == std::string::npos) return {};
    begin = colon + 1;
  }
  return arn.substr(begin, arn.find(':', begin) - begin);
}

// A policy's "one or many" as a list.
bool has(const Json& one_or_many, const std::string& wanted) {
  if (one_or_many.is_string()) return one_or_many.get_ref<const std::string&>() == wanted;
  if (!one_or_many.is_array()) return false;
  return std::any_of(one_or_many.begin(), one_or_many.end(),
                     [&](const Json& one) { return one == wanted; });
}

bool names_caller(const Json& statement, const std::string& caller_arn) {
  const Json* principal = member(statement, "Principal");
  if (principal == nullptr) return false;
  if (*principal == "*") return true;
  const Json* aws = principal->is_object() ? member(*principal, "AWS") : nullptr;
  if (aws == nullptr) return false;
  const std::string account = arn_part(caller_arn, kAccountAt);
  return has(*aws, "*") || has(*aws, caller_arn) || has(*aws, account) ||
         has(*aws, "arn:aws:iam::" + account + ":root");
}

// Only the condition that cross-account roles use; any other is not met.
bool meets_condition(const Json& statement, const std::string& external_id) {
  const Json* condition = member(statement, "Condition");
  if (condition == nullptr) return true;
  for (const auto& test : condition->items()) {
    if (test.key() != "StringEquals") return false;
    for (const auto& key : test.value().items()) {
      if (lower(key.key()) != "sts:externalid" || !has(key.value(), external_id)) return false;
    }
  }
  return true;
}

bool allows(const std::string& trust, const std::string& caller_arn,
            const std::string& external_id) {
  const Json policy = Json::parse(trust, nullptr, false);
  const Json* statements = policy.is_object() ? member(policy, "Statement") : nullptr;
  if (statements == nullptr) return false;
  const Json many = statements->is_array() ? *statements : Json::array({*statements});
  return std::any_of(many.begin(), many.end(), [&](const Json& statement) {
    const Json* action = member(statement, "Action");
    return text(statement, "Effect") == "Allow" && action != nullptr &&
           (has(*action, "sts:AssumeRole") || has(*action, "sts:*") || has(*action, "*")) &&
           names_caller(statement, caller_arn) && meets_condition(statement, external_id);
  });
}

Answer denied(const OpContext& context, const std::string& role_arn) {
  return fail("AccessDenied",
              "User: " + context.caller_arn +
                  " is not authorized to perform: sts:AssumeRole on resource: " + role_arn,
              403);
}

Answer get_caller_identity(OpContext& context, const Json&) {
  return done({{"UserId", "AIDASIMULATEDOPERATOR"},
               {"Account", context.account.id},
               {"Arn", context.caller_arn}});
}

Answer assume_role_op(OpContext& context, const Json& params) {
  Session session;
  Answer answer = assume_role(context, text(params, "RoleArn"), text(params, "ExternalId"),
                              text(params, "RoleSessionName"),
                              number(params, "DurationSeconds", 3600), session);
  if (!answer.ok()) return answer;
  return done({{"Credentials",
                {{"AccessKeyId", "ASIA" + context.new_code(16)},
                 {"SecretAccessKey", context.new_code(40)},
                 {"SessionToken", context.new_code(64)},
                 {"Expiration", format_time(session.expires)}}},
               {"AssumedRoleUser",
                {{"AssumedRoleId", "AROA" + context.new_code(17)}, {"Arn", session.arn}}}});
}

constexpr OpRule kStsOps[] = {
    {"sts", "GetCallerIdentity", get_caller_identity, kReads, ""},
    {"sts", "AssumeRole", assume_role_op, kReads,
     "RoleArn! RoleSessionName! ExternalId DurationSeconds:i Tags:l"},
};

}  // namespace

Answer assume_role(OpContext& context, const std::string& role_arn, const std::string& external_id,
                   const std::string& session_name, int duration_s, Session& session) {
  if (session_name.size() < 2 || session_name.size() > 64) {
    return fail("ValidationError", "RoleSessionName must have 2 to 64 characters");
  }
  const Table<IamRole>::Row* role = role_by_arn(context.world, role_arn);
  if (role == nullptr || !role->believed(context.sight) ||
      !allows(role->value.trust, context.caller_arn, external_id)) {
    return denied(context, role_arn);
  }
  if (duration_s < 900 || duration_s > role->value.max_session_s) {
    return fail("ValidationError",
                "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  }
  session.account = arn_part(role_arn, kAccountAt);
  session.arn =
      "arn:aws:sts::" + session.account + ":assumed-role/" + role->value.name + '/' + session_name;
  session.expires = context.now + std::chrono::seconds(duration_s);
  return done();
}

std::span<const OpRule> sts_ops() {
  return kStsOps;
}

}  // namespace byoc::sim
