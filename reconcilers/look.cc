#include "reconcilers/look.h"

#include <algorithm>
#include <utility>

#include "reconcilers/build.h"
#include "reconcilers/reference.h"

namespace byoc {
namespace {

// Who a named look asks for: the key and the fields that name it.
struct Name {
  std::string key;
  Json fields;
};

class Looker {
 public:
  Looker(const LookInput& input, const Answers& answers) : in_(input), answers_(answers) {
    std::set<std::string_view> types(in_.types.begin(), in_.types.end());
    for (const auto& [key, intent] : in_.intents) types.insert(find_row(intent.type).type);
    for (const Row& row : all_rows()) {
      if (types.contains(row.type)) rows_.push_back(&row);
    }
  }

  LookResult run() {
    for (const Row* row : rows_) {
      for (const Look& one : row->looks) {
        if (one.from == Look::From::bulk) look_bulk(*row, one);
      }
    }
    // Names may hold references to what other named looks find: a few rounds reach them all.
    for (std::size_t before = 1; before != 0;) {
      const std::size_t count = found_.size();
      for (const Row* row : rows_) {
        for (const Look& one : row->looks) {
          if (one.from == Look::From::named) look_named(*row, one);
        }
      }
      before = found_.size() - count;
    }
    complete_each();
    for (const Row* row : rows_) {
      for (const Look& one : row->looks) {
        if (one.from == Look::From::parent) look_parents(*row, one);
      }
    }
    result_.observed = std::move(found_);
    return std::move(result_);
  }

 private:
  // The answer to a question, when it is there and good. Opens the question otherwise.
  const Json* ask(const Row& row, const Look& one, const Json& params) {
    Query query = make_query(row.service, one.operation, params, one.detail);
    result_.asked.push_back(query.name);
    if (one.removing) result_.unsettled.insert(query.name);  // what is left behind comes and goes
    const auto found = answers_.find(query.name);
    if (found == answers_.end()) {
      const bool asked = std::any_of(result_.open.begin(), result_.open.end(),
                                     [&](const Query& q) { return q.name == query.name; });
      if (!asked) result_.open.push_back(std::move(query));
      return nullptr;
    }
    const Status& status = found->second.status;
    if (status.ok()) return found->second.body.get();
    result_.unsettled.insert(query.name);
    if (status.code == Code::unsupported) {
      result_.unsupported[std::string(row.type)] = std::string(one.operation);
    } else if (status.code != Code::not_found && !result_.error) {
      result_.error = status;
    }
    return nullptr;
  }

  void read(const Row& row, const Look& one, const Json& item, std::vector<Observed>& out) const {
    (one.read != nullptr ? one.read : read_tagged)(row, item, out);
  }

  void look_bulk(const Row& row, const Look& one) {
    Json params;
    if (!fill(one.params, Json::object(), "", params)) return;
    const Json* body = ask(row, one, params);
    if (body == nullptr) return;
    std::vector<Observed> all;
    for (const Json& item : member(*body, one.items)) read(row, one, item, all);
    const std::string& name = result_.asked.back();
    for (Observed& observed : all) {
      if (observed.owner_uid != in_.owner.uid) continue;
      if (observed.life != Life::ready) result_.unsettled.insert(name);
      found_.push_back(std::move(observed));
    }
    for (const auto& [key, intent] : in_.intents) {
      if (intent.type == row.type && !has_key(key)) result_.unsettled.insert(name);
    }
  }

  bool has_key(const std::string& key) const {
    return std::any_of(found_.begin(), found_.end(),
                       [&](const Observed& observed) { return observed.key == key; });
  }

  void look_named(const Row& row, const Look& one) {
    for (const Name& name : names_of(row)) {
      if (asked_.contains(std::string(row.type) + "|" + name.key)) continue;
      Json params;
      if (!fill(one.params, name.fields, "", params)) continue;
      asked_.insert(std::string(row.type) + "|" + name.key);
      const Json* body = ask(row, one, params);
      if (body == nullptr) continue;
      const Json& items = one.items.empty() ? *body : member(*body, one.items);
      if (items.is_array()) {
        for (const Json& item : items) add_named(row, one, name, params, item);
      } else {
        add_named(row, one, name, params, items);
      }
      if (in_.intents.contains(name.key) && !has_key(name.key)) {
        result_.unsettled.insert(result_.asked.back());
      }
    }
  }

  void add_named(const Row& row, const Look& one, const Name& name, const Json& params,
                 const Json& item) {
    std::vector<Observed> out;
    read(row, one, with(item, params), out);
    for (Observed& observed : out) {
      if (identity_of(row, observed.fields) != identity_of(row, name.fields)) continue;
      observed.key = name.key;
      if (observed.life != Life::ready) {
        result_.unsettled.insert(make_query(row.service, one.operation, params, false).name);
      }
      found_.push_back(std::move(observed));
    }
  }

  // The names of a row's resources: what is desired, and what was promised before.
  std::vector<Name> names_of(const Row& row) const {
    std::vector<Name> names;
    std::set<std::string> seen;
    for (const auto& [key, intent] : in_.intents) {
      if (intent.type != row.type) continue;
      names.push_back({key, intent.made});
      seen.insert(key);
    }
    for (const Desired& desired : in_.graph.nodes) {
      if (desired.type != row.type || seen.contains(desired.key)) continue;
      Json fields = Json::object();
      bool complete = true;
      for (const std::string_view field : row.identity) {
        const std::string name(field);
        if (!desired.params.contains(name)) continue;
        Json value = resolve(desired.params[name], ready_lookup(), complete);
        const bool later = value.is_string() && value.get_ref<const std::string&>().starts_with(
                                                    std::string(kKnownLater));
        complete = complete && !later;
        fields[name] = std::move(value);
      }
      if (complete) names.push_back({desired.key, std::move(fields)});
    }
    return names;
  }

  // References to what exists and is ready; a name that hangs on less is not worth a call.
  Lookup ready_lookup() const {
    return [this](const Reference& reference) -> Json {
      for (const Observed& observed : found_) {
        if (observed.key != reference.key || observed.life != Life::ready) continue;
        if (observed.owner_uid != in_.owner.uid) continue;
        return member(observed.fields, reference.member);
      }
      return nullptr;
    };
  }

  void complete_each() {
    for (Observed& observed : found_) {
      const Row& row = *observed.row;
      for (const Look& one : row.looks) {
        Json params;
        if (one.from != Look::From::each) continue;
        if (!fill(one.params, observed.fields, observed.id, params)) continue;
        const Json* body = ask(row, one, params);
        if (body != nullptr) one.merge(*body, observed);
      }
      settle_ownership(observed);
    }
  }

  // What has no tags is ours under a promised name: when it cannot carry tags from its first
  // moment, and when we made it and somebody makes it again.
  void settle_ownership(Observed& observed) const {
    const auto found = in_.intents.find(observed.key);
    if (observed.owner_uid.empty() && found != in_.intents.end()) {
      const Intent& promise = found->second;
      const bool late = observed.row->tagging == Tagging::put_all && promise.sent != Time{};
      const bool again = observed.row->revives && promise.state != Intent::State::open;
      if (late || again) observed.owner_uid = in_.owner.uid;
    }
    observed.foreign = observed.owner_uid != in_.owner.uid;
  }

  void look_parents(const Row& row, const Look& one) {
    if (one.removing && (!in_.deleting || in_.retain.contains(std::string(row.parent)))) return;
    const std::vector<Observed> parents = found_;
    for (const Observed& parent : parents) {
      if (parent.row->type != row.parent || parent.foreign) continue;
      Json params;
      if (!fill(one.params, parent.fields, parent.id, params)) continue;
      const Json* body = ask(row, one, params);
      if (body == nullptr) continue;
      std::vector<Observed> parts;
      const Json& items = one.items.empty() ? *body : member(*body, one.items);
      if (items.is_array()) {
        for (const Json& item : items) read(row, one, with(item, params), parts);
      } else {
        read(row, one, with(items, params), parts);
      }
      for (Observed& part : parts) {
        part.owner_uid = in_.owner.uid;
        part.parent_id = parent.id;
        found_.push_back(std::move(part));
      }
    }
  }

  // The item with the call's parameters: answers often leave out what was asked for.
  static Json with(Json item, const Json& params) {
    for (const auto& [field, value] : params.items()) {
      if (item.is_object() && !item.contains(field)) item[field] = value;
    }
    return item;
  }

  const LookInput& in_;
  const Answers& answers_;
  std::vector<const Row*> rows_;
  std::vector<Observed> found_;
  std::set<std::string> asked_;
  LookResult result_;
};

}  // namespace

Query make_query(std::string_view service, std::string_view operation, Json params, bool detail) {
  Query query;
  query.service = service;
  query.operation = operation;
  query.params = std::move(params);
  query.detail = detail;
  query.name = query.service + ":" + query.operation + query.params.dump();
  return query;
}

LookResult look(const LookInput& input, const Answers& answers) {
  return Looker(input, answers).run();
}

}  // namespace byoc
