#include "manifests/protection.h"

#include "manifests/validate.h"

namespace byoc {
namespace {

constexpr const char* kProtectionField = "deletionProtection";

Json without_protection(const Object& object) {
  Object complete = object;
  apply_defaults(complete);
  complete.spec.erase(kProtectionField);
  return std::move(complete.spec);
}

}  // namespace

bool is_protected(const Object& object) {
  if (!object.spec.is_object()) return false;
  const auto found = object.spec.find(kProtectionField);
  return found != object.spec.end() && found->is_boolean() && found->get<bool>();
}

bool lifts_protection(const Object& stored, const Object& wanted) {
  return stored.deleting() && is_protected(stored) && !is_protected(wanted) &&
         without_protection(stored) == without_protection(wanted);
}

}  // namespace byoc
