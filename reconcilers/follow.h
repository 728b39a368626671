// What was sent and did not come to its end: updates that AWS accepted and carries out later, each
// followed by its id, and calls that AWS accepted and that changed nothing.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/time.h"
#include "manifests/object.h"
#include "reconcilers/look.h"
#include "reconcilers/plan.h"

namespace byoc {

// An update by its id; kept in status.updates until it has succeeded, or nothing differs any more.
struct Followed {
  std::string key;
  std::string operation;  // that began it: "UpdateAddon"
  std::string service;
  std::string follow;            // operation that tells how it stands
  Json params = Json::object();  // of that operation
  bool running = true;
  std::string error = {};  // why it failed
};

// What the answer to an update says to follow; without a key when there is nothing.
[[nodiscard]] Followed followed_by(const Action& action, const Json& sent, const Json& answer);

[[nodiscard]] std::vector<Followed> followed_of(const Object& object);
void write_followed(Object& object, const std::vector<Followed>& updates);

[[nodiscard]] Query follow_query(const Followed& update);
// How it stands by now. Who cannot be asked, or knows of no such update, leaves it at its end.
void read_followed(const LookAnswer& answer, Followed& update);

// A call that was accepted, and that the next look asked for again.
struct Sent {
  std::string key;
  std::string operation;
  std::string answer = {};  // what AWS said, when that was more than yes
  int count = 0;            // in a row
  Time at{};                // the last time
};

// What tells a call from others; empty for calls that are guarded otherwise.
[[nodiscard]] std::string mark_of_call(const Action& action);

// Turns what has had no effect, and is not due yet, into waits.
void hold_repeated(const std::map<std::string, Sent>& sent, const std::vector<Followed>& updates,
                   Time now, Plan& plan);

}  // namespace byoc
