// What cannot be finished is not begun: when a resource that stays cannot follow a change, nothing
// of that change is done.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "reconcilers/graph.h"
#include "reconcilers/plan.h"
#include "reconcilers/world.h"

namespace byoc {

// The reason of what is held.
inline constexpr std::string_view kNotBegun = "NotBegun";

// Turns into blocked what would only serve a resource that cannot be changed in place, or would be
// taken away from under it: new resources that it would have to use, old ones that it uses, and all
// that hangs together with either.
void hold_unfinishable(const Graph& graph, const SeenWorld& world, Plan& plan);

// Of an object that is to go and is still used: what others took away is put back where that takes
// effect at once, as what uses it may need it to go. Everything else is left as it is.
void hold_all_but_repairs(const std::map<std::string, Intent>& intents, Plan& plan);

}  // namespace byoc
