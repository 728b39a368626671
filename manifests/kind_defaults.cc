// Defaults of each kind that depend on other fields.
#include "manifests/duration.h"
#include "manifests/preset.h"
#include "manifests/topics.h"

namespace byoc {
namespace {

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

}  // namespace

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
void cluster_defaults(Object& object) {
  Json& spec = object.spec;
  const auto provider = spec.find("provider");
  if (provider != spec.end() && (*provider == "AWS" || *provider == "Aws")) *provider = "aws";
}

void nodegroup_defaults(Object& object) {
  Json& spec = object.spec;
  const auto single = spec.find("instanceType");
  if (single == spec.end() || !single->is_string() || spec.contains("instanceTypes")) return;
  spec["instanceTypes"] = Json::array({*single});
  spec.erase("instanceType");
}

}  // namespace byoc
