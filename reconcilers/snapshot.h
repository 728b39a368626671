// Snapshot: everything that the diff may look at. Facts about AWS as they were seen, and promises.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/status.h"
#include "base/time.h"

namespace byoc {

struct Row;

// Where a resource stands in its life; each row maps AWS's own words to these.
enum class Life { ready, pending, failed, going };

// What AWS says is wrong with a resource.
struct Issue {
  std::string code;  // AWS's word: "AsgInstanceLaunchFailures"
  std::string message;
  std::vector<std::string> resources;  // their ids
};

struct Observed {
  const Row* row = nullptr;
  std::string key;        // graph key: from the tag byoc.dev/key, or given by the diff (children)
  std::string id;         // what the remove operation takes: an id, a name or an ARN
  std::string owner_uid;  // tag byoc.dev/owner-uid; empty: not ours by tag
  std::string parent_id;  // children without tags of their own: the id of what they belong to
  std::string intent;     // tag byoc.dev/intent
  Json fields = Json::object();  // in the vocabulary of the create operation's parameters
  std::map<std::string, std::string> tags;
  Life life = Life::ready;
  std::string reason;   // AWS's word or message for a failed or pending state
  bool healthy = true;  // false: it is there and may be changed, and does not work as it should
  std::vector<Issue> issues;  // of one that is not well, and warnings of one that is
  Time created{};             // the epoch when AWS does not tell
  bool foreign = false;       // found under our name, but not ours
  bool refused =
      false;            // AWS does not let us see what stands under this name; `reason` is its word
  bool unseen = false;  // known from the create answer only; reads do not show it yet
  bool recorded = false;  // ours by our record alone: somebody took its tags off
};

// A promise written before a create, kept until a look finds the thing gone.
struct Intent {
  enum class State {
    open,      // promised; whether the call happened is not known
    made,      // the create call was answered, or the thing was seen
    removing,  // the remove call was answered
  };
  std::string owner_uid;
  std::string key;          // graph key
  std::string type;         // row type
  std::string token;        // idempotency token = value of the tag byoc.dev/intent
  std::string params_hash;  // of the create parameters, references resolved
  std::string id;           // known once made
  State state = State::open;
  Time created{};              // when the promise was written
  Time sent{};                 // when the last create call was sent; the epoch: never
  int empty_reads = 0;         // looks since `sent` that did not find it
  Time first_empty{};          // when the first of them was
  Json made = Json::object();  // identity, and what the create call answered: known before seen
};

struct Snapshot {
  Time now{};
  std::vector<Observed> observed;
  std::map<std::string, Intent> intents;  // by graph key
  // Operations that this endpoint does not have: row type -> operation name. The resources of such
  // a row are neither present nor absent: nothing is done about them and a condition says so.
  std::map<std::string, std::string> unsupported;
  // By row type: when the first question that finds such resources was sent. Answers may come late
  // and be shared: what is not in them was not there then, and nothing is known of since.
  std::map<std::string, Time> asked;

  // As of when the picture of a row type holds.
  [[nodiscard]] Time as_of(const std::string& type) const {
    const auto found = asked.find(type);
    return found == asked.end() ? now : found->second;
  }
};

}  // namespace byoc
