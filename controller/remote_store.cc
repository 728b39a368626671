#include "controller/remote_store.h"

#include <chrono>
#include <utility>

#include "base/percent.h"
#include "controller/api_client.h"
#include "controller/api_json.h"
#include "manifests/schema.h"

namespace byoc {
namespace {

constexpr Duration kAnswerWithin = std::chrono::seconds(30);
const std::string kResources = "/apis/byoc.dev/v1alpha1";

std::string collection_path(const ObjectKey& key) {
  return kResources + "/namespaces/" + percent_encode(key.ns) + "/" + plural_of(key.kind);
}

constexpr Duration kPlanPatience{2000};  // of one question whether a plan is made

std::string path_of(const ObjectKey& key) {
  return collection_path(key) + "/" + percent_encode(key.name);
}

Status done(const Result<Json>& answer) {
  return answer.ok() ? Status{} : answer.status();
}

// The part of an object that a client decides.
Json manifest_of(const Object& object) {
  Json manifest = to_json(object);
  manifest.erase("status");
  return manifest;
}

// What is replaced was there when it was read.
Result<Object> replaced(Result<Object> answer) {
  if (answer.ok() || answer.status().code != Code::not_found) return answer;
  return error(Code::conflict, answer.status().message + " any more");
}

template <class T>
Result<std::vector<T>> items_of(const Result<Json>& answer, Result<T> (*read)(const Json&)) {
  if (!answer.ok()) return answer.status();
  return list_from_json(answer.value().value("items", Json::array()), read);
}

}  // namespace

RemoteStore::RemoteStore(std::string socket_path) : socket_path_(std::move(socket_path)) {}

RemoteStore::~RemoteStore() = default;

Result<std::unique_ptr<RemoteStore>> RemoteStore::connect(const std::string& socket_path) {
  const Result<ApiAnswer> hello =
      ask_byocd(socket_path, {"GET", "/version", {}, {}}, kAnswerWithin);
  if (!hello.ok()) return hello.status();
  if (hello.value().code >= 400) return status_from_json(hello.value().code, hello.value().body);
  return std::unique_ptr<RemoteStore>(new RemoteStore(socket_path));
}

Result<Json> RemoteStore::call(const std::string& method, const std::string& path,
                               const Query& query, const Json& body, Duration patience) {
  Result<ApiAnswer> answer =
      ask_byocd(socket_path_, {method, path, query, body}, kAnswerWithin + patience);
  if (!answer.ok()) {
    // It was there before: that it is gone says nothing of what was asked for.
    return error(Code::unavailable, answer.status().message + " (on " + socket_path_ + ")");
  }
  if (answer.value().code >= 400) {
    return status_from_json(answer.value().code, answer.value().body);
  }
  if (answer.value().body.is_object()) return std::move(answer).value().body;
  return error(Code::unavailable, "byocd answered on " + socket_path_ + " what is no JSON object");
}

Result<Object> RemoteStore::call_object(const std::string& method, const std::string& path,
                                        const Json& body) {
  const Result<Json> answer = call(method, path, {}, body);
  if (!answer.ok()) return answer.status();
  return object_from_json(answer.value());
}

Result<Object> RemoteStore::get(const ObjectKey& key) {
  return call_object("GET", path_of(key));
}

Result<std::vector<Object>> RemoteStore::list(const std::string& kind) {
  std::vector<Object> objects;
  for (const std::string& each : schema_kinds()) {
    if (!kind.empty() && each != kind) continue;
    Result<std::vector<Object>> some =
        items_of(call("GET", kResources + "/" + plural_of(each)), object_from_json);
    if (!some.ok()) return some;
    for (Object& object : some.value()) objects.push_back(std::move(object));
  }
  return objects;
}

Result<Object> RemoteStore::put(Object object, Time) {
  const ObjectKey key = object.key();
  if (object.metadata.resource_version.empty()) {
    return call_object("POST", collection_path(key), manifest_of(object));
  }
  if (!object.deleting()) return replaced(call_object("PUT", path_of(key), manifest_of(object)));
  const Json same = {{"uid", object.metadata.uid},
                     {"resourceVersion", object.metadata.resource_version}};
  return replaced(call_object("DELETE", path_of(key),
                              {{"propagationPolicy", "Background"}, {"preconditions", same}}));
}

Result<Object> RemoteStore::apply(Object object) {
  if (object.metadata.resource_version.empty()) return put(std::move(object), Time{});
  return replaced(call_object("PUT", path_of(object.key()), manifest_of(object)));
}

Result<Object> RemoteStore::put_status(Object object, Time) {
  const ObjectKey key = object.key();
  if (object.metadata.resource_version.empty()) {
    return error(Code::conflict, to_string(key) + ": a status is one of a version");
  }
  return replaced(call_object("PUT", path_of(key) + "/status", to_json(object)));
}

Status RemoteStore::remove(const ObjectKey& key, Time) {
  Status removed = done(call("DELETE", path_of(key), {}, {{"propagationPolicy", "Orphan"}}));
  return removed.code == Code::not_found ? Status{} : removed;
}

Result<std::vector<Tombstone>> RemoteStore::tombstones() {
  return items_of(call("GET", "/byoc/v1/tombstones"), tombstone_from_json);
}

Result<std::optional<Approval>> RemoteStore::approval() {
  const Result<Json> answer = call("GET", "/byoc/v1/approval");
  if (!answer.ok()) return answer.status();
  if (!answer.value().contains("question")) return std::optional<Approval>();
  Result<Approval> question = approval_from_json(answer.value().at("question"));
  if (!question.ok()) return question.status();
  return std::optional<Approval>(std::move(question).value());
}

Status RemoteStore::grant(const std::string& id, Time) {
  return done(call("PUT", "/byoc/v1/approval", {{"id", id}}));
}

Result<std::vector<Intent>> RemoteStore::intents(const std::string& owner_uid) {
  return items_of(call("GET", "/byoc/v1/intents", {{"owner", owner_uid}}), intent_from_json);
}

Result<std::vector<Event>> RemoteStore::events(const std::optional<ObjectKey>& object) {
  Query query;
  if (object) {
    query["fieldSelector"] = "involvedObject.kind=" + object->kind +
                             ",involvedObject.namespace=" + object->ns +
                             ",involvedObject.name=" + object->name;
  }
  return items_of(call("GET", "/api/v1/events", query), event_from_json);
}

Result<std::vector<JournalEntry>> RemoteStore::journal(const JournalQuery& query) {
  Query parameters = {{"after", std::to_string(query.after)},
                      {"limit", std::to_string(query.limit)}};
  if (query.object) {
    parameters["kind"] = query.object->kind;
    parameters["namespace"] = query.object->ns;
    parameters["name"] = query.object->name;
  }
  if (query.from != Time{}) {
    parameters["from"] = std::to_string(query.from.time_since_epoch().count());
  }
  if (query.to != Time::max()) {
    parameters["to"] = std::to_string(query.to.time_since_epoch().count());
  }
  return items_of(call("GET", "/byoc/v1/journal", parameters), journal_entry_from_json);
}

Result<News> RemoteStore::news(const NewsQuery& query) {
  const Query parameters = {{"since", query.since},
                            {"patienceMs", std::to_string(query.patience.count())},
                            {"objects", query.objects ? "true" : "false"},
                            {"events", query.events ? "true" : "false"}};
  const Result<Json> answer = call("GET", "/byoc/v1/news", parameters, nullptr, query.patience);
  if (!answer.ok()) return answer.status();
  return news_from_json(answer.value());
}

Result<bool> RemoteStore::paused() {
  const Result<Json> answer = call("GET", "/byoc/v1/pause");
  if (!answer.ok()) return answer.status();
  return answer.value().value("paused", false);
}

Status RemoteStore::set_paused(bool paused) {
  return done(call(paused ? "PUT" : "DELETE", "/byoc/v1/pause"));
}

Result<Json> RemoteStore::plan(const std::vector<Object>& objects,
                               const std::vector<ObjectKey>& deletions,
                               const std::vector<std::string>& paths, Duration timeout) {
  Json body = {{"objects", Json::array()}, {"delete", Json::array()}, {"paths", paths}};
  for (const Object& object : objects) {
    Json manifest = manifest_of(object);
    for (const char* own : {"uid", "resourceVersion"}) manifest["metadata"].erase(own);
    body["objects"].push_back(std::move(manifest));
  }
  for (const ObjectKey& key : deletions) {
    body["delete"].push_back({{"kind", key.kind}, {"namespace", key.ns}, {"name", key.name}});
  }
  const Result<Json> begun = call("POST", "/byoc/v1/plan", {}, body);
  if (!begun.ok()) return begun.status();
  const Query query = {{"name", begun.value().value("plan", "")},
                       {"patienceMs", std::to_string(kPlanPatience.count())}};
  const auto until = std::chrono::steady_clock::now() + timeout;
  while (std::chrono::steady_clock::now() < until) {
    Result<Json> answer = call("GET", "/byoc/v1/plan", query, nullptr, kPlanPatience);
    if (!answer.ok()) return answer.status();
    if (answer.value().contains("objects")) return answer;
  }
  return error(Code::unavailable, "byocd did not make the plan in time");
}

Result<Object> RemoteStore::request_pause(const ObjectKey& key, bool paused) {
  return call_object(paused ? "PUT" : "DELETE", path_of(key) + "/pause");
}

Result<Object> RemoteStore::request_look(const ObjectKey& key) {
  return call_object("POST", path_of(key) + "/reconcile");
}

}  // namespace byoc
