#include "reconcilers/status.h"

#include <algorithm>
#include <string_view>

#include "reconcilers/diff.h"
#include "reconcilers/health.h"
#include "reconcilers/hold.h"
#include "reconcilers/kinds.h"
#include "reconcilers/ownership.h"
#include "reconcilers/reference.h"
#include "reconcilers/versions.h"

namespace byoc {
namespace {

const char* life_name(Life life) {
  switch (life) {
    case Life::ready: return "Ready";
    case Life::pending: return "Pending";
    case Life::failed: return "Failed";
    case Life::going: return "Deleting";
  }
  return "?";
}

void write_outputs(const ObjectKind& kind, Object& object, const ByKey& by_key) {
  for (const Output& output : kind.outputs) {
    const auto found = by_key.find(std::string(output.key));
    const Json value = found == by_key.end() ? Json() : member(found->second->fields, output.field);
    const Json::json_pointer pointer{std::string(output.path)};
    if (!value.is_null()) {
      object.status[pointer] = value;
    } else if (object.status.contains(pointer)) {
      object.status[pointer.parent_pointer()].erase(pointer.back());
    }
  }
  if (kind.write_outputs != nullptr) kind.write_outputs(object, by_key);
}

void write_inventory(Object& object, const ByKey& by_key) {
  Json inventory = Json::array();
  for (const auto& [key, observed] : by_key) {
    if (observed->foreign) continue;
    inventory.push_back({{"key", key},
                         {"type", std::string(observed->row->type)},
                         {"id", observed->id},
                         {"state", life_name(observed->life)}});
  }
  object.status["inventory"] = std::move(inventory);
}

const Action* first(const Plan& plan, Verb verb) {
  const auto found = std::find_if(plan.actions.begin(), plan.actions.end(),
                                  [&](const Action& action) { return action.verb == verb; });
  return found == plan.actions.end() ? nullptr : &*found;
}

const Action* first_missing(const Plan& plan) {
  const auto found = std::find_if(plan.actions.begin(), plan.actions.end(),
                                  [](const Action& action) { return action.reason == kMissing; });
  return found == plan.actions.end() ? nullptr : &*found;
}

// A wait that says what is wrong tells more than one for what is under way.
const Action* first_with_reason(const Plan& plan) {
  const auto found = std::find_if(
      plan.actions.begin(), plan.actions.end(),
      [](const Action& action) { return action.verb == Verb::wait && !action.reason.empty(); });
  return found == plan.actions.end() ? nullptr : &*found;
}

// What is taken away once more, though AWS could not the last time.
const Action* first_removed_again(const Plan& plan) {
  const auto found =
      std::find_if(plan.actions.begin(), plan.actions.end(), [](const Action& action) {
        return action.verb == Verb::remove && action.reason == kRemovalFailed;
      });
  return found == plan.actions.end() ? nullptr : &*found;
}

// The key of what the object is about.
std::string main_key(const Object& object) {
  const ObjectKind* kind = find_kind(object.kind);
  return kind == nullptr ? std::string() : std::string(*kind->main);
}

std::string ready_phase(const Object& object) {
  const ObjectKind* kind = find_kind(object.kind);
  return kind == nullptr ? "Ready" : std::string(*kind->ready_phase);
}

struct Verdict {
  std::string reason;
  std::string message;
  bool error = false;
};

// What is only looked at may differ: that is told, and is no failure.
Verdict verdict_of_observed(const PassReport& pass) {
  const Action* differs = pass.plan == nullptr ? nullptr : first(*pass.plan, Verb::keep);
  if (differs != nullptr && differs->reason == kDiffers) {
    return {differs->reason, differs->key + ": " + differs->why, false};
  }
  return {"Observed", "is there, and is only observed", false};
}

Verdict verdict_of_converged(const PassReport& pass) {
  std::string message = "everything is as the manifest says";
  static const Plan kNone;
  const Plan& plan = pass.plan == nullptr ? kNone : *pass.plan;
  for (const Action& action : plan.actions) {
    if (action.reason == kWaitsForChange) message += "; " + action.key + ": " + action.why;
  }
  return {"Converged", std::move(message), false};
}

Verdict verdict_of(const Object& object, const PassReport& pass) {
  if (!pass.reason.empty()) return {pass.reason, pass.message, pass.error};
  if (pass.converged && observes(object)) return verdict_of_observed(pass);
  if (pass.converged) return verdict_of_converged(pass);
  if (pass.plan != nullptr) {
    if (const Action* blocked = first_blocked(object, *pass.plan)) {
      return {blocked->reason, blocked->key + ": " + blocked->why, true};
    }
    const Action* again = first_removed_again(*pass.plan);
    if (object.deleting() && again != nullptr) {
      return {kRemovalFailed, again->key + ": " + again->why, false};
    }
    const Action* wait = first_missing(*pass.plan);
    if (wait == nullptr) wait = first_with_reason(*pass.plan);
    if (wait == nullptr) wait = first(*pass.plan, Verb::wait);
    if (wait != nullptr && !has_calls(*pass.plan)) {
      const std::string word = wait->reason.empty() ? "Waiting" : wait->reason;
      return {object.deleting() ? "Deleting" : word, wait->key + " " + wait->why, false};
    }
  }
  return object.deleting() ? Verdict{"Deleting", "resources are being removed", false}
                           : Verdict{"Reconciling", "resources are being made or changed", false};
}

std::string phase_of(const Object& object, const PassReport& pass, const Verdict& verdict,
                     const ByKey& by_key) {
  if (object.deleting()) return "Terminating";
  if (verdict.error) return "Error";
  if (pass.converged) return ready_phase(object);
  const auto main = by_key.find(main_key(object));
  const bool up = main != by_key.end() && main->second->life == Life::ready;
  return up ? "Configuring" : "Pending";
}

// What this plan shows of an adoption, for the pass after it; nothing any more once all is as the
// manifest says.
void write_adoption(Object& object, const PassReport& pass) {
  if (pass.plan == nullptr) return;
  const bool begun = object.status.contains("adoption") || !pass.plan->shown.empty();
  if (!begun || pass.converged) {
    object.status.erase("adoption");
    return;
  }
  Json shown = Json::array();
  for (const Shown& one : pass.plan->shown) {
    shown.push_back({{"mark", one.mark}, {"change", one.text}});
  }
  object.status["adoption"] = {{"shown", std::move(shown)}};
}

void write_capabilities(Object& object, const Snapshot& snapshot, Time now) {
  if (snapshot.unsupported.empty()) {
    remove_condition(object, "EndpointCapabilities");
    return;
  }
  std::string text = "this endpoint does not have ";
  bool comma = false;
  for (const auto& [type, operation] : snapshot.unsupported) {
    text += (comma ? ", " : "") + std::string(find_row(type).service) + ":" + operation + " (" +
            type + ")";
    comma = true;
  }
  text += "; these resources are neither made nor checked";
  set_condition(object, {"EndpointCapabilities", "False", "OperationUnsupported", text}, now);
}

}  // namespace

bool is_in_trouble(const Object& object) {
  return !failures_of(object).empty() || find_condition(object, "Stalled").has_value() ||
         text_member(object.status, "reason") == kRemovalFailed;
}

const Action* first_blocked(const Object& object, const Plan& plan) {
  const std::string main = main_key(object);
  const Action* chosen = nullptr;
  const auto rank = [&](const Action& action) {
    return (action.reason == kNotBegun ? 2 : 0) + (action.key == main ? 0 : 1);
  };
  for (const Action& action : plan.actions) {
    if (action.verb != Verb::blocked) continue;
    if (chosen == nullptr || rank(action) < rank(*chosen)) chosen = &action;
  }
  return chosen;
}

std::optional<std::set<std::string>> shown_marks(const Object& object) {
  const Json& shown = member(object.status, "adoption/shown");
  if (!shown.is_array()) return std::nullopt;
  std::set<std::string> marks;
  for (const Json& one : shown) marks.insert(text_member(one, "mark"));
  return marks;
}

void report(Object& object, const PassReport& pass, Time now) {
  ByKey by_key;
  // What is only observed is usually somebody else's.
  const bool only_looks = observes(object);
  if (pass.snapshot != nullptr) {
    for (const Observed& observed : pass.snapshot->observed) {
      if (!observed.key.empty() && (only_looks || !observed.foreign))
        by_key[observed.key] = &observed;
    }
    if (const ObjectKind* kind = find_kind(object.kind)) write_outputs(*kind, object, by_key);
    write_inventory(object, by_key);
    write_health(object, by_key, now);
    write_capabilities(object, *pass.snapshot, now);
    write_adoption(object, pass);
  }
  write_followed(object, pass.updates);
  if (!pass.account.empty()) object.status["accountId"] = pass.account;
  if (!pass.caller_arn.empty()) object.status["callerArn"] = pass.caller_arn;
  const Verdict verdict = verdict_of(object, pass);
  const std::string phase = phase_of(object, pass, verdict, by_key);
  object.status["phase"] = phase;
  object.status["reason"] = verdict.reason;
  object.status["message"] = verdict.message;
  object.status["observedGeneration"] = object.metadata.generation;
  // What AWS held once: what differs from it later was changed outside of byoc.
  if (pass.converged && !verdict.error && !object.deleting()) {
    object.status["convergedGeneration"] = object.metadata.generation;
  }
  set_condition(object,
                {"Ready", pass.converged && !verdict.error ? "True" : "False", verdict.reason,
                 verdict.message},
                now);
  // kstatus, and whoever follows byocd's work, waits no longer for what is stalled.
  if (pass.stuck) {
    set_condition(object, {"Stalled", "True", verdict.reason, verdict.message}, now);
  } else {
    remove_condition(object, "Stalled");
  }
}

}  // namespace byoc
