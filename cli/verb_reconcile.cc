// The verbs that ask something of objects beside their manifests: reconcile, pause, resume.
#include <algorithm>
#include <cstdio>

#include "cli/follow.h"
#include "cli/session.h"
#include "cli/targets.h"
#include "cli/verbs.h"
#include "cli/work.h"
#include "controller/request.h"
#include "manifests/references.h"

namespace byoc {
namespace {

// The objects that the words mean, of which there must be some.
Result<std::vector<ObjectKey>> meant(const Options& options, Session& session) {
  const auto all = session.objects();
  if (!all.ok()) return all.status();
  const auto objects = choose_objects(options, all.value());
  if (!objects.ok()) return objects.status();
  std::vector<ObjectKey> keys;
  for (const Object& object : objects.value()) {
    // To look at it without mending would only leave an error behind.
    if (options.verb == "reconcile" && is_paused(object)) {
      const bool by_manifest = object.spec.value("paused", false);
      return error(Code::conflict,
                   to_string(object.key()) + " is paused; " +
                       (by_manifest ? "its manifest says so: take spec.paused out of it"
                                    : "first: byocctl resume " + to_string(object.key())));
    }
    keys.push_back(object.key());
  }
  if (keys.empty()) return error(Code::not_found, "there is no such object");
  return keys;
}

int reconcile_with_daemon(const Options& options, Session& session,
                          const std::vector<ObjectKey>& keys) {
  note_interrupts();
  Follow follow(session.store(), session.records());
  const Status begun = follow.begin();
  if (!begun.ok()) return fail(begun);
  for (const ObjectKey& key : keys) {
    const auto asked = session.daemon()->request_look(key);
    if (!asked.ok()) return fail(asked.status());
  }
  return options.wait ? follow.run(keys, Work::Goal::converge, timeout_of(options)) : kExitDone;
}

// The objects, and what they refer to that is not ready: nobody else works on it here, and they
// would wait for it.
Result<std::vector<ObjectKey>> with_unready_sources(Session& session, std::vector<ObjectKey> keys) {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto object = session.store().get(keys[i]);
    if (!object.ok()) return object.status();
    for (const ObjectKey& source : references_of(object.value())) {
      const auto found = session.store().get(source);
      if (!found.ok() || std::find(keys.begin(), keys.end(), source) != keys.end()) continue;
      const auto ready = find_condition(found.value(), "Ready");
      if (!ready || ready->status != "True") keys.push_back(source);
    }
  }
  return keys;
}

int reconcile_here(const Options& options, Session& session, const std::vector<ObjectKey>& keys) {
  auto cloud = session.cloud();
  if (!cloud.ok()) return fail(cloud.status());
  const auto all = with_unready_sources(session, keys);
  if (!all.ok()) return fail(all.status());
  Work work(session, *cloud.value(), options);
  return work.run(all.value(), Work::Goal::converge);
}

Status pause_one(Session& session, const ObjectKey& key, bool paused) {
  const auto stored = session.daemon() != nullptr
                          ? session.daemon()->request_pause(key, paused)
                          : request_pause(session.store(), key, paused, wall_clock());
  return stored.ok() ? Status{} : stored.status();
}

// Everything is everything: an object's own pause ends, too. What its manifest says stays.
int resume_each(Session& session) {
  const auto all = session.objects();
  if (!all.ok()) return fail(all.status());
  for (const Object& object : all.value()) {
    if (!is_paused(object)) continue;
    const Status done = pause_one(session, object.key(), false);
    if (!done.ok()) return fail(done);
    const bool stays = object.spec.value("paused", false);
    std::printf("%s %s\n", to_string(object.key()).c_str(),
                stays ? "stays paused: its manifest says so (spec.paused)" : "resumed");
  }
  return kExitDone;
}

int set_pause(const Options& options, bool paused) {
  const char* word = paused ? "paused" : "resumed";
  // Without a kind it is one pause of everything there is and will be, whatever its namespace.
  const bool everything = options.all && options.arguments.empty();
  if (everything && options.ns_given) {
    return fail(
        "--all without a kind is about every namespace; leave -n out, or name a kind: role");
  }
  auto opened = Session::open(options, Session::Access::change);
  if (!opened.ok()) return fail(opened.status());
  Session& session = *opened.value();
  if (everything) {
    const Status done = session.questions().set_paused(paused);
    if (!done.ok()) return fail(done);
    std::printf("everything %s\n", word);
    return paused ? kExitDone : resume_each(session);
  }
  const auto keys = meant(options, session);
  if (!keys.ok()) return fail(keys.status());
  for (const ObjectKey& key : keys.value()) {
    const Status done = pause_one(session, key, paused);
    if (!done.ok()) return fail(done);
    std::printf("%s %s\n", to_string(key).c_str(), word);
  }
  return kExitDone;
}

}  // namespace

int run_reconcile(const Options& options) {
  auto opened = Session::open(options, Session::Access::change);
  if (!opened.ok()) return fail(opened.status());
  Session& session = *opened.value();
  const auto keys = meant(options, session);
  if (!keys.ok()) return fail(keys.status());
  const int code = session.daemon() != nullptr
                       ? reconcile_with_daemon(options, session, keys.value())
                       : reconcile_here(options, session, keys.value());
  if (code == kExitChanges && !options.wait) return kExitDone;
  if (code != kExitDone) return code;
  for (const ObjectKey& key : keys.value()) {
    std::printf("%s %s\n", to_string(key).c_str(), options.wait ? "reconciled" : "asked for");
  }
  return kExitDone;
}

int run_pause(const Options& options) {
  return set_pause(options, true);
}

int run_resume(const Options& options) {
  return set_pause(options, false);
}

}  // namespace byoc
