// The parts of a plan: actions that make, change and remove one resource.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "reconcilers/compare.h"
#include "reconcilers/graph.h"
#include "reconcilers/ownership.h"
#include "reconcilers/plan.h"

namespace byoc {

// The create call and the calls that must follow it (settings and tags that it does not take).
// `params` may hold references. The token belongs to `promised`, the time of the promise.
[[nodiscard]] std::vector<Action> create_actions(const Owner& owner, const Row& row,
                                                 const Desired& desired, const Json& params,
                                                 const Intent* open_intent, Time now);

// The calls that mend what differs; blocked when a difference cannot be mended in place. `tags` are
// those that it must carry. `riders_go` says whether riders (Row::riders) need not wait; empty:
// they need not.
[[nodiscard]] std::vector<Action> update_actions(const Row& row, const Desired& desired,
                                                 const Known& known, const Tags& tags,
                                                 const Observed& observed,
                                                 const std::function<bool()>& riders_go = {});

// The member of create parameters that carries tags; empty: none does.
[[nodiscard]] std::string_view tags_member(Tagging tagging);

// The call that removes it; `key` names it in the plan.
[[nodiscard]] Action remove_action(const std::string& key, const Observed& observed,
                                   std::string why);

// A policy document (JSON text) without the external ids that it demands; other values as they are.
[[nodiscard]] Json mask_external_ids(const Json& value);

// The reason of a difference that only another resource would mend.
inline constexpr std::string_view kReplacementNeeded = "ReplacementNeeded";

// The hash of create parameters that decides whether a promise is still the same one.
[[nodiscard]] std::string params_hash(const Json& params);

}  // namespace byoc
