// Soak: one world and one byocd for thousands of virtual hours. Somebody changes things, AWS has
// bad days, credentials expire, the network goes away, byocd is stopped and killed; the sweep takes
// away what dangles all the while.
//
//   What drifts in a calm world is mended within a resync, or within full_sweep where only details
//   show it, and kAllowance for the calls. After every storm the same holds from its end on.
//   Nothing is there twice; what belongs to others is as it was; memory does not grow.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "controller/daemon.h"
#include "tests/sim/sim_cloud.h"

namespace byoc::sim {

struct SoakOptions {
  std::uint64_t seed = 1;
  Duration length = std::chrono::hours(500);
};

class Soak {
 public:
  explicit Soak(SoakOptions options);
  ~Soak();

  // Empty when everything that is demanded holds; otherwise what does not. Prints its figures.
  [[nodiscard]] std::vector<std::string> run();

 private:
  struct Life;  // of one byocd
  using Period = void (Soak::*)();

  void start();
  void run_for(Duration span);
  void settle(Duration limit, const char* when);
  void quiet_hours();
  void drift_in_calm();
  void bad_day();
  void expired_credentials();
  void network_away();
  void heal(const char* when);
  void leave_stray();
  [[nodiscard]] std::vector<std::string> differences();
  void demand_healthy(const char* when);
  void take_down();
  void weigh();
  [[nodiscard]] std::pair<std::size_t, std::size_t> growth() const;
  void print_figures() const;
  void complain(std::string text);

  SoakOptions options_;
  Random random_;
  SimCloud cloud_;
  std::string dir_;
  std::unique_ptr<Store> store_;
  Secrets secrets_;
  std::unique_ptr<Life> life_;
  Json before_;
  Time begin_{};
  Time until_{};  // of the run under way
  double crash_chance_ = 0;
  std::map<std::string, int> counts_;  // of what happened
  std::vector<std::size_t> weights_;   // resident bytes at the end of each period
  std::vector<std::string> complaints_;
};

}  // namespace byoc::sim
