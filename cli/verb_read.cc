// The verbs that only look: get, describe, events.
#include <chrono>
#include <cstdio>
#include <functional>
#include <map>
#include <set>

#include "cli/describe.h"
#include "cli/events.h"
#include "cli/print.h"
#include "cli/session.h"
#include "cli/targets.h"
#include "cli/verbs.h"

namespace byoc {
namespace {

int print_tombstones(Records& records) {
  const auto tombstones = records.tombstones();
  if (!tombstones.ok()) return fail(tombstones.status());
  for (const Tombstone& tombstone : tombstones.value()) {
    std::printf("%s  Deleted  %s\n", to_string(tombstone.object).c_str(),
                format_time(tombstone.deleted).c_str());
  }
  return kExitDone;
}

// Puts the external id into what is printed; only when it was asked for.
Status reveal(const Secrets& secrets, Object& object) {
  const auto secret = secrets.external_id(object);
  if (!secret.ok()) return secret.status();
  if (secret.value()) object.status["externalId"] = secret.value()->reveal();
  return {};
}

// Objects that the words mean; a name that is not there yet is waited for by those who watch.
bool is_meant(const Options& options, const Object& object) {
  const auto chosen = select_objects(options, {object});
  return chosen.ok() && !chosen.value().empty();
}

// A deleted object is shown once more, as it was last.
Object last_seen_as(const ObjectNews& news) {
  Object object = news.object;
  if (news.type != ObjectNews::Type::deleted) return object;
  object.metadata.deleted.reset();
  object.status["phase"] = "Deleted";
  return object;
}

// Calls `show` with all that is newer, until an interrupt or the timeout.
int watch_news(const Options& options, ObjectStore& store, NewsQuery query,
               const std::function<Status(const News&)>& show) {
  note_interrupts();
  query.patience = kNewsPatience;
  const auto until = std::chrono::steady_clock::now() + options.timeout.value_or(Duration{0});
  const auto over = [&] { return options.timeout && std::chrono::steady_clock::now() >= until; };
  while (!interrupted() && !over()) {
    const Result<News> news = store.news(query);
    if (!news.ok()) return fail(news.status());
    query.since = news.value().complete ? news.value().cursor : "";  // "": begins anew
    const Status shown = show(news.value());
    if (!shown.ok()) return fail(shown);
    std::fflush(stdout);
  }
  return interrupted() ? kExitInterrupted : kExitDone;
}

int watch_objects(const Options& options, ObjectStore& store, OutputFormat format,
                  const std::string& since) {
  format.headers = false;
  const auto show = [&](const News& news) -> Status {
    for (const ObjectNews& one : news.objects) {
      if (!is_meant(options, one.object)) continue;
      const auto text = print_objects({last_seen_as(one)}, format, wall_clock(), true);
      if (!text.ok()) return text.status();
      std::fputs(text.value().c_str(), stdout);
    }
    return {};
  };
  return watch_news(options, store, {.since = since, .events = false}, show);
}

// The pause of everything is no object's: it is said beside the table.
Status say_pause(Questions& questions) {
  const Result<bool> paused = questions.paused();
  if (!paused.ok()) return paused.status();
  if (paused.value()) {
    std::fprintf(stderr, "Everything is paused; byocctl resume --all ends it.\n");
  }
  return {};
}

// What is there now, and the cursor from which a watch goes on.
struct Seen {
  std::vector<Object> objects;
  std::string cursor;
};
Result<Seen> look_around(Session& session) {
  Result<News> news = session.store().news({.events = false});
  if (!news.ok()) return news.status();
  std::map<ObjectKey, Object> sorted;
  for (ObjectNews& one : news.value().objects) sorted[one.object.key()] = std::move(one.object);
  Seen seen;
  seen.cursor = news.value().cursor;
  for (auto& [key, object] : sorted) seen.objects.push_back(std::move(object));
  return seen;
}

}  // namespace

int run_get(const Options& options) {
  auto format = parse_output_format(options.output);
  if (!format.ok()) return fail(format.status());
  OutputFormat chosen = std::move(format).value();
  chosen.headers = options.headers;
  chosen.namespaces = options.all_namespaces;
  auto session = Session::open(options, Session::Access::look);
  if (!session.ok()) return fail(session.status());
  const auto all = look_around(*session.value());
  if (!all.ok()) return fail(all.status());
  std::vector<Status> missing;  // a name that is not there yet is waited for by those who watch
  auto selected = select_present(options, all.value().objects, missing);
  if (!selected.ok()) return fail(selected.status());
  std::vector<Object> objects = std::move(selected).value();
  if (options.watch) missing.clear();
  if (objects.empty() && !missing.empty()) {
    for (const Status& one : missing) fail(one);
    return kExitError;
  }
  if (options.show_sensitive) {
    for (Object& object : objects) {
      const Status status = reveal(session.value()->secrets(), object);
      if (!status.ok()) return fail(status);
    }
  }
  const bool table =
      chosen.kind == OutputFormat::Kind::table || chosen.kind == OutputFormat::Kind::wide;
  if (const Status said = say_pause(session.value()->questions()); !said.ok()) return fail(said);
  if (objects.empty() && (table || options.watch)) {
    std::fprintf(stderr, "No objects found.\n");
  } else {
    const bool single =
        objects.size() == 1 && !options.arguments.empty() &&
        (options.arguments.size() > 1 || options.arguments.front().find('/') != std::string::npos);
    const auto text = print_objects(objects, chosen, wall_clock(), single);
    if (!text.ok()) return fail(text.status());
    std::fputs(text.value().c_str(), stdout);
  }
  if (options.watch) {
    std::fflush(stdout);
    return watch_objects(options, session.value()->store(), std::move(chosen), all.value().cursor);
  }
  for (const Status& one : missing) fail(one);
  const int code = options.show_deleted ? print_tombstones(session.value()->records()) : kExitDone;
  return missing.empty() ? code : kExitError;
}

int run_describe(const Options& options) {
  auto session = Session::open(options, Session::Access::look);
  if (!session.ok()) return fail(session.status());
  const auto all = session.value()->objects();
  if (!all.ok()) return fail(all.status());
  const auto objects = select_objects(options, all.value());
  if (!objects.ok()) return fail(objects.status());
  bool first = true;
  for (const Object& object : objects.value()) {
    const auto events = session.value()->records().events(object.key());
    if (!events.ok()) return fail(events.status());
    std::printf("%s%s", first ? "" : "\n\n",
                describe(object, events.value(), wall_clock()).c_str());
    first = false;
  }
  return kExitDone;
}

int run_events(const Options& options) {
  auto session = Session::open(options, Session::Access::look);
  if (!session.ok()) return fail(session.status());
  ObjectStore& store = session.value()->store();
  const auto all = store.news({.objects = false});
  if (!all.ok()) return fail(all.status());
  std::set<ObjectKey> meant;
  const bool chosen_only = !options.arguments.empty() || !options.selector.empty();
  if (chosen_only) {
    const auto objects = session.value()->objects();
    if (!objects.ok()) return fail(objects.status());
    const auto chosen = select_objects(options, objects.value());
    if (!chosen.ok()) return fail(chosen.status());
    for (const Object& object : chosen.value()) meant.insert(object.key());
  }
  TableStyle style;
  style.headers = options.headers;
  const auto show = [&](const News& news) -> Status {
    std::vector<Event> events;
    for (const Event& event : news.events) {
      const bool here = options.all_namespaces || event.object.ns == options.ns;
      if (chosen_only ? meant.contains(event.object) : here) events.push_back(event);
    }
    std::fputs(print_events(events, wall_clock(), style).c_str(), stdout);
    if (!events.empty()) style.headers = false;
    return {};
  };
  const Status shown = show(all.value());
  if (!shown.ok()) return fail(shown);
  std::fflush(stdout);
  return options.watch
             ? watch_news(options, store, {.since = all.value().cursor, .objects = false}, show)
             : kExitDone;
}

}  // namespace byoc
