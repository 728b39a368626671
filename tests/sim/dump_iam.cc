// The state of IAM as a person would tell it: no times, no unique ids.
#include "tests/sim/iam.h"

namespace byoc::sim {
namespace {

Json dump_role(const IamRole& role) {
  return {{"arn", role.arn},
          {"trust", Json::parse(role.trust)},
          {"description", role.description},
          {"maxSessionSeconds", role.max_session_s},
          {"tags", role.tags},
          {"attached", role.attached},
          {"inline", role.inline_policy}};
}

Json dump_policy(const IamPolicy& policy) {
  Json versions = Json::object();
  for (const auto& [number, version] : policy.versions) {
    versions['v' + std::to_string(number)] = version.document;
  }
  return {{"description", policy.description},
          {"default", policy.default_version},
          {"versions", std::move(versions)},
          {"tags", policy.tags}};
}

Json dump_provider(const IamOidcProvider& provider) {
  return {{"clients", provider.clients},
          {"thumbprints", provider.thumbprints},
          {"tags", provider.tags}};
}

}  // namespace

// Service-linked roles are left out: AWS keeps them for the account once a service was used.
Json dump(const Iam& iam) {
  Json out = Json::object();
  iam.roles.each([&](const auto&, const IamRole& role) {
    if (!role.service_linked) out["roles"][role.name] = dump_role(role);
  });
  iam.policies.each([&](const auto& arn, const auto& p) { out["policies"][arn] = dump_policy(p); });
  iam.profiles.each([&](const auto&, const IamProfile& profile) {
    out["profiles"][profile.name] = {
        {"arn", profile.arn}, {"role", profile.role}, {"tags", profile.tags}};
  });
  iam.providers.each(
      [&](const auto& arn, const auto& p) { out["providers"][arn] = dump_provider(p); });
  return out;
}

}  // namespace byoc::sim
