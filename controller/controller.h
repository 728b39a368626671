// Controller: one loop over all objects. Level-triggered: the queue holds names, each pass looks
// at the world again, and nothing is lost when the process dies between any two steps.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cloud/cloud.h"
#include "controller/dependents.h"
#include "controller/pass.h"
#include "controller/reader.h"
#include "controller/secrets.h"
#include "controller/store.h"
#include "controller/work_queue.h"

namespace byoc {

struct ControllerOptions {
  std::string default_region = "us-east-1";
  // Between looks at a converged object. All of them are looked at together, at whole multiples of
  // it since the epoch: one round of reads serves them all.
  Duration resync = std::chrono::minutes(5);
  Duration full_sweep =
      std::chrono::hours(1);  // how long details of a converged object are believed
  Duration backoff_min = std::chrono::seconds(1);
  Duration backoff_max = std::chrono::minutes(10);
  Duration poll_min = std::chrono::seconds(1);  // while something is under way
  Duration poll_max = std::chrono::seconds(10);
  Duration wait_max = std::chrono::seconds(30);     // for another object, which wakes us anyway
  Duration believe = std::chrono::minutes(1);       // other answers, while something is waited for
  Duration share = std::chrono::milliseconds(200);  // answers this young serve several objects
  Duration absence_grace = kAbsenceGrace;
  bool pace_repeats = true;  // what AWS accepts and does not do is sent again with growing pauses
  // One run of byocctl: answers asked for since then serve every object that changed nothing that
  // they are about, for as long as other answers are believed. Nothing: byocd, which runs on.
  std::optional<Time> run_since;
  int calls_max = 16;           // in flight, per object
  std::size_t passes_max = 16;  // at a time, half of them at most as one role; the others wait
  std::function<void(const Progress&)> on_progress;
  // Offered what is an answer to nobody's call here.
  std::function<void(Completion&)> on_other;
  // Told at the end of every pass, after the status is stored.
  std::function<void(const Object&, const Pass&)> on_pass;
};

// How an object stands after its last pass.
struct Standing {
  bool converged = false;
  bool gone = false;   // deletion is finished and the record is removed
  bool stuck = false;  // a person must act: waiting alone does not help
  std::string reason;
  std::string message;
  int passes = 0;
  int failures = 0;   // in a row
  int stuck_for = 0;  // passes in a row
  Time ended{};       // when that pass ended
};

// Dry runs of several objects, which are looked at together and share what is read.
struct DryRun {
  std::vector<std::unique_ptr<Pass>> passes;  // in the order of the keys
  std::function<void(const DryRun&)> done;    // told once, by the loop; may be empty

  [[nodiscard]] bool finished() const;
};

class Controller {
 public:
  Controller(Store& store, Cloud& cloud, const Secrets& secrets, ControllerOptions options);

  // Other settings, from the next pass on.
  void configure(ControllerOptions options) { options_ = std::move(options); }
  // One run (options.run_since) begins now: what was read before is not believed any more.
  void begin_run() {
    if (options_.run_since) options_.run_since = cloud_.now();
  }
  // Whether there is nothing to wait for but new names in the queue.
  [[nodiscard]] bool idle() const { return queue_.empty() && passes_.empty() && dry_runs_.empty(); }

  // Puts an object into the queue; an earlier time wins over a later one.
  void enqueue(const ObjectKey& key, Time due);

  // Runs until `until`, or until `done` says so (asked first, and after passes and lulls). One
  // thread, no sleeping but in Cloud::wait.
  void run(Time until, const std::function<bool()>& done);

  // A burst is over: drops the answers that no pass would believe any more.
  void rest();

  // Starts nothing more and takes the answers to the calls in flight, so that what they did is
  // written down; gives up at `until` (the promises then tell the next run).
  void drain(Time until);

  // What would be done for `keys`, as if `objects` were what is stored: no promise, no call that
  // changes anything. `done` is told when every answer is there.
  std::shared_ptr<DryRun> begin_dry_run(const std::vector<Object>& objects,
                                        const std::vector<ObjectKey>& keys,
                                        std::function<void(const DryRun&)> done);
  // The same, and waits for it.
  [[nodiscard]] std::shared_ptr<DryRun> dry_run(const std::vector<Object>& objects,
                                                const std::vector<ObjectKey>& keys);
  // The same for one of them.
  [[nodiscard]] std::unique_ptr<Pass> dry_run(const Object& object,
                                              const std::vector<Object>& others);

  // Why the object cannot be deleted from here, before it is marked; ok also when nobody can tell.
  [[nodiscard]] Status check_deletion(Object object, const std::vector<Object>& others);

  [[nodiscard]] const Standing* standing(const ObjectKey& key) const;
  [[nodiscard]] const WorkQueue& queue() const { return queue_; }
  [[nodiscard]] int read_calls() const { return reader_.calls(); }
  [[nodiscard]] int write_calls() const { return write_calls_; }

 private:
  // What is remembered of an object between its passes; nothing that a restart would miss.
  struct Memory {
    std::optional<Standing> standing;     // after its first pass
    std::optional<std::string> role;      // that it works as, once that is known
    std::vector<ObjectKey> references;    // as its last pass began
    std::map<std::string, Time> waits;    // by key of the graph: since when
    std::map<std::string, Sent> sent;     // calls whose effect is not seen yet, by their marks
    std::set<std::string> unsettled;      // detail queries worth asking again
    std::string emptied_uid;              // of the object that `emptied` is about
    std::set<std::string> emptied;        // see PassInput
    Time changed{};                       // when its last call that changes things ended
    std::map<std::string, Time> touched;  // by read operation: when a call changed what it shows
  };

  // Answers whether a pass ended.
  bool start_due();
  [[nodiscard]] Time next_start() const;
  [[nodiscard]] bool yields(const ObjectKey& key) const;
  bool start(const ObjectKey& key, Time due);
  bool advance(Completion& completion);
  void end(const ObjectKey& key, Pass& pass);
  void end_unread(const ObjectKey& key, const Status& status);
  [[nodiscard]] Duration backoff(const Standing& standing) const;
  void end_deleted(const Object& object);
  // Answers whether the phase changed.
  bool store_status(const Object& seen, const Pass& pass);
  void report_pass(Object& object, const Object& seen, const Pass& pass);
  void add_progress(const Progress& progress);
  void note_event(const ObjectKey& key, const std::string& type, const std::string& reason,
                  const std::string& message);
  void note_health(const Object& before, const Object& after);
  void note_blocked(Standing& standing, const Pass& pass);
  void note_updates(const Pass& pass);
  void note_sent(Memory& memory, const Pass& pass);
  void note_missing(const Memory& memory, const Pass& pass);
  Time next_look(Memory& memory, const Pass& pass);
  Duration poll_delay(Memory& memory, const Pass& pass);
  void finish(const std::shared_ptr<DryRun>& run);
  [[nodiscard]] PassInput input_for(Object object, Time due);
  void limit_to_run(PassInput& input, const Memory& memory) const;
  [[nodiscard]] std::unique_ptr<Pass> begin_dry_pass(const Object& object,
                                                     const std::vector<Object>& others,
                                                     bool gate_only);
  void advance_dry_runs();
  [[nodiscard]] std::optional<Object> reached(const Object& object) const;
  [[nodiscard]] Result<PassInput> read_input(const ObjectKey& key, Time due);
  void wake_dependents(const ObjectKey& key);
  void forget(const ObjectKey& key);

  Store& store_;
  Cloud& cloud_;
  const Secrets& secrets_;
  ControllerOptions options_;
  Reader reader_;
  WorkQueue queue_;
  Dependents dependents_;
  std::map<ObjectKey, std::unique_ptr<Pass>> passes_;
  std::vector<std::shared_ptr<DryRun>> dry_runs_;
  std::map<ObjectKey, Memory> memories_;
  int write_calls_ = 0;
};

}  // namespace byoc
