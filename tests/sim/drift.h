// Drift: somebody changes, behind our back, one thing that byoc owns.
#pragma once

#include "tests/sim/op.h"

namespace byoc::sim {

// One random change in this account and region: a tag, a route, a group rule, a subnet attribute,
// a nodegroup's size, a log group's retention. Nothing when nothing here carries an owner tag.
void drift(OpContext& context);

}  // namespace byoc::sim
