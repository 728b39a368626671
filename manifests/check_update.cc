// What may change in an object that exists.
#include "manifests/format.h"
#include "manifests/kinds.h"
#include "manifests/pointer.h"
#include "manifests/protection.h"
#include "manifests/schema.h"
#include "manifests/validate.h"

namespace byoc {
namespace {

std::string shown(const Json* value) {
  if (value == nullptr) return "nothing";
  return quoted_value(value->is_string() ? value->get<std::string>() : value->dump());
}

bool same_value(const Json* a, const Json* b) {
  if (a == nullptr || b == nullptr) return a == b;
  return *a == *b;
}

class UpdateCheck {
 public:
  UpdateCheck(bool replace, const Json& status, Findings& findings)
      : replace_(replace), status_(status), findings_(findings) {}

  void compare(const Json& schema, const Json* before, const Json* after,
               const std::string& pointer, bool sensitive) {
    if (same_value(before, after)) return;
    sensitive = sensitive || schema.value("x-sensitive", false);
    if (schema.value("x-immutable", false)) {
      const std::string once = text_at(schema, "/x-immutable-once");
      if (!once.empty() && !is_in_inventory(status_, once)) return;
      const Json* known = before != nullptr ? before : value_in_use(schema);
      if (known == nullptr && schema.contains("x-set-later")) return;
      if (!same_value(known, after)) immutable(known, after, pointer, sensitive);
      return;
    }
    if (schema.value("x-recreate", false)) {
      if (!replace_) {
        findings_.warning(pointer,
                          "this change cannot be made in place: the resource must be made anew",
                          "write allowReplace: true to let byoc delete it and make it again");
      }
      return;
    }
    if (!schema.contains("properties")) return;
    for (const auto& [name, field] : schema.at("properties").items()) {
      compare(field, field_of(before, name), field_of(after, name), pointer_to(pointer, name),
              sensitive);
    }
  }

 private:
  void immutable(const Json* before, const Json* after, const std::string& pointer,
                 bool sensitive) {
    if (sensitive)
      return findings_.error(pointer, "the field cannot change (ImmutableField)", "keep its value");
    findings_.error(pointer,
                    "the field cannot change: it is " + shown(before) + " and would become " +
                        shown(after) + " (ImmutableField)",
                    before == nullptr
                        ? "leave it out, or delete the object and create it again"
                        : "keep " + shown(before) + ", or delete the object and create it again");
  }

  // What a field that was left out has been so far, where the status knows it.
  const Json* value_in_use(const Json& schema) const {
    const std::string path = text_at(schema, "/x-set-later");
    return path.empty() ? nullptr : value_at(status_, path);
  }

  bool replace_;
  const Json& status_;
  Findings& findings_;
};

}  // namespace

void nothing_more_to_update(const Object&, const Object&, Findings&) {}

void check_update(const Object& object, const Object& existing, Findings& findings) {
  if (lifts_protection(existing, object)) {
    findings.warning("/spec/deletionProtection",
                     "the object is being deleted, and without protection that goes on");
    return;
  }
  if (existing.deleting()) {
    findings.error("", "the object is being deleted and cannot be changed (ObjectBeingDeleted)",
                   is_protected(existing)
                       ? "set spec.deletionProtection to false, and change nothing else, to let "
                         "the deletion go on"
                       : "wait until it is gone, or remove this manifest");
    return;
  }
  const Json* schema = schema_at(object.kind, "/spec");
  if (schema == nullptr) return;
  Object before = existing;
  apply_defaults(before);
  const Json* replace = value_at(object.spec, "/allowReplace");
  UpdateCheck(replace != nullptr && *replace == true, existing.status, findings)
      .compare(*schema, &before.spec, &object.spec, "/spec", false);
  if (const ManifestKind* kind = find_manifest_kind(object.kind)) {
    kind->check_update(object, before, findings);
  }
}

}  // namespace byoc
