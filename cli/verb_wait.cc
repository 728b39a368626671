// The verb that waits.
#include <algorithm>
#include <chrono>
#include <cstdio>

#include "cli/session.h"
#include "cli/targets.h"
#include "cli/verbs.h"
#include "controller/controller.h"

namespace byoc {
namespace {

// "condition=Ready", "condition=Ready=False", "phase=Running".
bool holds_now(const Object& object, const std::string& wanted) {
  const std::size_t equals = wanted.find('=');
  const std::string kind = wanted.substr(0, equals);
  const std::string value = equals == std::string::npos ? "" : wanted.substr(equals + 1);
  if (kind == "phase") return object.status.value("phase", "") == value;
  const std::size_t second = value.find('=');
  const auto condition = find_condition(object, value.substr(0, second));
  if (!condition) return false;
  return condition->status == (second == std::string::npos ? "True" : value.substr(second + 1));
}

bool all_hold(Session& session, const std::vector<ObjectKey>& keys, const std::string& wanted) {
  return std::all_of(keys.begin(), keys.end(), [&](const ObjectKey& key) {
    const auto object = session.store().get(key);
    if (!object.ok()) return wanted == "delete" && object.status().code == Code::not_found;
    return wanted != "delete" && holds_now(object.value(), wanted);
  });
}

int verdict(const Options& options, Session& session, const std::vector<ObjectKey>& keys) {
  if (interrupted()) return kExitInterrupted;
  if (all_hold(session, keys, options.wait_for)) return kExitDone;
  fail("the time is over, and " + options.wait_for + " does not hold; it may still come true");
  return kExitChanges;
}

// byocd works on them; this looks whenever it has written something.
int wait_for_daemon(const Options& options, Session& session, const std::vector<ObjectKey>& keys) {
  note_interrupts();
  const auto until = std::chrono::steady_clock::now() + timeout_of(options);
  std::int64_t version = 0;
  while (!interrupted() && std::chrono::steady_clock::now() < until) {
    const Result<News> news =
        session.store().news({.since = version, .patience = kNewsPatience, .events = false});
    if (!news.ok()) return fail(news.status());
    version = news.value().complete ? news.value().version : 0;
    if (all_hold(session, keys, options.wait_for)) break;
  }
  return verdict(options, session, keys);
}

}  // namespace

int run_wait(const Options& options) {
  if (options.wait_for.empty()) {
    return fail("say what to wait for: --for condition=Ready, phase=Running or delete");
  }
  std::vector<ObjectKey> keys;
  {
    auto look = Session::open(options, Session::Access::look);
    if (!look.ok()) return fail(look.status());
    const auto all = look.value()->objects();
    if (!all.ok()) return fail(all.status());
    const auto objects = choose_objects(options, all.value());
    if (!objects.ok()) {
      const bool gone = options.wait_for == "delete" && objects.status().code == Code::not_found;
      return gone ? kExitDone : fail(objects.status());
    }
    for (const Object& object : objects.value()) keys.push_back(object.key());
    if (all_hold(*look.value(), keys, options.wait_for)) return kExitDone;
  }
  auto session = Session::open(options, Session::Access::change);
  if (!session.ok()) return fail(session.status());
  if (session.value()->daemon() != nullptr) return wait_for_daemon(options, *session.value(), keys);
  // Nobody else works on them: the waiting one does.
  auto cloud = session.value()->cloud();
  if (!cloud.ok()) return fail(cloud.status());
  Controller controller(session.value()->store(), *cloud.value(), session.value()->secrets(), [&] {
    ControllerOptions made;
    made.default_region = options.region;
    made.absence_grace = options.absence_grace.value_or(made.absence_grace);
    return made;
  }());
  const auto all = session.value()->objects();
  if (!all.ok()) return fail(all.status());
  for (const Object& object : all.value()) controller.enqueue(object.key(), cloud.value()->now());
  const Time until = cloud.value()->now() + timeout_of(options);
  const auto done = [&] {
    return interrupted() || all_hold(*session.value(), keys, options.wait_for);
  };
  controller.run(until, done);
  controller.drain(cloud.value()->now() + std::chrono::seconds(10));
  return verdict(options, *session.value(), keys);
}

}  // namespace byoc
