// Security-group rules: between IpPermissions, rule structs and what the API shows.
#pragma once

#include <vector>

#include "tests/sim/filter.h"

namespace byoc::sim {

// What makes two rules the same one: everything but id, description and tags.
[[nodiscard]] bool same_rule(const GroupRule& a, const GroupRule& b);

// One rule per source of each permission, in `group`; an error for what AWS refuses (ports,
// blocks, groups that do not exist or belong to another network, the same rule twice).
[[nodiscard]] Answer read_permissions(OpContext& context, const SecurityGroup& group, bool egress,
                                      const Json& permissions, std::vector<GroupRule>& rules);
// A SecurityGroupRuleRequest, as ModifySecurityGroupRules takes it.
[[nodiscard]] Answer read_rule_request(OpContext& context, const SecurityGroup& group,
                                       const Json& request, GroupRule& rule);

[[nodiscard]] Json show_rule(const OpContext& context, const GroupRule& rule);
// The group's rules of one direction, merged by protocol and ports.
[[nodiscard]] Json show_permissions(const OpContext& context, const std::string& group,
                                    bool egress);

[[nodiscard]] Answer unknown_group(const std::string& id);

}  // namespace byoc::sim
