// Defaults: what a manifest leaves out. The schema's, and the few that depend on other fields.
#include "manifests/duration.h"
#include "manifests/preset.h"
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

bool trusts_somebody(const Json& trust) {
  for (const char* list : {"accounts", "principals", "services"}) {
    if (trust.contains(list) && !trust.at(list).empty()) return true;
  }
  return false;
}

void fill_from_preset(const Json& preset, Json& spec) {
  if (!spec.contains("trust")) spec["trust"] = Json::object();
  Json& trust = spec["trust"];
  if (trust.is_object() && !trusts_somebody(trust)) {
    for (const auto& [list, values] : preset.at("trust").items()) {
      if (!values.empty()) trust[list] = values;
    }
  }
  if (preset.contains("namePrefix") && !spec.contains("name") && !spec.contains("namePrefix")) {
    spec["namePrefix"] = preset.at("namePrefix");
  }
  for (const char* field : {"maxSessionDuration", "instanceProfile"}) {
    if (!spec.contains(field)) spec[field] = preset.at(field);
  }
  if (preset.at("tags").empty()) return;
  if (!spec.contains("tags")) spec["tags"] = Json::object();
  if (!spec["tags"].is_object()) return;
  for (const auto& [key, value] : preset.at("tags").items()) {
    if (!spec["tags"].contains(key)) spec["tags"][key] = value;
  }
}

void role_defaults(Object& object) {
  Json& spec = object.spec;
  const auto policies = spec.find("policies");
  if (policies != spec.end() && policies->is_object() && policies->contains("preset") &&
      policies->at("preset").is_string()) {
    const Json* preset = find_preset(policies->at("preset").get_ref<const std::string&>());
    if (preset != nullptr) fill_from_preset(*preset, spec);
  }
  const bool observed = spec.value("managementPolicy", Json("Managed")) == "Observe";
  if (!observed && !spec.contains("name") && !spec.contains("namePrefix")) {
    spec["name"] = object.metadata.name;
  }
  const auto session = spec.find("maxSessionDuration");
  if (session == spec.end() || !session->is_string()) return;
  const auto duration = parse_duration(session->get_ref<const std::string&>());
  if (duration) *session = duration->count() / 1000;
}

// managementNodes follows from costSavings where it is used: a stored default would outlive it.
void cluster_defaults(Json& spec) {
  const auto provider = spec.find("provider");
  if (provider != spec.end() && (*provider == "AWS" || *provider == "Aws")) *provider = "aws";
}

void nodegroup_defaults(Json& spec) {
  const auto single = spec.find("instanceType");
  if (single == spec.end() || !single->is_string() || spec.contains("instanceTypes")) return;
  spec["instanceTypes"] = Json::array({*single});
  spec.erase("instanceType");
}

}  // namespace

void apply_defaults(Object& object) {
  const Json* schema = schema_at(object.kind, "/spec");
  if (schema == nullptr) return;
  if (!object.spec.is_object()) object.spec = Json::object();
  if (object.metadata.ns.empty()) object.metadata.ns = "default";
  if (object.kind == "Role") role_defaults(object);
  if (object.kind == "Cluster") cluster_defaults(object.spec);
  if (object.kind == "NodeGroup") nodegroup_defaults(object.spec);
  fill(*schema, object.spec);
}

}  // namespace byoc
