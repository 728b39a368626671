// Planning: what would be done, made by whoever will do it (byocd where one runs, byocctl
// otherwise), and printed the same way before plan, apply and delete.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/options.h"
#include "cli/session.h"
#include "cli/work.h"

namespace byoc {

struct PlanInput {
  std::vector<Object> objects;       // what is applied
  std::vector<ObjectKey> deletions;  // what goes
  std::vector<Object> all;           // everything, as if that was stored
};

// Makes plans, and keeps what does the work afterwards: what it has read serves that, too.
class Planner {
 public:
  Planner(const Options& options, Session& session) : options_(options), session_(session) {}

  [[nodiscard]] Result<Json> plan(const PlanInput& input);
  // After a plan. Null where byocd does the work.
  [[nodiscard]] Work* work() { return work_.get(); }

 private:
  const Options& options_;
  Session& session_;
  std::unique_ptr<Work> work_;
};

struct PlanVerdict {
  bool ok = true;        // everything could be planned; what could not is said on stderr
  bool calm = true;      // nothing is to be done, waited for or mended
  bool refused = false;  // something will not be done, whatever is answered
};

// Why what was changed cannot be carried out as long as a person does not decide something; said of
// the first object of `changed` that this holds for. ok: all of it can be.
[[nodiscard]] Status check_blocked(const Json& document, const std::vector<ObjectKey>& changed);

// Prints the plan, or its JSON where `-o json` asks for that, and judges it.
PlanVerdict show_plan(const Options& options, const Json& document, bool json);

}  // namespace byoc
