// Graph: what should exist for one object. Built by build(), compared by diff(), printed by plan.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/secret.h"

namespace byoc {

// What another object runs that depends on this resource's version: nodes, on their control plane.
struct Follower {
  std::string name;     // of the object: "NodeGroup/workers"
  std::string version;  // that it has
  std::string pinned;   // that its manifest asks for; empty: it goes up with this resource
};

// One resource that should exist.
//
// `params` are the parameters of its create operation in AWS's names; what other resources will
// have stands in them as references, and secrets in the same way (reconcilers/reference.h).
struct Desired {
  std::string key;   // unique in the graph: "subnet/public-a"
  std::string type;  // a row's type: "subnet"
  Json params = Json::object();
  std::map<std::string, std::string> tags;  // the user's; ownership tags are added by the diff
  std::vector<std::string> after;           // keys that must be ready first, without a reference
  std::vector<std::string> ignore;          // JSON pointers into params: set at creation, then free
  std::vector<std::string> at_least;        // fields with versions: what is higher is left there
  std::vector<std::string> ignore_tags;     // keys that others may set; "*" at the end: all such
  std::set<std::string> parts;              // marks of its desired parts, of rows that remember
  bool exclusive = false;                   // parts that nobody desires go, whoever made them
  bool observe_only = false;                // differences are reported, never acted on
  bool adopt = false;                       // a foreign resource of this name may be taken over
  bool replace = false;                     // an immutable difference may replace the resource
  // Versions that go up step by step (Set::stepwise): no step before what follows has the last one.
  std::string follows;              // key of the resource whose steps wait for this one
  std::string followed;             // the version that the graph's followers are built for
  std::vector<Follower> followers;  // of other objects
  // Keys under which earlier versions of byoc knew it: records and tags made then stay its own.
  std::vector<std::string> former_keys;
};

// A secret, and the one parameter that it may stand in: check_graph refuses it anywhere else.
struct GraphSecret {
  Secret value;
  std::string type;   // of the resource
  std::string field;  // of its parameters
};

struct Graph {
  std::vector<Desired> nodes;
  std::string main;  // key of the one that the object is about; nothing is made without it
  std::map<std::string, GraphSecret> secrets;  // by the name that secret() takes
};

}  // namespace byoc
