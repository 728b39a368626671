// diff(): Graph x Snapshot -> Plan. Pure: plan, dry run, drift report and deletion are this.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/time.h"
#include "reconcilers/graph.h"
#include "reconcilers/health.h"
#include "reconcilers/ownership.h"
#include "reconcilers/plan.h"
#include "reconcilers/snapshot.h"

namespace byoc {

// How long after a create call an empty read proves nothing. AWS's reads by tag may lag up to two
// minutes behind (aws-rules K); two empty reads are needed in any case.
inline constexpr Duration kAbsenceGrace = std::chrono::seconds(150);
inline constexpr int kEmptyReadsMin = 2;
// And so far apart: two reads of one moment may meet the same server that lags behind.
inline constexpr Duration kEmptyReadsApart = std::chrono::seconds(20);

// The reason of what differs and is only observed.
inline constexpr std::string_view kDiffers = "Differs";

// How long what was removed may come back when others write into it: five minutes by default
// (aws-rules C2).
[[nodiscard]] constexpr Duration revival_grace(Duration absence_grace) {
  return absence_grace * 2;
}

struct DiffOptions {
  bool deleting = false;    // the graph is empty because everything is to go
  bool still_used = false;  // it is to go later: only what others took away is put back
  bool dry_run = false;     // nothing is at stake: one empty read is believed
  bool observe = false;     // the object only looks: nothing that is found is ever changed
  std::set<std::string> retain = {};  // row types that are kept when nobody wants them any more
  std::set<std::string> past_owners = {};  // uids of objects that are no more
  // While something is being taken over: the marks of what an earlier pass has shown.
  std::optional<std::set<std::string>> shown = {};
  std::set<std::string> under_way = {};          // keys with an update that is not at its end
  std::map<std::string, Failure> failures = {};  // what failed to be made, by key
  Duration absence_grace = kAbsenceGrace;
  const Graph* names =
      nullptr;  // names what is seen; while deleting, the whole graph. Null: the graph
};

[[nodiscard]] Plan diff(const Owner& owner, const Graph& graph, const Snapshot& snapshot,
                        const DiffOptions& options);

}  // namespace byoc
