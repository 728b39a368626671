// Daemon: byocd's one loop. It gives the controller more to wake up for than answers of AWS: the
// watched directory, other threads' requests, and timers. Everything runs on one thread.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "controller/controller.h"
#include "controller/mailbox.h"
#include "controller/metrics.h"
#include "controller/source.h"
#include "controller/sweeper.h"
#include "controller/wakes.h"
#include "controller/watch.h"
#include "manifests/validate.h"

namespace byoc {

struct DaemonOptions {
  std::string watch_dir;  // empty: no directory is watched
  Duration full_scan = std::chrono::minutes(5);
  Duration stop_max = std::chrono::milliseconds(800);  // for the answers of calls in flight
  Duration gauges = std::chrono::seconds(15);          // between countings of the store
  Duration sweep_every = std::chrono::hours(1);        // zero: never
  Duration sweep_age = std::chrono::minutes(30);       // between two sightings of what dangles
  // Takes away what dangles of all objects that were deleted here; else only of those that had
  // kSweepAnnotation.
  bool sweep_delete = false;
  WatchOptions watch;
  SourceOptions source;
  ControllerOptions controller;  // its callbacks are the daemon's
};

class Daemon {
 public:
  // What it works with; all of it outlives the daemon.
  struct Parts {
    Store& store;
    Cloud& cloud;
    const Secrets& secrets;
    Wakes& wakes;  // its descriptor wakes the cloud
    Mailbox& mailbox;
    Metrics& metrics;
    // Whether the process was asked to end; asked while a scan lasts. May be empty.
    std::function<bool()> interrupted = {};
  };
  // An error when the wakes cannot be set up.
  [[nodiscard]] static Result<std::unique_ptr<Daemon>> make(const Parts& parts,
                                                            DaemonOptions options);

  // Runs until stop() is called from a wake, and until the calls in flight are answered or
  // stop_max is over.
  void run();
  void stop() { stopping_ = true; }
  // For tasks of the mailbox: an object, or the directory, is to be looked at now.
  void look(const ObjectKey& key) {
    controller_.enqueue(key, parts_.cloud.now());
    count_soon();  // it may be gone
  }
  void look_at_directory() { again_ = parts_.cloud.now(); }
  // What would be done for `keys`, as if `objects` were stored; `done` is told when it is known.
  void plan(const std::vector<Object>& objects, const std::vector<ObjectKey>& keys,
            std::function<void(std::vector<Json>)> done);
  // Says so, once, when the store cannot be written any more, and when it can again.
  void look_at_store();
  // New settings, and a new look at the directory and at every object.
  void reload(DaemonOptions options);

  // From any thread: whether the store works and the loop turns. The reason when it does not.
  [[nodiscard]] std::string unready() const;
  // From any thread: what this process says where a manifest says nothing.
  [[nodiscard]] ProcessDefaults process_defaults() const;

 private:
  Daemon(const Parts& parts, DaemonOptions options);
  [[nodiscard]] ControllerOptions hooked(ControllerOptions options);
  [[nodiscard]] Status connect();
  void look_at_everything();
  void run_timers();
  [[nodiscard]] Time next_timer() const;
  [[nodiscard]] std::optional<Time> scan_due() const;
  void scan();
  void count();
  void count_soon();
  void count_queue();
  void beat();
  void say_process_defaults();
  void begin_sweep();
  void end_sweep();
  void take(const Progress& progress);
  void take_pass(const Object& object, const Pass& pass);

  Parts parts_;
  DaemonOptions options_;
  Controller controller_;
  std::optional<DirectoryWatch> watch_;
  std::optional<Scanner> scanner_;
  std::set<std::string> told_;  // diagnostics that are events already
  std::optional<Time> again_;   // when to scan although nothing happens
  Time scanned_{};
  std::optional<Time> count_at_;  // nothing has changed since the last counting
  std::optional<Sweep> sweep_;    // under way
  StrayMemory strays_;
  Time sweep_at_{};
  Duration beat_every_{0};
  Time beat_at_{};
  Time woke_{};
  bool stopping_ = false;
  mutable std::mutex mutex_;
  // Guarded by the mutex:
  std::string trouble_;  // why the store does not work
  ProcessDefaults of_process_;
};

}  // namespace byoc
