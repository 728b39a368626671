// report(): what a pass saw and did -> status. Pure.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/status.h"
#include "base/time.h"
#include "manifests/object.h"
#include "reconcilers/follow.h"
#include "reconcilers/plan.h"
#include "reconcilers/snapshot.h"

namespace byoc {

// What is known of an object at the end of a pass.
struct PassReport {
  const Snapshot* snapshot = nullptr;  // nullptr: the world was not looked at
  const Plan* plan = nullptr;          // what was left to do when the pass began
  bool converged = false;              // nothing to do, nothing to wait for
  std::string reason;                  // why not: CamelCase; empty when the plan says enough
  std::string message;
  bool error = false;                  // the reason is an error, not a wait
  bool stuck = false;                  // a person must act: waiting alone does not help
  std::vector<Followed> updates = {};  // not at their end, or failed
  std::vector<std::string> kept;       // what deletion leaves on purpose: "bucket my-bucket"
  std::string account;                 // of the credentials in use
  std::string caller_arn;
};

// What was observed of an object, by the keys of its graph.
using ByKey = std::map<std::string, const Observed*>;

// One kind each (reconcilers/kinds.h): status fields that are more than a field of a resource, and
// those that stand for what one will have that is yet to be made.
void write_role_outputs(Object& object, const ByKey& by_key);
void write_cluster_outputs(Object& object, const ByKey& by_key);
void expect_cluster_outputs(Object& object);

// Writes outputs, inventory, conditions, phase and observedGeneration into object.status. The text
// holds no request ids and no times, so that an unchanged world gives an unchanged status.
void report(Object& object, const PassReport& pass, Time now);

// Whether its last pass met what waiting alone may not mend.
[[nodiscard]] bool is_in_trouble(const Object& object);

// What is blocked: the object's own resource above all others, and causes above what they hold up.
// Null when nothing is.
[[nodiscard]] const Action* first_blocked(const Object& object, const Plan& plan);

// The marks of what the last pass has shown of an adoption; nothing: nothing is being taken over.
[[nodiscard]] std::optional<std::set<std::string>> shown_marks(const Object& object);

}  // namespace byoc
