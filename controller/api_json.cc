#include "controller/api_json.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/hash.h"
#include "manifests/kinds.h"

namespace byoc {
namespace {

struct Word {
  Code code;
  int http;
  const char* reason;
};

// The first of a code is how it is told; all of them are understood.
constexpr Word kWords[] = {
    {Code::invalid, 422, "Invalid"},
    {Code::not_found, 404, "NotFound"},
    {Code::already_exists, 409, "AlreadyExists"},
    {Code::conflict, 409, "Conflict"},
    {Code::throttled, 429, "TooManyRequests"},
    {Code::unavailable, 503, "ServiceUnavailable"},
    {Code::denied, 403, "Forbidden"},
    {Code::quota, 403, "QuotaExceeded"},
    {Code::capacity, 503, "InsufficientCapacity"},
    {Code::unsupported, 405, "MethodNotAllowed"},
    {Code::unknown_outcome, 500, "InternalError"},
    {Code::cancelled, 503, "Cancelled"},
    {Code::invalid, 400, "BadRequest"},
    {Code::invalid, 415, "UnsupportedMediaType"},
    {Code::conflict, 410, "Expired"},
};

Json failure(int http, const std::string& reason, const std::string& message, Json details) {
  return {{"kind", "Status"},
          {"apiVersion", "v1"},
          {"metadata", Json::object()},
          {"status", "Failure"},
          {"message", message},
          {"reason", reason},
          {"details", std::move(details)},
          {"code", http}};
}

Json details_of(const ObjectKey& about) {
  Json details = Json::object();
  if (about.kind.empty()) return details;
  details["group"] = "byoc.dev";
  details["kind"] = plural_of(about.kind);
  if (!about.name.empty()) details["name"] = about.name;
  return details;
}

Json reference(const ObjectKey& key) {
  return {
      {"apiVersion", kApiVersion}, {"kind", key.kind}, {"namespace", key.ns}, {"name", key.name}};
}

ObjectKey key_of(const Json& json) {
  return {json.at("kind"), json.at("namespace"), json.at("name")};
}

Json milliseconds(Time time) {
  return time.time_since_epoch().count();
}

Time time_of(const Json& json) {
  return Time{Duration{json.get<std::int64_t>()}};
}

// The library throws where a field is missing or of another type.
template <class T, class Read>
Result<T> guarded(Read read) {
  try {
    return read();
  } catch (const Json::exception& e) {
    return error(Code::unavailable, std::string("byocd answered what cannot be read: ") + e.what());
  }
}

}  // namespace

std::string plural_of(const std::string& kind) {
  const ManifestKind* known = find_manifest_kind(kind);
  return known != nullptr ? std::string(*known->plural) : lower(kind) + "s";
}

std::string kind_of_plural(const std::string& plural) {
  const auto& kinds = manifest_kinds();
  const auto found = std::find_if(kinds.begin(), kinds.end(),
                                  [&](const ManifestKind& kind) { return kind.plural == plural; });
  return found == kinds.end() ? "" : std::string(*found->name);
}

Refusal refusal_of(const Status& status, const ObjectKey& about) {
  const auto word = std::find_if(std::begin(kWords), std::end(kWords),
                                 [&](const Word& known) { return known.code == status.code; });
  check(word != std::end(kWords), "a refusal is not ok");
  return {word->http, failure(word->http, word->reason, status.message, details_of(about))};
}

Refusal refusal_of(const Diagnostics& findings, const ObjectKey& about) {
  Json details = details_of(about);
  details["kind"] = about.kind;  // as Kubernetes does in this one place
  details["causes"] = Json::array();
  std::string message = to_string(about) + " is invalid";
  for (const Diagnostic& finding : findings) {
    if (finding.severity != Severity::error) continue;
    const std::size_t space = finding.path.find(' ');
    const std::string field = space == std::string::npos ? "" : finding.path.substr(space + 1);
    const std::string hint = finding.hint.empty() ? "" : " (hint: " + finding.hint + ")";
    details["causes"].push_back(
        {{"reason", "FieldValueInvalid"}, {"message", finding.text + hint}, {"field", field}});
    message += (details["causes"].size() == 1 ? ": " : ", ") + (field.empty() ? "" : field + ": ") +
               finding.text + hint;
  }
  return {422, failure(422, "Invalid", message, std::move(details))};
}

Refusal refusal_of(int http, const std::string& reason, const std::string& message) {
  return {http, failure(http, reason, message, Json::object())};
}

Status status_from_json(int http, const Json& body) {
  const std::string reason = body.is_object() ? body.value("reason", "") : "";
  const std::string message = body.is_object() ? body.value("message", "") : "";
  for (const Word& word : kWords) {
    if (reason.empty() ? word.http == http : word.reason == reason) {
      return error(word.code, message.empty() ? word.reason : message);
    }
  }
  return error(Code::unavailable, "byocd answered " + std::to_string(http) + " " + message);
}

Json to_json(const Event& event) {
  const std::string what = event.type + "\n" + event.reason + "\n" + event.message;
  const std::string name =
      event.object.name + "." + sha256_hex(to_string(event.object) + "\n" + what).substr(0, 16);
  Json object = reference(event.object);
  // `kubectl describe` asks for the events of a uid.
  if (!event.object_uid.empty()) object["uid"] = event.object_uid;
  return {{"apiVersion", "v1"},
          {"kind", "Event"},
          {"metadata",
           {{"name", name},
            {"namespace", event.object.ns},
            {"resourceVersion", event.version},
            {"creationTimestamp", format_time(event.first)}}},
          {"involvedObject", std::move(object)},
          {"type", event.type},
          {"reason", event.reason},
          {"message", event.message},
          {"count", event.count},
          {"firstTimestamp", format_time(event.first)},
          {"lastTimestamp", format_time(event.last)},
          {"source", {{"component", "byocd"}}},
          {"reportingComponent", "byocd"},
          {"reportingInstance", ""}};
}

Result<Event> event_from_json(const Json& json) {
  return guarded<Event>([&]() -> Result<Event> {
    Event event;
    event.object = key_of(json.at("involvedObject"));
    event.object_uid = json.at("involvedObject").value("uid", "");
    event.type = json.at("type");
    event.reason = json.at("reason");
    event.message = json.at("message");
    event.count = json.at("count");
    event.first = parse_time(json.at("firstTimestamp").get<std::string>());
    event.last = parse_time(json.at("lastTimestamp").get<std::string>());
    event.version = json.at("metadata").at("resourceVersion");
    return event;
  });
}

std::string news_name(ObjectNews::Type type) {
  switch (type) {
    case ObjectNews::Type::added: return "ADDED";
    case ObjectNews::Type::modified: return "MODIFIED";
    case ObjectNews::Type::deleted: break;
  }
  return "DELETED";
}

Json to_json(const News& news) {
  Json objects = Json::array();
  for (const ObjectNews& one : news.objects) {
    objects.push_back({{"type", news_name(one.type)}, {"object", to_json(one.object)}});
  }
  return {{"cursor", news.cursor},
          {"complete", news.complete},
          {"objects", std::move(objects)},
          {"events", list_json(news.events)}};
}

Result<News> news_from_json(const Json& json) {
  return guarded<News>([&]() -> Result<News> {
    News news;
    news.cursor = json.at("cursor");
    news.complete = json.at("complete");
    for (const Json& item : json.at("objects")) {
      Result<Object> object = object_from_json(item.at("object"));
      if (!object.ok()) return object.status();
      const std::string type = item.at("type");
      news.objects.push_back({type == "ADDED"     ? ObjectNews::Type::added
                              : type == "DELETED" ? ObjectNews::Type::deleted
                                                  : ObjectNews::Type::modified,
                              std::move(object).value()});
    }
    Result<std::vector<Event>> events = list_from_json(json.at("events"), event_from_json);
    if (!events.ok()) return events.status();
    news.events = std::move(events).value();
    return news;
  });
}

Json to_json(const Tombstone& tombstone) {
  return {{"object", reference(tombstone.object)},
          {"uid", tombstone.uid},
          {"deleted", milliseconds(tombstone.deleted)},
          {"sweep", tombstone.sweep}};
}

Result<Tombstone> tombstone_from_json(const Json& json) {
  return guarded<Tombstone>([&]() -> Result<Tombstone> {
    return Tombstone{key_of(json.at("object")), json.at("uid"), time_of(json.at("deleted")),
                     json.at("sweep")};
  });
}

Json to_json(const Intent& intent) {
  return {{"ownerUid", intent.owner_uid},
          {"key", intent.key},
          {"type", intent.type},
          {"token", intent.token},
          {"paramsHash", intent.params_hash},
          {"id", intent.id},
          {"state", static_cast<int>(intent.state)},
          {"created", milliseconds(intent.created)},
          {"sent", milliseconds(intent.sent)},
          {"emptyReads", intent.empty_reads},
          {"firstEmpty", milliseconds(intent.first_empty)},
          {"made", intent.made}};
}

Result<Intent> intent_from_json(const Json& json) {
  return guarded<Intent>([&]() -> Result<Intent> {
    Intent intent;
    intent.owner_uid = json.at("ownerUid");
    intent.key = json.at("key");
    intent.type = json.at("type");
    intent.token = json.at("token");
    intent.params_hash = json.at("paramsHash");
    intent.id = json.at("id");
    intent.state = static_cast<Intent::State>(json.at("state").get<int>());
    intent.created = time_of(json.at("created"));
    intent.sent = time_of(json.at("sent"));
    intent.empty_reads = json.at("emptyReads");
    intent.first_empty = time_of(json.at("firstEmpty"));
    intent.made = json.at("made");
    return intent;
  });
}

Json to_json(const Approval& question) {
  Json objects = Json::array();
  for (const ObjectKey& key : question.objects) objects.push_back(reference(key));
  Json out = {{"id", question.id},
              {"objects", std::move(objects)},
              {"asked", milliseconds(question.asked)}};
  if (question.granted) out["granted"] = milliseconds(*question.granted);
  return out;
}

Result<Approval> approval_from_json(const Json& json) {
  return guarded<Approval>([&]() -> Result<Approval> {
    Approval question;
    question.id = json.at("id");
    for (const Json& item : json.at("objects")) question.objects.push_back(key_of(item));
    question.asked = time_of(json.at("asked"));
    if (json.contains("granted")) question.granted = time_of(json.at("granted"));
    return question;
  });
}

Json to_json(const JournalEntry& entry) {
  return {{"id", entry.id},
          {"object", reference(entry.object)},
          {"at", milliseconds(entry.at)},
          {"service", entry.service},
          {"operation", entry.operation},
          {"key", entry.key},
          {"resource", entry.resource},
          {"why", entry.why},
          {"result", entry.result},
          {"message", entry.message},
          {"requestId", entry.request_id}};
}

Result<JournalEntry> journal_entry_from_json(const Json& json) {
  return guarded<JournalEntry>([&]() -> Result<JournalEntry> {
    return JournalEntry{json.at("id"),          key_of(json.at("object")),
                        time_of(json.at("at")), json.at("service"),
                        json.at("operation"),   json.at("key"),
                        json.at("resource"),    json.at("why"),
                        json.at("result"),      json.at("message"),
                        json.at("requestId")};
  });
}

}  // namespace byoc
