#include "controller/api.h"

#include <chrono>
#include <sstream>
#include <utility>

#include "base/attempt.h"

namespace byoc {
namespace {

std::vector<std::string> parts_of(const std::string& path) {
  std::vector<std::string> parts;
  std::istringstream stream(path);
  for (std::string part; std::getline(stream, part, '/');) {
    if (!part.empty()) parts.push_back(part);
  }
  return parts;
}

bool begins_with(const std::vector<std::string>& parts, std::initializer_list<const char*> with) {
  return parts.size() > with.size() && std::equal(with.begin(), with.end(), parts.begin());
}

ApiReply not_here(const ApiRequest& request) {
  return reply_with(
      refusal_of(404, "NotFound", "there is no " + request.path + " (the path is not known)"));
}

ApiReply text_reply(int code, std::string text) {
  ApiReply reply;
  reply.code = code;
  reply.type = "text/plain; charset=utf-8";
  reply.body = std::move(text);
  return reply;
}

// A parameter that is a number; 0 when it is absent or none.
std::int64_t number_parameter(const ApiRequest& request, const std::string& name) {
  std::int64_t value = 0;
  std::istringstream(request.parameter(name)) >> value;
  return value;
}

template <class T>
ApiReply reply_with_list(const Result<std::vector<T>>& list) {
  return list.ok() ? reply_with(200, {{"items", list_json(list.value())}})
                   : reply_with(refusal_of(list.status()));
}

Json namespace_json(const std::string& name) {
  return {{"apiVersion", "v1"},
          {"kind", "Namespace"},
          {"metadata", {{"name", name}, {"labels", {{"kubernetes.io/metadata.name", name}}}}},
          {"status", {{"phase", "Active"}}}};
}

JournalQuery journal_query(const ApiRequest& request) {
  JournalQuery query;
  if (!request.parameter("kind").empty()) {
    query.object = ObjectKey{request.parameter("kind"), request.parameter("namespace"),
                             request.parameter("name")};
  }
  query.from = Time{Duration{number_parameter(request, "from")}};
  if (const auto to = number_parameter(request, "to"); to > 0) query.to = Time{Duration{to}};
  query.after = number_parameter(request, "after");
  if (const auto limit = number_parameter(request, "limit"); limit > 0) {
    query.limit = static_cast<std::size_t>(limit);
  }
  return query;
}

}  // namespace

std::string ApiRequest::parameter(const std::string& name) const {
  const auto found = query.find(name);
  return found == query.end() ? "" : found->second;
}

ApiReply reply_with(int code, const Json& body) {
  ApiReply reply;
  reply.code = code;
  reply.body = body.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  return reply;
}

ApiReply reply_with(const Refusal& refusal) {
  return reply_with(refusal.http, refusal.body);
}

Api::Api(Store& store, const Secrets& secrets, ApiHooks hooks)
    : store_(store), secrets_(secrets), hooks_(std::move(hooks)) {
  if (!hooks_.look) hooks_.look = [](const ObjectKey&) {};
  if (hooks_.now) return;
  hooks_.now = [] {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  };
}

ApiReply Api::answer_public(const ApiRequest& request) const {
  if (request.method != "GET") return not_here(request);
  if (request.path == "/metrics") {
    ApiReply reply = text_reply(200, hooks_.metrics ? hooks_.metrics() : "");
    reply.type = "text/plain; version=0.0.4; charset=utf-8";
    return reply;
  }
  if (request.path == "/healthz" || request.path == "/livez") return text_reply(200, "ok");
  if (request.path != "/readyz") return not_here(request);
  const std::string trouble = hooks_.trouble ? hooks_.trouble() : "";
  return trouble.empty() ? text_reply(200, "ok") : text_reply(503, trouble + "\n");
}

ApiReply Api::answer(const ApiRequest& request) {
  ApiReply reply;
  const Status status =
      attempt(request.method + " " + request.path, [&] { reply = answer_anything(request); });
  return status.ok() ? reply : reply_with(refusal_of(500, "InternalError", status.message));
}

ApiReply Api::answer_anything(const ApiRequest& request) {
  if (auto reply = answer_discovery(request)) return *std::move(reply);
  const std::vector<std::string> parts = parts_of(request.path);
  if (begins_with(parts, {"api", "v1"})) return answer_core(request, parts);
  if (begins_with(parts, {"byoc", "v1"}) && parts.size() == 3) return answer_own(request, parts[2]);
  if (!begins_with(parts, {"apis", "byoc.dev", "v1alpha1"})) return answer_public(request);
  const bool in_one = parts[3] == "namespaces" && parts.size() > 5;
  const std::size_t at = in_one ? 5 : 3;
  Target target;
  target.key.kind = kind_of_plural(parts[at]);
  target.key.ns = in_one ? parts[4] : "";
  if (parts.size() > at + 1) target.key.name = parts[at + 1];
  if (parts.size() > at + 2) target.part = parts[at + 2];
  const bool named_without_ns = !in_one && !target.key.name.empty();
  if (target.key.kind.empty() || parts.size() > at + 3 || named_without_ns) {
    return not_here(request);
  }
  return answer_resource(request, target);
}

ApiReply Api::answer_core(const ApiRequest& request, const std::vector<std::string>& path) {
  if (request.method != "GET") {
    return reply_with(refusal_of(405, "MethodNotAllowed", "events and namespaces are byocd's"));
  }
  if (path.size() == 3 && path[2] == "events") return list_events(request, "");
  if (path.size() == 5 && path[2] == "namespaces" && path[4] == "events") {
    return list_events(request, path[3]);
  }
  if (path[2] != "namespaces" || path.size() > 4) return not_here(request);
  const Result<std::vector<Object>> objects = store_.list("");
  if (!objects.ok()) return reply_with(refusal_of(objects.status()));
  std::set<std::string> names = {"default"};
  for (const Object& object : objects.value()) names.insert(object.metadata.ns);
  if (path.size() == 4) {
    if (names.contains(path[3])) return reply_with(200, namespace_json(path[3]));
    return reply_with(refusal_of(404, "NotFound", "namespaces \"" + path[3] + "\" not found"));
  }
  constexpr std::string_view kFields[] = {"metadata.name", "status.phase"};
  const auto labels = Selector::parse(request.parameter("labelSelector"));
  if (!labels.ok()) return reply_with(refusal_of(400, "BadRequest", labels.status().message));
  const auto fields = FieldSelector::parse(request.parameter("fieldSelector"), kFields);
  if (!fields.ok()) return reply_with(refusal_of(400, "BadRequest", fields.status().message));
  Json items = Json::array();
  for (const std::string& name : names) {
    Json item = namespace_json(name);
    const bool wanted = labels.value().fits({{"kubernetes.io/metadata.name", name}});
    if (wanted && fields.value().fits(item)) items.push_back(std::move(item));
  }
  return reply_with(200, {{"apiVersion", "v1"},
                          {"kind", "NamespaceList"},
                          {"metadata", {{"resourceVersion", ""}}},
                          {"items", std::move(items)}});
}

ApiReply Api::pause_all(bool pause) {
  const Status done = store_.set_paused(pause);
  if (!done.ok()) return reply_with(refusal_of(done));
  const Result<std::vector<Object>> objects = store_.list("");
  if (!objects.ok()) return reply_with(refusal_of(objects.status()));
  for (const Object& object : objects.value()) hooks_.look(object.key());
  return reply_with(200, {{"paused", pause}});
}

ApiReply Api::answer_own(const ApiRequest& request, const std::string& what) {
  if (request.method != "GET" && request.dry_run()) {
    return reply_with(refusal_of(400, "BadRequest", what + " cannot be tried without doing it"));
  }
  if (what == "pause" && (request.method == "PUT" || request.method == "DELETE")) {
    return pause_all(request.method == "PUT");
  }
  if (what == "approval" && request.method == "PUT") {
    const Status granted = store_.grant(request.parameter("id"), hooks_.now());
    if (granted.ok() && hooks_.scan) hooks_.scan();
    return granted.ok() ? reply_with(200, Json::object()) : reply_with(refusal_of(granted));
  }
  if (what == "plan" && request.method == "POST") return begin_plan(request);
  if (request.method != "GET") return not_here(request);
  if (what == "plan") return fetch_plan(request);
  if (what == "approval") {
    const Result<std::optional<Approval>> question = store_.approval();
    if (!question.ok()) return reply_with(refusal_of(question.status()));
    Json body = Json::object();
    if (question.value()) body["question"] = to_json(*question.value());
    return reply_with(200, body);
  }
  if (what == "tombstones") return reply_with_list(store_.tombstones());
  if (what == "intents") return reply_with_list(store_.intents(request.parameter("owner")));
  if (what == "journal") return reply_with_list(store_.journal(journal_query(request)));
  if (what == "pause") {
    const Result<bool> paused = store_.paused();
    return paused.ok() ? reply_with(200, {{"paused", paused.value()}})
                       : reply_with(refusal_of(paused.status()));
  }
  if (what != "news") return not_here(request);
  NewsQuery query;
  query.since = request.parameter("since");
  query.objects = request.parameter("objects") != "false";
  query.events = request.parameter("events") != "false";
  const Result<News> news = store_.news(query);
  if (!news.ok()) return reply_with(refusal_of(news.status()));
  ApiReply reply = reply_with(200, to_json(news.value()));
  reply.idle = news.value().empty();
  return reply;
}

}  // namespace byoc
