#include "reconcilers/look.h"

#include <algorithm>
#include <utility>

#include "base/attempt.h"
#include "reconcilers/build.h"
#include "reconcilers/former.h"

namespace byoc {
namespace {

void read(const Row& row, const Look& one, const Json& item, std::vector<Observed>& out) {
  (one.read != nullptr ? one.read : read_tagged)(row, item, out);
}

// Reads an item with the call's parameters: answers often leave out what was asked for.
void read_asked(const Row& row, const Look& one, const Json& item, const Json& params,
                std::vector<Observed>& out) {
  const auto all = params.items();
  const auto lacks = [&item](const auto& entry) { return !item.contains(entry.key()); };
  if (!item.is_object() || std::none_of(all.begin(), all.end(), lacks)) {
    return read(row, one, item, out);
  }
  Json whole = item;
  for (const auto& [field, value] : params.items()) {
    if (!whole.contains(field)) whole[field] = value;
  }
  read(row, one, whole, out);
}

// The items of a list of names, as objects with this member.
Json items_of_names(const Json& names, std::string_view member_name) {
  Json items = Json::array();
  for (const Json& name : names) items.push_back({{std::string(member_name), name}});
  return items;
}

// What the answer to a question about one resource shows.
std::vector<Observed> read_all(const Row& row, const Look& one, const Json& body,
                               const Json& params) {
  std::vector<Observed> out;
  const Json& shown = one.items.empty() ? body : member(body, one.items);
  const Json items = one.named.empty() ? shown : items_of_names(shown, one.named);
  if (one.one) {
    read(row, one, items, out);  // says by itself which one it is
  } else if (!items.is_array()) {
    read_asked(row, one, items, params, out);
  } else {
    for (const Json& item : items) read_asked(row, one, item, params, out);
  }
  return out;
}

// Whether an answer's items are what its look reads: an object, or a list of objects or names.
bool is_readable(const Look& one, const Json& items) {
  if (one.one || one.items.empty()) return items.is_object();
  return items.is_array() && std::all_of(items.begin(), items.end(), [&one](const Json& item) {
           return one.named.empty() ? item.is_object() : item.is_string();
         });
}

Status odd_answer(const Row& row, const Look& one) {
  const std::string what = one.items.empty() ? "members" : std::string(one.items);
  return error(Code::unavailable, "the answer to " + std::string(row.service) + ":" +
                                      std::string(one.operation) + " has no " + what +
                                      ": nothing is concluded from it");
}

// An item without the tag that was asked for may be one of ours: it is not absent.
Status untagged_answer(const Row& row, const Look& one) {
  return error(Code::unavailable, "the answer to " + std::string(row.service) + ":" +
                                      std::string(one.operation) + " shows a " +
                                      std::string(row.type) + " without the tags that were asked " +
                                      "for: nothing is concluded from it");
}

// Whether a part with these fields belongs to something else than was asked about.
bool names_another(const Json& asked, const Json& fields) {
  const auto all = asked.items();
  return std::any_of(all.begin(), all.end(), [&fields](const auto& item) {
    const Json& field = member(fields, item.key());
    return !field.is_null() && field != item.value();
  });
}

bool is_well(const Observed& observed) {
  return observed.healthy && observed.issues.empty();
}

bool is_ready(const Observed& observed) {
  return observed.life == Life::ready;
}

}  // namespace

Looker::Looker(const LookInput& input) : in_(input) {
  std::set<std::string_view> types(in_.types.begin(), in_.types.end());
  for (const auto& [key, intent] : in_.intents) {
    if (const Row* row = row_of(intent.type)) types.insert(row->type);
  }
  for (const Row& row : all_rows()) {
    if (types.contains(row.type)) rows_.push_back(&row);
  }
  std::set<std::string_view> today;
  for (const Desired& desired : in_.graph.nodes) today.insert(desired.key);
  for (const Desired& desired : in_.graph.nodes) {
    for (const std::string& key : desired.former_keys) {
      if (!today.contains(key)) former_.emplace(key, &desired);
    }
  }
}

const std::vector<Query>& Looker::go_on(const Answers& answers) {
  answers_ = &answers;
  result_.open.clear();
  opened_.clear();
  const auto each_look = [this](Look::From from, auto&& look_at) {
    for (const Row* row : rows_) {
      for (const Look& one : row->looks) {
        if (one.from == from) read_safely(*row, [&] { look_at(*row, one); });
      }
    }
  };
  each_look(Look::From::bulk, [this](const Row& row, const Look& one) { look_bulk(row, one); });
  each_look(Look::From::promised,
            [this](const Row& row, const Look& one) { look_promised(row, one); });
  // Names may hold references to what other named looks find: a few rounds reach them all.
  for (std::size_t count = found_.size() + 1; count != found_.size();) {
    count = found_.size();
    each_look(Look::From::named, [this](const Row& row, const Look& one) { look_named(row, one); });
  }
  // Parts are found in what is found, and may want details of their own.
  for (std::size_t done = 0; done < found_.size();) {
    for (; done < found_.size(); ++done) {
      read_safely(*found_[done].row, [&] { look_each(found_[done], std::to_string(done)); });
    }
    each_look(Look::From::parent,
              [this](const Row& row, const Look& one) { look_parents(row, one); });
  }
  return result_.open;
}

// An answer with members of other types than AWS writes proves nothing: the picture is not
// complete.
template <class Step>
void Looker::read_safely(const Row& row, Step&& step) {
  try {
    step();
  } catch (const std::exception& exception) {
    fail(exception_status("an answer of " + std::string(row.service) + " about a " +
                              std::string(row.type) + " cannot be read",
                          exception));
  }
}

// An odd answer is not believed from memory either.
void Looker::fail(Status status) {
  if (!asked_.empty()) result_.unsettled.insert(asked_);
  if (!result_.error) result_.error = std::move(status);
}

LookResult Looker::take() {
  if (in_.first) {
    for (const Observed& observed : found_) note_namesake(observed);
  }
  result_.observed = std::move(found_);
  return std::move(result_);
}

bool Looker::is_read(const Look& one, const std::string& about) const {
  return read_.contains({&one, about});
}

// The answer to a question, when it is there and good. Opens the question otherwise.
const LookAnswer* Looker::ask(const Row& row, const Look& one, const std::string& about,
                              Json params) {
  Query query = make_query(row.service, one.operation, std::move(params), one.detail);
  if (one.removing) result_.unsettled.insert(query.name);  // what is left behind comes and goes
  const auto found = answers_->find(query.name);
  if (found == answers_->end()) {
    if (opened_.insert(query.name).second) result_.open.push_back(std::move(query));
    return nullptr;
  }
  read_.emplace(&one, about);
  asked_ = query.name;
  note_asked(row, one, found->second.asked);
  const Status& status = found->second.status;
  if (status.ok()) return &found->second;
  (status.code == Code::unsupported ? result_.lacking : result_.unsettled).insert(query.name);
  if (status.code == Code::denied && one.may_be_refused) {
    refusal_ = status.message;
    return nullptr;
  }
  if (status.code == Code::unsupported) {
    result_.unsupported[std::string(row.type)] = std::string(one.operation);
  } else if (status.code != Code::not_found) {
    fail(status);
  }
  return nullptr;
}

// Details tell of what is there. A question by name may be one, too: it is asked again once nothing
// stands under the name.
void Looker::note_asked(const Row& row, const Look& one, Time asked) {
  if (one.from == Look::From::each || one.detail) return;
  const auto [known, first] = result_.asked.emplace(row.type, asked);
  if (!first) known->second = std::min(known->second, asked);
}

// The same, of an answer about one resource: nothing when it does not have what its operation
// answers with, which is no proof that the resource is absent.
std::optional<Json> Looker::ask_body(const Row& row, const Look& one, const std::string& about,
                                     Json params) {
  const LookAnswer* answer = ask(row, one, about, std::move(params));
  if (answer == nullptr) return std::nullopt;
  Json body = answer->body();
  const Json& items = one.items.empty() ? body : member(body, one.items);
  if (is_readable(one, items)) return body;
  fail(odd_answer(row, one));
  return std::nullopt;
}

void Looker::look_bulk(const Row& row, const Look& one) {
  Json params;
  if (is_read(one, "") || !fill(one.params, Json::object(), "", params)) return;
  const LookAnswer* answer = ask(row, one, "", params);
  if (answer == nullptr) return;
  if (!answer->has_list(one.items)) return fail(odd_answer(row, one));
  const bool by_tag = one.params.find(kTagOwnerUid) != std::string_view::npos;
  if (by_tag && !answer->all_have_owners(one.items)) return fail(untagged_answer(row, one));
  if (in_.first) look_for_namesakes(row, one, *answer);
  const std::size_t before = found_.size();
  std::vector<Observed> all;
  for (const Json& item : answer->items_of(in_.owner.uid)) read(row, one, item, all);
  for (Observed& observed : all) add(std::move(observed));
  const auto first = found_.begin() + static_cast<std::ptrdiff_t>(before);
  const bool settled = std::all_of(first, found_.end(), is_ready);
  const bool complete = std::all_of(in_.intents.begin(), in_.intents.end(), [&](const auto& item) {
    return item.second.type != row.type || by_key_.contains(item.first);
  });
  if (settled && complete) return;
  result_.unsettled.insert(make_query(row.service, one.operation, params, false).name);
}

void Looker::look_for_namesakes(const Row& row, const Look& one, const LookAnswer& answer) {
  if (!row.parent.empty()) return;
  std::vector<Observed> all;
  const std::string name = to_string(in_.owner.object);
  for (const Json& item : answer.items_of_others(in_.owner.uid, name)) read(row, one, item, all);
  for (const Observed& observed : all) note_namesake(observed);
}

// What a deletion keeps is no sign of an object that lives, nor is what is on its way out. IAM has
// no regions: what is seen there may be of an object of the same name in another region, which is
// another one (unless the object has no region itself).
void Looker::note_namesake(const Observed& observed) {
  if (observed.owner_uid.empty() || observed.owner_uid == in_.owner.uid) return;
  if (observed.life == Life::going || in_.retain.contains(std::string(observed.row->type))) return;
  if (observed.row->global && !in_.global) return;
  const auto owner = observed.tags.find(std::string(kTagOwner));
  if (owner == observed.tags.end() || owner->second != to_string(in_.owner.object)) return;
  result_.namesakes.push_back(observed);
}

// The tag byoc.dev/key may hold the key that an earlier version gave; the diff then renews the tag.
void Looker::take_key_of_today(Observed& observed) const {
  if (former_.empty() || observed.key.empty() || observed.owner_uid != in_.owner.uid) return;
  const auto [begin, end] = former_.equal_range(observed.key);
  for (auto at = begin; at != end; ++at) {
    if (!may_be_formerly(*at->second, observed.row->type, observed.fields)) continue;
    observed.key = at->second->key;
    return;
  }
}

// Others may take the tag byoc.dev/key off, or write another word there: the record tells by the
// id.
void Looker::take_key_of_record(Observed& observed) const {
  if (observed.owner_uid != in_.owner.uid || observed.id.empty() || !observed.row->parent.empty()) {
    return;
  }
  const auto is_key = [&](const Desired& desired) { return desired.key == observed.key; };
  const auto& nodes = in_.graph.nodes;
  if (!observed.key.empty() &&
      (in_.intents.contains(observed.key) || std::any_of(nodes.begin(), nodes.end(), is_key))) {
    return;
  }
  for (const auto& [key, intent] : in_.intents) {
    if (intent.type == observed.row->type && intent.id == observed.id) observed.key = key;
  }
}

void Looker::add(Observed observed) {
  const Row& row = *observed.row;
  if (!row.id.empty() && observed.id.empty()) {
    return fail(byoc::error(Code::unavailable, "an answer of " + std::string(row.service) +
                                                   " shows a " + std::string(row.type) +
                                                   " without " + std::string(row.id)));
  }
  take_key_of_today(observed);
  take_key_of_record(observed);
  if (!observed.key.empty()) by_key_.emplace(observed.key, found_.size());
  found_.push_back(std::move(observed));
}

// What was made and carries our tags no more is asked for by its id, once the looks that go by tags
// are complete.
void Looker::look_promised(const Row& row, const Look& one) {
  const bool complete = std::all_of(row.looks.begin(), row.looks.end(), [&](const Look& other) {
    return other.from != Look::From::bulk || is_read(other, "");
  });
  if (!complete) return;
  for (const auto& [key, intent] : in_.intents) {
    const bool made = intent.state == Intent::State::made && !intent.id.empty();
    Json params;
    if (intent.type != row.type || !made || by_key_.contains(key) || is_read(one, key)) continue;
    if (!fill(one.params, Json::object(), intent.id, params)) continue;
    const std::optional<Json> body = ask_body(row, one, key, params);
    if (!body) continue;
    for (Observed& observed : read_all(row, one, *body, params)) {
      if (observed.id != intent.id) continue;
      if (observed.owner_uid.empty()) {
        observed.owner_uid = in_.owner.uid;
        observed.recorded = true;
      }
      if (observed.owner_uid != in_.owner.uid) continue;
      observed.key = key;
      add(std::move(observed));
    }
  }
}

// The names of a row's resources: what was promised before, and what is desired.
void Looker::look_named(const Row& row, const Look& one) {
  for (const auto& [key, intent] : in_.intents) {
    if (intent.type == row.type) look_named(row, one, key, intent.made);
  }
  for (const Desired& desired : in_.graph.nodes) {
    if (desired.type != row.type || in_.intents.contains(desired.key)) continue;
    if (is_read(one, desired.key)) continue;
    const std::optional<Json> fields = name_of(row, desired);
    if (fields) look_named(row, one, desired.key, *fields);
  }
}

void Looker::look_named(const Row& row, const Look& one, const std::string& key, const Json& name) {
  Json params;
  if (is_read(one, key) || !fill(one.params, name, "", params)) return;
  refusal_.reset();
  const std::optional<Json> body = ask_body(row, one, key, params);
  if (refusal_) add_refused(row, key, name);
  if (!body) return;
  const std::string identity = identity_of(row, name);
  for (Observed& observed : read_all(row, one, *body, params)) {
    if (identity_of(row, observed.fields) != identity) {
      if (one.one) return fail(odd_answer(row, one));  // of another one than was asked for
      continue;
    }
    observed.key = key;
    if (!is_ready(observed) || !is_well(observed)) {
      result_.unsettled.insert(make_query(row.service, one.operation, params, false).name);
    }
    add(std::move(observed));
  }
  if (in_.intents.contains(key) && !by_key_.contains(key)) {
    result_.unsettled.insert(make_query(row.service, one.operation, params, false).name);
  }
}

// What stands under a name, if anything, and we may not see.
void Looker::add_refused(const Row& row, const std::string& key, const Json& name) {
  Observed observed;
  observed.row = &row;
  observed.key = key;
  observed.fields = name;
  observed.id = text_member(name, row.id);
  observed.foreign = observed.refused = true;
  observed.reason = *refusal_;
  add(std::move(observed));
}

// The fields that name a desired resource; nothing while they are not known.
std::optional<Json> Looker::name_of(const Row& row, const Desired& desired) const {
  Json fields = Json::object();
  bool complete = true;
  for (const std::string_view field : row.identity) {
    const auto wanted = desired.params.find(field);
    if (wanted == desired.params.end()) continue;
    Json value = resolve(*wanted, ready_lookup(), complete);
    const bool later =
        value.is_string() && value.get_ref<const std::string&>().starts_with(kKnownLater);
    complete = complete && !later;
    fields[std::string(field)] = std::move(value);
  }
  return complete ? std::optional(std::move(fields)) : std::nullopt;
}

// References to what exists and is ready; a name that hangs on less is not worth a call.
Lookup Looker::ready_lookup() const {
  return [this](const Reference& reference) -> Json {
    const auto [begin, end] = by_key_.equal_range(reference.key);
    for (auto place = begin; place != end; ++place) {
      const Observed& observed = found_[place->second];
      if (!is_ready(observed) || observed.owner_uid != in_.owner.uid) continue;
      return member(observed.fields, reference.member);
    }
    return nullptr;
  };
}

void Looker::look_each(Observed& observed, const std::string& about) {
  if (observed.refused) return;
  const Row& row = *observed.row;
  bool complete = true;
  for (const Look& one : row.looks) {
    Json params;
    if (one.from != Look::From::each || is_read(one, about)) continue;
    if (!fill(one.params, observed.fields, observed.id, params)) continue;
    refusal_.reset();
    const std::optional<Json> body = ask_body(row, one, about, std::move(params));
    if (body) one.merge(*body, observed);
    complete = complete && is_read(one, about);
    if (!refusal_) continue;
    observed.foreign = observed.refused = true;
    observed.reason = *refusal_;
    return;
  }
  settle_ownership(observed, complete);
}

// What has no tags is ours under a promised name: when it cannot carry tags from its first
// moment, when we made it and somebody makes it again, and, once all is read that tells its tags,
// when it is as old as what we made.
void Looker::settle_ownership(Observed& observed, bool complete) const {
  const auto found = in_.intents.find(observed.key);
  if (observed.owner_uid.empty() && found != in_.intents.end()) {
    const Intent& promise = found->second;
    const bool late = observed.row->tagging == Tagging::put_all && promise.sent != Time{};
    const bool again = observed.row->revives && promise.state != Intent::State::open;
    const bool recorded = complete && is_as_old_as(observed, promise);
    if (late || again || recorded) observed.owner_uid = in_.owner.uid;
    observed.recorded = recorded && observed.row->tagging != Tagging::none;
  }
  observed.foreign = observed.owner_uid != in_.owner.uid;
}

// Whether what stands under a name is what we made or saw there, and not another that somebody made
// after it: AWS tells when it was made. What stood there before us is told from it by tags alone.
bool Looker::is_as_old_as(const Observed& observed, const Intent& promise) {
  constexpr Duration kRecordedWithin = std::chrono::minutes(5);  // of AWS's clock and ours
  return promise.state != Intent::State::open && promise.sent != Time{} &&
         !observed.row->inherits && observed.created != Time{} &&
         observed.created <= promise.sent + kRecordedWithin;
}

// What others leave is looked for once nothing stands that would have to go before it: they may
// leave more until then.
bool Looker::leftovers_come(const Row& row) const {
  if (!in_.deleting || in_.retain.contains(std::string(row.parent))) return false;
  return result_.open.empty() && std::none_of(found_.begin(), found_.end(), [&](const auto& one) {
           const auto& before = one.row->remove_before;
           return !one.foreign && std::find(before.begin(), before.end(), row.type) != before.end();
         });
}

void Looker::look_parents(const Row& row, const Look& one) {
  if (one.removing && !leftovers_come(row)) return;
  const std::size_t count = found_.size();
  for (std::size_t i = 0; i < count; ++i) {
    const Observed& parent = found_[i];
    if (parent.row->type != row.parent || parent.foreign) continue;
    if (!one.sparing || parts_matter(row, parent)) look_inside(row, one, i);
  }
}

void Looker::look_inside(const Row& row, const Look& one, std::size_t parent) {
  const std::string about = std::to_string(parent);
  Json params;
  if (is_read(one, about) || !fill(one.params, found_[parent].fields, found_[parent].id, params)) {
    return;
  }
  const std::optional<Json> body = ask_body(row, one, about, params);
  if (!body) return;
  std::vector<Observed> parts = read_all(row, one, *body, params);
  if (!is_as_recorded(row, params, parts)) {
    result_.unsettled.insert(make_query(row.service, one.operation, params, false).name);
  }
  for (Observed& part : parts) {
    if (one.belongs != nullptr && !one.belongs(in_.owner, part, found_)) continue;
    part.owner_uid = in_.owner.uid;
    part.parent_id = found_[parent].id;
    add(std::move(part));
  }
}

// Whether it makes a difference which parts of this type a resource of ours has: when the object
// has some or had some, when others may not have any, and when the resource itself may go.
bool Looker::parts_matter(const Row& row, const Observed& parent) const {
  if (in_.deleting) return true;
  const auto is_of_type = [&row](const auto& one) { return one.type == row.type; };
  const auto& nodes = in_.graph.nodes;
  if (std::any_of(nodes.begin(), nodes.end(), is_of_type)) return true;
  const auto is_promised = [&](const auto& item) {
    return is_of_type(item.second) ||
           std::any_of(row.parents.begin(), row.parents.end(),
                       [&](const OtherParent& other) { return other.type == item.second.type; });
  };
  if (std::any_of(in_.intents.begin(), in_.intents.end(), is_promised)) return true;
  const auto wanted = std::find_if(nodes.begin(), nodes.end(), [&](const Desired& node) {
    return node.key == parent.key && node.type == row.parent;
  });
  if (wanted == nodes.end() || wanted->exclusive || wanted->replace) return true;
  return holds_what_nobody_desires(parent);
}

// Whether a resource carries the mark of a part (of any type) that byoc has set and that is not
// desired any more.
bool Looker::holds_what_nobody_desires(const Observed& parent) const {
  SetMarks marks = read_marks(parent.tags, kTagParts);
  for (const Desired& desired : in_.graph.nodes) {
    if (marks.empty()) break;
    const Row* row = row_of(desired.type);
    if (row == nullptr || row->parent != parent.row->type) continue;
    if (const auto fields = name_of(*row, desired)) marks.erase(part_mark(*row, *fields));
  }
  return !marks.empty();
}

// Whether an answer shows every part that was made in what was asked about, and none that was
// removed: another answer will change by itself, as reads lag behind.
bool Looker::is_as_recorded(const Row& row, const Json& asked,
                            const std::vector<Observed>& parts) const {
  std::set<std::string> shown;
  for (const Observed& part : parts) shown.insert(identity_of(row, part.fields));
  return std::all_of(in_.intents.begin(), in_.intents.end(), [&](const auto& item) {
    const Intent& intent = item.second;
    if (intent.type != row.type || names_another(asked, intent.made)) return true;
    return intent.state == Intent::State::made && shown.contains(identity_of(row, intent.made));
  });
}

Query make_query(std::string_view service, std::string_view operation, Json params, bool detail) {
  Query query;
  query.service = service;
  query.operation = operation;
  query.params = std::move(params);
  query.detail = detail;
  query.name = query.service + ":" + query.operation + query.params.dump();
  return query;
}

namespace {

std::string read_of(std::string_view service, std::string_view operation) {
  return std::string(service) + ":" + std::string(operation);
}

std::string read_about(const std::string& read, std::string_view member_name,
                       const std::string& value) {
  return read + "?" + std::string(member_name) + "=" + value;
}

bool is_part_of(const Row& part, const Row& whole) {
  return part.parent == whole.type ||
         std::any_of(part.parents.begin(), part.parents.end(),
                     [&](const OtherParent& other) { return other.type == whole.type; });
}

// What an action touches of a look: when both say about what they are, in the same member (a role's
// name), no more than that.
std::string touched_read(const Row& row, const Look& one, const Action& action) {
  const std::string read = read_of(row.service, one.operation);
  if (one.from == Look::From::bulk) return read;
  const Json asked = Json::parse(one.params);
  for (const auto& [name, value] : asked.items()) {
    const Json& about = member(action.params, name);
    if (value.is_string() && about.is_string()) {
      return read_about(read, name, about.get<std::string>());
    }
  }
  return read;
}

}  // namespace

std::vector<std::string> reads_touched_by(const Action& action) {
  const Row& changed = find_row(action.type);
  const auto& others = changed.shows_in;
  std::vector<std::string> reads;
  for (const Row& row : all_rows()) {
    const bool shows = row.type == changed.type || is_part_of(row, changed) ||
                       is_part_of(changed, row) ||
                       std::find(others.begin(), others.end(), row.type) != others.end();
    if (!shows) continue;
    for (const Look& one : row.looks) reads.push_back(touched_read(row, one, action));
  }
  return reads;
}

Time last_touched(const Query& query, const std::map<std::string, Time>& touched) {
  Time last{};
  const auto take = [&](const std::string& read) {
    const auto found = touched.find(read);
    if (found != touched.end()) last = std::max(last, found->second);
  };
  const std::string read = read_of(query.service, query.operation);
  take(read);
  for (const auto& [name, value] : query.params.items()) {
    if (value.is_string()) take(read_about(read, name, value.get<std::string>()));
  }
  return last;
}

LookResult look(const LookInput& input, const Answers& answers) {
  Looker looker(input);
  static_cast<void>(looker.go_on(answers));
  return looker.take();
}

}  // namespace byoc
