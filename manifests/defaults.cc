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

class Filler {
 public:
  explicit Filler(const ProcessDefaults& of_process) : of_process_(of_process) {}

  // `stored` is what stands at the same place of the stored object; nullptr for nothing.
  void fill(const Json& schema, Json& value, const Json* stored) const;

 private:
  const ProcessDefaults& of_process_;
};

void Filler::fill(const Json& schema, Json& value, const Json* stored) const {
  if (value.is_array() && schema.contains("items")) {
    for (Json& item : value) fill(schema.at("items"), item, nullptr);
  }
  const auto properties = schema.find("properties");
  if (!value.is_object() || properties == schema.end()) return;
  const bool one_of_them = schema.value("maxProperties", 0) == 1;  // the user has chosen
  for (const auto& [name, field] : properties->items()) {
    const auto found = value.find(name);
    if (found != value.end()) {
      fill(field, *found, field_of(stored, name));
    } else if (one_of_them) {
      continue;
    } else if (field.contains("default")) {
      value[name] = field.at("default");
    } else if (field.contains("x-default-of")) {
      const Json* before = field_of(stored, name);
      const auto now = of_process_.find(field.at("x-default-of").get_ref<const std::string&>());
      if (before != nullptr) {
        value[name] = *before;
      } else if (now != of_process_.end()) {
        value[name] = now->second;
      }
    } else if (made_when_absent(field)) {
      fill(field, value[name] = Json::object(), field_of(stored, name));
    }
  }
}

// Takes away, at `pointer` and below, what is there again after the defaults.
void drop_defaults(const Object& whole, const Json::json_pointer& pointer, Object& left) {
  const Json here = left.spec.at(pointer);
  if (!here.is_object()) return;
  for (const auto& [name, value] : here.items()) {
    Object without = left;
    without.spec.at(pointer).erase(name);
    Object filled = without;
    apply_defaults(filled, &whole);
    if (filled.spec == whole.spec) {
      left = std::move(without);
    } else {
      drop_defaults(whole, pointer / name, left);
    }
  }
}

}  // namespace

Json without_defaults(const Object& object) {
  Object left = object;
  if (left.spec.is_object()) drop_defaults(object, Json::json_pointer(), left);
  return std::move(left.spec);
}

void apply_defaults(Object& object, const Object* stored, const ProcessDefaults& of_process) {
  const Json* schema = schema_at(object.kind, "/spec");
  if (schema == nullptr) return;
  if (!object.spec.is_object()) object.spec = Json::object();
  if (object.metadata.ns.empty()) object.metadata.ns = "default";
  if (const ManifestKind* kind = find_manifest_kind(object.kind)) kind->defaults(object);
  Filler(of_process).fill(*schema, object.spec, stored == nullptr ? nullptr : &stored->spec);
}

}  // namespace byoc
