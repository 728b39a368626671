#include "controller/executor.h"

#include <algorithm>
#include <utility>

#include "base/attempt.h"
#include "reconcilers/compare.h"
#include "reconcilers/create.h"
#include "reconcilers/row.h"

namespace byoc {
namespace {

using State = ActionOutcome::State;

bool is_call(const Action& action) {
  return action.verb == Verb::create || action.verb == Verb::update || action.verb == Verb::tag ||
         action.verb == Verb::remove;
}

// Codes that say for certain that nothing was done.
bool refused_for_certain(Code code) {
  switch (code) {
    case Code::invalid:
    case Code::not_found:
    case Code::conflict:
    case Code::throttled:
    case Code::denied:
    case Code::quota:
    case Code::capacity:
    case Code::unsupported: return true;
    default: return false;
  }
}

// What updates run one at a time of; empty when nothing holds them back.
std::string pool_of(const Row& row, const Json& params) {
  Json pool;
  if (row.pool.empty() || !fill(row.pool, params, "", pool)) return {};
  return pool.is_string() ? pool.get<std::string>() : pool.dump();
}

// The new resource as a look would show it: what was asked for, and what was answered.
Observed read_made(const Row& row, const Action& action, const Json& sent, const Json& body) {
  const Json& answer = row.made.empty() ? body : member(body, row.made);
  Json item = sent;
  item.erase(std::string(tags_member(row.tagging)));
  if (!row.token.empty()) item.erase(std::string(row.token));
  if (answer.is_object()) item.update(answer);
  std::vector<Observed> out;
  const ReadFn read = row.looks.empty() ? nullptr : row.looks.front().read;
  const bool own = row.parent.empty();
  if (own) (read != nullptr ? read : read_tagged)(row, item, out);
  Observed made = out.empty() ? part_of(row, "", item) : out.front();
  made.key = action.key;
  if (!own) {
    made.fields = item;
    made.life = Life::ready;
  }
  return made;
}

// Whether an answer tells of another resource than was asked for: it differs where no update could
// have changed it.
bool is_another(const Row& row, const Json& sent, const Observed& made) {
  if (!row.parent.empty()) return false;
  Desired asked;
  asked.type = row.type;
  asked.params = sent;
  asked.params.erase(std::string(tags_member(row.tagging)));
  if (!row.token.empty()) asked.params.erase(std::string(row.token));
  const std::vector<Change> changes = compare_fields(row, asked, {}, made);
  return std::any_of(changes.begin(), changes.end(),
                     [&row](const Change& change) { return !is_settable(row, change); });
}

// The fields without those whose parameters hold a secret: the store never sees it in clear.
Json without_secrets(const Action& action, Json fields) {
  for (const auto& [name, value] : action.params.items()) {
    const std::vector<Reference> used = references(value);
    const bool secret =
        std::any_of(used.begin(), used.end(), [](const Reference& r) { return r.secret; });
    if (secret) fields.erase(name);
  }
  return fields;
}

}  // namespace

Executor::Executor(Store& store, Cloud& cloud, ExecutorInput input)
    : store_(store), cloud_(cloud), in_(std::move(input)), outcomes_(in_.plan.actions.size()) {}

bool Executor::may_start(std::size_t index) const {
  const Action& action = in_.plan.actions[index];
  if (!is_call(action) || outcomes_[index].state != State::waiting) return false;
  // AWS takes no change of the parts of what it is changing.
  return std::all_of(action.needs.begin(), action.needs.end(), [&](std::size_t need) {
    const ActionOutcome& one = outcomes_[need];
    const bool under_way = !one.update.key.empty() && one.update.running;
    return one.state == State::done && !under_way;
  });
}

Json Executor::find(const Reference& reference) const {
  const auto made = made_fields_.find(reference.key);
  return reference.secret || made == made_fields_.end() ? in_.known(reference)
                                                        : member(made->second, reference.member);
}

void Executor::start_ready() {
  for (std::size_t i = 0; i < outcomes_.size() && store_error_.ok(); ++i) {
    if (static_cast<int>(flying_.size()) >= in_.calls_max) return;
    if (may_start(i)) start(i);
  }
}

void Executor::start(std::size_t index) {
  const Action& action = in_.plan.actions[index];
  const Row& row = find_row(action.type);
  ActionOutcome& outcome = outcomes_[index];
  bool complete = true;
  Json params = resolve(
      action.params, [this](const Reference& r) { return find(r); }, complete);
  if (!complete) {  // what it refers to has no such member yet: the next look will show it
    outcome.state = State::pending;
    return;
  }
  if (action.verb == Verb::update) {
    const std::string pool = pool_of(row, params);
    if (!pool.empty() && !busy_pools_.insert(pool).second) {
      outcome.state = State::pending;
      return;
    }
  }
  if (action.verb == Verb::create && row.again != Again::natural && !promise(action)) {
    return;
  }
  sent_[index] = params;
  outcome.state = State::running;
  const Ticket ticket =
      cloud_.start({action.service, action.operation, std::move(params), in_.principal});
  flying_.emplace(ticket, index);
  tell(index, "");
}

// Writes down that a create call is about to be sent.
bool Executor::promise(const Action& action) {
  Intent intent;
  const auto earlier = in_.intents.find(action.key);
  const bool same = earlier != in_.intents.end() && earlier->second.token == action.token;
  if (same) intent = earlier->second;
  intent.owner_uid = in_.owner.uid;
  intent.key = action.key;
  intent.type = action.type;
  intent.token = action.token;
  intent.params_hash = action.params_hash;
  intent.state = Intent::State::open;
  if (!same) intent.created = cloud_.now();
  sent_before_[action.key] = intent.sent;
  intent.sent = cloud_.now();
  intent.empty_reads = 0;
  intent.made = Json::object();
  bool complete = true;
  intent.made = resolve(
      action.names, [this](const Reference& r) { return find(r); }, complete);
  keep(intent);
  return store_error_.ok();
}

void Executor::keep(const Intent& intent) {
  const Status status = store_.put_intent(intent);
  if (!status.ok() && store_error_.ok()) store_error_ = status;
  in_.intents[intent.key] = intent;
  kept_.push_back(intent);
}

bool Executor::take(const Completion& completion) {
  const auto found = flying_.find(completion.ticket);
  if (found == flying_.end()) return false;
  const std::size_t index = found->second;
  flying_.erase(found);
  // What came of a call and what is told of it are one transaction. When that fails, at least the
  // promises are written down, or their loss is known.
  kept_.clear();
  bool settled = false;
  const Status written = store_.batch([&] {
    settle(index, completion);
    settled = true;
    return Status{};
  });
  if (!settled) settle(index, completion);  // the store is locked, or gone
  if (settled && !written.ok()) {
    for (const Intent& intent : std::exchange(kept_, {})) keep(intent);
  }
  return true;
}

void Executor::settle(std::size_t index, const Completion& completion) {
  const Action& action = in_.plan.actions[index];
  ActionOutcome& outcome = outcomes_[index];
  outcome.status = completion.status;
  outcome.status.message = without_secrets(std::move(outcome.status.message), in_.secrets);
  outcome.id = find_row(action.type).id.empty() ? std::string() : action.id;
  const bool natural = find_row(action.type).again == Again::natural;
  const bool there = completion.status.code == Code::already_exists && natural;
  const bool gone = completion.status.code == Code::not_found && action.verb == Verb::remove;
  if (completion.status.ok() || there || gone) {
    outcome.state = State::done;
    if (completion.status.ok()) {
      outcome.update = followed_by(action, sent_.at(index), completion.body);
    }
    if (action.verb == Verb::create) read_answer(action, completion, outcome);
    if (action.verb == Verb::remove && !gone) removed(action, outcome);
  } else {
    const std::string_view hint = hint_about(find_row(action.type), outcome.status.aws_code);
    if (!hint.empty()) outcome.status.message += " " + std::string(hint);
    refused(action, outcome.status, outcome);
  }
  sent_.erase(index);
  tell(index, completion.request_id);
}

// An answer that does not tell what was made is as good as lost: the promise stays open, and the
// next look tells.
void Executor::read_answer(const Action& action, const Completion& completion,
                           ActionOutcome& outcome) {
  const std::string what = "the answer to " + action.service + ":" + action.operation +
                           " cannot be read, and what it made is looked for";
  const Row& row = find_row(action.type);
  const auto index = static_cast<std::size_t>(&action - in_.plan.actions.data());
  Observed observed;
  Status status =
      attempt(what, [&] { observed = read_made(row, action, sent_.at(index), completion.body); });
  const bool promised = row.again != Again::natural;
  if (status.ok() && promised && !row.id.empty() && observed.id.empty()) {
    status = error(Code::unknown_outcome, what + ": it lacks " + std::string(row.id));
  }
  if (status.ok() && promised && !row.made.empty() &&
      !member(completion.body, row.made).is_object()) {
    status = error(Code::unknown_outcome, what + ": it lacks " + std::string(row.made));
  }
  if (status.ok() && promised && is_another(row, sent_.at(index), observed)) {
    status = error(Code::unknown_outcome, what + ": it is about another " + std::string(row.type));
  }
  if (status.ok()) return made(action, observed, outcome);
  status.code = Code::unknown_outcome;
  outcome.status = status;
  refused(action, status, outcome);
}

void Executor::made(const Action& action, const Observed& made, ActionOutcome& outcome) {
  const Row& row = find_row(action.type);
  outcome.id = row.id.empty() ? std::string() : made.id;
  Json fields = made.fields;
  const auto promised = in_.intents.find(action.key);
  if (promised != in_.intents.end()) {
    for (const auto& [name, value] : promised->second.made.items()) {
      if (!fields.contains(name)) fields[name] = value;
    }
  }
  made_fields_[action.key] = fields;
  if (made.life != Life::ready) outcome.state = State::pending;
  if (row.again == Again::natural || promised == in_.intents.end()) return;
  Intent intent = promised->second;
  intent.state = Intent::State::made;
  intent.id = made.id;
  intent.made = without_secrets(action, std::move(fields));
  keep(intent);
}

void Executor::removed(const Action& action, ActionOutcome& outcome) {
  const Row& row = find_row(action.type);
  if (!row.going.empty()) outcome.state = State::pending;
  const auto promised = in_.intents.find(action.key);
  if (promised == in_.intents.end() || promised->second.id != action.id) return;
  Intent intent = promised->second;
  intent.state = Intent::State::removing;
  intent.empty_reads = 0;
  keep(intent);
}

void Executor::refused(const Action& action, const Status& status, ActionOutcome& outcome) {
  outcome.state = State::failed;
  if (action.verb != Verb::create || !refused_for_certain(status.code)) return;
  const auto promised = in_.intents.find(action.key);
  if (promised == in_.intents.end()) return;
  Intent intent = promised->second;
  intent.sent = sent_before_[action.key];  // this call did nothing; an earlier one may have
  keep(intent);
}

void Executor::explain(std::size_t index, const std::string& text) {
  outcomes_.at(index).status.message += text;
}

void Executor::tell(std::size_t index, const std::string& request_id) {
  if (!in_.on_progress) return;
  in_.on_progress(
      {in_.owner.object, &in_.plan.actions[index], &outcomes_[index], request_id, cloud_.now()});
}

}  // namespace byoc
