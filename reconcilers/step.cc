#include "reconcilers/step.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/join.h"
#include "manifests/topics.h"
#include "reconcilers/reference.h"
#include "reconcilers/row.h"

namespace byoc {
namespace {

constexpr int kFollowSeconds = 300;  // what a node group usually takes for another version

std::vector<int> numbers_in(std::string_view text) {
  std::vector<int> numbers;
  bool open = false;
  for (const char c : text) {
    const bool digit = std::isdigit(static_cast<unsigned char>(c)) != 0;
    if (digit && !open) numbers.push_back(0);
    if (digit && numbers.back() < 1'000'000) numbers.back() = numbers.back() * 10 + (c - '0');
    open = digit;
  }
  return numbers;
}

const Set* rising_set(const Row& row, const Action& action) {
  if (action.verb != Verb::update) return nullptr;
  for (const Set& set : row.set) {
    const bool changes =
        std::any_of(action.changes.begin(), action.changes.end(),
                    [&](const Change& change) { return change.field == set.field; });
    if (set.rises && changes && set.operation == action.operation) return &set;
  }
  return nullptr;
}

// Whether what follows a resource stands, and has the version that it follows to.
bool has_followed(const Desired& node, const SeenWorld& world) {
  const Observed* seen = world.find(node.key);
  if (seen == nullptr || seen->unseen || seen->life != Life::ready) return false;
  return std::none_of(node.at_least.begin(), node.at_least.end(), [&](const std::string& field) {
    bool complete = true;
    const Json wanted = resolve(
        member(node.params, field), [&](const Reference& r) { return world.value(r); }, complete);
    return is_older(text_member(seen->fields, field),
                    wanted.is_string() ? wanted.get<std::string>() : std::string());
  });
}

// What has not got the version that there is, and goes there by itself.
std::string late_followers(const StepInput& in, const std::string& from) {
  std::vector<std::string> names;
  for (const Desired& node : in.graph.nodes) {
    if (node.follows == in.desired.key && !has_followed(node, in.world)) names.push_back(node.key);
  }
  for (const Follower& one : in.desired.followers) {
    const std::string goal = one.pinned.empty() || is_older(from, one.pinned) ? from : one.pinned;
    if (is_older(one.version, goal)) names.push_back(one.name + " (" + one.version + ")");
  }
  return joined(names);
}

// What stays where its manifest says, and would be too old after the step.
std::string pinned_followers(const StepInput& in, int next) {
  std::vector<std::string> names;
  for (const Follower& one : in.desired.followers) {
    if (one.pinned.empty() || minor_of(one.pinned) + skew_max(next) >= next) continue;
    names.push_back(one.name + " (" + one.pinned + ")");
  }
  return joined(names);
}

void turn_into(Verb verb, std::string reason, std::string why, Action& action) {
  action.verb = verb;
  action.operation.clear();
  action.params = Json::object();
  action.reason = std::move(reason);
  action.why = std::move(why);
  action.settle_seconds = kFollowSeconds;
}

std::string minor_text(int minor) {
  return "1." + std::to_string(minor);
}

// Takes out of an update the change that would lower a version; other changes of the same call
// stay.
std::optional<Action> lowered_of(const Row& row, Action& action) {
  if (action.verb != Verb::update) return std::nullopt;
  const auto lowered =
      std::find_if(action.changes.begin(), action.changes.end(),
                   [&row](const Change& change) { return is_lowered(row, change); });
  if (lowered == action.changes.end()) return std::nullopt;
  Action blocked = action;
  blocked.changes = {*lowered};
  const std::string from = lowered->from.get<std::string>();
  turn_into(Verb::blocked, "CannotBeLowered",
            lowered->field + " is " + from + " and cannot be lowered to " +
                lowered->to.get<std::string>() + ": write " + from + " or a newer one",
            blocked);
  action.params.erase(lowered->field);
  action.changes.erase(lowered);
  return blocked;
}

// Answers whether the step is taken by this plan.
bool take_step(const StepInput& in, const Set& set, Action& action) {
  const std::string field(set.field);
  const std::string from = text_member(in.observed.fields, field);
  const std::string to = text_member(action.params, field);
  const int now = minor_of(from);
  if (!set.stepwise || now == 0 || minor_of(to) <= now) return true;
  const std::string next = minor_text(now + 1);
  if (const std::string names = pinned_followers(in, now + 1); !names.empty()) {
    turn_into(Verb::blocked, "NodesTooOld",
              "is not raised to " + next + ": nodes may be at most " +
                  std::to_string(skew_max(now + 1)) +
                  " minor versions older, and the manifest of " + names +
                  " keeps them there; raise its kubernetesVersion, or leave it out",
              action);
    return false;
  }
  if (const std::string names = late_followers(in, from); !names.empty()) {
    turn_into(Verb::wait, "WaitingForNodes",
              "is raised to " + next + " once these have followed to " + from + ": " + names,
              action);
    return false;
  }
  if (next == to) return true;
  action.params[field] = next;
  for (Change& change : action.changes) {
    if (change.field == field) change.to = next;
  }
  action.why = field + " differs; EKS raises it by one minor version at a time on its way to " + to;
  return true;
}

}  // namespace

bool is_older(std::string_view one, std::string_view other) {
  return numbers_in(one) < numbers_in(other);
}

bool is_lowered(const Row& row, const Change& change) {
  if (!change.from.is_string() || !change.to.is_string()) return false;
  const bool rises = std::any_of(row.set.begin(), row.set.end(), [&](const Set& set) {
    return set.rises && set.field == change.field;
  });
  return rises && is_older(change.to.get_ref<const std::string&>(),
                           change.from.get_ref<const std::string&>());
}

std::vector<Action> take_one_step(const StepInput& in, std::vector<Action>& actions) {
  std::vector<Action> held;
  std::vector<Action> rest;
  for (Action& action : actions) {
    if (std::optional<Action> lowered = lowered_of(in.row, action)) {
      held.push_back(*std::move(lowered));
      if (action.changes.empty()) continue;
    }
    const Set* set = rising_set(in.row, action);
    const bool now = set == nullptr || take_step(in, *set, action);
    (now ? rest : held).push_back(std::move(action));
  }
  actions = std::move(rest);
  return held;
}

bool followers_are_late(const Row& row, const Desired& desired, const Observed& observed) {
  if (desired.followed.empty()) return false;
  return std::any_of(row.set.begin(), row.set.end(), [&](const Set& set) {
    return set.stepwise && member(observed.fields, set.field) != desired.followed;
  });
}

}  // namespace byoc
