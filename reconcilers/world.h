// SeenWorld: a snapshot in the terms of one graph: which observed resource has which key.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "reconcilers/diff.h"
#include "reconcilers/reference.h"

namespace byoc {

struct SeenWorld {
  std::map<std::string, Observed> by_key;   // ours, one per key
  std::vector<Observed> surplus;            // ours, but a second one of its key: the younger
  std::vector<Observed> unasked;            // parts of our resources that the graph does not name
  std::map<std::string, Observed> foreign;  // not ours, under a name that the graph wants
};

// Gives every observed resource of the owner its key. Children without tags get the key of the
// desired part with the same identity. Promised resources that reads do not show yet are filled in
// from what the create call answered.
[[nodiscard]] SeenWorld assign_keys(const Owner& owner, const Graph& graph,
                                    const Snapshot& snapshot, const DiffOptions& options);

// Looks up references among what is seen, and secrets of the graph.
[[nodiscard]] Lookup lookup_in(const SeenWorld& world, const Graph& graph);

// Whether an empty read of a promised resource proves that it is not there.
[[nodiscard]] bool absence_proved(const Intent& intent, Time now, const DiffOptions& options);

// The intent after a look that did not find its resource.
[[nodiscard]] Intent missed_once_more(const Intent& intent, Time now);

}  // namespace byoc
