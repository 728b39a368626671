// Blocking: what stands in the way of a removal that AWS refused, by name. AWS says only that there
// is something ("has dependencies and cannot be deleted"). Pure: the controller makes the calls.
#pragma once

#include <string>
#include <vector>

#include "reconcilers/look.h"

namespace byoc {

inline constexpr std::size_t kBlockersNamedMax = 5;  // of one removal; the others are counted

// The read calls that show it; none when the row knows none.
[[nodiscard]] std::vector<Query> blocking_queries(const Observed& observed);

// "network interface eni-1 (ELB app/web), subnet subnet-2 and 3 more"; empty when nothing is seen,
// or not allowed to be. `answers` are those to blocking_queries().
[[nodiscard]] std::string name_blockers(const Observed& observed, const Answers& answers);

}  // namespace byoc
