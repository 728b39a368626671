// Meddling: somebody deletes, untags, detaches or adds to what byoc has made and recorded.
#pragma once

#include <functional>
#include <string>

#include "tests/sim/census.h"
#include "tests/sim/op.h"

namespace byoc::sim {

// One random change of one random thing of this account and region that `recorded` knows. AWS may
// refuse it, and then nothing has changed. Answers what was done, for people; empty: nothing.
std::string meddle(OpContext& context, const std::function<bool(const Thing&)>& recorded);

}  // namespace byoc::sim
