// The verbs that only look: get, describe, events.
#include <cstdio>

#include "cli/describe.h"
#include "cli/events.h"
#include "cli/print.h"
#include "cli/session.h"
#include "cli/verbs.h"

namespace byoc {
namespace {

Time now() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

int print_tombstones(Store& store) {
  const auto tombstones = store.tombstones();
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

}  // namespace

int run_get(const Options& options) {
  auto format = parse_output_format(options.output);
  if (!format.ok()) return fail(format.status());
  OutputFormat chosen = std::move(format).value();
  chosen.headers = options.headers;
  chosen.namespaces = options.all_namespaces;
  auto session = Session::open(options, Session::Access::look);
  if (!session.ok()) return fail(session.status());
  const auto all = session.value()->objects();
  if (!all.ok()) return fail(all.status());
  auto selected = select_objects(options, all.value());
  if (!selected.ok()) return fail(selected.status());
  std::vector<Object> objects = std::move(selected).value();
  if (options.show_sensitive) {
    for (Object& object : objects) {
      const Status status = reveal(session.value()->secrets(), object);
      if (!status.ok()) return fail(status);
    }
  }
  const bool table =
      chosen.kind == OutputFormat::Kind::table || chosen.kind == OutputFormat::Kind::wide;
  if (objects.empty() && table) {
    std::fprintf(stderr, "No objects found.\n");
  } else {
    const bool single =
        objects.size() == 1 && !options.arguments.empty() &&
        (options.arguments.size() > 1 || options.arguments.front().find('/') != std::string::npos);
    const auto text = print_objects(objects, chosen, now(), single);
    if (!text.ok()) return fail(text.status());
    std::fputs(text.value().c_str(), stdout);
  }
  return options.show_deleted ? print_tombstones(session.value()->store()) : kExitDone;
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
    const auto events = session.value()->store().events(object.key());
    if (!events.ok()) return fail(events.status());
    std::printf("%s%s", first ? "" : "\n\n", describe(object, events.value(), now()).c_str());
    first = false;
  }
  return kExitDone;
}

int run_events(const Options& options) {
  auto session = Session::open(options, Session::Access::look);
  if (!session.ok()) return fail(session.status());
  std::vector<Event> events;
  if (options.arguments.empty()) {
    auto all = session.value()->store().events(std::nullopt);
    if (!all.ok()) return fail(all.status());
    events = std::move(all).value();
  } else {
    const auto all = session.value()->objects();
    if (!all.ok()) return fail(all.status());
    const auto objects = select_objects(options, all.value());
    if (!objects.ok()) return fail(objects.status());
    for (const Object& object : objects.value()) {
      const auto some = session.value()->store().events(object.key());
      if (!some.ok()) return fail(some.status());
      events.insert(events.end(), some.value().begin(), some.value().end());
    }
  }
  std::fputs(print_events(events, now()).c_str(), stdout);
  return kExitDone;
}

}  // namespace byoc
