// Stack: stored objects, and the world in which all of them are as their manifests say.
#pragma once

#include <string>
#include <vector>

#include "reconcilers/build.h"
#include "reconcilers/plan.h"
#include "reconcilers/snapshot.h"

namespace byoc::properties {

struct Part {
  Object object;
  Owner owner;
  Facts facts;
  Built built;
  std::vector<Observed> world;  // of a whole graph
};

// Builds every object as soon as what it refers to is there, and settles it. What still waits at
// the end has a reason and no world.
[[nodiscard]] std::vector<Part> settle(std::vector<Object> objects);

[[nodiscard]] Snapshot snapshot_of_world(std::vector<Observed> world);

// One line for each thing of a world: equal lines are equal worlds. Leaves out what is free after
// the creation, for the graph or for the row.
[[nodiscard]] std::vector<std::string> shown_world(const Part& part, const Graph& free);

// The same with nothing left out.
[[nodiscard]] std::vector<std::string> whole_world(const Part& part);

}  // namespace byoc::properties
