#include "reconcilers/create.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "base/check.h"
#include "base/hash.h"
#include "base/join.h"
#include "reconcilers/reference.h"
#include "reconcilers/versions.h"

namespace byoc {
namespace {

Action action_for(Verb verb, const Row& row, const std::string& key, std::string_view operation) {
  Action action;
  action.verb = verb;
  action.key = key;
  action.type = row.type;
  action.service = row.service;
  action.operation = operation;
  return action;
}

void add_tags(const Row& row, const Tags& tags, Json& params) {
  const std::string member(tags_member(row.tagging));
  switch (row.tagging) {
    case Tagging::specification:
      params[member] = Json::array(
          {{{"ResourceType", std::string(row.tag_resource)}, {"Tags", tag_list(tags)}}});
      break;
    case Tagging::list:
    case Tagging::small_list: params[member] = tag_list(tags); break;
    case Tagging::map: params[member] = tags; break;
    case Tagging::none:
    case Tagging::put_all: break;
  }
}

Json tag_keys(const std::vector<std::string>& keys) {
  Json list = Json::array();
  for (const std::string& key : keys) list.push_back({{"Key", key}});
  return list;
}

Json put_tags_params(const Row& row, const Tags& changed, const Tags& all, Json target) {
  switch (row.tagging) {
    case Tagging::specification:
    case Tagging::list: target["Tags"] = tag_list(changed); break;
    case Tagging::small_list: target["tags"] = tag_list(changed); break;
    case Tagging::map: target["tags"] = changed; break;
    case Tagging::put_all: target["Tagging"] = {{"TagSet", tag_list(all)}}; break;
    case Tagging::none: check(false, "a row without tags is not tagged");
  }
  return target;
}

Json remove_tags_params(const Row& row, const std::vector<std::string>& keys, Json target) {
  switch (row.tagging) {
    case Tagging::specification: target["Tags"] = tag_keys(keys); break;
    case Tagging::list: target["TagKeys"] = keys; break;
    case Tagging::small_list:
    case Tagging::map: target["tagKeys"] = keys; break;
    case Tagging::put_all:
    case Tagging::none: check(false, "tags of this row are replaced as a whole");
  }
  return target;
}

// The settings that the create call does not take, as calls of their own.
void add_settings(const Row& row, const Desired& desired, const Json& params,
                  std::vector<Action>& out) {
  for (const Set& set : row.set) {
    const std::string field(set.field);
    if (set.in_create || !params.contains(field)) continue;
    if (!set.initial.empty() && params[field] == initial_of(row, field)) continue;
    Action action = action_for(Verb::update, row, desired.key, set.operation);
    const Json id = ref(desired.key, row.id);
    if (!fill(set.params, params, id, action.params)) continue;
    action.why = "set after creation";
    action.changes.push_back({field, nullptr, params[field]});
    out.push_back(std::move(action));
  }
}

// Null when the fields do not name it.
Json tag_target(const Row& row, const Json& fields, const std::string& id) {
  if (row.tagging == Tagging::specification) return {{"Resources", Json::array({id})}};
  Json target;
  return fill(row.tag_target, fields, id, target) ? target : Json();
}

// What AWS showed of it does not say how to change or remove it: nothing is done to it.
Action lacks_a_field(const Row& row, const std::string& key, const Observed& observed) {
  Action action = action_for(Verb::blocked, row, key, "");
  action.id = observed.id;
  action.reason = "UnexpectedAnswer";
  action.why = "what AWS shows of " + std::string(row.type) + " " + observed.id +
               " lacks what names it in a call";
  return action;
}

Action tag_action(const Row& row, const Desired& desired, const Observed& observed,
                  std::string_view operation) {
  Action action = action_for(Verb::tag, row, desired.key, operation);
  action.id = observed.id;
  action.why = "tags differ";
  return action;
}

void note_removed_tags(const TagChanges& changes, const Observed& observed, Action& action) {
  for (const std::string& key : changes.removed) {
    action.changes.push_back({"tag " + key, observed.tags.at(key), nullptr});
  }
}

// First what goes, then what is put: the marks of what goes are there until it is gone.
void add_tag_actions(const Row& row, const Desired& desired, const Tags& wanted,
                     const Observed& observed, std::vector<Action>& out) {
  if (row.tagging == Tagging::none) return;
  const TagChanges changes = compare_tags(wanted, observed.tags, desired.ignore_tags);
  if (changes.put.empty() && changes.removed.empty()) return;
  const bool whole = row.tagging == Tagging::put_all;
  const bool ec2 = row.tagging == Tagging::specification;
  const Json target = tag_target(row, observed.fields, observed.id);
  if (target.is_null()) return out.push_back(lacks_a_field(row, desired.key, observed));
  if (!changes.removed.empty() && !whole) {
    Action action = tag_action(row, desired, observed, ec2 ? "DeleteTags" : row.untag);
    action.params = remove_tags_params(row, changes.removed, target);
    note_removed_tags(changes, observed, action);
    out.push_back(std::move(action));
  }
  if (changes.put.empty() && !whole) return;
  Action action = tag_action(row, desired, observed, ec2 ? "CreateTags" : row.tag);
  Tags all = observed.tags;  // those of others stay
  for (const std::string& key : changes.removed) all.erase(key);
  for (const auto& [key, value] : changes.put) all[key] = value;
  action.params = put_tags_params(row, changes.put, all, target);
  for (const auto& [key, value] : changes.put) {
    const auto old = observed.tags.find(key);
    action.changes.push_back(
        {"tag " + key, old == observed.tags.end() ? Json() : Json(old->second), value});
  }
  if (whole) note_removed_tags(changes, observed, action);
  out.push_back(std::move(action));
}

Action blocked_by_immutable(const Row& row, const Desired& desired, const Observed& observed,
                            const std::vector<Change>& changes) {
  Action action = action_for(Verb::blocked, row, desired.key, "");
  action.id = observed.id;
  action.reason = kReplacementNeeded;
  action.changes = changes;
  action.why = joined(changes, &Change::field) +
               " cannot be changed in place; set allowReplace: true to delete " + observed.id +
               " and make it again";
  return action;
}

// One update call for every group of differing fields that share an operation's `make`.
void add_updates(const Row& row, const Desired& desired, const Json& params,
                 const Observed& observed, std::vector<Change> changes, std::vector<Action>& out) {
  for (const Set& set : row.set) {
    const auto differs = [&](const Change& change) { return change.field == set.field; };
    if (std::none_of(changes.begin(), changes.end(), differs)) continue;
    Action action = action_for(Verb::update, row, desired.key, set.operation);
    action.id = observed.id;
    Json fields = observed.fields;
    fields.update(params);
    if (set.make != nullptr) {
      action.params = set.make(desired, params, observed);
    } else if (!fill(set.params, fields, observed.id, action.params)) {
      out.push_back(lacks_a_field(row, desired.key, observed));
      return;
    }
    // One call may mend several fields: those that share its `make`.
    std::vector<Change> rest;
    for (Change& change : changes) {
      const bool together = std::any_of(row.set.begin(), row.set.end(), [&](const Set& other) {
        return other.field == change.field && other.operation == set.operation &&
               (&other == &set || (set.make != nullptr && other.make == set.make));
      });
      (together ? action.changes : rest).push_back(std::move(change));
    }
    changes = std::move(rest);
    action.why = action.changes.front().field + " differs";
    if (!set.effect.empty()) action.why += ": " + std::string(set.effect);
    out.push_back(std::move(action));
  }
}

// The calls that mend differing fields, or the one removal that makes room for another resource.
std::vector<Action> mend(const Row& row, const Desired& desired, const Json& params,
                         const Observed& observed, std::vector<Change> changes) {
  std::vector<Action> actions;
  std::vector<Change> mutable_changes;
  std::vector<Change> fixed;
  for (Change& change : changes) {
    change.to = without_ignored(desired, change.field, member(params, change.field));
    change.from = mask_external_ids(change.from);
    const bool settable = is_settable(row, change);
    (settable ? mutable_changes : fixed).push_back(std::move(change));
  }
  if (!fixed.empty()) {
    const bool may_go = !row.remove.empty() && protection_of(observed).empty();
    if ((desired.replace || row.derived) && may_go) {
      const std::string why = row.derived ? " differs: what it is made of is another one"
                                          : " differs, and allowReplace";
      Action action = remove_action(desired.key, observed, fixed.front().field + why);
      action.changes = fixed;
      action.replaces = true;
      return {std::move(action)};
    }
    actions.push_back(blocked_by_immutable(row, desired, observed, fixed));
  }
  add_updates(row, desired, params, observed, std::move(mutable_changes), actions);
  return actions;
}

// Takes out of the changes what waits for others.
std::optional<Action> hold_riders(const Row& row, const Desired& desired, const Observed& observed,
                                  std::vector<Change>& changes,
                                  const std::function<bool()>& riders_go) {
  const auto first = std::stable_partition(
      changes.begin(), changes.end(), [&](const Change& change) { return !is_rider(row, change); });
  if (first == changes.end() || !riders_go || riders_go()) return std::nullopt;
  Action action = action_for(Verb::keep, row, desired.key, "");
  action.id = observed.id;
  action.reason = kWaitsForChange;
  action.changes.assign(std::make_move_iterator(first), std::make_move_iterator(changes.end()));
  changes.erase(first, changes.end());
  action.why = joined(row.riders, &Rider::why);
  return action;
}

void mask_statement(Json& statement) {
  if (!statement.is_object() || !statement.contains("Condition")) return;
  for (Json& condition : statement["Condition"]) {
    if (!condition.is_object()) continue;
    for (const auto& [name, value] : condition.items()) {
      if (name.ends_with("ExternalId")) condition[name] = "(sensitive)";
    }
  }
}

}  // namespace

std::string_view tags_member(Tagging tagging) {
  switch (tagging) {
    case Tagging::specification: return "TagSpecifications";
    case Tagging::list: return "Tags";
    case Tagging::small_list:
    case Tagging::map: return "tags";
    case Tagging::none:
    case Tagging::put_all: break;
  }
  return {};
}

Json mask_external_ids(const Json& value) {
  if (!value.is_string() ||
      value.get_ref<const std::string&>().find("ExternalId") == std::string::npos) {
    return value;
  }
  Json document = Json::parse(value.get_ref<const std::string&>(), nullptr, false);
  if (!document.is_object() || !document.contains("Statement")) return "(sensitive)";
  Json& statements = document["Statement"];
  if (statements.is_object()) mask_statement(statements);
  if (statements.is_array()) {
    for (Json& statement : statements) mask_statement(statement);
  }
  return document.dump();
}

std::string params_hash(const Json& params) {
  return sha256_hex(params.dump()).substr(0, 32);
}

std::vector<Action> create_actions(const Owner& owner, const Row& row, const Desired& desired,
                                   const Json& params, const Intent* open_intent, Time now) {
  Action action = action_for(Verb::create, row, desired.key, row.create);
  action.why = "does not exist";
  action.params = params;
  for (const Set& set : row.set) {
    const std::string field(set.field);
    const bool by_itself =
        !set.initial.empty() && member(action.params, field) == initial_of(row, field);
    if (!set.in_create || by_itself) action.params.erase(field);
  }
  for (const std::string_view field : row.not_sent) action.params.erase(std::string(field));
  Tags tags = wanted_tags(owner, desired.key, desired.tags);
  Json hashed = desired.params;  // references by name: the same before and after they are known
  hashed["tags"] = tags;
  action.params_hash = params_hash(with_marks(hashed));
  if (!desired.parts.empty()) tags[std::string(kTagParts)] = marks_text(desired.parts);
  for (const std::string_view field : row.identity) {
    const Json& value = member(params, field);
    if (!value.is_null()) action.names[std::string(field)] = value;
  }
  const bool same = open_intent != nullptr && open_intent->state == Intent::State::open &&
                    open_intent->params_hash == action.params_hash;
  action.token =
      same ? open_intent->token : make_token(owner.uid, desired.key, action.params_hash, now);
  tags[std::string(kTagIntent)] = action.token;
  add_tags(row, tags, action.params);
  if (!row.token.empty()) action.params[std::string(row.token)] = action.token;
  std::vector<Action> actions;
  actions.push_back(std::move(action));
  if (row.tagging == Tagging::put_all) {
    Action put = action_for(Verb::tag, row, desired.key, row.tag);
    put.why = "set after creation";
    put.params = put_tags_params(row, tags, tags, tag_target(row, params, desired.key));
    actions.push_back(std::move(put));
  }
  add_settings(row, desired, params, actions);
  return actions;
}

std::vector<Action> update_actions(const Row& row, const Desired& desired, const Known& known,
                                   const Tags& tags, const Observed& observed,
                                   const std::function<bool()>& riders_go) {
  std::vector<Action> actions;
  if (observed.unseen) return actions;
  std::vector<Change> changes = compare_fields(row, desired, known, observed);
  std::optional<Action> waits = hold_riders(row, desired, observed, changes, riders_go);
  if (!changes.empty()) {
    bool complete = true;
    const Json params = resolve(desired.params, known.shown, complete);
    actions = mend(row, desired, params, observed, std::move(changes));
    if (actions.size() == 1 && actions.front().replaces) return actions;
  }
  add_tag_actions(row, desired, tags, observed, actions);
  if (waits) actions.push_back(std::move(*waits));
  return actions;
}

Action remove_action(const std::string& key, const Observed& observed, std::string why) {
  const Row& row = *observed.row;
  Action action = action_for(Verb::remove, row, key, row.remove);
  action.id = observed.id;
  action.why = std::move(why);
  if (fill(row.remove_params, observed.fields, observed.id, action.params)) return action;
  return lacks_a_field(row, key, observed);
}

}  // namespace byoc
