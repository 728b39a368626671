// Upgrade: a world and a store that an earlier version made, kept as files and made again.
//
// A recording is a directory: manifests.yaml (what was applied), calls.jsonl (each call that
// changed something, in order, with its time, its principal and its answer) and store.sql (the
// store as that version left it). The calls are replayed into a fresh world; ids that come out
// different are replaced in the store. `simulate --record=DIR` makes the first half of a recording
// with the version at hand (tests/sim/upgrade/README.md).
#pragma once

#include <memory>
#include <string>

#include "controller/store.h"
#include "tests/sim/sim_cloud.h"

namespace byoc::sim {

// The world of a recording: one latency, no faults, the foreigners of every story.
[[nodiscard]] std::unique_ptr<SimCloud> recorded_cloud();

// Applies DIR/manifests.yaml, lets a controller work until all is converged, and writes
// DIR/calls.jsonl and DIR/store.db. Answers with what went wrong, or with "".
[[nodiscard]] std::string record(const std::string& dir);

// Replays DIR/calls.jsonl into the cloud and opens a store at `path`, which does not exist yet,
// made from DIR/store.sql.
[[nodiscard]] std::unique_ptr<Store> take_over(SimCloud& cloud, const std::string& dir,
                                               const std::string& path);

}  // namespace byoc::sim
