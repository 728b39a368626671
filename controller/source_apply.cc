// What the directory asks of the store is done.
#include <algorithm>
#include <utility>

#include "controller/source.h"

namespace byoc {
namespace {

class Application {
 public:
  Application(Store& store, const Secrets& secrets, Time now, const SourceOptions& options)
      : store_(store), secrets_(secrets), now_(now), options_(options) {}

  Applied take(const SourceChanges& changes, std::set<std::string>& told) {
    applied_.again = changes.again;
    tell(changes, told);
    // Without it nothing goes: what went is counted beforehand.
    if (changes.memory && !broken_) broken_ = !note(write_source_memory(store_, *changes.memory));
    for (const SourceChange& change : changes.list) {
      if (!broken_) make(change);
    }
    // The question goes when its answer has been acted upon, not before.
    if (changes.weighed && !broken_) note(store_.ask(changes.question));
    return std::move(applied_);
  }

 private:
  void make(const SourceChange& change) {
    switch (change.kind) {
      case SourceChange::Kind::put:
      case SourceChange::Kind::move: return put(change);
      case SourceChange::Kind::remove: return remove(change);
      case SourceChange::Kind::frozen:
      case SourceChange::Kind::waiting: return hold(change);
      case SourceChange::Kind::later: return;
    }
  }

  void put(const SourceChange& change) {
    const auto stored = change.from
                            ? store_renamed(*change.from, change.object, store_, secrets_, now_)
                            : store_candidate(change.object, store_, secrets_, now_);
    if (!note(stored.ok() ? Status{} : stored.status())) return;
    const bool same =
        stored.value().metadata.resource_version == change.object.metadata.resource_version;
    if (same) return;
    applied_.done.push_back(&change);
    if (change.kind == SourceChange::Kind::move) return;
    add_event(change.object.key(), "Normal", change.reason, change.message);
    if (change.from) applied_.keys.push_back(*change.from);
    applied_.keys.push_back(change.object.key());
  }

  void remove(const SourceChange& change) {
    if (!note(mark_deleted(change.object, store_, now_))) return;
    applied_.done.push_back(&change);
    add_event(change.object.key(), "Normal", change.reason, change.message);
    applied_.keys.push_back(change.object.key());
  }

  // Said once, on the object and as an event: the condition remembers it.
  void hold(const SourceChange& change) {
    Object object = change.object;
    const Condition condition{std::string(kSourceCondition), "False", change.reason,
                              change.message};
    if (!set_condition(object, condition, now_)) return;
    const auto stored = store_.put_status(std::move(object), now_);
    if (!note(stored.ok() ? Status{} : stored.status())) return;
    applied_.done.push_back(&change);
    add_event(change.object.key(), "Warning", change.reason, change.message);
  }

  void tell(const SourceChanges& changes, std::set<std::string>& told) {
    std::set<std::string> now;
    std::set<std::string> wrong;  // the others are notices
    for (const Diagnostic& one : changes.diagnostics) {
      if (now.size() >= options_.told_max) break;
      const std::string text = format_diagnostic(one);
      now.insert(text);
      if (one.severity == Severity::error) wrong.insert(text);
    }
    const ObjectKey directory{std::string(kDirectoryKind), "default", changes.root};
    std::erase_if(now, [&](const std::string& text) {
      const bool error = wrong.contains(text);
      return !told.contains(text) && !add_event(directory, error ? "Warning" : "Normal",
                                                error ? "FileInvalid" : "FileLeftOut", text);
    });
    told = std::move(now);
  }

  bool add_event(const ObjectKey& key, const std::string& type, const std::string& reason,
                 const std::string& message) {
    if (broken_) return false;
    return note(store_.add_event({key, type, reason, message, 1, now_, now_}));
  }

  // Keeps what failed; answers whether nothing did.
  bool note(const Status& status) {
    if (status.ok()) return true;
    broken_ = broken_ || status.code == Code::unavailable;
    applied_.failures.push_back(status);
    const Time again = now_ + options_.again;
    applied_.again = std::min(applied_.again.value_or(again), again);
    return false;
  }

  Store& store_;
  const Secrets& secrets_;
  Time now_;
  const SourceOptions& options_;
  Applied applied_;
  bool broken_ = false;  // the store does not work: the rest would only wait for it again
};

}  // namespace

Applied apply(const SourceChanges& changes, Store& store, const Secrets& secrets,
              std::set<std::string>& told, Time now, const SourceOptions& options) {
  return Application(store, secrets, now, options).take(changes, told);
}

}  // namespace byoc
