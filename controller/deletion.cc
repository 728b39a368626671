#include "controller/deletion.h"

#include <algorithm>
#include <set>

#include "manifests/protection.h"
#include "reconcilers/build.h"

namespace byoc {
namespace {

bool holds_key(const std::vector<Object>& objects, const ObjectKey& key) {
  return std::any_of(objects.begin(), objects.end(),
                     [&](const Object& object) { return object.key() == key; });
}

void add_dependents_of(const ObjectKey& key, const std::vector<Object>& all,
                       std::vector<Object>& out) {
  for (const Object& other : all) {
    if (refers_to(other, key) && !holds_key(out, other.key())) out.push_back(other);
  }
}

}  // namespace

bool cascades(const Object& object) {
  if (!object.spec.is_object()) return false;
  const auto policy = object.spec.find("deletionPolicy");
  if (policy == object.spec.end() || !policy->is_object()) return false;
  const auto cascade = policy->find("cascade");
  return cascade != policy->end() && cascade->is_boolean() && cascade->get<bool>();
}

bool refers_to(const Object& object, const ObjectKey& key) {
  const auto keys = references_of(object);
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

void add_cascaded(const std::vector<Object>& all, std::vector<Object>& targets) {
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (cascades(targets[i])) add_dependents_of(targets[i].key(), all, targets);
  }
}

Status check_protection(const std::vector<Object>& targets, const std::vector<Object>& all) {
  std::vector<Object> affected = targets;
  for (std::size_t i = 0; i < affected.size(); ++i) {
    add_dependents_of(affected[i].key(), all, affected);
  }
  std::string reasons;
  for (std::size_t i = 0; i < affected.size(); ++i) {
    if (!is_protected(affected[i])) continue;
    if (!reasons.empty()) reasons += "; ";
    if (i >= targets.size()) reasons += "what depends on it stays: ";
    reasons += protection_text(affected[i].key());
  }
  if (reasons.empty()) return {};
  return error(Code::denied, "nothing is deleted: " + reasons);
}

std::string protection_text(const ObjectKey& key) {
  return to_string(key) +
         " is protected (spec.deletionProtection is true); to delete it, set that to false and "
         "apply, then delete again";
}

}  // namespace byoc
