// StoryRun: a simulated AWS, a store and a controller on it that dies and starts again; and what is
// demanded of every story, whatever is told in it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "controller/controller.h"
#include "tests/sim/planted.h"
#include "tests/sim/sim_cloud.h"

namespace byoc::sim {

struct StoryOptions {
  std::uint64_t seed = 1;
  bool hurt = true;     // faults, crashes and drift before the calm
  int crashes_max = 6;  // of the controller, at random points
  std::function<bool(CrashPoint, const Call&)> crash_at;  // instead: crash when it says so, once
  bool delete_while_hurt = false;
  bool below = false;                // the second seat: the real client on a simulated wire
  const Planted* planted = nullptr;  // a wrong program, on purpose
  bool tell = false;                 // prints every call and every pass to standard output
  Duration hurt_max = std::chrono::minutes(60);
  std::uint64_t slower_max = 5;     // see SimOptions
  std::uint64_t settle_spread = 0;  // the same
};

// Thrown through the controller where it "dies".
struct Crash {};

class StoryRun {
 public:
  explicit StoryRun(StoryOptions options, std::string secrets_dir = "");
  virtual ~StoryRun() = default;
  StoryRun(const StoryRun&) = delete;
  StoryRun& operator=(const StoryRun&) = delete;

  [[nodiscard]] SimCloud& cloud() { return cloud_; }
  [[nodiscard]] SimWire& wire() { return *wire_; }
  [[nodiscard]] Store& store() { return *store_; }

 protected:
  // Told at the end of every pass.
  virtual void hear(const Object& /*object*/, const Pass& /*pass*/) {}
  void request_deletion();
  void enqueue_all();
  bool settle(const char* what, const std::function<bool()>& done, Duration limit);
  void restart();
  void run_until(Time until, const std::function<bool()>& done);
  [[nodiscard]] bool all_gone() const;
  void demand_nothing_left();
  // Whether a refused call is one that the story brings about by itself.
  [[nodiscard]] virtual bool is_expected(const Entry& /*refused*/) const { return false; }
  void demand_calm(std::size_t from, const char* when);
  void demand_nothing_undone(std::size_t from);
  void demand_single();
  // F27: of what exists it is never written down that nothing was sent.
  void demand_remembered(const Pass& pass);
  void complain(std::string text);

  StoryOptions options_;
  Random random_;
  SimCloud cloud_;
  std::unique_ptr<Store> store_;
  Secrets secrets_;
  std::unique_ptr<SimWire> wire_;  // of the second seat,
  std::unique_ptr<Cloud> client_;  // and the client on it
  std::unique_ptr<TamperingCloud> tampering_;
  std::unique_ptr<Controller> controller_;
  Json before_;
  Time start_{};
  int crashes_left_ = 0;
  std::vector<std::string> complaints_;

 private:
  [[nodiscard]] std::string next_uid();
  void tell_call(const Progress& progress) const;
  void tell_pass(const Object& object, const Pass& pass) const;

  int uids_ = 0;
  std::size_t counted_ = 0;  // entries of the journal after which living objects were counted
};

// The weather of one story: some faults not at all, others often.
[[nodiscard]] Faults storm_of(Random& random);

// Somebody else's resources with look-alike names and tags; they must survive everything.
void settle_foreigners(SimCloud& cloud);

}  // namespace byoc::sim
