// Defaults: what a manifest leaves out. The schema's, and those of its kind (kind_defaults.cc).
#include "manifests/kinds.h"
#include "manifests/schema.h"
#include "manifests/validate.h"

namespace byoc {
namespace {

// Is there any default at or below this schema? Otherwise an absent map stays absent.
bool has_default(const Json& schema) {
  if (schema.contains("default")) return true;
  const auto properties = schema.find("properties");
  if (properties == schema.end()) return false;
  for (const auto& [name, field] : properties->items()) {
    if (has_default(field)) return true;
  }
  return false;
}

// A default inside an optional map with required fields, or where exactly one field is chosen,
// applies only when the user wrote the map.
bool made_when_absent(const Json& schema) {
  return schema.contains("properties") && !schema.contains("required") &&
         !schema.contains("maxProperties") && has_default(schema);
}

void fill(const Json& schema, Json& value) {
  if (value.is_array() && schema.contains("items")) {
    for (Json& item : value) fill(schema.at("items"), item);
  }
  const auto properties = schema.find("properties");
  if (!value.is_object() || properties == schema.end()) return;
  const bool one_of_them = schema.value("maxProperties", 0) == 1;  // the user has chosen
  for (const auto& [name, field] : properties->items()) {
    const auto found = value.find(name);
    if (found != value.end()) {
      fill(field, *found);
    } else if (one_of_them) {
      continue;
    } else if (field.contains("default")) {
      value[name] = field.at("default");
    } else if (made_when_absent(field)) {
      fill(field, value[name] = Json::object());
    }
  }
}

}  // namespace

void apply_defaults(Object& object) {
  const Json* schema = schema_at(object.kind, "/spec");
  if (schema == nullptr) return;
  if (!object.spec.is_object()) object.spec = Json::object();
  if (object.metadata.ns.empty()) object.metadata.ns = "default";
  if (const ManifestKind* kind = find_manifest_kind(object.kind)) kind->defaults(object);
  fill(*schema, object.spec);
}

}  // namespace byoc
