// SeenWorld: a snapshot in the terms of one graph: which observed resource has which key.
#pragma once

#include <cstdint>
#include <deque>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "reconcilers/diff.h"
#include "reconcilers/keys.h"
#include "reconcilers/reference.h"

namespace byoc {

// A promise, and the number of its key.
struct Promise {
  const Intent* intent = nullptr;
  std::uint32_t key = 0;
};

// It points into the snapshot, into the graph, and into itself.
struct SeenWorld {
  explicit SeenWorld(Keys of_graph);
  SeenWorld(SeenWorld&&) = default;
  SeenWorld& operator=(SeenWorld&&) = default;

  [[nodiscard]] const Observed* find(std::string_view key) const;
  // What a reference stands for; null when that is not seen, and for secrets.
  [[nodiscard]] const Json& value(const Reference& reference) const;
  // Whether AWS does not let us see what stands under the key's name.
  [[nodiscard]] bool is_refused(std::string_view key) const;
  // The number of a key of this world, which may be a new one.
  std::uint32_t number_of(std::string_view key);

  Keys keys;                          // of the graph's nodes, in their order, then of what is seen
  std::vector<const Observed*> ours;  // by number of the key, one per key; null: not seen
  std::vector<Promise> promises;      // in the order of their keys
  std::vector<const Observed*> surplus;  // ours, but a second one of its key: the younger
  std::vector<const Observed*> unasked;  // parts of our resources that the graph does not name
  std::unordered_map<std::string_view, const Observed*>
      foreign;                  // by key: not ours, under a name that the graph wants
  std::deque<Observed> unseen;  // promised, and not shown by reads yet
  std::deque<Observed> chosen;  // those of several versions, as the one that is compared
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

// When the empty reads of this intent prove that its resource is not there, once there are enough.
[[nodiscard]] Time absence_due(const Intent& intent, const DiffOptions& options);

// Whether a promised resource that the endpoint cannot be asked about is gone all the same: what
// it is part of, or lives in, was asked for and is not there. `types` are those of the object's
// kind: what lives in another object's resource goes with a look only.
[[nodiscard]] bool gone_with_parents(const Intent& intent, const Owner& owner,
                                     const Snapshot& snapshot,
                                     const std::vector<std::string_view>& types);

// The intent after a look that did not find its resource.
[[nodiscard]] Intent missed_once_more(const Intent& intent, Time now);

}  // namespace byoc
