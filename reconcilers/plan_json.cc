#include "reconcilers/plan_json.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "reconcilers/create.h"
#include "reconcilers/reference.h"

namespace byoc {
namespace {

// A text for what a value will be: references by what they wait for, secrets by that they are some.
Json told_later(const Json& value) {
  bool complete = true;
  return resolve(
      value,
      [](const Reference& reference) {
        return reference.secret ? Json("(sensitive)")
                                : Json("(known after " + std::string(reference.key) + ")");
      },
      complete);
}

Json parsed_document(const Json& value) {
  if (!value.is_string()) return value;
  const auto& text = value.get_ref<const std::string&>();
  if (!text.starts_with("{")) return value;
  Json document = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  return document.is_object() ? document : value;
}

bool is_nothing(const Json& value) {
  return value.is_null() || (value.is_structured() && value.empty());
}

struct Leaf {
  std::string path;
  Json from;
  Json to;
};

// The differences between two values, leaf by leaf.
class Leaves {
 public:
  // `exact`: members that only the old value has count, too; otherwise they are free.
  Leaves(const std::string& field, const Json& from, const Json& to, bool exact) : exact_(exact) {
    add(field, parsed_document(from), parsed_document(to));
  }

  [[nodiscard]] const std::vector<Leaf>& list() const { return list_; }

 private:
  void add(const std::string& path, const Json& from, const Json& to) {
    if (from == to || (is_nothing(from) && is_nothing(to))) return;
    if (from.is_object() && to.is_object()) return add_members(path, from, to);
    if (from.is_array() && to.is_array()) return add_items(path, from, to);
    list_.push_back({path, from, to});
  }

  void add_members(const std::string& path, const Json& from, const Json& to) {
    for (const auto& [name, value] : to.items()) {
      add(path + "." + name, from.contains(name) ? from.at(name) : Json(), value);
    }
    if (!exact_) return;
    for (const auto& [name, value] : from.items()) {
      if (!to.contains(name)) add(path + "." + name, value, Json());
    }
  }

  static std::vector<Json> only_in(const Json& some, const Json& others) {
    std::vector<Json> left;
    std::vector<Json> rest(others.begin(), others.end());
    for (const Json& item : some) {
      const auto same = std::find(rest.begin(), rest.end(), item);
      if (same == rest.end()) {
        left.push_back(item);
      } else {
        rest.erase(same);
      }
    }
    return left;
  }

  void add_items(const std::string& path, const Json& from, const Json& to) {
    const std::vector<Json> gone = only_in(from, to);
    const std::vector<Json> fresh = only_in(to, from);
    if (gone.size() == 1 && fresh.size() == 1) return add(path + "[]", gone[0], fresh[0]);
    for (const Json& item : gone) list_.push_back({path + "[]", item, Json()});
    for (const Json& item : fresh) list_.push_back({path + "[]", Json(), item});
  }

  bool exact_;
  std::vector<Leaf> list_;
};

bool within(const std::string& path, std::string_view whole) {
  return path == whole ||
         (path.starts_with(whole) && (path[whole.size()] == '.' || path[whole.size()] == '['));
}

void add_changes(const Row& row, const Change& change, Json& out) {
  const auto named = [&](const std::vector<std::string_view>& names) {
    return std::find(names.begin(), names.end(), change.field) != names.end();
  };
  const bool exact = named(row.exact) || named(row.documents);
  const Leaves leaves(change.field, change.from, told_later(change.to), exact);
  for (const Leaf& leaf : leaves.list()) {
    Json entry = {{"field", leaf.path}, {"from", leaf.from}, {"to", leaf.to}};
    for (const Term& term : row.terms) {
      if (!within(leaf.path, term.field)) continue;
      entry["manifest"] = std::string(term.manifest) + leaf.path.substr(term.field.size());
    }
    if (change.compared) {
      const bool edited =
          std::any_of(change.edited.begin(), change.edited.end(), [&](const std::string& path) {
            return within(path, leaf.path) || within(leaf.path, path);
          });
      entry["cause"] = edited ? "manifest" : "outside";
    }
    out.push_back(std::move(entry));
  }
}

const Row& row_of(const Action& action) {
  static const Row kNone;
  return action.type.empty() ? kNone : find_row(action.type);
}

const char* word_of(const Action& action) {
  switch (action.verb) {
    case Verb::create: return "create";
    case Verb::update:
    case Verb::tag: return "update";
    case Verb::remove: return action.replaces ? "replace" : "delete";
    case Verb::wait: return "wait";
    case Verb::blocked: return "blocked";
    case Verb::keep: break;
  }
  return "keep";
}

// Builds the entries: calls on one resource that belong together are one.
class Entries {
 public:
  explicit Entries(const Plan& plan) {
    for (const Action& action : plan.actions) {
      if (action.verb == Verb::remove && action.replaces) replaced_[action.key] = true;
    }
    for (const Action& action : plan.actions) add(action);
  }

  Json take() { return std::move(list_); }

 private:
  void add(const Action& action) {
    if (action.verb == Verb::wait && replaced_.contains(action.key)) return;  // made right after
    const bool call = !action.operation.empty() && action.verb != Verb::blocked;
    const bool alone = !call || (action.verb == Verb::remove && !action.replaces);
    const auto known = alone ? places_.end() : places_.find(action.key);
    const bool follows = known != places_.end();
    Json& entry = follows ? list_[known->second] : list_.emplace_back(begin(action));
    if (!follows && !alone) places_[action.key] = list_.size() - 1;
    if (call) entry["operations"].push_back(action.service + ":" + action.operation);
    const std::string verb = entry.at("verb").get<std::string>();
    if (action.verb == Verb::create) add_values(action, entry);
    for (const Change& change : action.changes) {
      if (verb == "create") {
        entry["values"][change.field] = told_later(change.to);  // set right after the creation
      } else {
        add_changes(row_of(action), change, entry["changes"]);
      }
    }
  }

  static Json begin(const Action& action) {
    Json entry = {{"verb", word_of(action)}, {"key", action.key}, {"type", action.type}};
    if (!action.id.empty()) entry["id"] = action.id;
    if (!action.why.empty()) entry["why"] = action.why;
    if (!action.reason.empty()) entry["reason"] = action.reason;
    if (!action.cause.empty()) entry["cause"] = action.cause;
    entry["operations"] = Json::array();
    if (action.verb == Verb::create) entry["values"] = Json::object();
    if (!action.changes.empty() && action.verb != Verb::create) entry["changes"] = Json::array();
    return entry;
  }

  // What the resource will be, without what byoc adds for itself.
  static void add_values(const Action& action, Json& entry) {
    const Row& row = row_of(action);
    for (const auto& [name, value] : action.params.items()) {
      const bool own = name == row.token || name == tags_member(row.tagging);
      if (!own) entry["values"][name] = told_later(value);
    }
    Json shown = Json::array();
    for (const std::string_view name : row.shown) shown.push_back(std::string(name));
    if (!shown.empty()) entry["shown"] = std::move(shown);
  }

  std::map<std::string, bool> replaced_;
  std::map<std::string, std::size_t> places_;  // of the entry that further calls belong to
  Json list_ = Json::array();
};

}  // namespace

std::vector<std::string> differing_paths(const std::string& field, const Json& from,
                                         const Json& to) {
  std::vector<std::string> paths;
  const Leaves leaves(field, from, to, /*exact=*/true);
  for (const Leaf& leaf : leaves.list()) {
    paths.push_back(leaf.path);
  }
  return paths;
}

Json plan_json(const Plan& plan) {
  return Entries(plan).take();
}

PlanCounts& PlanCounts::operator+=(const PlanCounts& other) {
  create += other.create;
  change += other.change;
  remove += other.remove;
  wait += other.wait;
  blocked += other.blocked;
  keep += other.keep;
  return *this;
}

PlanCounts count_entries(const Json& entries) {
  PlanCounts counts;
  for (const Json& entry : entries) {
    const std::string verb = entry.value("verb", "");
    counts.create += verb == "create" || verb == "replace" ? 1 : 0;
    counts.remove += verb == "delete" || verb == "replace" ? 1 : 0;
    counts.change += verb == "update" ? 1 : 0;
    counts.wait += verb == "wait" ? 1 : 0;
    counts.blocked += verb == "blocked" ? 1 : 0;
    counts.keep += verb == "keep" ? 1 : 0;
  }
  return counts;
}

bool has_changes(const PlanCounts& counts) {
  return counts.create + counts.change + counts.remove > 0;
}

}  // namespace byoc
