// What must hold for every valid set of manifests.
#pragma once

#include <map>
#include <set>
#include <string>

#include "tests/properties/case.h"

namespace byoc::properties {

struct Verdict {
  bool valid = true;      // otherwise the case says nothing
  std::string complaint;  // empty: everything holds
};

// What edits came to: "Cluster/spec/region" -> "changes", "refused", "the same".
using Reach = std::map<std::string, std::set<std::string>>;

// Reads, validates, stores, prints, builds, settles and edits the manifests of one case.
[[nodiscard]] Verdict check_case(const Case& one, Reach& reach);

// A smaller case that still fails, as far as it is found within a limit of attempts. Each attempt
// is a process of its own: what aborts can be made smaller too.
[[nodiscard]] Case shrunk(Case failing);

}  // namespace byoc::properties
