#include "controller/pass.h"

#include <algorithm>
#include <utility>

#include "base/attempt.h"
#include "base/join.h"
#include "controller/progress.h"
#include "controller/record.h"
#include "controller/request.h"
#include "manifests/protection.h"
#include "reconcilers/blocking.h"
#include "reconcilers/cause.h"
#include "reconcilers/former.h"

namespace byoc {
namespace {

constexpr const char* kDecided = "decided";  // in the status: Built::decided

bool flag(const Object& object, const char* name) {
  const Json& value = member(object.spec, name);
  return value.is_boolean() && value.get<bool>();
}

// What is paused, and how that ends.
std::string pause_text(const Object& object, bool all) {
  if (flag(object, "paused")) return "spec.paused is on";
  if (is_paused(object)) return to_string(object.key()) + " is paused (see byocctl resume)";
  check(all, "something is paused");
  return "everything is paused (byocctl resume --all)";
}

// What was found under the object's name, and what to do about it.
std::string namesake_text(const Owner& owner, const AwsLocation& here,
                          const std::vector<Observed>& found) {
  constexpr std::size_t kShown = 3;
  std::string ids;
  std::set<std::string> uids;
  for (std::size_t i = 0; i < found.size(); ++i) {
    uids.insert(found[i].owner_uid);
    if (i >= kShown) continue;
    ids += (i == 0 ? "" : ", ") + std::string(found[i].row->type) + " " + found[i].id;
  }
  if (found.size() > kShown) ids += " and " + std::to_string(found.size() - kShown) + " more";
  const std::string name = to_string(owner.object);
  const std::string place = here.region.empty() ? here.account : here.account + " " + here.region;
  return "resources of another " + name + " exist in " + place + " (" + ids + "), with the tag " +
         std::string(kTagOwnerUid) + "=" + joined(uids) +
         ", which this state directory does not know; " +
         "nothing is made beside them. If its records were lost, `byocctl rebuild -f FILE` "
         "restores " +
         "them from the tags; if another state directory has them, give this object another name "
         "or namespace";
}

}  // namespace

Pass::Pass(Store& store, Cloud& cloud, Reader& reader, const Secrets& secrets, PassInput input)
    : store_(store),
      cloud_(cloud),
      reader_(reader),
      secrets_(secrets),
      in_(std::move(input)),
      owner_{in_.object.metadata.uid, in_.object.key()},
      kind_(find_kind(in_.object.kind)) {
  guarded(&Pass::begin);
}

void Pass::guarded(void (Pass::*step)()) {
  const Status status =
      attempt("cannot go on with " + to_string(owner_.object), [&] { (this->*step)(); });
  if (!status.ok()) stop(status, "UnexpectedValue", false);
}

void Pass::begin() {
  if (kind_ == nullptr) {
    return stop(error(Code::invalid, "this version of byoc does not know the kind " +
                                         in_.object.kind + "; upgrade byoc, or remove the object"),
                "UnknownKind", false);
  }
  provider_ = &provider_of(*kind_);
  retain_ = retained_types(in_.object);
  followed_ = followed_of(in_.object);
  facts_.objects = std::move(in_.related);
  facts_.dependents = std::move(in_.using_it);
  if (in_.dry_run) {
    for (auto& [key, object] : facts_.objects) {
      const ObjectKind* kind = find_kind(key.kind);
      if (kind != nullptr && kind->expect_outputs != nullptr) kind->expect_outputs(object);
    }
  }
  choose_principal();
  if (!leaves()) return;
  // Who only looks leaves everything: the record goes, whoever may look or not.
  if (observes(in_.object) && !is_protected(in_.object)) {
    end_at_once();
  } else if (waiting_) {
    judge_blind_deletion();
  }
}

// Nobody can look. What was never promised was never made: it is deleted without a look. Anything
// else stays until a look has proved that nothing is left.
void Pass::judge_blind_deletion() {
  if (!read_promises()) return;
  if (!snapshot_.intents.empty() || may_have_resources(in_.object, {})) {
    failure_.message += "; until somebody can look for what is left of " +
                        to_string(owner_.object) +
                        ", its record stays (byocctl delete --force forgets it and names what "
                        "stays behind)";
    return;
  }
  end_at_once();
}

void Pass::end_at_once() {
  stage_ = Stage::finished;
  failure_ = {};
  reason_.clear();
  waiting_ = false;
  converged_ = true;
}

bool Pass::read_promises() {
  auto intents = store_.intents(owner_.uid);
  if (!intents.ok()) {
    stop(intents.status(), "StoreUnavailable", false);
    return false;
  }
  for (Intent& intent : intents.value()) {
    if (row_of(intent.type) == nullptr) {
      stop(error(Code::invalid, "the store records " + intent.key + " of the type " + intent.type +
                                    ", which this version of byoc does not know; run the version "
                                    "that made it, or a newer one"),
           "UnknownResourceType", false);
      return false;
    }
    std::string key = intent.key;
    snapshot_.intents.emplace(std::move(key), std::move(intent));
  }
  return true;
}

// First under the new key, then no more under the old one: a run that ends in between finds both.
bool Pass::rekey_promises() {
  for (Rekeyed& one : rekeyed(whole_, snapshot_.intents)) {
    Status status = in_.dry_run ? Status{} : store_.put_intent(one.intent);
    if (status.ok() && !in_.dry_run) status = store_.drop_intent(owner_.uid, one.from);
    if (!status.ok()) {
      stop(std::move(status), "StoreUnavailable", false);
      return false;
    }
    snapshot_.intents.erase(one.from);
    std::string key = one.intent.key;
    snapshot_.intents.insert_or_assign(std::move(key), std::move(one.intent));
  }
  return true;
}

const std::vector<ActionOutcome>& Pass::outcomes() const {
  static const std::vector<ActionOutcome> kNone;
  return executor_ ? executor_->outcomes() : kNone;
}

void Pass::choose_principal() {
  const auto find = [this](const ObjectKey& key) {
    const auto found = facts_.objects.find(key);
    return found == facts_.objects.end() ? nullptr : &found->second;
  };
  Access access =
      provider_->access_of(*kind_, {in_.object, find, in_.default_region, secrets_, in_.dry_run});
  if (access.principal == nullptr) {
    return stop(std::move(access.failure), std::move(access.reason), access.waiting);
  }
  facts_.secrets = std::move(access.secrets);
  facts_.region = access.principal->region;
  principal_ = std::move(access.principal);
}

std::vector<Secret> Pass::secrets_in_use() const {
  std::vector<Secret> secrets;
  for (const auto& [name, secret] : facts_.secrets) secrets.push_back(secret);
  if (principal_ != nullptr) secrets.push_back(principal_->external_id);
  return secrets;
}

void Pass::stop(Status failure, std::string reason, bool waiting) {
  failure_ = std::move(failure);
  failure_.message = without_secrets(std::move(failure_.message), secrets_in_use());
  reason_ = std::move(reason);
  waiting_ = waiting;
  stage_ = Stage::finished;
}

void Pass::give_up() {
  if (!finished())
    stop(error(Code::unavailable, "AWS did not answer in time"), "CannotLook", false);
}

void Pass::advance() {
  guarded(&Pass::go_on);
}

void Pass::go_on() {
  if (stage_ == Stage::facts && gather_facts() && rekey_promises()) {
    stage_ = in_.gate_only ? Stage::finished : Stage::updates;
  }
  if (stage_ == Stage::updates && follow_updates()) stage_ = Stage::look;
  if (stage_ == Stage::look && look_around()) make_plan();
  if (stage_ == Stage::execute) {
    executor_->start_ready();
    if (executor_->idle()) {
      executed_ = cloud_.now();
      stage_ = Stage::blockers;
    }
  }
  if (stage_ == Stage::blockers && explain_refusals()) finish();
}

bool Pass::take(const Completion& completion) {
  return executor_ && executor_->take(completion);
}

bool Pass::gather_facts() {
  const std::vector<Query> queries = provider_->fact_queries(*kind_, in_.object);
  // Facts are details but for who asks, and that is asked by every pass: what another account does
  // not show is not gone. One run has the credentials that it began with.
  for (const Query& query : queries) {
    if (!query.detail && !in_.one_run) in_.unsettled.insert(query.name);
  }
  if (!gather(queries)) return false;
  FactsOutcome outcome = provider_->read_facts(queries, answers_, *principal_, facts_);
  if (!outcome.failure.ok()) {
    if (!explain_outcome(outcome)) return false;
    unsettled_.insert(outcome.query);
    stop(std::move(outcome.failure), std::move(outcome.reason), false);
    return false;
  }
  return read_promises() && gate();
}

// Says what a refusal means; false while the answer to that is to come.
bool Pass::explain_outcome(FactsOutcome& outcome) {
  if (!witness_) witness_ = provider_->witness_of(outcome, *principal_);
  if (!witness_) return true;
  Answers answers;
  if (reader_.gather(witness_->principal, witness_->query, begun_, answers)) return false;
  outcome = provider_->explained(std::move(outcome), *principal_, *witness_,
                                 answers.at(witness_->query.name));
  return true;
}

bool Pass::gather(const std::vector<Query>& queries) {
  bool waiting = false;
  for (const Query& query : queries) {
    Time since = in_.unsettled.contains(query.name) ? in_.read_since
                 : query.detail                     ? in_.detail_since
                                                    : in_.bulk_since;
    since = std::max(since, last_touched(query, in_.touched));
    waiting = reader_.gather(principal_, query, since, answers_) || waiting;
  }
  return !waiting;
}

// What must hold before anything is compared.
bool Pass::gate() {
  const std::string wanted = text_member(in_.object.spec, "accountId");
  if (!wanted.empty() && wanted != facts_.account) {
    stop(error(Code::denied, "spec.accountId is " + wanted + ", but the credentials in use (" +
                                 facts_.caller_arn + ") belong to account " + facts_.account),
         "WrongAccount", false);
    return false;
  }
  // What is somewhere else is neither seen nor missing here: above all, it is not gone.
  has_resources_ = may_have_resources(in_.object, snapshot_.intents);
  if (has_resources_) {
    const Status place = check_location(in_.object, here(), facts_.caller_arn);
    if (!place.ok()) {
      stop(place, "WrongAccount", false);
      return false;
    }
  }
  if (in_.object.deleting()) {
    if (is_protected(in_.object)) {
      stop(error(Code::conflict,
                 "spec.deletionProtection is on; with false, applied, the deletion goes on"),
           "DeletionProtected", false);
      return false;
    }
    if (!in_.dependents.empty() && !(in_.needed && has_resources_)) {
      say_in_use();
      return false;
    }
  }
  if (has_resources_) facts_.decided = member(in_.object.status, kDecided);
  if (facts_.decided.is_null() && kind_->decided != nullptr) {
    facts_.decided = kind_->decided(in_.object, facts_, snapshot_);
  }
  return build_graph();
}

void Pass::say_in_use() {
  const std::string users =
      joined(in_.dependents, [](const ObjectKey& key) { return to_string(key); });
  stop(error(Code::conflict, "still used by " + users), std::string(*kind_->in_use), true);
}

// Answers whether the object is left alone for now; of a deleted one, only the names are needed.
bool Pass::build_graph() {
  Built built = build(in_.object, owner_, facts_);
  if (!built.reason.empty() && is_still_used()) {
    say_in_use();
    return false;
  }
  if (!built.reason.empty() && !leaves()) {
    stop(error(built.wrong ? Code::invalid : Code::unavailable, built.message), built.reason,
         !built.wrong);
    return false;
  }
  if (!built.reason.empty()) return true;
  whole_ = std::move(built.graph);
  decided_ = std::move(built.decided);
  return true;
}

// Nothing of the object was ever made, as far as the store knows; and something may be made now.
bool Pass::is_first() const {
  return !has_resources_ && !leaves() && !observes(in_.object);
}

// Whether nobody has the object's name but the object. What an object left that was deleted here is
// explained: it was kept on purpose, given up, or shown by reads that lag.
bool Pass::is_alone(const std::vector<Observed>& namesakes) {
  if (namesakes.empty()) return true;
  std::set<std::string> deleted;
  if (!read_deleted_uids(deleted)) return false;
  std::vector<Observed> unexplained;
  std::copy_if(namesakes.begin(), namesakes.end(), std::back_inserter(unexplained),
               [&](const Observed& one) { return !deleted.contains(one.owner_uid); });
  if (unexplained.empty()) return true;
  stop(error(Code::conflict, namesake_text(owner_, here(), unexplained)), "RecordLost", false);
  return false;
}

// Without a record of what was decided, what stands decides: facts are for what is made anew.
// Answers whether there is another graph now, with which to look again.
bool Pass::decide_by_what_stands() {
  const bool recorded = has_resources_ && in_.object.status.contains(kDecided);
  if (recorded || redecided_ || kind_->decided == nullptr) return false;
  redecided_ = true;
  Json standing = kind_->decided(in_.object, facts_, snapshot_);
  if (standing.is_null() || standing == facts_.decided) return false;
  facts_.decided = std::move(standing);
  return true;
}

// Asks how updates stand that were under way.
bool Pass::follow_updates() {
  if (in_.dry_run) return true;
  std::vector<Query> queries;
  for (const Followed& one : followed_) {
    if (one.running) queries.push_back(follow_query(one));
  }
  if (!gather(queries)) return false;
  for (Followed& one : followed_) {
    if (!one.running) continue;
    const Query query = follow_query(one);
    read_followed(answers_.at(query.name), one);
    if (one.running) unsettled_.insert(query.name);
  }
  return true;
}

std::vector<Followed> Pass::updates() const {
  std::vector<Followed> out;
  std::set<std::string> begun;
  for (const ActionOutcome& outcome : outcomes()) {
    if (outcome.update.key.empty()) continue;
    begun.insert(outcome.update.key);
    out.push_back(outcome.update);
  }
  const auto wanted = [this](const Followed& one) {
    const auto& actions = plan().actions;
    return std::any_of(actions.begin(), actions.end(),
                       [&](const Action& action) { return action.key == one.key; });
  };
  for (const Followed& one : followed_) {
    const bool failed = !one.error.empty() && (!looked_ || wanted(one));
    if (one.running || (failed && !begun.contains(one.key))) out.push_back(one);
  }
  return out;
}

bool Pass::look_around() {
  if (!looker_) {
    types_ = *kind_->types;
    std::erase_if(
        types_, [this](std::string_view type) { return in_.emptied.contains(std::string(type)); });
    if (observes(in_.object)) {  // no right is needed to see more than what is observed
      types_.clear();
      for (const Desired& desired : whole_.nodes) types_.push_back(find_row(desired.type).type);
    }
    looker_.emplace(LookInput{owner_, whole_, snapshot_.intents, types_, leaves(), retain_,
                              is_first(), kind_->global});
  }
  do {
    if (!gather(open_)) return false;
    open_ = looker_->go_on(answers_);
  } while (!open_.empty() && !looker_->error());
  LookResult result = looker_->take();
  unsettled_.merge(result.unsettled);
  if (!in_.one_run) unsettled_.merge(result.lacking);  // no endpoint learns within a run
  if (result.error) {
    const Status status = *result.error;
    stop(status, status.code == Code::denied ? denial_reason(status) : "CannotLook", false);
    return false;
  }
  if (!is_alone(result.namesakes)) return false;
  snapshot_.observed = std::move(result.observed);
  snapshot_.unsupported = std::move(result.unsupported);
  snapshot_.asked = std::move(result.asked);
  snapshot_.now = cloud_.now();
  if (decide_by_what_stands()) {
    if (!build_graph()) return false;
    looker_.reset();
    open_.clear();
    return look_around();
  }
  looked_ = true;
  return true;
}

// Of resources with a promise of their own. Parts have none, and what AWS makes, or makes again,
// may come at any time.
void Pass::note_emptied() {
  if (!leaves()) return;
  for (const std::string_view type : types_) {
    const Row& row = find_row(type);
    const bool known = !row.create.empty() && row.parent.empty() && !row.revives;
    if (!known || snapshot_.unsupported.contains(std::string(type))) continue;
    const auto& seen = snapshot_.observed;
    const auto& promised = snapshot_.intents;
    const bool none =
        std::none_of(seen.begin(), seen.end(), [&](const auto& one) { return one.row == &row; }) &&
        std::none_of(promised.begin(), promised.end(),
                     [&](const auto& one) { return one.second.type == type; });
    if (none) in_.emptied.insert(std::string(type));
  }
}

void Pass::make_plan() {
  DiffOptions options;
  options.deleting = leaves();
  options.still_used = is_still_used();
  options.dry_run = in_.dry_run;
  options.retain = retain_;
  options.absence_grace = in_.absence_grace;
  options.names = &whole_;
  options.observe = observes(in_.object);
  options.shown = shown_marks(in_.object);
  options.failures = failures_of(in_.object);
  for (const Followed& one : followed_) {
    if (one.running && !in_.dry_run) options.under_way.insert(one.key);
  }
  if (!read_past_owners(options.past_owners)) return;
  Graph nothing;
  nothing.secrets = whole_.secrets;
  plan_ = diff(owner_, options.deleting ? nothing : whole_, snapshot_, options);
  if (!in_.dry_run) hold_repeated(in_.sent, followed_, cloud_.now(), plan_);
  if (options.observe && has_calls(plan_)) {
    return stop(error(Code::unsupported, "managementPolicy is Observe: nothing is changed"),
                "ObservedOnly", false);
  }
  if (in_.dry_run) {
    find_causes();
    converged_ = is_empty(plan_);
    stage_ = Stage::finished;
    return;
  }
  // Of what stands, too, when earlier versions made it.
  if (!leaves() && (has_calls(plan_) || !snapshot_.observed.empty())) {
    if (!keep_record()) return;
  }
  // By what the look showed, before its promises are settled.
  if (has_calls(plan_)) world_ = assign_keys(owner_, whole_, snapshot_, options);
  for (const Intent& intent : plan_.kept_promises) {
    const Status status = store_.put_intent(intent);
    if (!status.ok()) return stop(status, "StoreUnavailable", false);
    snapshot_.intents[intent.key] = intent;
  }
  for (const std::string& key : plan_.forgotten) {
    const Status status = store_.drop_intent(owner_.uid, key);
    if (!status.ok()) return stop(status, "StoreUnavailable", false);
    snapshot_.intents.erase(key);
  }
  note_emptied();
  if ((in_.paused || is_paused(in_.object)) && has_calls(plan_)) {
    return stop(error(Code::cancelled, pause_text(in_.object, in_.paused) +
                                           "; differences are reported, not mended"),
                "Paused", true);
  }
  if (!has_calls(plan_)) return conclude();
  ExecutorInput input;
  input.owner = owner_;
  input.principal = principal_;
  input.secrets = secrets_in_use();
  input.plan = std::move(plan_);
  input.known = lookup_in(*world_, whole_);
  input.intents = snapshot_.intents;
  input.calls_max = in_.calls_max;
  input.on_progress = in_.on_progress;
  executor_.emplace(store_, cloud_, std::move(input));
  stage_ = Stage::execute;
}

AwsLocation Pass::here() const {
  const bool global = kind_ != nullptr && kind_->global;
  return {facts_.partition, facts_.account, global ? std::string() : facts_.region};
}

void Pass::record(Object& object) const {
  record_location(object, here());
  if (!decided_.is_null()) object.status[kDecided] = decided_;
}

// On disk before the first call.
bool Pass::keep_record() {
  Object next = in_.object;
  record(next);
  if (next.status == in_.object.status) return true;
  const Status kept =
      keep_in_status(store_, in_.object, cloud_.now(), [this](Object& object) { record(object); });
  if (!kept.ok()) stop(kept, "StoreUnavailable", false);
  return kept.ok();
}

bool Pass::read_past_owners(std::set<std::string>& out) {
  const auto& seen = snapshot_.observed;
  const bool any = std::any_of(seen.begin(), seen.end(), [](const Observed& observed) {
    return observed.foreign && !observed.owner_uid.empty();
  });
  return !any || read_deleted_uids(out);
}

bool Pass::read_deleted_uids(std::set<std::string>& out) {
  const auto tombstones = store_.tombstones();
  if (!tombstones.ok()) {
    stop(tombstones.status(), "StoreUnavailable", false);
    return false;
  }
  for (const Tombstone& tombstone : tombstones.value()) out.insert(tombstone.uid);
  return true;
}

// Whether the manifest or somebody else is why something differs.
void Pass::find_causes() {
  if (!in_.reached || leaves()) return;
  const Built before = build(*in_.reached, owner_, facts_);
  if (before.reason.empty()) mark_causes(plan_, whole_, before.graph);
}

bool Pass::explain_refusals() {
  bool complete = true;
  std::vector<std::pair<std::size_t, std::string>> found;
  for (std::size_t i = 0; i < outcomes().size(); ++i) {
    const Action& action = plan().actions[i];
    if (action.verb != Verb::remove || outcomes()[i].status.code != Code::conflict) continue;
    for (const Observed& observed : snapshot_.observed) {
      if (observed.row->type != action.type || observed.id != action.id) continue;
      complete = gather_blockers(observed) && complete;
      found.emplace_back(i, name_blockers(observed, answers_, facts_.region));
    }
  }
  if (!complete) return false;
  for (const auto& [index, names] : found) {
    if (!names.empty()) executor_->explain(index, names);
  }
  return true;
}

// Whether all questions are answered, also those that the answers raise.
bool Pass::gather_blockers(const Observed& observed) {
  for (std::size_t asked = 0;;) {
    const std::vector<Query> queries = blocking_queries(observed, answers_);
    if (queries.size() == asked) return true;
    asked = queries.size();
    bool waiting = false;
    for (const Query& query : queries) {
      waiting = reader_.gather(principal_, query, executed_, answers_) || waiting;
    }
    if (waiting) return false;
  }
}

void Pass::finish() {
  if (!executor_->store_error().ok()) {
    return stop(executor_->store_error(), "StoreUnavailable", false);
  }
  // What the endpoint turned out not to have is neither made nor missing.
  for (std::size_t i = 0; i < outcomes().size(); ++i) {
    const Action& action = plan().actions[i];
    if (action.verb != Verb::create || outcomes()[i].status.code != Code::unsupported) continue;
    snapshot_.unsupported[action.type] = action.operation;
  }
  conclude();
}

void Pass::conclude() {
  stage_ = Stage::finished;
  if (is_still_used()) return say_in_use();
  // Converged means: a look found nothing to do, and no promise is open that could still turn up.
  const bool deleting = leaves();
  const auto& intents = snapshot_.intents;
  std::string unasked;  // what may be there still, and nobody can tell
  const bool promises = std::any_of(intents.begin(), intents.end(), [&](const auto& item) {
    const Intent& intent = item.second;
    if (observes(in_.object) || retain_.contains(intent.type)) return false;
    const auto lacking = snapshot_.unsupported.find(intent.type);
    if (lacking != snapshot_.unsupported.end()) {
      if (!deleting || intent.sent == Time{} ||
          gone_with_parents(intent, owner_, snapshot_, kind_->types)) {
        return false;
      }
      unasked = intent.key + " (" + std::string(find_row(intent.type).service) + ":" +
                lacking->second + ")";
      return true;
    }
    return deleting ? intent.sent != Time{} : intent.state != Intent::State::made;
  });
  // Answers that were only believed while waiting prove nothing.
  const bool looked_freshly = in_.one_run || in_.bulk_since >= in_.read_since;
  converged_ = is_empty(plan()) && !promises && looked_freshly;
  if (unasked.empty() || !is_empty(plan())) return;
  stop(error(Code::unavailable, "the endpoint cannot be asked whether " + unasked +
                                    " is gone. Delete it by hand, then delete " +
                                    to_string(in_.object.key()) + " with --force"),
       "CannotLook", true);
}

}  // namespace byoc
