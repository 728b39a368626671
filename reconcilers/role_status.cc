// What the status of a Role says beyond single fields of its resources.
#include "base/hash.h"
#include "manifests/canonical.h"
#include "reconcilers/reference.h"
#include "reconcilers/status.h"

namespace byoc {
namespace {

// Who may assume a Role and what it may do, as AWS has it, by meaning.
Json policies_of(const ByKey& by_key) {
  Json out = Json::object();
  for (const auto& [key, observed] : by_key) {
    for (const char* field : {"AssumeRolePolicyDocument", "PolicyDocument"}) {
      const Json& document = member(observed->fields, field);
      if (!document.is_null()) out[key] = canonical_policy(document);
    }
    const Json& attached = member(observed->fields, "PolicyArn");
    if (!attached.is_null()) out[key] = attached;
  }
  return out;
}

}  // namespace

void write_role_outputs(Object& object, const ByKey& by_key) {
  if (!by_key.contains("role")) return;
  object.status["policyHash"] = "sha256:" + sha256_hex(policies_of(by_key).dump()).substr(0, 16);
}

}  // namespace byoc
