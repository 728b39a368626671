#include "cli/work.h"

#include <algorithm>
#include <cstdio>

namespace byoc {
namespace {

constexpr Duration kDrain = std::chrono::seconds(10);

TreeVerb tree_verb(Verb verb) {
  switch (verb) {
    case Verb::create: return TreeVerb::create;
    case Verb::update:
    case Verb::tag: return TreeVerb::update;
    case Verb::remove: return TreeVerb::remove;
    case Verb::keep: return TreeVerb::keep;
    case Verb::wait:
    case Verb::blocked: break;
  }
  return TreeVerb::wait;
}

TreeState tree_state(ActionOutcome::State state) {
  switch (state) {
    case ActionOutcome::State::done: return TreeState::done;
    case ActionOutcome::State::failed: return TreeState::failed;
    case ActionOutcome::State::running:
    case ActionOutcome::State::pending: return TreeState::running;
    case ActionOutcome::State::waiting: break;
  }
  return TreeState::waiting;
}

std::string text_of(const Status& status) {
  return status.aws_code.empty() ? status.message : status.aws_code + ": " + status.message;
}

}  // namespace

Work::Work(Session& session, Cloud& cloud, const Options& options)
    : store_(*session.own_store()),
      cloud_(cloud),
      options_(options),
      controller_(*session.own_store(), cloud, session.secrets(), [&] {
        ControllerOptions made;
        made.default_region = options.region;
        made.absence_grace = options.absence_grace.value_or(made.absence_grace);
        made.run_since = cloud.now();
        made.on_progress = [this](const Progress& progress) { take(progress); };
        made.on_pass = [this](const Object& object, const Pass& pass) { take_pass(object, pass); };
        return made;
      }()) {}

void Work::take(const Progress& progress) {
  const Action& action = *progress.action;
  const std::string object = to_string(progress.object);
  TreeItem& line = view_.item(object, action.key, action.type);
  // Settings and tags that follow a creation are part of it.
  const bool part = line.verb == TreeVerb::create && action.verb != Verb::remove &&
                    action.verb != Verb::create && line.state != TreeState::waiting;
  if (!part) line.verb = tree_verb(action.verb);
  line.state = tree_state(progress.outcome->state);
  if (line.started == Time{} ||
      (!part && progress.outcome->state == ActionOutcome::State::running)) {
    line.started = progress.at;
  }
  if (!progress.outcome->id.empty()) line.id = progress.outcome->id;
  line.detail.clear();
  if (!progress.outcome->status.ok() && line.state == TreeState::failed) {
    line.detail = text_of(progress.outcome->status);
  }
  line.finished = line.state == TreeState::done ? progress.at : Time{};
}

void Work::take_pass(const Object& object, const Pass& pass) {
  const std::string name = to_string(object.key());
  if (TreeObject* line = view_.object(name)) {
    line->phase = pass.converged() ? (object.deleting() ? "Deleted" : "Ready")
                                   : (object.deleting() ? "Terminating" : "Reconciling");
    line->waits = pass.waiting() ? what_is_awaited(pass.failure().message) : "";
  }
  for (TreeItem& line : view_.model().items) {
    // What was under way and is not waited for any more has arrived.
    if (line.object != name || line.state != TreeState::running || !pass.looked()) continue;
    const auto& actions = pass.plan().actions;
    const bool open = std::any_of(actions.begin(), actions.end(),
                                  [&](const Action& action) { return action.key == line.key; });
    if (open) continue;
    line.state = TreeState::done;
    line.finished = cloud_.now();
  }
  for (std::size_t i = 0; i < pass.outcomes().size(); ++i) {
    const ActionOutcome& outcome = pass.outcomes()[i];
    if (outcome.state != ActionOutcome::State::failed) continue;
    const Action& action = pass.plan().actions[i];
    view_.item(name, action.key, action.type).detail = text_of(outcome.status);
  }
  waits_.erase(name);
  for (const Action& action : pass.plan().actions) {
    if (action.verb == Verb::wait) waits_.emplace(name, action.key + " " + action.why);
    if (action.verb == Verb::keep) kept_[name + " " + action.type] = action.id;
    if (action.verb != Verb::blocked) continue;
    TreeItem& line = view_.item(name, action.key, action.type);
    line.state = TreeState::failed;
    line.detail = action.why;
  }
}

bool Work::reached(const ObjectKey& key, Goal goal) const {
  const Standing* standing = controller_.standing(key);
  if (standing == nullptr) return false;
  return goal == Goal::vanish ? standing->gone : standing->converged || standing->gone;
}

// Nothing moves any more: every object is there, waits for a stuck one, or is stuck itself.
bool Work::stuck(const std::vector<ObjectKey>& keys, Goal goal) const {
  bool any = false;
  for (const ObjectKey& key : keys) {
    if (reached(key, goal)) continue;
    const Standing* standing = controller_.standing(key);
    if (standing == nullptr) return false;
    if (standing->stuck) {
      any = true;
    } else if (standing->reason.empty() || standing->failures > 0) {
      return false;
    }
  }
  return any;
}

int Work::run(const std::vector<ObjectKey>& keys, Goal goal) {
  note_interrupts();
  view_.model().started = cloud_.now();
  for (const ObjectKey& key : keys) {
    view_.model().objects.push_back(
        {to_string(key), goal == Goal::vanish ? "Terminating" : "Pending", ""});
    controller_.enqueue(key, cloud_.now());
  }
  const Time until = cloud_.now() + timeout_of(options_);
  bool ended = false;
  const auto done = [&] {
    ended = std::all_of(keys.begin(), keys.end(),
                        [&](const ObjectKey& key) { return reached(key, goal); }) ||
            stuck(keys, goal) || (!options_.wait && begun(keys));
    unwritable_ = store_.can_write();
    return ended || interrupted() || !unwritable_.ok();
  };
  while (!done() && cloud_.now() < until) {
    controller_.run(std::min(until, cloud_.now() + kFrame), done);
    view_.show(cloud_.now());
  }
  if (!ended) controller_.drain(cloud_.now() + kDrain);
  view_.finish(cloud_.now());
  if (!interrupted() && !ended && !unwritable_.ok()) {
    fail(unwritable_);
    return fail("nothing more is begun while that is so; then the same command goes on from here");
  }
  if (interrupted()) {
    std::fprintf(stderr,
                 "byocctl: interrupted; what was begun is written down, and the same "
                 "command goes on from here\n");
    return kExitInterrupted;
  }
  return verdict(keys, goal, !ended);
}

// Everything that can be done without waiting for AWS is done.
bool Work::begun(const std::vector<ObjectKey>& keys) const {
  return std::all_of(keys.begin(), keys.end(), [this](const ObjectKey& key) {
    const Standing* standing = controller_.standing(key);
    return standing != nullptr && (standing->gone || standing->passes > 0);
  });
}

int Work::verdict(const std::vector<ObjectKey>& keys, Goal goal, bool late) {
  int code = kExitDone;
  const bool goes_on = !options_.wait && !stuck(keys, goal);
  for (const ObjectKey& key : keys) {
    if (reached(key, goal)) continue;
    if (goes_on) {
      fail("begun, and not waited for: the same command goes on from here, or a running byocd");
      return kExitChanges;
    }
    const Standing* standing = controller_.standing(key);
    const auto wait = waits_.find(to_string(key));
    const std::string message = standing != nullptr && !standing->message.empty()
                                    ? standing->reason + ": " + standing->message
                                : wait != waits_.end() ? "not done yet: " + wait->second
                                                       : "not done yet";
    fail(to_string(key) + ": " + message);
    code = kExitError;
  }
  if (!late || code == kExitDone) return code;
  fail("the time is over; the same command goes on from here, and it may still succeed");
  return kExitChanges;
}

}  // namespace byoc
