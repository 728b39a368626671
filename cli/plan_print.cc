#include "cli/plan_print.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "cli/text.h"

namespace byoc {
namespace {

constexpr int kValueWidthMax = 160;  // policy documents are long; `-o json` shows all of them

using KeySet = std::set<std::string_view>;

struct ActionSign {
  std::string_view sign;
  std::string_view word;
  std::string_view color;
};

ActionSign mark_of(const Action& action) {
  switch (action.verb) {
    case Verb::create: return {"+", "create", "\x1b[32m"};
    case Verb::update: return {"~", "update", "\x1b[33m"};
    case Verb::tag: return {"~", "tag", "\x1b[33m"};
    case Verb::remove:
      return action.replaces ? ActionSign{"!", "replace", "\x1b[31m"}
                             : ActionSign{"-", "delete", "\x1b[31m"};
    case Verb::wait: return {"=", "wait", "\x1b[2m"};
    case Verb::blocked: return {"x", "blocked", "\x1b[31m"};
    case Verb::keep: break;
  }
  return {".", "keep", "\x1b[2m"};
}

std::string shown_value(const Json& value) {
  if (value.is_null()) return "(not set)";
  const std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  return cut_to_width(printable(text), kValueWidthMax, "...");
}

std::string action_line(const Action& action, bool color) {
  const ActionSign mark = mark_of(action);
  std::string head = std::string(mark.sign) + " " + std::string(mark.word);
  if (color) head = std::string(mark.color) + head + "\x1b[0m";
  std::string line = "  " + head + " " + printable(action.key);
  if (!action.id.empty()) line += " " + printable(action.id);
  if (!action.operation.empty()) line += " (" + action.operation + ")";
  if (!action.why.empty()) line += ": " + printable(action.why);
  return line + "\n";
}

KeySet without(const KeySet& keys, const KeySet& others) {
  KeySet rest;
  std::set_difference(keys.begin(), keys.end(), others.begin(), others.end(),
                      std::inserter(rest, rest.end()));
  return rest;
}

}  // namespace

PlanCounts& PlanCounts::operator+=(const PlanCounts& other) {
  create += other.create;
  change += other.change;
  remove += other.remove;
  wait += other.wait;
  blocked += other.blocked;
  keep += other.keep;
  return *this;
}

PlanCounts count_plan(const Plan& plan) {
  KeySet creates, changes, removes;
  PlanCounts counts;
  for (const Action& action : plan.actions) {
    switch (action.verb) {
      case Verb::create: creates.insert(action.key); break;
      case Verb::update:
      case Verb::tag: changes.insert(action.key); break;
      case Verb::remove:
        removes.insert(action.key);
        if (action.replaces) creates.insert(action.key);
        break;
      case Verb::wait: ++counts.wait; break;
      case Verb::blocked: ++counts.blocked; break;
      case Verb::keep: ++counts.keep; break;
    }
  }
  counts.create = creates.size();
  counts.remove = removes.size();
  counts.change = without(without(changes, creates), removes).size();
  return counts;
}

std::string plan_summary(const PlanCounts& counts) {
  std::string text;
  const std::size_t busy =
      counts.create + counts.change + counts.remove + counts.wait + counts.blocked;
  if (busy == 0) {
    text = "No changes";
  } else {
    text = "Plan: " + std::to_string(counts.create) + " to create, " +
           std::to_string(counts.change) + " to change, " + std::to_string(counts.remove) +
           " to delete";
  }
  for (const auto& [number, word] :
       {std::pair{counts.wait, " to wait for"}, std::pair{counts.blocked, " blocked"},
        std::pair{counts.keep, " kept"}}) {
    if (number > 0) text += ", " + std::to_string(number) + word;
  }
  return text + ".";
}

std::string print_plan(std::string_view object, const Plan& plan, bool color) {
  if (plan.actions.empty()) return {};
  std::string text = printable(object) + "\n";
  for (const Action& action : plan.actions) {
    text += action_line(action, color);
    for (const Change& change : action.changes) {
      text += "      " + printable(change.field) + ": " + shown_value(change.from) + " -> " +
              shown_value(change.to) + "\n";
    }
  }
  return text;
}

}  // namespace byoc
