// Blocking: what stands in the way of a removal that AWS refused, by name. AWS says only that there
// is something ("has dependencies and cannot be deleted"). Pure: the controller makes the calls.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reconcilers/look.h"

namespace byoc {

inline constexpr std::size_t kBlockersNamedMax = 5;  // of one removal; the others are counted

// One thing in the way.
struct Blocker {
  std::string what;  // "load balancer"
  std::string id;
  std::string about;    // a word of AWS about it; may be empty
  std::string removal;  // the command that removes it, without its region; may be empty
  std::string finder;   // where that is not known: the command that tells whose it is
  Texts part_of = {};   // ids of what it belongs to and goes with
};

// The read calls that show it, as far as `answers` tell what is to be asked; none when the row
// knows none.
[[nodiscard]] std::vector<Query> blocking_queries(const Observed& observed, const Answers& answers);

// " In its way: VPC endpoint vpce-1 (...), which `aws ...` removes; and 3 more. ..." Says, too,
// what could not be looked for, and which right is missing; empty when there is nothing to say.
// `answers` are those to blocking_queries(); an empty region: none is added to the commands.
[[nodiscard]] std::string name_blockers(const Observed& observed, const Answers& answers,
                                        std::string_view region);

// Whether a shell takes the word of a command as it stands.
[[nodiscard]] bool is_plain_word(std::string_view word);

// The action of IAM that an operation needs: "elasticloadbalancing:DescribeLoadBalancers".
[[nodiscard]] std::string right_for(std::string_view service, std::string_view operation);

}  // namespace byoc
