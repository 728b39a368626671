// Stacks: N ordinary stacks of two nodegroups, made by the controller in the simulation.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cloud/cloud.h"
#include "controller/controller.h"
#include "reconcilers/graph.h"
#include "tests/sim/sim_cloud.h"

namespace byoc::bench {

inline constexpr const char* kRegion = "us-west-2";

// One Role, and for each stack a Cluster that works as it, with two NodeGroups.
[[nodiscard]] std::vector<Object> stacks(int count);

// As ControllerOptions are, in the region of the simulation.
[[nodiscard]] ControllerOptions usual_options();

// The same with few looks, for worlds whose making is not what is measured.
[[nodiscard]] ControllerOptions hasty_options();

// A world, a store and a controller between them.
class Rig {
 public:
  // `path` of the store; ":memory:" keeps it out of the file system.
  explicit Rig(const std::string& path, std::uint64_t seed = 1);

  // Stores the objects and runs until all of them are converged; stops the program when that takes
  // more than a virtual day. `through` as in restart().
  void make(std::vector<Object> objects, ControllerOptions options, Cloud* through = nullptr);

  // A new process, so to speak: a controller that knows only the store. `through` stands between
  // it and the simulation; null: nothing does.
  void restart(ControllerOptions options, Cloud* through = nullptr);
  void run_until_converged();
  void run_for(Duration span);

  [[nodiscard]] sim::SimCloud& cloud() { return cloud_; }
  [[nodiscard]] Store& store() { return *store_; }
  [[nodiscard]] std::vector<Object> objects();

 private:
  [[nodiscard]] bool converged() const;

  sim::SimCloud cloud_;
  std::unique_ptr<Store> store_;
  Secrets secrets_{""};
  std::vector<ObjectKey> keys_;
  std::unique_ptr<Controller> controller_;
};

// The graph of an object as the controller builds it, with what the rig knows.
[[nodiscard]] Graph graph_of(Rig& rig, const Object& object);

}  // namespace byoc::bench
