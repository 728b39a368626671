// Executor: carries out one plan. One action is one API call; independent calls run side by side.
//
// A promise (Intent) is on disk before each create call, and its outcome after each answer. Calls
// that AWS refuses for now leave the rest of the plan going on; what could not be done is looked at
// again by the next pass. Nothing is remembered between passes.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/secret.h"
#include "cloud/cloud.h"
#include "controller/store.h"
#include "reconcilers/diff.h"
#include "reconcilers/follow.h"
#include "reconcilers/reference.h"

namespace byoc {

// What became of one action.
struct ActionOutcome {
  enum class State { waiting, running, done, pending, failed };
  State state = State::waiting;  // pending: accepted, and takes its time
  Status status;
  std::string id;        // of what was made
  Followed update = {};  // that was accepted; without a key: none
};

// Told as it happens: by the live tree, the events and the journal.
struct Progress {
  ObjectKey object;
  const Action* action = nullptr;
  const ActionOutcome* outcome = nullptr;
  std::string request_id;
  Time at;
};

struct ExecutorInput {
  Owner owner;
  std::shared_ptr<const Principal> principal;
  std::vector<Secret> secrets = {};  // that AWS may echo: masked in what is stored and told
  Plan plan;
  Lookup known;  // references to what the look found, and secrets
  std::map<std::string, Intent> intents;
  int calls_max = 16;                                // of this plan in flight
  std::function<void(const Progress&)> on_progress;  // may be empty
};

class Executor {
 public:
  Executor(Store& store, Cloud& cloud, ExecutorInput input);

  // Starts every call that may start now.
  void start_ready();
  // Takes the answer to one of its calls; false when the ticket is not one of them.
  [[nodiscard]] bool take(const Completion& completion);
  // Adds a word to why an action failed.
  void explain(std::size_t index, const std::string& text);
  // Whether no call is in flight and none can start.
  [[nodiscard]] bool idle() const { return flying_.empty(); }

  [[nodiscard]] const Plan& plan() const { return in_.plan; }
  [[nodiscard]] const std::vector<ActionOutcome>& outcomes() const { return outcomes_; }
  [[nodiscard]] std::size_t in_flight() const { return flying_.size(); }
  // A store that cannot write stops everything: no promise, no call.
  [[nodiscard]] const Status& store_error() const { return store_error_; }

 private:
  [[nodiscard]] bool may_start(std::size_t index) const;
  [[nodiscard]] Json find(const Reference& reference) const;
  void start(std::size_t index);
  bool promise(const Action& action);
  void read_answer(const Action& action, const Completion& completion, ActionOutcome& outcome);
  void made(const Action& action, const Observed& made, ActionOutcome& outcome);
  void removed(const Action& action, ActionOutcome& outcome);
  void refused(const Action& action, const Status& status, ActionOutcome& outcome);
  void tell(std::size_t index, const std::string& request_id);
  void keep(const Intent& intent);
  void settle(std::size_t index, const Completion& completion);

  Store& store_;
  Cloud& cloud_;
  ExecutorInput in_;
  std::vector<ActionOutcome> outcomes_;
  std::map<Ticket, std::size_t> flying_;
  std::map<std::size_t, Json> sent_;                      // parameters of the calls in flight
  std::map<std::string, Time> sent_before_;               // of promises renewed in this pass
  std::map<std::string, Json, std::less<>> made_fields_;  // by key: what this pass made
  std::set<std::string> busy_pools_;  // where an update was accepted in this pass
  Status store_error_;
  std::vector<Intent> kept_;  // since the last answer began to be taken
};

}  // namespace byoc
