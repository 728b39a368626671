// Policy documents: what IAM checks before it takes one.
#include <algorithm>
#include <array>
#include <cctype>

#include "tests/sim/iam.h"

namespace byoc::sim {
namespace {

using Why = std::optional<std::string>;

bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// A text or a list of texts, at least one.
bool is_texts(const Json& value) {
  if (value.is_string()) return true;
  if (!value.is_array() || value.empty()) return false;
  return std::all_of(value.begin(), value.end(), [](const Json& v) { return v.is_string(); });
}

template <class Fn>
bool all_texts(const Json& value, Fn holds) {
  if (value.is_string()) return holds(value.get_ref<const std::string&>());
  return std::all_of(value.begin(), value.end(),
                     [&](const Json& v) { return holds(v.get_ref<const std::string&>()); });
}

bool is_action(const std::string& action) {
  const auto colon = action.find(':');
  return action == "*" || (colon != std::string::npos && colon > 0 && colon + 1 < action.size());
}

bool is_resource(const std::string& resource) {
  return resource == "*" || resource.starts_with("arn:");
}

Why malformed_actions(const Json& statement) {
  const bool action = statement.contains("Action");
  if (action == statement.contains("NotAction")) return "Policy statement must contain actions.";
  const Json& value = statement.at(action ? "Action" : "NotAction");
  if (!is_texts(value)) return "Syntax errors in policy.";
  if (!all_texts(value, is_action)) {
    return "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
  }
  return std::nullopt;
}

Why malformed_resources(const Json& statement) {
  const bool resource = statement.contains("Resource");
  if (resource == statement.contains("NotResource")) {
    return "Policy statement must contain resources.";
  }
  const Json& value = statement.at(resource ? "Resource" : "NotResource");
  if (!is_texts(value)) return "Syntax errors in policy.";
  if (!all_texts(value, is_resource)) return R"(Resource must be in ARN format or "*".)";
  return std::nullopt;
}

// What identity and trust policies have in common.
Why malformed_statement(const Json& statement) {
  if (!statement.is_object()) return "Syntax errors in policy.";
  for (const auto& item : statement.items()) {
    if (!one_of(item.key(), {"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource",
                             "Principal", "NotPrincipal", "Condition"})) {
      return "Syntax errors in policy.";
    }
  }
  const auto effect = statement.find("Effect");
  if (effect == statement.end() || !(*effect == "Allow" || *effect == "Deny")) {
    return "Syntax errors in policy.";
  }
  const auto condition = statement.find("Condition");
  if (condition != statement.end() && !condition->is_object()) return "Syntax errors in policy.";
  return malformed_actions(statement);
}

Why malformed_identity_statement(const Json& statement) {
  if (statement.contains("Principal") || statement.contains("NotPrincipal")) {
    return "Policy document should not specify a principal.";
  }
  return malformed_resources(statement);
}

Why malformed_trust_statement(const Json& statement) {
  if (statement.contains("Resource") || statement.contains("NotResource")) {
    return "Has prohibited field Resource";
  }
  const auto principal = statement.find("Principal");
  if (principal == statement.end()) return "Missing required field Principal cannot be empty!";
  if (*principal == "*") return std::nullopt;
  if (!principal->is_object() || principal->empty()) return "Syntax errors in policy.";
  for (const auto& item : principal->items()) {
    if (!one_of(item.key(), {"AWS", "Service", "Federated", "CanonicalUser"}) ||
        !is_texts(item.value())) {
      return "Syntax errors in policy.";
    }
  }
  const Json& actions = statement.at(statement.contains("Action") ? "Action" : "NotAction");
  const bool sts = all_texts(actions, [](const std::string& a) { return a.starts_with("sts:"); });
  if (!sts) return "AssumeRole policy may only specify STS AssumeRole actions.";
  return std::nullopt;
}

template <class Fn>
Why malformed_document(const std::string& document, Fn malformed_here) {
  const Json policy = Json::parse(document, nullptr, false);
  if (policy.is_discarded() || !policy.is_object()) return "This policy contains invalid Json";
  for (const auto& item : policy.items()) {
    if (!one_of(item.key(), {"Version", "Id", "Statement"})) return "Syntax errors in policy.";
  }
  const auto version = policy.find("Version");
  if (version != policy.end() && *version != "2012-10-17" && *version != "2008-10-17") {
    return "The policy must contain a valid version string";
  }
  const auto statements = policy.find("Statement");
  if (statements == policy.end() || statements->empty()) return "Syntax errors in policy.";
  const Json one = Json::array({*statements});
  for (const Json& statement : statements->is_array() ? *statements : one) {
    if (auto why = malformed_statement(statement)) return why;
    if (auto why = malformed_here(statement)) return why;
  }
  return std::nullopt;
}

bool is_account(std::string_view text) {
  return text.size() == 12 && std::all_of(text.begin(), text.end(), [](char c) {
           return std::isdigit(static_cast<unsigned char>(c)) != 0;
         });
}

// "arn:aws:iam::ACCOUNT:REST" -> ACCOUNT and REST; empty when it is no such ARN.
std::pair<std::string_view, std::string_view> split_iam_arn(std::string_view arn) {
  constexpr std::string_view kPrefix = "arn:aws:iam::";
  constexpr std::string_view kSts = "arn:aws:sts::";
  if (!arn.starts_with(kPrefix) && !arn.starts_with(kSts)) return {};
  arn.remove_prefix(kPrefix.size());
  const auto colon = arn.find(':');
  if (colon == std::string_view::npos) return {};
  return {arn.substr(0, colon), arn.substr(colon + 1)};
}

// Accounts outside of the simulation are taken to have whatever is named.
bool known_aws_principal(OpContext& context, const std::string& principal) {
  if (principal == "*" || is_account(principal)) return true;
  const auto [account, rest] = split_iam_arn(principal);
  if (!is_account(account) || rest.empty()) return false;
  if (rest == "root") return true;
  if (!rest.starts_with("role/")) {
    return rest.starts_with("user/") || rest.starts_with("assumed-role/");
  }
  if (!context.world.accounts.contains(std::string(account))) return true;
  const auto* row = role_by_arn(context.world, principal);
  return row != nullptr && row->believed(context.sight);
}

bool known_federated(const OpContext& context, const std::string& principal) {
  if (!principal.starts_with("arn:")) return principal.find('.') != std::string::npos;
  const auto [account, rest] = split_iam_arn(principal);
  if (rest.starts_with("saml-provider/")) return true;
  return account != context.account.id || context.account.iam.providers.find(principal) != nullptr;
}

bool known_principal(OpContext& context, const std::string& kind, const std::string& principal) {
  if (kind == "AWS") return known_aws_principal(context, principal);
  if (kind == "Federated") return known_federated(context, principal);
  if (kind == "Service") return principal.find(".amazonaws.com") != std::string::npos;
  return true;
}

Json as_list(const Json& value) {
  return value.is_array() ? value : Json::array({value});
}

bool allows_service(const Json& statement, std::string_view service) {
  if (statement.at("Effect") != "Allow") return false;
  const auto principal = statement.find("Principal");
  if (principal == statement.end() || !principal->is_object()) return false;
  const auto services = principal->find("Service");
  if (services == principal->end()) return false;
  const Json names = as_list(*services);
  return std::find(names.begin(), names.end(), service) != names.end();
}

}  // namespace

Why malformed_policy(const std::string& document) {
  return malformed_document(document, malformed_identity_statement);
}

Why malformed_trust(const std::string& document) {
  return malformed_document(document, malformed_trust_statement);
}

std::size_t policy_size(std::string_view document) {
  return static_cast<std::size_t>(std::count_if(document.begin(), document.end(), [](char c) {
    return std::isspace(static_cast<unsigned char>(c)) == 0;
  }));
}

std::optional<Answer> unknown_principal(OpContext& context, const std::string& trust) {
  const Json policy = Json::parse(trust);
  for (const Json& statement : as_list(policy.at("Statement"))) {
    const Json& principals = statement.at("Principal");
    if (!principals.is_object()) continue;
    for (const auto& item : principals.items()) {
      for (const Json& value : as_list(item.value())) {
        const auto& principal = value.get_ref<const std::string&>();
        if (known_principal(context, item.key(), principal)) continue;
        return malformed("Invalid principal in policy: \"" + item.key() + "\":\"" + principal +
                         '"');
      }
    }
  }
  return std::nullopt;
}

bool trusts_service(const IamRole& role, std::string_view service) {
  const Json policy = Json::parse(role.trust);
  const Json statements = as_list(policy.at("Statement"));
  return std::any_of(statements.begin(), statements.end(),
                     [&](const Json& s) { return allows_service(s, service); });
}

}  // namespace byoc::sim
