// The verb that waits.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "base/ascii.h"
#include "cli/session.h"
#include "cli/targets.h"
#include "cli/verbs.h"
#include "controller/controller.h"
#include "manifests/spelling.h"

namespace byoc {
namespace {

constexpr Duration kWaitSlice = std::chrono::seconds(1);  // between two looks at what is waited for

// As kubectl has it, in letters of either case.
bool same_word(const std::string& a, const std::string& b) {
  return lower(a) == lower(b);
}

// "condition=Ready", "condition=Ready=False", "phase=Running".
bool holds_now(const Object& object, const std::string& wanted) {
  const std::size_t equals = wanted.find('=');
  const std::string kind = wanted.substr(0, equals);
  const std::string value = equals == std::string::npos ? "" : wanted.substr(equals + 1);
  if (kind == "phase") return same_word(object.status.value("phase", ""), value);
  const std::size_t second = value.find('=');
  const std::string status = second == std::string::npos ? "True" : value.substr(second + 1);
  const auto conditions = object.status.find("conditions");
  if (conditions == object.status.end() || !conditions->is_array()) return false;
  return std::any_of(conditions->begin(), conditions->end(), [&](const Json& condition) {
    return same_word(condition.value("type", ""), value.substr(0, second)) &&
           same_word(condition.value("status", ""), status);
  });
}

// With --fail-fast: nothing but a person changes this.
bool has_failed(const Object& object) {
  const auto stalled = find_condition(object, "Stalled");
  return object.status.value("phase", "") == "Error" || (stalled && stalled->status == "True");
}

bool all_hold(Session& session, const std::vector<ObjectKey>& keys, const std::string& wanted) {
  return std::all_of(keys.begin(), keys.end(), [&](const ObjectKey& key) {
    const auto object = session.store().get(key);
    if (!object.ok()) return wanted == "delete" && object.status().code == Code::not_found;
    return wanted != "delete" && holds_now(object.value(), wanted);
  });
}

int verdict(const Options& options, bool reached) {
  if (reached) return kExitDone;
  if (interrupted()) return kExitInterrupted;
  fail("the time is over, and " + options.wait_for + " does not hold" +
       (options.stable > 1 ? " for " + std::to_string(options.stable) + " observations" : "") +
       "; it may still come true");
  return kExitChanges;
}

// The first object that failed, with --fail-fast; nothing otherwise.
std::optional<Status> failure_of(const Options& options, Session& session,
                                 const std::vector<ObjectKey>& keys) {
  if (!options.fail_fast) return std::nullopt;
  for (const ObjectKey& key : keys) {
    const auto object = session.store().get(key);
    if (!object.ok() || !has_failed(object.value())) continue;
    return error(Code::invalid, to_string(key) + " has failed (--fail-fast): " +
                                    object.value().status.value("reason", "") + " " +
                                    object.value().status.value("message", ""));
  }
  return std::nullopt;
}

// Several observations in a row, a second apart, so that a state which flips back does not count.
class Stability {
 public:
  explicit Stability(std::size_t wanted) : wanted_(std::max<std::size_t>(wanted, 1)) {}
  bool take(bool holds) {
    const auto now = std::chrono::steady_clock::now();
    if (!holds) seen_ = 0;
    if (holds && (seen_ == 0 || now - last_ >= kStableLook)) {
      ++seen_;
      last_ = now;
    }
    return seen_ >= wanted_;
  }

 private:
  static constexpr std::chrono::seconds kStableLook{1};
  std::size_t wanted_;
  std::size_t seen_ = 0;
  std::chrono::steady_clock::time_point last_;
};

// byocd works on them; this looks whenever it has written something.
int wait_for_daemon(const Options& options, Session& session, const std::vector<ObjectKey>& keys) {
  note_interrupts();
  const auto until = std::chrono::steady_clock::now() + timeout_of(options);
  std::string cursor;
  Stability stability(options.stable);
  while (!interrupted() && std::chrono::steady_clock::now() < until) {
    const Result<News> news =
        session.store().news({.since = cursor, .patience = kNewsPatience, .events = false});
    if (!news.ok()) return fail(news.status());
    cursor = news.value().complete ? news.value().cursor : "";
    if (stability.take(all_hold(session, keys, options.wait_for))) return kExitDone;
    if (const auto failure = failure_of(options, session, keys)) return fail(*failure);
  }
  // Once more at the end: a timeout of 0 looks once.
  return verdict(options, stability.take(all_hold(session, keys, options.wait_for)));
}

}  // namespace

Status check_wait_for(const std::string& wanted) {
  const std::string forms = "condition=TYPE[=STATUS], phase=PHASE or delete";
  if (wanted.empty()) return error(Code::invalid, "say what to wait for: --for " + forms);
  if (wanted == "delete") return {};
  const std::size_t equals = wanted.find('=');
  const std::string kind = wanted.substr(0, equals);
  const std::string value = equals == std::string::npos ? "" : wanted.substr(equals + 1);
  const std::string name = value.substr(0, value.find('='));
  static const std::vector<std::string> kConditions = {"Ready", "Reconciling", "Stalled", "Healthy",
                                                       "Source"};
  static const std::vector<std::string> kPhases = {"Pending", "Creating", "Updating",   "Ready",
                                                   "Running", "Error",    "Terminating"};
  const bool condition = kind == "condition";
  if (equals == std::string::npos || (!condition && kind != "phase") || name.empty() ||
      value.ends_with('=')) {
    const bool alone = equals == std::string::npos && nearest(wanted, kConditions).has_value();
    return error(
        Code::invalid,
        "--for=" + wanted + ": it must be " + forms +
            (alone ? "; did you mean `condition=" + *nearest(wanted, kConditions) + "`?" : ""));
  }
  const std::vector<std::string>& known = condition ? kConditions : kPhases;
  for (const std::string& one : known) {
    if (same_word(one, name)) return {};
  }
  // Another word may be one that an object will have; a slip of the pen is none.
  const bool slip = std::any_of(known.begin(), known.end(), [&](const std::string& one) {
    return edit_distance(lower(name), lower(one)) == 1;
  });
  return slip ? error(Code::invalid, "--for=" + wanted + ": " + did_you_mean(name, known))
              : Status{};
}

int run_wait(const Options& options) {
  if (const Status wrong = check_wait_for(options.wait_for); !wrong.ok()) return fail(wrong);
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
    const bool once = options.stable <= 1;
    if (once && all_hold(*look.value(), keys, options.wait_for)) return kExitDone;
  }
  auto session = Session::open(options, Session::Access::change);
  if (!session.ok()) return fail(session.status());
  if (session.value()->daemon() != nullptr) return wait_for_daemon(options, *session.value(), keys);
  // Nobody else works on them: the waiting one does.
  auto cloud = session.value()->cloud();
  if (!cloud.ok()) return fail(cloud.status());
  Controller controller(*session.value()->own_store(), *cloud.value(), session.value()->secrets(),
                        [&] {
                          ControllerOptions made;
                          made.default_region = options.region;
                          made.absence_grace = options.absence_grace.value_or(made.absence_grace);
                          return made;
                        }());
  const auto all = session.value()->objects();
  if (!all.ok()) return fail(all.status());
  for (const Object& object : all.value()) controller.enqueue(object.key(), cloud.value()->now());
  const Time until = cloud.value()->now() + timeout_of(options);
  const auto holds = [&] { return all_hold(*session.value(), keys, options.wait_for); };
  const auto done = [&] { return interrupted() || (options.stable <= 1 && holds()); };
  Stability stability(options.stable);
  bool reached = false;
  std::optional<Status> failure;
  while (!reached && !failure && !interrupted() && cloud.value()->now() < until) {
    controller.run(std::min(until, cloud.value()->now() + kWaitSlice), done);
    reached = stability.take(holds());
    if (!reached) failure = failure_of(options, *session.value(), keys);
  }
  controller.drain(cloud.value()->now() + std::chrono::seconds(10));
  return failure ? fail(*failure) : verdict(options, reached);
}

}  // namespace byoc
