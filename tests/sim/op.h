// Operations of the simulated AWS: how one is written, declared and run.
//
// An operation is one small function; a file's operations stand in a table at its end:
//
//   constexpr OpRule kEc2NetworkOps[] = {
//       {"ec2", "CreateSubnet", create_subnet, kMutates,
//        "VpcId! CidrBlock! AvailabilityZone TagSpecifications:l"},
//   };
//   std::span<const OpRule> ec2_network_ops() { return kEc2NetworkOps; }
//
// and tables.cc lists the tables. The dispatcher has checked names, presence and types of the
// top-level parameters before it calls the function, and it honours the idempotency token.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "tests/sim/faults.h"
#include "tests/sim/random.h"
#include "tests/sim/world.h"

namespace byoc::sim {

// What the service says: an error when `code` is not empty (AWS's wire code), else the body.
struct Answer {
  std::string code;
  int http = 200;
  std::string message;
  Json body = Json::object();

  [[nodiscard]] bool ok() const { return code.empty(); }
};

[[nodiscard]] inline Answer done(Json body = Json::object()) {
  return {{}, 200, {}, std::move(body)};
}
[[nodiscard]] inline Answer fail(std::string code, std::string message, int http = 400) {
  return {std::move(code), http, std::move(message), Json::object()};
}

// Not a wire code: the endpoint has no such operation (Code::unsupported).
inline constexpr std::string_view kUnsupported = "(unsupported)";

// Everything that an operation, or a Due, may touch.
struct OpContext {
  World& world;
  Account& account;
  Region& region;
  Time now;
  Sight sight;  // of this call: pass it to Table::find and each_listed
  const Faults& faults;
  Random& random;
  std::string caller_arn;  // "arn:aws:iam::123456789012:user/operator" or an assumed role's
  std::uint64_t settle_spread = 0;  // see SimOptions

  [[nodiscard]] Ec2& ec2() const { return region.ec2; }
  // A fresh id as EC2 makes them: "vpc-0" and 16 hex digits. Unique in the world.
  [[nodiscard]] std::string new_id(std::string_view prefix);
  // `length` fresh characters of 0-9 and A-Z (IAM unique ids: "AROA" + new_code(17)).
  [[nodiscard]] std::string new_code(std::size_t length);
  [[nodiscard]] std::string new_uuid();
  // Draws the windows of a thing that is made, or changed, now.
  [[nodiscard]] Lag lag();
  // Until when lists may still show a thing that is removed now.
  [[nodiscard]] Time hide_time();
  // Until when lists may show the old state of a thing that is changed now: for Table::edit.
  [[nodiscard]] Time edit_time();
  // The same windows without a Table: true when this call does not see a change, made at `changed`
  // to the thing `id`, yet. `max` is one of the windows in `faults`; each id draws its own.
  [[nodiscard]] bool misses(Time changed, std::string_view id, Duration max) const;
  // A new id, or a changed policy or role, seen by another service (K1-K4).
  [[nodiscard]] bool doubts(Time changed, std::string_view id) const {
    return misses(changed, id, faults.propagation_window_max);
  }
  // `typical`, give or take a tenth, or from the range of the options.
  [[nodiscard]] Duration about(Duration typical);
  // `typical`, give or take a tenth, whatever the options say.
  [[nodiscard]] Duration nearly(Duration typical) {
    return random.between(typical - typical / 10, typical + typical / 10);
  }
  // Runs `run` in this account and region when the time has come.
  void later(Duration after, std::function<void(OpContext&)> run);
  // "arn:aws:SERVICE:REGION:ACCOUNT:REST"; iam has no region.
  [[nodiscard]] std::string arn(std::string_view service, std::string_view rest) const;
};

using OpFn = Answer (*)(OpContext& context, const Json& params);

inline constexpr bool kMutates = true;
inline constexpr bool kReads = false;

struct OpRule {
  std::string_view service;
  std::string_view operation;
  OpFn run;
  bool mutates;
  // The top-level parameters: words "Name[!][:type]"; "!" = required; types: i integer,
  // b boolean, l list, o object, n number; text without one. "@paged" stands for EC2's Filters
  // and MaxResults. DryRun is known on all of ec2.
  std::string_view params;
  // The parameter that is the idempotency token: same token and parameters = same answer, other
  // parameters = `token_error`. Empty: none.
  std::string_view token = {};
  std::string_view token_error = "IdempotentParameterMismatch";
};

struct OpParam {
  std::string_view name;
  bool required = false;
  char type = 's';
};

// A rule with its parameters taken apart.
struct Operation {
  OpRule rule;
  std::vector<OpParam> params;
};

// By service and operation; null when AWS (as simulated) has no such one.
[[nodiscard]] const Operation* find_operation(std::string_view service, std::string_view operation);

// Checks the parameters, replays a token, runs the operation, remembers the token.
[[nodiscard]] Answer run_operation(const Operation& operation, OpContext& context,
                                   const Json& params);

// tables.cc: every file's operations.
[[nodiscard]] std::span<const std::span<const OpRule>> all_tables();

// Reading parameters. Absent gives the default; the empty text is a static.
[[nodiscard]] const std::string& text(const Json& params, std::string_view name);
[[nodiscard]] bool flag(const Json& params, std::string_view name, bool absent = false);
[[nodiscard]] int number(const Json& params, std::string_view name, int absent = 0);
[[nodiscard]] const Json* member(const Json& params, std::string_view name);  // null: absent
[[nodiscard]] const Json& list(const Json& params, std::string_view name);    // []: absent

// True when `text` matches `pattern`, in which * and ? are wild.
[[nodiscard]] bool wild_match(std::string_view pattern, std::string_view text);
// True when `word` is one of the words of `words`.
[[nodiscard]] bool has_word(std::string_view words, std::string_view word);

}  // namespace byoc::sim
