// The verbs that wait and that take away: wait, delete.
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "cli/session.h"
#include "cli/verbs.h"
#include "cli/work.h"
#include "controller/candidate.h"
#include "reconcilers/build.h"

namespace byoc {
namespace {

constexpr Duration kTimeout = std::chrono::seconds(5400);

// The objects to delete: named on the command line, or those of manifests.
Result<std::vector<Object>> targets(const Options& options, const std::vector<Object>& all) {
  if (options.files.empty()) {
    if (options.arguments.empty() && options.selector.empty()) {
      return error(Code::invalid, "say what to delete: KIND/NAME, -f FILE or -l SELECTOR");
    }
    return select_objects(options, all);
  }
  const Loaded loaded = load_paths(options.files);
  std::vector<Object> out;
  for (const Diagnostic& diagnostic : loaded.diagnostics) {
    std::fprintf(stderr, "%s\n", format_diagnostic(diagnostic).c_str());
  }
  if (has_errors(loaded.diagnostics)) {
    return error(Code::invalid, "nothing was deleted: the manifests cannot be read");
  }
  for (const Manifest& manifest : loaded.manifests) {
    for (const Object& object : all) {
      if (object.key() == manifest.object.key()) out.push_back(object);
    }
  }
  return out;
}

bool refers_to(const Object& object, const ObjectKey& key) {
  const auto keys = references_of(object);
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

bool contains(const std::vector<Object>& objects, const ObjectKey& key) {
  return std::any_of(objects.begin(), objects.end(),
                     [&](const Object& object) { return object.key() == key; });
}

bool cascades(const Options& options, const Object& object) {
  const auto policy = object.spec.find("deletionPolicy");
  const bool wanted = policy != object.spec.end() && policy->value("cascade", false);
  return options.cascade || wanted;
}

// Adds what depends on the targets, or names it with the command that would take it away.
Status add_dependents(const Options& options, const std::vector<Object>& all,
                      std::vector<Object>& targets) {
  for (std::size_t i = 0; i < targets.size(); ++i) {
    for (const Object& other : all) {
      if (!refers_to(other, targets[i].key()) || contains(targets, other.key())) continue;
      if (cascades(options, targets[i])) {
        targets.push_back(other);
        continue;
      }
      return error(Code::conflict, to_string(targets[i].key()) + " is still used by " +
                                       to_string(other.key()) + "; first: byocctl delete " +
                                       to_string(other.key()) +
                                       ", or add --cascade to delete both");
    }
  }
  return {};
}

// Drops the records and says what stays behind.
int drop_records(Session& session, const std::vector<Object>& objects, Time now) {
  Store& store = session.store();
  for (Object object : objects) {
    const auto intents = store.intents(object.metadata.uid);
    if (!intents.ok()) return fail(intents.status());
    object.metadata.finalizers.clear();
    object.metadata.deleted = now;
    auto stored = store.put(object, now);
    if (!stored.ok()) return fail(stored.status());
    const Status removed = store.remove(object.key(), now);
    if (!removed.ok()) return fail(removed);
    const Status dropped = session.secrets().drop(object.key());
    if (!dropped.ok()) return fail(dropped);
    std::printf("%s: record dropped. Left behind, and yours to delete (they may cost money):\n",
                to_string(object.key()).c_str());
    std::size_t count = 0;
    if (object.status.contains("inventory")) {
      for (const Json& entry : object.status["inventory"]) {
        std::printf("  %s %s\n", entry.value("type", "").c_str(), entry.value("id", "").c_str());
        ++count;
      }
    }
    for (const Intent& intent : intents.value()) {
      const bool listed = intent.state != Intent::State::open && count > 0;
      if (listed) continue;
      std::printf("  %s %s (promised; it may or may not exist)\n", intent.type.c_str(),
                  intent.id.empty() ? intent.key.c_str() : intent.id.c_str());
      ++count;
    }
    if (count == 0) std::printf("  nothing that is known here\n");
    std::printf("  to look for the rest: tag byoc.dev/owner-uid=%s\n", object.metadata.uid.c_str());
  }
  return kExitDone;
}

void print_kept(const std::map<std::string, std::string>& kept) {
  for (const auto& [what, id] : kept) {
    std::printf("%s %s is kept (deletionPolicy Retain)", what.c_str(), id.c_str());
    if (what.ends_with(" bucket"))
      std::printf("; to delete it: aws s3 rb --force s3://%s", id.c_str());
    std::printf("\n");
  }
}

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

}  // namespace

int run_delete(const Options& options) {
  auto opened =
      Session::open(options, options.dry_run ? Session::Access::look : Session::Access::change);
  if (!opened.ok()) return fail(opened.status());
  Session& session = *opened.value();
  const auto all = session.objects();
  if (!all.ok()) return fail(all.status());
  auto chosen = targets(options, all.value());
  if (!chosen.ok()) return fail(chosen.status());
  std::vector<Object> objects = std::move(chosen).value();
  if (objects.empty()) {
    std::printf("There is nothing to delete.\n");
    return kExitDone;
  }
  if (!options.force) {
    const Status dependents = add_dependents(options, all.value(), objects);
    if (!dependents.ok()) return fail(dependents);
  }
  std::vector<ObjectKey> keys;
  for (const Object& object : objects) {
    std::printf("%s will be %s\n", to_string(object.key()).c_str(),
                options.force ? "forgotten; its resources stay" : "deleted");
    keys.push_back(object.key());
  }
  if (options.dry_run) return kExitDone;
  if (!confirmed(options, "This cannot be taken back. Go on?")) return kExitError;
  auto cloud = session.cloud();
  if (!cloud.ok()) return fail(cloud.status());
  const Time now = cloud.value()->now();
  if (options.force) return drop_records(session, objects, now);
  for (const Object& object : objects) {
    if (object.deleting()) continue;
    const Status marked = mark_deleted(object, session.store(), now);
    if (!marked.ok()) return fail(marked);
  }
  Work work(session, *cloud.value(), options);
  const Duration timeout = options.timeout.count() > 0 ? options.timeout : kTimeout;
  int code = work.run(keys, Work::Goal::vanish, options.wait ? timeout : Duration(1));
  if (code == kExitChanges && !options.wait) code = kExitDone;
  print_kept(work.kept());
  if (code != kExitDone) return code;
  for (const ObjectKey& key : keys) std::printf("%s deleted\n", to_string(key).c_str());
  return kExitDone;
}

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
    const auto objects = select_objects(options, all.value());
    if (!objects.ok()) {
      const bool gone = options.wait_for == "delete" && objects.status().code == Code::not_found;
      return gone ? kExitDone : fail(objects.status());
    }
    for (const Object& object : objects.value()) keys.push_back(object.key());
    if (all_hold(*look.value(), keys, options.wait_for)) return kExitDone;
  }
  // Nobody else works on them: the waiting one does.
  auto session = Session::open(options, Session::Access::change);
  if (!session.ok()) return fail(session.status());
  auto cloud = session.value()->cloud();
  if (!cloud.ok()) return fail(cloud.status());
  Controller controller(session.value()->store(), *cloud.value(), session.value()->secrets(), [&] {
    ControllerOptions made;
    made.default_region = options.region;
    return made;
  }());
  const auto all = session.value()->objects();
  if (!all.ok()) return fail(all.status());
  for (const Object& object : all.value()) controller.enqueue(object.key(), cloud.value()->now());
  const Duration timeout = options.timeout.count() > 0 ? options.timeout : kTimeout;
  const Time until = cloud.value()->now() + timeout;
  const auto done = [&] {
    return interrupted() || all_hold(*session.value(), keys, options.wait_for);
  };
  controller.run(until, done);
  controller.drain(cloud.value()->now() + std::chrono::seconds(10));
  if (interrupted()) return kExitInterrupted;
  if (all_hold(*session.value(), keys, options.wait_for)) return kExitDone;
  fail("the time is over, and " + options.wait_for + " does not hold; it may still come true");
  return kExitChanges;
}

}  // namespace byoc
