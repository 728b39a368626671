// Graph: what should exist for one object. Built by build(), compared by diff(), printed by plan.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/secret.h"

namespace byoc {

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
  std::vector<std::string> ignore_tags;     // keys that others may set; "*" at the end: all such
  std::set<std::string> parts;              // marks of its desired parts, of rows that remember
  bool exclusive = false;                   // parts that nobody desires go, whoever made them
  bool observe_only = false;                // differences are reported, never acted on
  bool adopt = false;                       // a foreign resource of this name may be taken over
  bool replace = false;                     // an immutable difference may replace the resource
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
