// World: everything that exists in the simulated AWS, as one plain value.
//
// Copy it to remember it; compare dumps to see whether "the world is as before".
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "base/json.h"
#include "base/time.h"
#include "tests/sim/table.h"
#include "tests/sim/world_ec2.h"
#include "tests/sim/world_eks.h"
#include "tests/sim/world_iam.h"
#include "tests/sim/world_store.h"

namespace byoc::sim {

struct OpContext;

// An accepted create with an idempotency token: repeated for kTokenKept, whatever became of it.
struct TokenRecord {
  std::string params;  // dumped, without the token
  Json body;           // what the first call answered
  Time made{};
};

inline constexpr Duration kTokenKept = std::chrono::hours(24);

struct Region {
  std::string name;
  Ec2 ec2;
  Eks eks;
  Ecr ecr;
  Logs logs;
  std::map<std::string, TokenRecord> tokens;  // by "service:operation:token"
};

struct Account {
  std::string id;  // 12 digits
  Iam iam;
  std::map<std::string, Region> regions;
};

// Something that AWS does by itself later: a slow create ends, an interface goes away.
struct Due {
  std::string account;
  std::string region;
  std::function<void(OpContext&)> run;  // captures ids by value, never pointers
};

struct World {
  std::map<std::string, Account> accounts;
  S3 s3;  // bucket names are global
  std::multimap<Time, Due> due;
  std::uint64_t serial = 0;  // of ids; grows with every new thing

  // Living resources only, without times, serials and tokens: equal dumps mean equal worlds.
  [[nodiscard]] Json dump() const;
};

// Each state's share of World::dump(); an empty state gives an empty object.
[[nodiscard]] Json dump(const Ec2& ec2);
[[nodiscard]] Json dump(const Iam& iam);
[[nodiscard]] Json dump(const Eks& eks);
[[nodiscard]] Json dump(const Ecr& ecr);
[[nodiscard]] Json dump(const Logs& logs);
[[nodiscard]] Json dump(const S3& s3);

}  // namespace byoc::sim
