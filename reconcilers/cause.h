// Causes: whether a difference comes from the manifest or from somebody beside byoc.
#pragma once

#include "reconcilers/graph.h"
#include "reconcilers/plan.h"

namespace byoc {

// Marks what the plan does for one of two reasons: `now` differs from `before`, the graph that was
// once reached (the manifest changed), or it does not (what exists was changed outside of byoc).
void mark_causes(Plan& plan, const Graph& now, const Graph& before);

}  // namespace byoc
