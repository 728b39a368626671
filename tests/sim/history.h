// History: one seed, one story. Objects are applied, the world is hurt and then calmed, and then
// the same things are demanded of every story.
//
//   never two living objects of one key; converged; while calm no rejected call and nothing taken
//   away again; a second pass changes nothing; foreign resources untouched; after delete the world
//   is as before.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "controller/controller.h"
#include "tests/sim/odd_answer.h"
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
};

// What comes in the place of every answer to one operation, for a while.
struct WrongAnswers {
  std::string operation;                     // "ec2:CreateVpc"
  SimWire::Page page = SimWire::Page::none;  // a proxy's page, or
  std::optional<Oddity> oddity = {};         // a good answer that says something else
};

// Thrown through the controller where it "dies".
struct Crash {};

class History {
 public:
  explicit History(StoryOptions options);

  // Tells the whole story. Empty when everything that is demanded holds; otherwise what does not.
  [[nodiscard]] std::vector<std::string> run();

  // The second seat with wrong answers: whatever is said to be made or gone is, and what does not
  // ask goes on; with right answers all goes on to its end.
  [[nodiscard]] std::vector<std::string> run_with(const WrongAnswers& wrong);

  [[nodiscard]] SimCloud& cloud() { return cloud_; }
  [[nodiscard]] SimWire& wire() { return *wire_; }
  [[nodiscard]] Store& store() { return *store_; }

 private:
  void apply_all();
  void request_deletion();
  void enqueue_all();
  void storm();
  bool settle(const char* what, const std::function<bool()>& done, Duration limit);
  void restart();
  void run_until(Time until, const std::function<bool()>& done);
  [[nodiscard]] bool all_converged() const;
  [[nodiscard]] bool all_gone() const;
  void demand_true_claims(const std::vector<std::string>& whole);
  [[nodiscard]] std::function<void()> begin_wrong_answers(const WrongAnswers& wrong, int& count);
  void others_add_things();
  void demand_converged();
  void change_facts(std::size_t usable_min);
  void demand_nothing_left();
  void demand_calm(std::size_t from, const char* when);
  void demand_nothing_undone(std::size_t from);
  void demand_single();
  void complain(std::string text);
  void tell_call(const Progress& progress) const;
  void tell_pass(const Object& object, const Pass& pass) const;

  StoryOptions options_;
  Random random_;
  SimCloud cloud_;
  std::unique_ptr<Store> store_;
  Secrets secrets_{""};
  std::unique_ptr<SimWire> wire_;  // of the second seat,
  std::unique_ptr<Cloud> client_;  // and the client on it
  std::unique_ptr<TamperingCloud> tampering_;
  std::unique_ptr<Controller> controller_;
  Json before_;
  Time start_{};
  int crashes_left_ = 0;
  std::size_t counted_ = 0;  // entries of the journal after which living objects were counted
  std::vector<std::string> complaints_;
};

// The objects of the ordinary stack: a Role, a Cluster with it, and a NodeGroup.
[[nodiscard]] std::vector<Object> ordinary_stack();

// Somebody else's resources with look-alike names and tags; they must survive everything.
void settle_foreigners(SimCloud& cloud);

}  // namespace byoc::sim
