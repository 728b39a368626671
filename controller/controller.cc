#include "controller/controller.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/attempt.h"
#include "base/check.h"
#include "controller/deletion.h"
#include "controller/progress.h"
#include "controller/request.h"
#include "reconcilers/health.h"

namespace byoc {
namespace {

// Finds the objects that one refers to, directly and through them (a NodeGroup's Cluster's Role).
using Find = std::function<Result<Object>(const ObjectKey&)>;

Status add_related(const Object& object, const Find& find, std::map<ObjectKey, Object>& out) {
  for (const ObjectKey& key : references_of(object)) {
    if (out.contains(key)) continue;
    Result<Object> found = find(key);
    if (!found.ok()) {
      if (found.status().code == Code::not_found) continue;
      return found.status();
    }
    const Object& related = out.emplace(key, std::move(found).value()).first->second;
    if (Status status = add_related(related, find, out); !status.ok()) return status;
  }
  return {};
}

// Whether Kubernetes is to become another version than it was at the last pass: then it counts
// which one the nodes of other objects have.
bool is_to_be_raised(const Object& object) {
  const std::string wanted = text_member(object.spec, "kubernetesVersion");
  const ObjectKind* kind = find_kind(object.kind);
  return kind != nullptr && kind->is_followed && !wanted.empty() &&
         wanted != text_member(object.status, "kubernetesVersion");
}

// Failures in a row, with growing pauses, that make two minutes (aws-rules K).
constexpr int kFailuresOfPropagation = 8;

constexpr Duration kAnswerMax = std::chrono::minutes(5);  // how long a dry run waits for one

// A refusal that time alone does not heal.
bool needs_a_person(Code code) {
  return code == Code::invalid || code == Code::denied || code == Code::quota ||
         code == Code::unsupported;
}

struct Trouble {
  Code code = Code::ok;
  std::string reason;
  std::string message;
};

// The worst thing that happened to a pass's calls.
Trouble trouble_of(const Pass& pass) {
  Trouble worst;
  for (std::size_t i = 0; i < pass.outcomes().size(); ++i) {
    const ActionOutcome& outcome = pass.outcomes()[i];
    if (outcome.state != ActionOutcome::State::failed) continue;
    const bool lacking =
        outcome.status.code == Code::unsupported && pass.plan().actions[i].verb == Verb::create;
    if (lacking) continue;  // a condition says so
    const bool worse = worst.code == Code::ok ||
                       (needs_a_person(outcome.status.code) && !needs_a_person(worst.code));
    if (!worse) continue;
    const Progress progress{{}, &pass.plan().actions[i], &outcome, "", {}};
    worst = {outcome.status.code, event_reason(progress), event_text(progress)};
  }
  return worst;
}

bool has_blocked(const Pass& pass) {
  return std::any_of(pass.plan().actions.begin(), pass.plan().actions.end(),
                     [](const Action& action) { return action.verb == Verb::blocked; });
}

// Whether AWS is on its way with something that takes its time.
bool is_under_way(const Pass& pass) {
  const auto& actions = pass.plan().actions;
  return std::any_of(actions.begin(), actions.end(), [](const Action& action) {
    return action.verb == Verb::wait && action.settle_seconds > 0;
  });
}

bool made_progress(const Pass& pass) {
  return std::any_of(pass.outcomes().begin(), pass.outcomes().end(), [](const auto& outcome) {
    return outcome.state == ActionOutcome::State::done && outcome.status.ok();
  });
}

// Between passes over a converged object: as for all of them, or more often where its kind has a
// clock of its own.
Duration interval_of(const Object& object, Duration resync) {
  const ObjectKind* kind = find_kind(object.kind);
  const Duration own = kind == nullptr ? Duration(0) : Duration(*kind->interval);
  return own > Duration(0) ? std::min(own, resync) : resync;
}

}  // namespace

Controller::Controller(Store& store, Cloud& cloud, const Secrets& secrets,
                       ControllerOptions options)
    : store_(store),
      cloud_(cloud),
      secrets_(secrets),
      options_(std::move(options)),
      reader_(cloud) {}

void Controller::enqueue(const ObjectKey& key, Time due) {
  queue_.add(key, due);
}

const Standing* Controller::standing(const ObjectKey& key) const {
  const auto found = memories_.find(key);
  return found == memories_.end() || !found->second.standing ? nullptr : &*found->second.standing;
}

void Controller::run(Time until, const std::function<bool()>& done) {
  for (bool ask = true;;) {
    if (ask && done()) return;
    const Time now = cloud_.now();
    if (now >= until) return;
    ask = start_due();
    if (idle()) return;
    auto completion = cloud_.wait(std::min(until, next_start()));
    ask = (completion ? advance(*completion) : true) || ask;
  }
}

// Hands an answer to whoever waits for it; answers whether a pass ended.
bool Controller::advance(Completion& completion) {
  const bool shared = reader_.take(completion);
  bool taken = shared;
  bool ended = false;
  for (auto next = passes_.begin(); next != passes_.end();) {
    const auto at = next++;
    if (!shared && !at->second->take(completion)) continue;
    taken = true;
    at->second->advance();
    if (!at->second->finished()) continue;
    // At once: what one pass has seen is gone before another one sees as much.
    const auto pass = passes_.extract(at);
    queue_.release(pass.key());
    end(pass.key(), *pass.mapped());
    ended = true;
  }
  if (shared) advance_dry_runs();
  if (!taken && options_.on_other) options_.on_other(completion);
  if (passes_.empty() && dry_runs_.empty()) {
    const Time now = cloud_.now();
    reader_.forget(now - options_.believe, now - options_.full_sweep);
  }
  return ended;
}

bool Controller::start_due() {
  const Time now = cloud_.now();
  bool ended = false;
  for (std::size_t left = queue_.due_by(now); left > 0; --left) {
    if (passes_.size() >= options_.passes_max) break;
    const auto due = queue_.take(now, [this](const ObjectKey& key) { return yields(key); });
    if (!due) break;
    ended = start(due->key, due->at) || ended;
    if (!passes_.contains(due->key)) queue_.release(due->key);
  }
  return ended;
}

// When a pass can begin: never while there are enough, for the end of one of them is an answer.
Time Controller::next_start() const {
  if (passes_.size() >= options_.passes_max) return Time::max();
  const auto next = queue_.next([this](const ObjectKey& key) { return yields(key); });
  return std::max(next.value_or(Time::max()), cloud_.now());
}

// Whether the object's role is at work in half of all passes already: a thousand objects of an
// account that throttles do not hold up another one.
bool Controller::yields(const ObjectKey& key) const {
  const auto memory = memories_.find(key);
  if (memory == memories_.end() || !memory->second.role) return false;
  const auto busy = std::count_if(passes_.begin(), passes_.end(), [&](const auto& item) {
    return item.second->role() == *memory->second.role;
  });
  return static_cast<std::size_t>(busy) >= std::max<std::size_t>(1, options_.passes_max / 2);
}

// Answers whether the pass ended at once, for want of the object or of anything to wait for.
bool Controller::start(const ObjectKey& key, Time due) {
  Result<PassInput> input = read_input(key, due);
  if (!input.ok()) {
    if (input.status().code == Code::not_found) {
      forget(key);
      return true;
    }
    end_unread(key, input.status());
    return false;
  }
  // Under the name that the object had before: what that pass does is to be seen first.
  const std::string& uid = input.value().object.metadata.uid;
  if (std::any_of(passes_.begin(), passes_.end(),
                  [&](const auto& item) { return item.second->object().metadata.uid == uid; })) {
    enqueue(key, cloud_.now() + options_.backoff_min);
    return false;
  }
  Memory& memory = memories_[key];
  memory.references = references_of(input.value().object);
  auto pass = std::make_unique<Pass>(store_, cloud_, reader_, secrets_, std::move(input).value());
  memory.role = pass->role();
  if (yields(key)) {
    enqueue(key, due);
    return false;
  }
  pass->advance();
  if (!pass->finished()) {
    passes_[key] = std::move(pass);
    return false;
  }
  end(key, *pass);
  return true;
}

// A record that cannot be read, or a store that cannot: said once, and tried again with growing
// pauses.
void Controller::end_unread(const ObjectKey& key, const Status& status) {
  Memory& memory = memories_[key];
  Standing& standing = memory.standing ? *memory.standing : memory.standing.emplace();
  if (standing.message != status.message) {
    note_event(key, "Warning", "RecordUnreadable", status.message);
  }
  standing.converged = false;
  standing.stuck = true;
  standing.reason = "RecordUnreadable";
  standing.message = status.message;
  ++standing.failures;
  enqueue(key, cloud_.now() + backoff(standing));
}

Result<PassInput> Controller::read_input(const ObjectKey& key, Time due) {
  Result<Object> object = store_.get(key);
  if (!object.ok()) return object.status();
  PassInput input = input_for(std::move(object).value(), due);
  const Status status = add_related(
      input.object, [this](const ObjectKey& other) { return store_.get(other); }, input.related);
  if (!status.ok()) return status;
  if (!input.object.deleting() && !is_to_be_raised(input.object)) return input;
  auto dependents = dependents_.of(store_, key);
  if (!dependents.ok()) return dependents.status();
  for (const ObjectKey& other : dependents.value()) {
    Result<Object> found = store_.get(other);
    if (!found.ok()) continue;
    if (input.object.deleting()) {
      input.needed = input.needed || is_in_trouble(found.value());
    } else {
      input.using_it.push_back(std::move(found).value());
    }
  }
  if (input.object.deleting()) input.dependents = std::move(dependents).value();
  return input;
}

// Answers asked for since the pass was due are as good as new ones: passes that are due together
// share them, however many have to wait for their turn.
PassInput Controller::input_for(Object object, Time due) {
  PassInput input;
  input.object = std::move(object);
  const ObjectKey key = input.object.key();
  const Time now = cloud_.now();
  const auto found = memories_.find(key);
  static const Memory kNone;
  const Memory& memory = found == memories_.end() ? kNone : found->second;
  Time last = memory.changed;
  if (look_requested(input.object)) last = now;  // whoever asks doubts what was read before
  // What was read before the deletion was asked for may have been protected since.
  if (input.object.deleting()) last = std::max(last, *input.object.metadata.deleted);
  // Two looks of one object are two readings: two empty ones prove an absence.
  const Time ended = memory.standing ? memory.standing->ended : Time{};
  input.read_since = std::max({last, ended, std::min(due, now - options_.share)});
  const bool polling = !memory.waits.empty();
  input.bulk_since = polling ? std::max(last, now - options_.believe) : input.read_since;
  input.detail_since = std::max(last, now - options_.full_sweep);
  if (options_.run_since) limit_to_run(input, memory);
  input.unsettled = memory.unsettled;
  const bool same = memory.emptied_uid == input.object.metadata.uid;
  if (input.object.deleting() && same) input.emptied = memory.emptied;
  if (options_.pace_repeats) input.sent = memory.sent;
  input.default_region = options_.default_region;
  input.absence_grace = options_.absence_grace;
  // A store that does not say so is no leave to act.
  const Result<bool> paused = store_.paused();
  input.paused = !paused.ok() || paused.value();
  input.calls_max = options_.calls_max;
  input.on_progress = [this](const Progress& progress) { add_progress(progress); };
  return input;
}

// Within one run nobody doubts what was read in it, but for what this object changed since, and
// what is under way.
void Controller::limit_to_run(PassInput& input, const Memory& memory) const {
  const Time believed = std::max(*options_.run_since, cloud_.now() - options_.believe);
  const Time ended = memory.standing ? memory.standing->ended : Time{};
  input.one_run = true;
  input.touched = memory.touched;
  input.bulk_since = believed;
  input.detail_since = believed;
  input.read_since = std::max(believed, ended);
}

void Controller::add_progress(const Progress& progress) {
  if (options_.on_progress) options_.on_progress(progress);
  if (progress.outcome->state == ActionOutcome::State::running) return;
  ++write_calls_;
  Memory& memory = memories_[progress.object];
  memory.changed = progress.at;
  if (options_.run_since) {
    for (std::string& read : reads_touched_by(*progress.action)) {
      memory.touched[std::move(read)] = progress.at;
    }
  }
  const bool ok = progress.outcome->status.ok();
  // Like an event: what cannot be kept is no reason to stop.
  static_cast<void>(store_.batch([&]() -> Status {
    note_event(progress.object, ok ? "Normal" : "Warning", event_reason(progress),
               event_text(progress));
    return store_.add_journal(journal_entry(progress));
  }));
}

void Controller::note_event(const ObjectKey& key, const std::string& type,
                            const std::string& reason, const std::string& message) {
  const Time now = cloud_.now();
  // An event that cannot be kept is no reason to stop: promises are, and they are checked.
  static_cast<void>(store_.add_event({key, type, reason, message, 1, now, now}));
}

void Controller::end(const ObjectKey& key, Pass& pass) {
  Memory& memory = memories_[key];
  Standing& standing = memory.standing ? *memory.standing : memory.standing.emplace();
  ++standing.passes;
  standing.gone = false;
  standing.ended = cloud_.now();
  const bool was_converged = standing.converged;
  const std::string told_before = std::move(standing.message);
  standing.converged = pass.converged() && pass.failure().ok();
  const Trouble trouble = trouble_of(pass);
  standing.reason = trouble.reason.empty() ? pass.reason() : trouble.reason;
  standing.message = trouble.reason.empty() ? pass.failure().message : trouble.message;
  note_blocked(standing, pass);
  const bool failed = (!pass.failure().ok() && !pass.waiting()) || trouble.code != Code::ok;
  standing.failures = failed ? standing.failures + 1 : 0;
  const bool hopeless =
      needs_a_person(trouble.code) || has_blocked(pass) ||
      (!pass.failure().ok() && !pass.waiting() && needs_a_person(pass.failure().code)) ||
      pass.reason() == "DeletionProtected" || pass.reason() == "RecordLost" ||
      pass.reason() == "Paused";
  // What should only have needed time to propagate, and still fails after two minutes.
  const bool late = standing.failures >= kFailuresOfPropagation &&
                    (trouble.code == Code::not_found || trouble.code == Code::already_exists);
  standing.stuck = (hopeless || late) && !made_progress(pass);
  standing.stuck_for = standing.stuck ? standing.stuck_for + 1 : 0;
  if (!pass.failure().ok() && !pass.waiting() && standing.message != told_before) {
    note_event(pass.object().key(), "Warning", standing.reason, standing.message);
  }
  if (trouble.code == Code::conflict) {
    // The event of the call itself could not name what was in its way yet.
    note_event(pass.object().key(), "Warning", trouble.reason, trouble.message);
  }
  for (const Shown& shown : pass.plan().shown) {
    if (shown.held) {
      note_event(key, "Normal", "AdoptionShown", "to be done once applied again: " + shown.text);
    }
  }
  memory.unsettled = pass.unsettled();
  memory.emptied = pass.emptied();
  memory.emptied_uid = pass.object().metadata.uid;
  note_updates(pass);
  note_sent(memory, pass);
  note_missing(memory, pass);
  const bool moved = store_status(pass.object(), pass);
  if (options_.on_pass) options_.on_pass(pass.object(), pass);
  if (standing.converged && pass.object().deleting()) {
    end_deleted(pass.object());
    return;
  }
  if (moved || standing.converged != was_converged) wake_dependents(key);
  enqueue(key, next_look(memory, pass));
}

void Controller::rest() {
  const Time now = cloud_.now();
  const bool polling = std::any_of(memories_.begin(), memories_.end(),
                                   [](const auto& item) { return !item.second.waits.empty(); });
  reader_.forget(now - (polling ? options_.believe : options_.share), now - options_.full_sweep);
}

void Controller::drain(Time until) {
  while (!passes_.empty() && cloud_.now() < until) {
    auto completion = cloud_.wait(until);
    if (!completion) return;
    for (auto& [key, pass] : passes_) static_cast<void>(pass->take(*completion));
    std::erase_if(passes_, [this](const auto& item) {
      const bool settled = item.second->calls_in_flight() == 0;
      if (settled) queue_.release(item.first);
      return settled;
    });
  }
}

bool Controller::store_status(const Object& seen, const Pass& pass) {
  Object object = seen;
  report_pass(object, seen, pass);
  if (object.status == seen.status) return false;
  note_health(seen, object);
  Result<Object> stored = store_.put_status(object, cloud_.now());
  if (!stored.ok() &&
      stored.status().code == Code::conflict) {  // somebody changed the object meanwhile
    stored = store_.get(seen.key());
    // Another object that has the name by now has a status of its own.
    if (!stored.ok() || stored.value().metadata.uid != seen.metadata.uid) return false;
    object = std::move(stored).value();
    report_pass(object, seen, pass);
    stored = store_.put_status(object, cloud_.now());
  }
  // What objects that refer to this one build on.
  constexpr std::array<const char*, 2> kTold = {"phase", "kubernetesVersion"};
  return stored.ok() && std::any_of(kTold.begin(), kTold.end(), [&](const char* name) {
           return text_member(object.status, name) != text_member(seen.status, name);
         });
}

// Writes what a pass over an object as it was `seen` found into it.
void Controller::report_pass(Object& object, const Object& seen, const Pass& pass) {
  PassReport summary;
  summary.snapshot = pass.looked() ? &pass.snapshot() : nullptr;
  summary.plan = pass.looked() ? &pass.plan() : nullptr;
  summary.converged = pass.converged() && pass.failure().ok() &&
                      object.metadata.generation == seen.metadata.generation;
  const Standing& standing = *memories_.at(seen.key()).standing;
  summary.reason = standing.reason;
  summary.message = standing.message;
  // Want of capacity ends by itself: a wait, with a reason of its own.
  const bool waits = standing.reason == kNoCapacity;
  summary.error = standing.stuck || (standing.failures > 0 && !waits);
  summary.stuck = standing.stuck;
  summary.updates = pass.updates();
  if (pass.looked()) {
    summary.account = pass.account();
    summary.caller_arn = pass.caller_arn();
  }
  const auto tell = [&] {
    return attempt("the status of " + to_string(seen.key()) + " cannot be renewed", [&] {
      report(object, summary, cloud_.now());
      object.status["observedGeneration"] = seen.metadata.generation;
      answer_look(object, seen);
    });
  };
  Status told = tell();
  if (told.ok()) return;
  // Members of a type that nobody expects, as another program may have left them, are made anew.
  if (!object.status.is_object()) object.status = Json::object();
  for (const char* name : {"network", "inventory", "conditions"}) object.status.erase(name);
  told = tell();
  if (told.ok()) return;
  const bool reason = !summary.reason.empty();
  object.status["phase"] = "Error";
  object.status["reason"] = reason ? summary.reason : "UnexpectedValue";
  object.status["message"] = reason ? summary.message : told.message;
}

// Nothing of the object is left in the cloud: its finalizer goes, and then its record.
void Controller::end_deleted(const Object& object) {
  auto current = store_.get(object.key());
  if (!current.ok()) return;
  Object last = std::move(current).value();
  // Another object has the name by now, and nobody has looked for what it holds.
  if (last.metadata.uid != object.metadata.uid) return enqueue(object.key(), cloud_.now());
  std::erase(last.metadata.finalizers, kFinalizer);
  auto freed = store_.put(std::move(last), cloud_.now());
  const Status removed = freed.ok() ? store_.remove(object.key(), cloud_.now()) : freed.status();
  if (!removed.ok()) {
    enqueue(object.key(), cloud_.now() + options_.backoff_min);
    return;
  }
  static_cast<void>(secrets_.drop(object.key()));
  forget(object.key());
  for (const ObjectKey& key : references_of(object)) enqueue(key, cloud_.now());
}

void Controller::wake_dependents(const ObjectKey& key) {
  for (const auto& [other, memory] : memories_) {
    const auto& keys = memory.references;
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) enqueue(other, cloud_.now());
  }
}

// What is known of an object that is no more: that, and when it last changed, for another one may
// come under its name.
void Controller::forget(const ObjectKey& key) {
  Memory& memory = memories_[key];
  Memory left;
  left.standing = std::move(memory.standing).value_or(Standing{});
  left.standing->gone = true;
  left.changed = memory.changed;
  memory = std::move(left);
}

Time Controller::next_look(Memory& memory, const Pass& pass) {
  const Time now = cloud_.now();
  const Standing& standing = *memory.standing;
  if (standing.converged) {
    memory.waits.clear();
    const Duration interval = interval_of(pass.object(), options_.resync);
    return Time{} + (now.time_since_epoch() / interval + 1) * interval;
  }
  if (made_progress(pass) && standing.failures == 0) {
    memory.waits.clear();
    return now;
  }
  if (standing.failures > 0) return now + backoff(standing);
  // What is under way is looked at as ever, though a person must mend something else.
  if (standing.stuck && !is_under_way(pass)) return now + backoff(standing);
  return now + poll_delay(memory, pass);
}

Duration Controller::backoff(const Standing& standing) const {
  Duration delay = options_.backoff_min;
  const int tries = std::max(standing.failures, standing.stuck_for);
  for (int i = 1; i < tries && delay < options_.backoff_max; ++i) delay *= 2;
  return std::min(delay, standing.stuck ? options_.backoff_max
                                        : std::min(options_.backoff_max, Duration(30000)));
}

// Few looks while the usual time is not over, then one per fiftieth of it: a long wait costs few
// calls and adds about one percent.
Duration Controller::poll_delay(Memory& memory, const Pass& pass) {
  if (pass.waiting()) return options_.wait_max;
  const Time now = cloud_.now();
  auto& since = memory.waits;
  std::map<std::string, Time> still;
  Duration delay = Duration::max();
  for (const Action& action : pass.plan().actions) {
    if (action.verb != Verb::wait) continue;
    const auto known = since.find(action.key);
    const Time start = known == since.end() ? now : known->second;
    still[action.key] = start;
    const Duration usual = std::chrono::seconds(action.settle_seconds);
    const bool early = now - start < usual * 7 / 10;
    const Duration step = early ? usual / 20 : std::max(usual, now - start) / 50;
    const Duration idle = std::chrono::seconds(action.idle_seconds);
    delay = std::min(
        delay, std::max(idle, std::min(options_.poll_max, std::max(options_.poll_min, step))));
  }
  since = std::move(still);
  return since.empty() ? options_.poll_min : std::min(delay, options_.resync);
}

Status Controller::check_deletion(Object object, const std::vector<Object>& others) {
  object.metadata.deleted = cloud_.now();
  const auto run = std::make_shared<DryRun>();
  run->passes.push_back(begin_dry_pass(object, others, /*gate_only=*/true));
  dry_runs_.push_back(run);
  finish(run);
  const Pass& pass = *run->passes.front();
  const bool refused = pass.reason() == "WrongAccount" || pass.reason() == "DeletionProtected";
  return refused ? pass.failure() : Status{};
}

bool DryRun::finished() const {
  return std::all_of(passes.begin(), passes.end(),
                     [](const auto& pass) { return pass->finished(); });
}

// What AWS held all of, once; nothing when that is not known.
std::optional<Object> Controller::reached(const Object& object) const {
  auto stored = store_.get(object.key());
  if (!stored.ok() || stored.value().metadata.uid != object.metadata.uid) return std::nullopt;
  const Object& before = stored.value();
  const bool held =
      before.status.value("convergedGeneration", std::int64_t{0}) == before.metadata.generation;
  return held && !before.deleting() ? std::optional(before) : std::nullopt;
}

std::unique_ptr<Pass> Controller::begin_dry_pass(const Object& object,
                                                 const std::vector<Object>& others,
                                                 bool gate_only) {
  const auto find = [&others](const ObjectKey& key) -> Result<Object> {
    for (const Object& other : others) {
      if (other.key() == key) return other;
    }
    return error(Code::not_found, to_string(key) + " is not among the objects");
  };
  PassInput input = input_for(object, cloud_.now());
  check(add_related(object, find, input.related).ok(), "what is at hand can be read");
  for (const Object& other : others) {
    // Those that go, too, are gone by then.
    if (other.deleting() || !refers_to(other, object.key())) continue;
    input.dependents.push_back(other.key());
    if (is_to_be_raised(object)) input.using_it.push_back(other);
  }
  input.dry_run = true;
  input.gate_only = gate_only;
  input.reached = reached(object);
  if (!options_.run_since) {
    input.read_since = cloud_.now();
    input.detail_since = input.read_since;
    input.bulk_since = input.read_since;
  }
  auto pass = std::make_unique<Pass>(store_, cloud_, reader_, secrets_, std::move(input));
  pass->advance();
  return pass;
}

std::shared_ptr<DryRun> Controller::begin_dry_run(const std::vector<Object>& objects,
                                                  const std::vector<ObjectKey>& keys,
                                                  std::function<void(const DryRun&)> done) {
  auto run = std::make_shared<DryRun>();
  run->done = std::move(done);
  for (const ObjectKey& key : keys) {
    const auto found = std::find_if(objects.begin(), objects.end(),
                                    [&](const Object& object) { return object.key() == key; });
    if (found != objects.end()) run->passes.push_back(begin_dry_pass(*found, objects, false));
  }
  dry_runs_.push_back(run);
  advance_dry_runs();
  return run;
}

void Controller::advance_dry_runs() {
  for (std::size_t i = 0; i < dry_runs_.size();) {
    const std::shared_ptr<DryRun> run = dry_runs_[i];
    for (const auto& pass : run->passes) {
      if (!pass->finished()) pass->advance();
    }
    if (!run->finished()) {
      ++i;
      continue;
    }
    dry_runs_.erase(dry_runs_.begin() + static_cast<std::ptrdiff_t>(i));
    if (run->done) run->done(*run);
  }
}

std::shared_ptr<DryRun> Controller::dry_run(const std::vector<Object>& objects,
                                            const std::vector<ObjectKey>& keys) {
  std::shared_ptr<DryRun> run = begin_dry_run(objects, keys, {});
  finish(run);
  return run;
}

void Controller::finish(const std::shared_ptr<DryRun>& run) {
  while (!run->finished()) {
    auto completion = cloud_.wait(cloud_.now() + kAnswerMax);
    if (!completion) break;  // late, or interrupted
    static_cast<void>(advance(*completion));
  }
  for (const auto& pass : run->passes) pass->give_up();
  std::erase(dry_runs_, run);
}

std::unique_ptr<Pass> Controller::dry_run(const Object& object, const std::vector<Object>& others) {
  std::vector<Object> all = others;
  std::erase_if(all, [&](const Object& other) { return other.key() == object.key(); });
  all.push_back(object);
  return std::move(dry_run(all, {object.key()})->passes.front());
}

}  // namespace byoc
