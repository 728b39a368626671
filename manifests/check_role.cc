// Role: who is trusted, and whether IAM can hold the policies.
#include <algorithm>
#include <set>

#include "base/ascii.h"
#include "manifests/duration.h"
#include "manifests/format.h"
#include "manifests/preset.h"
#include "manifests/topics.h"

namespace byoc {
namespace {

// Source: IAM and STS quotas. Managed policies per role: 10 by default.
constexpr std::size_t kAttachmentsMax = 10;
constexpr std::size_t kManagedPolicyMax = 6144;    // characters without white space
constexpr std::size_t kInlinePoliciesMax = 10240;  // of all inline policies of a role together
constexpr std::int64_t kSessionMin = 3600;
constexpr std::int64_t kSessionMax = 43200;

std::string account_of(const std::string& arn) {
  const std::size_t begin = arn.find("::");
  if (begin == std::string::npos) return {};
  return arn.substr(begin + 2, arn.find(':', begin + 2) - begin - 2);
}

void check_role_identity(const Object& object, Findings& findings) {
  const Json& spec = object.spec;
  const bool observed = text_at(spec, "/managementPolicy") == "Observe";
  if (spec.contains("name") && spec.contains("namePrefix")) {
    findings.error("/spec/namePrefix", "`name` and `namePrefix` exclude each other", "remove one");
  }
  if (observed && !spec.contains("arn")) {
    findings.error("/spec/managementPolicy", "a Role that is only observed needs `arn`",
                   "write the ARN of the role that exists");
  }
  if (!observed && spec.contains("arn")) {
    findings.error("/spec/arn", "`arn` is for roles that exist already",
                   "write managementPolicy: Observe, or remove it");
  }
}

// ARNs of whole accounts count as accounts.
void check_trust(const Object& object, Findings& findings) {
  const Json& spec = object.spec;
  const std::vector<std::string> principals = texts_at(spec, "/trust/principals");
  std::vector<std::string> accounts = texts_at(spec, "/trust/accounts");
  const Json* own_account = value_at(spec, "/trust/ownAccount");
  const bool own_may = own_account != nullptr && *own_account == true;
  if (accounts.empty() && principals.empty() && list_at(spec, "/trust/services").empty() &&
      !own_may) {
    findings.error(
        "/spec/trust", "nobody may assume the role",
        "name accounts, principals or services in spec.trust, or write ownAccount: true");
  }
  const Json* unsafe = value_at(spec, "/trust/unsafeNoExternalId");
  const bool has_id = value_at(spec, "/trust/externalId") != nullptr ||
                      value_at(spec, "/trust/externalIdFrom") != nullptr;
  if (has_id) return;
  const std::string own = text_at(spec, "/accountId");
  bool specific = false;
  for (const std::string& principal : principals) {
    if (account_of(principal) == own) continue;
    if (principal.ends_with(":root")) {
      accounts.push_back(account_of(principal));
    } else {
      specific = true;
    }
  }
  const auto foreign = std::find_if(accounts.begin(), accounts.end(),
                                    [&](const std::string& account) { return account != own; });
  const std::string hint = "add externalIdFrom: {generate: {}} under trust";
  if (foreign != accounts.end()) {
    const std::string text = "the foreign account " + quoted_value(*foreign) +
                             " may assume the role without an external id";
    if (unsafe != nullptr && *unsafe == true) {
      findings.warning("/spec/trust/unsafeNoExternalId", text, hint);
    } else {
      findings.error("/spec/trust", text,
                     hint + ", or accept the risk with unsafeNoExternalId: true");
    }
  } else if (specific && (unsafe == nullptr || *unsafe != true)) {
    findings.warning("/spec/trust/principals",
                     "a principal of a foreign account may assume the role without an external id",
                     hint + ", or accept it with unsafeNoExternalId: true");
  }
}

// Source: IAM quotas, role trust policy length: 2,048 characters; it can be raised to 4,096.
void check_trust_size(const Object& object, Findings& findings) {
  constexpr std::size_t kUsual = 2048;
  constexpr std::size_t kMost = 4096;
  Json principals = Json::array();
  for (const std::string& account : texts_at(object.spec, "/trust/accounts")) {
    principals.push_back("arn:aws:iam::" + account + ":root");
  }
  for (const std::string& arn : texts_at(object.spec, "/trust/principals"))
    principals.push_back(arn);
  const Json document = {
      {"Version", "2012-10-17"},
      {"Statement",
       Json::array({{{"Effect", "Allow"},
                     {"Action", "sts:AssumeRole"},
                     {"Principal", {{"AWS", principals}}}},
                    {{"Effect", "Allow"},
                     {"Action", "sts:AssumeRole"},
                     {"Principal", {{"Service", texts_at(object.spec, "/trust/services")}}}}})}};
  const std::size_t size = policy_size(document);
  if (size <= kUsual) return;
  const std::string text =
      "the trust policy would have " + std::to_string(size) + " characters; IAM allows ";
  if (size > kMost) {
    findings.error("/spec/trust", text + std::to_string(kMost), "name fewer principals");
  } else {
    findings.warning("/spec/trust", text + std::to_string(kUsual) + " in most accounts",
                     "name fewer principals, or have the quota L-C07B4B0D raised");
  }
}

// One list of {name, document}: names are unique, documents are policies that fit.
std::size_t check_documents(const Object& object, const std::string& list, std::size_t size_max,
                            Findings& findings) {
  std::set<std::string> names;
  std::size_t total = 0;
  const Json& policies = list_at(object.spec, list);
  for (std::size_t i = 0; i < policies.size(); ++i) {
    const std::string place = "/spec" + list + "/" + std::to_string(i);
    const std::string name = text_at(policies[i], "/name");
    if (!name.empty() && !names.insert(name).second) {
      findings.error(place + "/name", "the policy " + quoted_value(name) + " stands here again",
                     "give each policy its own name");
    }
    const Json* document = value_at(policies[i], "/document");
    if (document == nullptr) continue;
    check_policy(*document, place + "/document", findings);
    const std::size_t size = policy_size(*document);
    total += size;
    if (size <= size_max) continue;
    findings.error(place + "/document",
                   "the policy has " + std::to_string(size) +
                       " characters without white space; IAM allows " + std::to_string(size_max),
                   "split it, or use wildcards (PolicyTooLarge)");
  }
  return total;
}

void check_inline_total(std::size_t own, const Json* preset, Findings& findings) {
  std::size_t total = own;
  if (preset != nullptr) {
    for (const Json& policy : preset->at("inline")) total += policy_size(policy.at("document"));
  }
  if (total <= kInlinePoliciesMax || own > kInlinePoliciesMax) return;
  findings.error(
      "/spec/policies/inline",
      "the inline policies have " + std::to_string(total) +
          " characters without white space together, the preset's with them; IAM allows " +
          std::to_string(kInlinePoliciesMax),
      "move some to policies.customer (PolicyTooLarge)");
}

// "arn:aws:iam::aws:policy/job-function/Billing" and "Billing" are the same policy.
std::string policy_word(const std::string& policy) {
  return policy.substr(policy.rfind('/') == std::string::npos ? 0 : policy.rfind('/') + 1);
}

void check_attachments(const Object& object, const Json* preset, Findings& findings) {
  std::set<std::string> names;
  std::size_t count = list_at(object.spec, "/policies/customer").size();
  if (preset != nullptr) {
    count += preset->at("customer").size();
    for (const Json& policy : preset->at("managed")) names.insert(policy.get<std::string>());
  }
  count += names.size();
  const std::vector<std::string> managed = texts_at(object.spec, "/policies/managed");
  for (std::size_t i = 0; i < managed.size(); ++i) {
    if (names.insert(policy_word(managed[i])).second) {
      ++count;
      continue;
    }
    findings.warning("/spec/policies/managed/" + std::to_string(i),
                     "the policy " + quoted_value(managed[i]) + " is attached already",
                     "remove it");
  }
  if (count <= kAttachmentsMax) return;
  findings.error("/spec/policies",
                 std::to_string(count) +
                     " managed policies would be attached, the preset's with them; IAM allows " +
                     std::to_string(kAttachmentsMax),
                 "join some of them in one policies.customer document");
}

// A number is the schema's business; what a text means is known here only.
void check_session(Findings& findings) {
  const Json* written = value_at(findings.manifest().document, "/spec/maxSessionDuration");
  if (written == nullptr || !written->is_string()) return;
  const auto duration = parse_duration(written->get_ref<const std::string&>());
  const std::string hint = "write seconds from 3600 to 43200, or a duration such as 12h";
  if (!duration) {
    findings.error("/spec/maxSessionDuration", quoted_value(*written) + " is no duration", hint);
  } else if (duration->count() / 1000 < kSessionMin || duration->count() / 1000 > kSessionMax) {
    findings.error("/spec/maxSessionDuration",
                   quoted_value(*written) + " is not between 1h and 12h", hint);
  }
}

}  // namespace

void check_role(const Object& object, const World&, Findings& findings) {
  check_role_identity(object, findings);
  check_external_id(object, "/spec/trust", findings);
  check_session(findings);
  if (text_at(object.spec, "/managementPolicy") == "Observe") return;
  check_trust(object, findings);
  check_trust_size(object, findings);
  const Json* preset = find_preset(text_at(object.spec, "/policies/preset"));
  const std::size_t inline_total =
      check_documents(object, "/policies/inline", kInlinePoliciesMax, findings);
  check_inline_total(inline_total, preset, findings);
  (void)check_documents(object, "/policies/customer", kManagedPolicyMax, findings);
  check_attachments(object, preset, findings);
}

std::vector<TakenName> names_of_role(const Object& object, const World& world) {
  const std::string role = text_at(object.spec, "/name");
  if (role.empty()) return {};
  return {{"IAM role", "", known_account(object, world), "", lower(role), "/spec/name"}};
}

void check_external_id(const Object& object, const std::string& pointer, Findings& findings) {
  const std::string below = pointer.substr(std::string("/spec").size());
  const bool literal = value_at(object.spec, below + "/externalId") != nullptr;
  const Json* from = value_at(object.spec, below + "/externalIdFrom");
  // What byoc wrote for an earlier literal gives way to a new one.
  const bool other = from != nullptr && !from->contains("stored");
  if (literal && other) {
    findings.error(pointer + "/externalIdFrom",
                   "`externalId` and `externalIdFrom` exclude each other", "remove externalId");
  } else if (literal) {
    findings.warning(pointer + "/externalId", "the external id stands in the manifest as it is",
                     "prefer externalIdFrom: {env|file|generate}");
  }
}

}  // namespace byoc
