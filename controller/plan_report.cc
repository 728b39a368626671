#include "controller/plan_report.h"

#include <set>
#include <utility>

#include "manifests/object.h"

namespace byoc {
namespace {

Json begin_planned(const Object& object) {
  return {
      {"name", to_string(object.key())},
      {"object",
       {{"kind", object.kind}, {"namespace", object.metadata.ns}, {"name", object.metadata.name}}},
      {"delete", object.deleting()},
      {"entries", Json::array()}};
}

}  // namespace

Json planned_object(const Pass& pass) {
  Json out = begin_planned(pass.object());
  const auto add = [&out](const char* name, const std::string& value) {
    if (!value.empty()) out[name] = value;
  };
  add("account", pass.account());
  add("region", pass.region());
  add("roleArn", pass.role());
  add("callerArn", pass.caller_arn());
  if (!pass.failure().ok()) {
    out[pass.waiting() ? "waits" : "problem"] = pass.failure().message;
    add("reason", pass.reason());
    return out;
  }
  out["entries"] = plan_json(pass.plan());
  Json unread = Json::array();
  for (const auto& [type, operation] : pass.snapshot().unsupported) {
    unread.push_back(std::string(find_row(type).service) + ":" + operation);
  }
  if (!unread.empty()) out["notChecked"] = std::move(unread);
  return out;
}

Json unplanned_object(const Object& object, const std::string& problem) {
  Json out = begin_planned(object);
  out["problem"] = problem;
  return out;
}

Json plan_document(const std::string& made_by, const std::string& store,
                   std::vector<Json> objects) {
  Json document = {{"apiVersion", "byoc.dev/v1alpha1"},
                   {"kind", "Plan"},
                   {"madeBy", made_by},
                   {"store", store},
                   {"objects", Json::array()}};
  for (Json& object : objects) document["objects"].push_back(std::move(object));
  const PlanCounts counts = count_document(document);
  document["summary"] = {{"create", counts.create},   {"change", counts.change},
                         {"delete", counts.remove},   {"wait", counts.wait},
                         {"blocked", counts.blocked}, {"keep", counts.keep}};
  return document;
}

PlanCounts count_document(const Json& document) {
  PlanCounts counts;
  for (const Json& object : document.at("objects")) {
    counts += count_entries(object.at("entries"));
    if (object.contains("waits")) ++counts.wait;
  }
  return counts;
}

std::vector<std::string> problems_of(const Json& document) {
  std::vector<std::string> problems;
  for (const Json& object : document.at("objects")) {
    if (!object.contains("problem")) continue;
    problems.push_back(object.at("name").get<std::string>() + ": " +
                       object.at("problem").get<std::string>());
  }
  return problems;
}

std::vector<std::string> unread_of(const Json& document) {
  std::set<std::string> names;
  for (const Json& object : document.at("objects")) {
    for (const Json& name : object.value("notChecked", Json::array())) {
      names.insert(name.get<std::string>());
    }
  }
  return {names.begin(), names.end()};
}

}  // namespace byoc
