// SeenWorld: a snapshot in the terms of one graph: which observed resource has which key.
#pragma once

#include <deque>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "reconcilers/diff.h"
#include "reconcilers/reference.h"

namespace byoc {

// It points into the snapshot's observed resources, into the graph, and into itself.
struct SeenWorld {
  using ByKey = std::unordered_map<std::string_view, const Observed*>;

  SeenWorld() = default;
  SeenWorld(SeenWorld&&) = default;
  SeenWorld& operator=(SeenWorld&&) = default;

  [[nodiscard]] const Observed* find(std::string_view key) const;

  ByKey by_key;                          // ours, one per key
  std::vector<const Observed*> surplus;  // ours, but a second one of its key: the younger
  std::vector<const Observed*> unasked;  // parts of our resources that the graph does not name
  ByKey foreign;                         // not ours, under a name that the graph wants
  std::deque<Observed> unseen;           // promised, and not shown by reads yet
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
