// Plan: the difference between a graph and the world, as calls in an order that AWS accepts.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/json.h"
#include "reconcilers/row.h"

namespace byoc {

enum class Verb {
  create,
  update,  // changes a setting in place
  tag,     // adds, changes or removes tags
  remove,
  wait,     // something is under way; a later pass goes on from there
  blocked,  // a person must decide or mend something first; `why` says what
  keep,     // left as it is on purpose (deletionPolicy Retain, managementPolicy Observe)
};

[[nodiscard]] std::string_view verb_name(Verb verb);

// One API call (create, update, tag, remove), or a reason why there is none.
struct Action {
  Verb verb = Verb::wait;
  std::string key;
  std::string type;
  std::string service;
  std::string operation;
  Json params = Json::object();    // may hold references to what earlier actions make
  std::vector<std::size_t> needs;  // indices of actions that must be finished first
  std::string why;                 // one clause for people: "does not exist", "size differs"
  std::string reason;              // CamelCase word for conditions: "NameConflict"
  std::vector<Change> changes;     // for update and tag
  std::string id;                  // of the observed resource, when there is one
  std::string token;               // for create: idempotency token and intent tag
  std::string params_hash;         // for create
  Json names = Json::object();     // for create: the fields that name it, kept with the promise
  bool last = false;               // the last action on its key: what depends on it may go on
  bool replaces = false;           // this removal makes room for a new one of the same key
  std::string cause;               // of a create or removal: "manifest", "outside", "": not known
  int settle_seconds = 0;          // wait: what the thing under way usually takes
  int idle_seconds = 0;            // wait: another look before that would tell nothing new
};

// What is to be done to something that is taken over (adopt: true): first shown, and done by a
// later pass, which knows it by its mark.
struct Shown {
  std::string mark;
  std::string text;   // for people
  bool held = false;  // not done by this plan
};

struct Plan {
  std::vector<Action> actions;
  std::vector<Intent> kept_promises;   // intents to store again: found, or missed once more
  std::vector<std::string> forgotten;  // keys of intents to drop: the resource is known to be gone
  std::vector<Shown> shown;            // of an adoption
};

// The reason of a removal that AWS began before and could not end.
inline constexpr const char* kRemovalFailed = "RemovalFailed";
// The reason of a wait for something that was there before and is not seen any more.
inline constexpr std::string_view kMissing = "Missing";

// Whether the plan makes any call.
[[nodiscard]] bool has_calls(const Plan& plan);
// Whether nothing is to be done or waited for (kept things do not count).
[[nodiscard]] bool is_empty(const Plan& plan);

}  // namespace byoc
