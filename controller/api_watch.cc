#include "controller/api_watch.h"

#include <utility>

#include "base/attempt.h"
#include "controller/api_json.h"

namespace byoc {
namespace {

std::string line_of(const std::string& type, Json object) {
  const Json line = {{"type", type}, {"object", std::move(object)}};
  return line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

WatchLines ended(const Refusal& refusal) {
  return {line_of("ERROR", refusal.body), true};
}

// By what the client has, not by what the store did: a label that changes makes an object appear.
std::string object_line(Watch& watch, const ObjectNews& news) {
  const ObjectKey key = news.object.key();
  const bool wanted = watch.filter.fits(news.object);
  if (!wanted || news.type == ObjectNews::Type::deleted) {
    const bool known = watch.shown.erase(key) > 0;
    const bool gone = known || (wanted && news.type == ObjectNews::Type::deleted);
    return gone ? line_of("DELETED", to_json(news.object)) : "";
  }
  const bool fresh = watch.shown.insert(key).second;
  return line_of(fresh ? "ADDED" : "MODIFIED", to_json(news.object));
}

}  // namespace

bool ApiFilter::fits(const Object& object) const {
  return object.kind == kind && (ns.empty() || object.metadata.ns == ns) &&
         labels.fits(object.metadata.labels) && (fields.empty() || fields.fits(to_json(object)));
}

bool ApiFilter::fits(const Event& event) const {
  if (kind != "Event" || (!ns.empty() && event.object.ns != ns) || !labels.fits({})) return false;
  if (fields.empty()) return true;
  Json json = to_json(event);
  json["source"] = json["reportingComponent"];  // as Kubernetes' field selector has it
  return fields.fits(json);
}

Status begin_watch(Watch& watch, ObjectStore& store) {
  if (watch.since.empty()) return {};
  const Result<News> news = store.news({.since = watch.since, .events = false});
  const Result<std::vector<Object>> objects = store.list(watch.filter.kind);
  if (!news.ok()) return news.status();
  if (watch.filter.kind == "Event") return {};
  if (!objects.ok()) return objects.status();
  for (const Object& object : objects.value()) {
    if (watch.filter.fits(object)) watch.shown.insert(object.key());
  }
  for (const ObjectNews& one : news.value().objects) {
    if (one.type == ObjectNews::Type::added) watch.shown.erase(one.object.key());
  }
  return {};
}

namespace {

WatchLines read_news(Watch& watch, ObjectStore& store) {
  const bool events = watch.filter.kind == "Event";
  const Result<News> news =
      store.news({.since = watch.since, .objects = !events, .events = events});
  if (!news.ok()) return ended(refusal_of(news.status()));
  if (!news.value().complete) {
    return ended(refusal_of(410, "Expired", "the resourceVersion is too old; list again"));
  }
  WatchLines lines;
  for (const ObjectNews& one : news.value().objects) lines.text += object_line(watch, one);
  for (const Event& event : news.value().events) {
    if (!watch.filter.fits(event)) continue;
    lines.text += line_of(event.count == 1 ? "ADDED" : "MODIFIED", to_json(event));
  }
  watch.since = news.value().cursor;
  return lines;
}

}  // namespace

WatchLines read_watch(Watch& watch, ObjectStore& store) {
  WatchLines lines;
  const Status status =
      attempt("the watch of " + watch.filter.kind, [&] { lines = read_news(watch, store); });
  return status.ok() ? lines : ended(refusal_of(500, "InternalError", status.message));
}

std::string bookmark_line(const Watch& watch) {
  const bool event = watch.filter.kind == "Event";
  return line_of("BOOKMARK", {{"apiVersion", event ? "v1" : std::string(kApiVersion)},
                              {"kind", watch.filter.kind},
                              {"metadata", {{"resourceVersion", watch.since}}}});
}

}  // namespace byoc
