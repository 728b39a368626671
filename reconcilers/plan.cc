#include "reconcilers/plan.h"

#include <algorithm>

namespace byoc {

std::string_view verb_name(Verb verb) {
  switch (verb) {
    case Verb::create: return "create";
    case Verb::update: return "update";
    case Verb::tag: return "tag";
    case Verb::remove: return "delete";
    case Verb::wait: return "wait";
    case Verb::blocked: return "blocked";
    case Verb::keep: return "keep";
  }
  return "?";
}

bool has_calls(const Plan& plan) {
  return std::any_of(plan.actions.begin(), plan.actions.end(), [](const Action& action) {
    return action.verb == Verb::create || action.verb == Verb::update || action.verb == Verb::tag ||
           action.verb == Verb::remove;
  });
}

bool is_empty(const Plan& plan) {
  return std::all_of(plan.actions.begin(), plan.actions.end(),
                     [](const Action& action) { return action.verb == Verb::keep; });
}

}  // namespace byoc
