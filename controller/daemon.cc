#include "controller/daemon.h"

#include <malloc.h>

#include <algorithm>
#include <utility>

#include "controller/log.h"
#include "controller/notify.h"
#include "controller/plan_report.h"
#include "controller/progress.h"

namespace byoc {
namespace {

std::string seconds_text(Time time) {
  return std::to_string(
      std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
}

// Those that were not said before.
void log_diagnostics(const Diagnostics& diagnostics, const std::set<std::string>& before) {
  for (const Diagnostic& diagnostic : diagnostics) {
    if (before.contains(format_diagnostic(diagnostic))) continue;
    log(diagnostic.severity == Severity::error ? LogLevel::error : LogLevel::warning, "manifest",
        {{"file", diagnostic.file}, {"text", format_diagnostic(diagnostic)}});
  }
}

LogLevel level_of(SourceChange::Kind kind) {
  const bool held = kind == SourceChange::Kind::frozen || kind == SourceChange::Kind::waiting;
  return held ? LogLevel::warning : LogLevel::info;
}

std::string_view word_for(SourceChange::Kind kind) {
  switch (kind) {
    case SourceChange::Kind::put: return "stored";
    case SourceChange::Kind::move: return "moved";
    case SourceChange::Kind::remove: return "deletion begun";
    case SourceChange::Kind::frozen: return "left alone";
    case SourceChange::Kind::waiting: return "deletion waits for byocctl approve";
    case SourceChange::Kind::later: break;
  }
  return "later";
}

Labels labels_of(const Object& object) {
  const Metadata& metadata = object.metadata;
  return {{"kind", object.kind}, {"namespace", metadata.ns}, {"name", metadata.name}};
}

}  // namespace

Daemon::Daemon(const Parts& parts, DaemonOptions options)
    : parts_(parts),
      options_(std::move(options)),
      controller_(parts.store, parts.cloud, parts.secrets, hooked(options_.controller)),
      strays_(options_.sweep_age),
      sweep_at_(parts.cloud.now() + options_.sweep_age),
      beat_every_(watchdog_interval()) {
  say_process_defaults();
  if (options_.watch_dir.empty()) return;
  options_.watch.interrupted = parts_.interrupted;
  watch_.emplace(options_.watch_dir, options_.watch);
  scanner_.emplace(options_.watch_dir, Limits{}, parts_.interrupted);
}

Result<std::unique_ptr<Daemon>> Daemon::make(const Parts& parts, DaemonOptions options) {
  std::unique_ptr<Daemon> daemon(new Daemon(parts, std::move(options)));
  Status connected = daemon->connect();
  if (!connected.ok()) return connected;
  return daemon;
}

Status Daemon::connect() {
  const Status status = parts_.wakes.add(parts_.mailbox.fd(), [this] {
    for (const Mailbox::Task& task : parts_.mailbox.take()) task();
  });
  if (!status.ok() || !watch_ || watch_->fd() < 0) return status;
  return parts_.wakes.add(watch_->fd(), [this] { watch_->drain(parts_.cloud.now()); });
}

ControllerOptions Daemon::hooked(ControllerOptions options) {
  options.on_progress = [this](const Progress& progress) { take(progress); };
  options.on_other = [this](Completion& completion) {
    if (sweep_ && sweep_->take(completion) && sweep_->finished()) end_sweep();
  };
  options.on_pass = [this](const Object& object, const Pass& pass) { take_pass(object, pass); };
  return options;
}

void Daemon::reload(DaemonOptions options) {
  options.watch_dir = options_.watch_dir;
  options_ = std::move(options);
  controller_.configure(hooked(options_.controller));
  say_process_defaults();
  again_ = parts_.cloud.now();
  look_at_everything();
  log(LogLevel::info, "configuration is read again");
}

void Daemon::plan(const std::vector<Object>& objects, const std::vector<ObjectKey>& keys,
                  std::function<void(std::vector<Json>)> done) {
  controller_.begin_dry_run(objects, keys, [done = std::move(done)](const DryRun& run) {
    std::vector<Json> planned;
    for (const auto& pass : run.passes) planned.push_back(planned_object(*pass));
    done(std::move(planned));
  });
}

void Daemon::look_at_everything() {
  const auto objects = parts_.store.list("");
  if (!objects.ok()) {
    log(LogLevel::error, "the store cannot be read", {{"message", objects.status().message}});
    again_ = parts_.cloud.now() + options_.source.again;
    return;
  }
  for (const Object& object : objects.value()) {
    controller_.enqueue(object.key(), parts_.cloud.now());
  }
}

void Daemon::run() {
  woke_ = parts_.cloud.now();
  look_at_everything();
  run_timers();
  notify("READY=1\nSTATUS=watching " +
         (options_.watch_dir.empty() ? "nothing" : options_.watch_dir));
  while (!stopping_) {
    const Time until = next_timer();
    if (controller_.idle()) {
      auto completion = parts_.cloud.wait(until);
      if (completion && sweep_ && sweep_->take(*completion) && sweep_->finished()) end_sweep();
      parts_.wakes.dispatch();
    } else {
      controller_.run(until, [&] {
        parts_.wakes.dispatch();
        return stopping_ || next_timer() < until;
      });
    }
    if (!stopping_) run_timers();
  }
  notify("STOPPING=1");
  controller_.drain(parts_.cloud.now() + options_.stop_max);
}

std::optional<Time> Daemon::scan_due() const {
  if (!watch_) return std::nullopt;
  Time due = scanned_ + options_.full_scan;
  if (again_) due = std::min(due, *again_);
  if (const auto changed = watch_->due()) due = std::min(due, *changed);
  return due;
}

Time Daemon::next_timer() const {
  Time next = woke_ + std::chrono::hours(1);
  if (const auto due = scan_due()) next = std::min(next, *due);
  if (count_at_) next = std::min(next, *count_at_);
  if (beat_every_.count() > 0) next = std::min(next, beat_at_);
  if (options_.sweep_every.count() > 0 && !sweep_) next = std::min(next, sweep_at_);
  return next;
}

void Daemon::run_timers() {
  const Time now = parts_.cloud.now();
  woke_ = now;
  if (beat_every_.count() > 0 && beat_at_ <= now) beat();
  if (const auto due = scan_due(); due && *due <= now) scan();
  if (count_at_ && *count_at_ <= now) {
    count();
    controller_.rest();
    malloc_trim(0);  // a burst is over: what it took goes back to the system
  }
  if (options_.sweep_every.count() > 0 && !sweep_ && sweep_at_ <= now) begin_sweep();
}

void Daemon::begin_sweep() {
  sweep_at_ = parts_.cloud.now() + options_.sweep_every;
  const auto objects = parts_.store.list("");
  if (!objects.ok()) return;  // the passes report it
  std::set<std::string> live;
  for (const Object& object : objects.value()) live.insert(object.metadata.uid);
  sweep_.emplace(parts_.cloud,
                 sweep_scopes(objects.value(), parts_.secrets, options_.controller.default_region),
                 std::move(live));
}

void Daemon::end_sweep() {
  const Time now = parts_.cloud.now();
  for (const Status& failure : sweep_->failures()) {
    log(LogLevel::warning, "a part of the sweep failed", {{"message", failure.message}});
  }
  count_soon();
  const bool whole = sweep_->failures().empty();
  const std::vector<Stray> dangling = strays_.take(sweep_->strays(), now);
  sweep_.reset();
  parts_.metrics.clear("byoc_dangling");
  std::map<std::pair<std::string, std::string>, int> counts;
  for (const Stray& stray : dangling) {
    ++counts[{stray.type, stray.region}];
    log(LogLevel::warning, "dangles",
        {{"type", stray.type},
         {"id", stray.id},
         {"owner", stray.owner},
         {"uid", stray.uid},
         {"region", stray.region}});
  }
  for (const auto& [what, number] : counts) {
    parts_.metrics.set("byoc_dangling", {{"type", what.first}, {"region", what.second}}, number);
  }
  if (!whole) return;
  const auto own =
      own_strays(parts_.store, dangling, options_.sweep_delete ? LeftBy::any : LeftBy::willing);
  const auto keys = own.ok() ? reclaim_all(parts_.store, own.value(), now)
                             : Result<std::vector<ObjectKey>>(own.status());
  if (!keys.ok()) {
    log(LogLevel::error, "what dangles cannot be taken away", {{"message", keys.status().message}});
    return;
  }
  for (const ObjectKey& key : keys.value()) {
    log(LogLevel::info, "what dangles is being taken away", {{"object", to_string(key)}});
    controller_.enqueue(key, now);
  }
}

void Daemon::beat() {
  notify("WATCHDOG=1");
  beat_at_ = parts_.cloud.now() + beat_every_;
}

void Daemon::scan() {
  const Time now = parts_.cloud.now();
  watch_->rearm(now);
  const Scan seen = scanner_->scan(now);
  scanned_ = now;
  auto stored = read_stored(parts_.store);
  if (!stored.ok()) {
    log(LogLevel::error, "the store cannot be read", {{"message", stored.status().message}});
    again_ = now + options_.source.again;
    return;
  }
  stored.value().of_process = process_defaults();
  const SourceChanges changes = compare(seen, stored.value(), options_.source);
  const std::set<std::string> told_before = told_;
  const Applied applied = apply(changes, parts_.store, parts_.secrets, told_, now, options_.source);
  again_ = applied.again;
  parts_.metrics.add("byoc_watch_scans_total", {{"result", seen.whole ? "ok" : "incomplete"}});
  parts_.metrics.clear("byoc_manifest_errors");
  std::map<std::string, int> errors;
  for (const Diagnostic& diagnostic : changes.diagnostics) {
    if (diagnostic.severity == Severity::error) ++errors[diagnostic.file];
  }
  for (const auto& [file, count] : errors) {
    parts_.metrics.set("byoc_manifest_errors", {{"file", file}}, count);
  }
  if (told_ != told_before) log_diagnostics(changes.diagnostics, told_before);
  for (const SourceChange* change : applied.done) {
    log(level_of(change->kind), word_for(change->kind),
        {{"object", to_string(change->object.key())},
         {"reason", change->reason},
         {"message", change->message},
         {"commit", seen.commit}});
  }
  const auto waiting = std::count_if(
      changes.list.begin(), changes.list.end(),
      [](const SourceChange& change) { return change.kind == SourceChange::Kind::waiting; });
  parts_.metrics.set("byoc_deletions_waiting", {}, static_cast<double>(waiting));
  // The approval comes through the store, from another process.
  if (waiting > 0 && !again_) again_ = now + options_.source.again;
  for (const Status& failure : applied.failures) {
    log(LogLevel::error, "cannot be stored", {{"message", failure.message}});
  }
  for (const ObjectKey& key : applied.keys) controller_.enqueue(key, now);
  look_at_store();
}

// Gauges of what the store holds. Only after something has happened, and not often.
void Daemon::count() {
  count_at_.reset();
  const auto objects = parts_.store.list("");
  if (!objects.ok()) return;  // the passes report it
  std::vector<Labels> living;
  for (const Object& object : objects.value()) living.push_back(labels_of(object));
  parts_.metrics.keep_only("byoc_last_success_timestamp_seconds", living);
  parts_.metrics.clear("byoc_objects");
  std::map<std::pair<std::string, std::string>, int> phases;
  for (const Object& object : objects.value()) {
    const std::string phase = text_member(object.status, "phase");
    ++phases[{object.kind, phase.empty() ? "Pending" : phase}];
  }
  for (const auto& [what, number] : phases) {
    parts_.metrics.set("byoc_objects", {{"kind", what.first}, {"phase", what.second}}, number);
  }
  double open = 0;
  for (const Object& object : objects.value()) {
    const auto intents = parts_.store.intents(object.metadata.uid);
    if (!intents.ok()) return;
    open += static_cast<double>(
        std::count_if(intents.value().begin(), intents.value().end(),
                      [](const Intent& intent) { return intent.state == Intent::State::open; }));
  }
  parts_.metrics.set("byoc_intents_open", {}, open);
}

// After a pass or a sweep: something may have changed, and what it took can be given back.
void Daemon::count_soon() {
  if (!count_at_) count_at_ = parts_.cloud.now() + options_.gauges;
}

void Daemon::count_queue() {
  const Time now = parts_.cloud.now();
  const std::optional<Time> since = controller_.queue().oldest();
  const Duration age = std::max(Duration(0), now - since.value_or(now));
  parts_.metrics.set("byoc_queue_depth", {}, static_cast<double>(controller_.queue().due_by(now)));
  parts_.metrics.set("byoc_queue_age_seconds", {}, std::chrono::duration<double>(age).count());
}

void Daemon::take(const Progress& progress) {
  if (progress.outcome->state == ActionOutcome::State::running) return;
  const Action& action = *progress.action;
  const Status& status = progress.outcome->status;
  LogFields fields = {{"object", to_string(progress.object)},
                      {"operation", action.service + ":" + action.operation},
                      {"key", action.key},
                      {"id", progress.outcome->id},
                      {"request_id", progress.request_id}};
  if (!status.ok()) {
    fields.emplace_back("code", result_word(status));
    fields.emplace_back("error", status.message);
  }
  log(status.ok() ? LogLevel::info : LogLevel::warning, status.ok() ? "called" : "refused", fields);
}

void Daemon::take_pass(const Object& object, const Pass& pass) {
  const std::string name = to_string(object.key());
  const bool failed = !pass.failure().ok() && !pass.waiting();
  parts_.metrics.add("byoc_reconciles_total", {{"kind", object.kind},
                                               {"result", failed             ? "error"
                                                          : pass.converged() ? "ok"
                                                                             : "pending"}});
  const Duration lasted = parts_.cloud.now() - pass.begun();
  parts_.metrics.observe("byoc_reconcile_seconds", {{"kind", object.kind}},
                         std::chrono::duration<double>(lasted).count());
  if (pass.converged() && !object.deleting()) {
    parts_.metrics.set("byoc_last_success_timestamp_seconds", labels_of(object),
                       std::stod(seconds_text(parts_.cloud.now())));
  }
  count_queue();
  if (failed) {
    log(LogLevel::warning, "pass failed",
        {{"object", name}, {"reason", pass.reason()}, {"message", pass.failure().message}});
  }
  look_at_store();
  count_soon();
}

// A store that cannot be written stops everything that must not be forgotten: it is told once.
void Daemon::look_at_store() {
  const Status writable = parts_.store.can_write();
  {
    const std::lock_guard lock(mutex_);
    if (trouble_ == writable.message) return;
    trouble_ = writable.message;
  }
  if (writable.ok()) return log(LogLevel::info, "the store can be written again", {});
  log(LogLevel::error, "the store cannot be written", {{"message", writable.message}});
}

std::string Daemon::unready() const {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

void Daemon::say_process_defaults() {
  const std::lock_guard lock(mutex_);
  of_process_ = {{"region", options_.controller.default_region}};
}

ProcessDefaults Daemon::process_defaults() const {
  const std::lock_guard lock(mutex_);
  return of_process_;
}

}  // namespace byoc
