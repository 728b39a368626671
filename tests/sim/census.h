// The census: who owns what, told from tags alone and without any knowledge of byoc's rows.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sim/world.h"

namespace byoc::sim {

inline constexpr std::string_view kOwnerTag = "byoc.dev/owner-uid";
inline constexpr std::string_view kKeyTag = "byoc.dev/key";
// The owner of look-alike resources that nobody may touch, drift neither.
inline constexpr std::string_view kForeignUid = "99999999-ffff-4000-8000-000000000009";

// A living thing that can carry tags.
struct Thing {
  std::string account;
  std::string region;  // empty for IAM
  std::string type;    // as the tagging API filters it: "ec2:vpc", "eks:nodegroup", "iam:role"
  std::string id;      // id, name or, for IAM's policies and providers, ARN
  std::string arn;
  const Tags* tags = nullptr;  // never null in a call
};

// Everything alive in the world, and nothing that AWS is already taking down (a deleted NAT
// gateway is not alive, a deleting one is). `sight` as in Table::each_listed.
void each_thing(const World& world, Sight sight, const std::function<void(const Thing&)>& fn);

// "owner uid/graph key" -> ids. More than one id under a key is a duplicate.
[[nodiscard]] std::map<std::string, std::vector<std::string>> owned(const World& world);

// What happened to the things in dump `before` until dump `now`: leaves that are missing or
// different, and what has been put into their tags, routes, associations, versions and policies.
// New things beside them are no harm. One line each: "path: old -> new".
[[nodiscard]] std::vector<std::string> harm(const Json& before, const Json& now);

}  // namespace byoc::sim
