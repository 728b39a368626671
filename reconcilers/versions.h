// Versions: which of a resource's versions is compared (Row::versions), and what rides with the
// next change that is made anyway (Row::riders).
#pragma once

#include "reconcilers/compare.h"
#include "reconcilers/graph.h"
#include "reconcilers/world.h"

namespace byoc {

// The reason of a difference that waits for the next change that it can ride with.
inline constexpr std::string_view kWaitsForChange = "WaitsForChange";

// Puts resources of several versions into the world as the version that is compared.
void choose_versions(const Graph& graph, const Snapshot& snapshot, SeenWorld& world);

// Whether nothing but riders differs.
[[nodiscard]] bool is_rider(const Row& row, const Change& change);

// For the sake of which fields a change counts: of any, or of those only that do not refer to the
// resource.
enum class Due { by_any_field, by_other_fields };

// Whether something that refers to the resource of this key, or is to, is going to be changed with
// an effect anyway (Set::effect), for a reason of its own.
[[nodiscard]] bool effect_is_due(const std::string& key, const Graph& graph, const Known& known,
                                 const SeenWorld& world, Due due = Due::by_any_field);

}  // namespace byoc
