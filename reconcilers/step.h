// Versions: one minor version at a time, and not before what depends on them has followed.
#pragma once

#include <string_view>
#include <vector>

#include "reconcilers/graph.h"
#include "reconcilers/plan.h"
#include "reconcilers/world.h"

namespace byoc {

// Whether one version is older than another, number by number: "v1.9.2-eksbuild.1" is older than
// "v1.10.0-eksbuild.1".
[[nodiscard]] bool is_older(std::string_view one, std::string_view other);

// Whether a change would take a version down, which AWS never does (Set::rises).
[[nodiscard]] bool is_lowered(const Row& row, const Change& change);

struct StepInput {
  const Row& row;
  const Desired& desired;
  const Observed& observed;
  const Graph& graph;
  const SeenWorld& world;
};

// Makes one step of each update that raises a version by more (Set::stepwise). Answers with the
// updates that cannot be made now, taken out of `actions`: as a wait for what follows first, or as
// blocked, with what a person must do.
[[nodiscard]] std::vector<Action> take_one_step(const StepInput& in, std::vector<Action>& actions);

// Whether what follows a version was built for another one than there is.
[[nodiscard]] bool followers_are_late(const Row& row, const Desired& desired,
                                      const Observed& observed);

}  // namespace byoc
