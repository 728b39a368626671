// Plans over the API: byocd makes them, with its credentials, its secrets and its store.
//
//   POST /byoc/v1/plan   {"objects": [manifest...], "delete": [{"kind", "namespace", "name"}...],
//                         "paths": [absolute -f paths]}  ->  {"plan": NAME}
//   GET  /byoc/v1/plan?name=NAME&patienceMs=N  ->  the document (plan_report.h), or {} so far
//
// Who may ask may store objects, too; but what is only asked about has been seen by nobody. So a
// plan makes byocd read no file and assume no role that no stored object names.
#include <algorithm>
#include <set>
#include <utility>

#include "controller/api.h"
#include "controller/candidate.h"
#include "controller/plan_report.h"
#include "manifests/validate.h"
#include "reconcilers/reference.h"

namespace byoc {
namespace {

constexpr std::size_t kPlanObjectsMax = 10'000;  // of one request

ApiReply wrong_plan(const std::string& message) {
  return reply_with(refusal_of(400, "BadRequest", message));
}

// What byocd would open or become for an object: roles, and places of secrets.
std::set<std::string> reach_of(const Object& object) {
  std::set<std::string> reach;
  const std::string role = text_member(object.spec, "roleArn");
  if (!role.empty()) reach.insert("the role " + role);
  for (const char* path : {"externalIdFrom", "trust/externalIdFrom"}) {
    const Json& from = member(object.spec, path);
    for (const char* place : {"file", "env"}) {
      const std::string name = text_member(from, place);
      if (!name.empty()) reach.insert("the secret in " + std::string(place) + " " + name);
    }
  }
  return reach;
}

struct PlanRequest {
  std::vector<Object> all;      // as if everything asked about was stored
  std::vector<ObjectKey> keys;  // to be planned, those that go last
  std::vector<Json> unplanned;
};

// An object of the store that is to go.
std::optional<ApiReply> add_deletion(const ObjectKey& key, Time now, PlanRequest& plan) {
  const auto found = std::find_if(plan.all.begin(), plan.all.end(),
                                  [&](const Object& object) { return object.key() == key; });
  if (found == plan.all.end()) {
    return reply_with(refusal_of(error(Code::not_found, to_string(key) + " does not exist"), key));
  }
  if (!found->deleting()) found->metadata.deleted = now;
  plan.keys.push_back(key);
  return std::nullopt;
}

void add_candidate(Object object, const std::set<std::string>& allowed, PlanRequest& plan) {
  const ObjectKey key = object.key();
  std::string beyond;
  for (const std::string& one : reach_of(object)) {
    if (!allowed.contains(one)) beyond += (beyond.empty() ? "" : ", ") + one;
  }
  std::erase_if(plan.all, [&](const Object& other) { return other.key() == key; });
  if (beyond.empty()) {
    plan.keys.push_back(key);
  } else {
    Json later = unplanned_object(object, "");
    later.erase("problem");
    later["waits"] = "byocd plans it once it is stored: no stored object names " + beyond + " yet";
    plan.unplanned.push_back(std::move(later));
  }
  plan.all.push_back(std::move(object));
}

// The manifests of a request, checked beside what is stored.
std::optional<ApiReply> read_manifests_of(const Json& body, const std::vector<Object>& stored,
                                          const ProcessDefaults& of_process,
                                          std::vector<Manifest>& out) {
  std::string text;
  for (const Json& object : body.value("objects", Json::array())) {
    text += (text.empty() ? "" : "\n---\n") + object.dump();
  }
  if (text.empty()) return std::nullopt;
  Loaded loaded = load_text(text, "");
  for (const Diagnostic& finding : loaded.diagnostics) {
    if (finding.severity == Severity::error) return wrong_plan(format_diagnostic(finding));
  }
  const Diagnostics findings = validate(loaded.manifests, stored, of_process);
  if (has_errors(findings)) return reply_with(refusal_of(findings, ObjectKey{}));
  out = std::move(loaded.manifests);
  return std::nullopt;
}

bool is_watched(const Json& paths, const std::string& watched) {
  return !watched.empty() &&
         std::any_of(paths.begin(), paths.end(), [&](const Json& path) { return path == watched; });
}

}  // namespace

ApiReply Api::begin_plan(const ApiRequest& request) {
  if (!hooks_.plan) return wrong_plan("this byocd makes no plans");
  const Json body = Json::parse(request.body, nullptr, false);
  const bool shaped = body.is_object() && body.value("objects", Json::array()).is_array() &&
                      body.value("delete", Json::array()).is_array() &&
                      body.value("paths", Json::array()).is_array() &&
                      body.value("objects", Json::array()).size() <= kPlanObjectsMax;
  if (!shaped) return wrong_plan("the body must be an object with lists: objects, delete, paths");
  Result<std::vector<Object>> stored = store_.list("");
  if (!stored.ok()) return reply_with(refusal_of(stored.status()));
  std::vector<Manifest> manifests;
  if (auto wrong = read_manifests_of(body, stored.value(), process_defaults(), manifests)) {
    return *std::move(wrong);
  }
  std::set<std::string> allowed;
  for (const Object& object : stored.value()) allowed.merge(reach_of(object));
  PlanRequest plan;
  plan.all = stored.value();
  for (Manifest& manifest : manifests) {
    manifest.object.metadata.resource_version.clear();  // the store's, not the client's
    const Object* known = find_object(stored.value(), manifest.object.key());
    Object object = candidate_for(manifest, known, {}).object;
    object.status = known == nullptr ? Json::object() : known->status;  // nobody else's word
    if (known == nullptr) object.metadata.uid = random_uid();
    add_candidate(std::move(object), allowed, plan);
  }
  std::set<ObjectKey> gone;
  for (const Json& one : body.value("delete", Json::array())) {
    gone.insert(
        {text_member(one, "kind"), text_member(one, "namespace"), text_member(one, "name")});
  }
  if (is_watched(body.value("paths", Json::array()), hooks_.watched)) {
    for (const Object& object : stored.value()) {
      const bool named = std::any_of(
          manifests.begin(), manifests.end(),
          [&](const Manifest& manifest) { return manifest.object.key() == object.key(); });
      if (!named && !source_file(object).empty()) gone.insert(object.key());
    }
  }
  for (const ObjectKey& key : gone) {
    if (auto wrong = add_deletion(key, hooks_.now(), plan)) return *std::move(wrong);
  }
  const std::string name = plans_->begin();
  hooks_.plan(std::move(plan.all), std::move(plan.keys),
              [desk = plans_, name,
               unplanned = std::move(plan.unplanned)](std::vector<Json> objects) mutable {
                for (Json& object : unplanned) objects.push_back(std::move(object));
                desk->finish(name, plan_document("byocd", "", std::move(objects)));
              });
  return reply_with(202, {{"plan", name}});
}

ApiReply Api::fetch_plan(const ApiRequest& request) {
  const std::string name = request.parameter("name");
  if (!plans_->knows(name)) {
    return reply_with(refusal_of(404, "NotFound", "there is no plan " + name));
  }
  const std::optional<Json> document = plans_->take(name);
  ApiReply reply = reply_with(200, document ? *document : Json::object());
  reply.idle = !document;
  return reply;
}

}  // namespace byoc
