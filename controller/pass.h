// Pass: one reconcile of one object, as a state machine driven by completions.
//
//   facts -> look -> diff -> execute -> name what blocked -> report
//
// It keeps nothing that a later pass needs: what must survive is in the store, everything else is
// looked at again. A dry run stops after diff and writes nothing.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/cloud.h"
#include "controller/executor.h"
#include "controller/provider.h"
#include "controller/reader.h"
#include "controller/secrets.h"
#include "controller/store.h"
#include "reconcilers/diff.h"
#include "reconcilers/kinds.h"
#include "reconcilers/location.h"
#include "reconcilers/look.h"
#include "reconcilers/status.h"
#include "reconcilers/world.h"

namespace byoc {

struct PassInput {
  Object object;
  std::map<ObjectKey, Object> related;  // every object that this one refers to, if it exists
  std::vector<ObjectKey> dependents;    // of one that is being deleted: who refers to it
  bool needed = false;  // one of them is in trouble: it may want what others took away here
  std::vector<Object> using_it;      // of one whose version is to be raised: the same, as they are
  std::map<std::string, Sent> sent;  // calls of earlier passes, by their marks
  std::string default_region;
  bool dry_run = false;
  bool gate_only = false;         // ends as soon as it is known whether the object may be worked on
  std::optional<Object> reached;  // dry run: as it was when AWS last held all of it
  // One run of byocctl: an answer serves until a call of this object changes what it is about.
  bool one_run = false;
  std::map<std::string, Time> touched;  // reads_touched_by() -> when; counts in one run
  Time read_since{};                    // answers asked for earlier are stale
  Time detail_since{};                  // the same for detail queries
  Time bulk_since{};                    // the same for the others while something is waited for
  std::set<std::string> unsettled;      // queries whose answer will change: always by read_since
  // Of a deletion: row types of which an earlier look of it found nothing, and nothing is promised.
  // Nobody makes any while it goes on: they are not looked at again.
  std::set<std::string> emptied;
  Duration absence_grace = kAbsenceGrace;
  bool paused = false;  // as all objects are
  int calls_max = 16;
  std::function<void(const Progress&)> on_progress;
};

class Pass {
 public:
  Pass(Store& store, Cloud& cloud, Reader& reader, const Secrets& secrets, PassInput input);

  // Goes on as far as it can without a new answer. Call again after every completion.
  void advance();
  // Ends it for want of answers: what it has not seen is not known.
  void give_up();
  // Whose role it works as; empty for our own identity.
  [[nodiscard]] std::string role() const {
    return principal_ == nullptr ? std::string() : principal_->role_arn;
  }
  // Offers a completion; false when it belongs to somebody else (shared reads are the Reader's).
  [[nodiscard]] bool take(const Completion& completion);
  [[nodiscard]] bool finished() const { return stage_ == Stage::finished; }

  // After the end.
  [[nodiscard]] const Object& object() const { return in_.object; }
  // The types to be left out by the next pass of a deletion, see PassInput.
  [[nodiscard]] const std::set<std::string>& emptied() const { return in_.emptied; }
  [[nodiscard]] const Plan& plan() const { return executor_ ? executor_->plan() : plan_; }
  [[nodiscard]] const std::vector<ActionOutcome>& outcomes() const;
  [[nodiscard]] const Snapshot& snapshot() const { return snapshot_; }
  [[nodiscard]] const std::set<std::string>& unsettled() const { return unsettled_; }
  [[nodiscard]] Time begun() const { return begun_; }
  [[nodiscard]] bool looked() const { return looked_; }
  [[nodiscard]] bool converged() const { return converged_; }
  [[nodiscard]] std::size_t calls_in_flight() const {
    return executor_ ? executor_->in_flight() : 0;
  }
  // Updates that are not at their end, and those that failed while they are still wanted.
  [[nodiscard]] std::vector<Followed> updates() const;
  // What earlier updates came to.
  [[nodiscard]] const std::vector<Followed>& followed() const { return followed_; }
  // Why it did not get through; ok when it did.
  [[nodiscard]] const Status& failure() const { return failure_; }
  [[nodiscard]] const std::string& reason() const { return reason_; }
  [[nodiscard]] bool waiting() const { return waiting_; }
  [[nodiscard]] const std::string& account() const { return facts_.account; }
  // Where the calls go.
  [[nodiscard]] AwsLocation here() const;
  [[nodiscard]] const std::string& region() const { return facts_.region; }
  // Writes into the object's status where it belongs, and what was decided for it.
  void record(Object& object) const;
  [[nodiscard]] const std::string& caller_arn() const { return facts_.caller_arn; }

 private:
  enum class Stage { facts, updates, look, execute, blockers, finished };

  void choose_principal();
  void begin();
  void go_on();
  // Runs a step; what it throws (JSON of an unexpected type) ends the pass as an error of its
  // object.
  void guarded(void (Pass::*step)());
  // Whether the object is to be taken away now, and whether that waits for those who use it.
  [[nodiscard]] bool leaves() const { return in_.object.deleting() && in_.dependents.empty(); }
  [[nodiscard]] bool is_still_used() const {
    return in_.object.deleting() && !in_.dependents.empty();
  }
  void say_in_use();
  bool read_promises();
  [[nodiscard]] bool rekey_promises();
  void judge_blind_deletion();
  // Ends the pass of a deleted object that has nothing to take away.
  void end_at_once();
  // Which of the owners that foreign resources name are no more.
  [[nodiscard]] bool read_past_owners(std::set<std::string>& out);
  // The uids of all objects that were deleted here.
  [[nodiscard]] bool read_deleted_uids(std::set<std::string>& out);
  bool gather_facts();
  [[nodiscard]] bool explain_outcome(FactsOutcome& outcome);
  [[nodiscard]] bool follow_updates();
  bool look_around();
  void note_emptied();
  void make_plan();
  [[nodiscard]] bool keep_record();
  void find_causes();
  [[nodiscard]] bool is_first() const;
  [[nodiscard]] bool is_alone(const std::vector<Observed>& namesakes);
  [[nodiscard]] bool build_graph();
  [[nodiscard]] bool decide_by_what_stands();
  // Whose values no message may hold.
  [[nodiscard]] std::vector<Secret> secrets_in_use() const;
  void stop(Status failure, std::string reason, bool waiting);
  void finish();
  // Says what stands in the way of refused removals; false while answers are to come.
  [[nodiscard]] bool explain_refusals();
  [[nodiscard]] bool gather_blockers(const Observed& observed);
  void conclude();
  [[nodiscard]] bool gate();
  // Whether every answer is there; asks for the others.
  [[nodiscard]] bool gather(const std::vector<Query>& queries);

  Store& store_;
  Cloud& cloud_;
  Reader& reader_;
  const Secrets& secrets_;
  PassInput in_;
  Owner owner_;
  Stage stage_ = Stage::facts;
  std::shared_ptr<const Principal> principal_;
  Answers answers_;
  std::vector<Query> open_;         // asked, and not all answered
  std::optional<Witness> witness_;  // of why the facts are refused
  Facts facts_;
  const ObjectKind* kind_ = nullptr;    // null: not known to this version
  const Provider* provider_ = nullptr;  // of the kind
  Graph whole_;                         // the object's graph, also while it is being deleted
  Json decided_;                        // what it decided where the manifest leaves a choice
  bool has_resources_ = false;          // there may be some, as far as the records say
  bool redecided_ = false;              // by what the look showed
  Snapshot snapshot_;
  std::set<std::string> retain_;         // row types that outlive the object
  std::vector<std::string_view> types_;  // of the resources that it may have
  std::optional<Looker> looker_;
  std::vector<Followed> followed_;
  std::set<std::string> unsettled_;
  Plan plan_;
  std::optional<SeenWorld> world_;  // what the executor's references stand for
  std::optional<Executor> executor_;
  Time begun_ = cloud_.now();
  Time executed_{};  // when its last call ended
  bool looked_ = false;
  bool converged_ = false;
  bool waiting_ = false;
  Status failure_;
  std::string reason_;
};

}  // namespace byoc
