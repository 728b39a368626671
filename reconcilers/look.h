// Looking: which read calls show an object's resources, and what their answers mean. Pure: the
// controller makes the calls, over and over until no question is open.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "reconcilers/graph.h"
#include "reconcilers/ownership.h"
#include "reconcilers/row.h"
#include "reconcilers/snapshot.h"

namespace byoc {

struct Query {
  std::string name;  // service, operation and parameters as one text: equal queries, one call
  std::string service;
  std::string operation;
  Json params;
  bool detail = false;  // may be served from memory while nothing changes
};

struct LookAnswer {
  Status status;
  std::shared_ptr<const Json> body;  // when status is ok
};
using Answers = std::map<std::string, LookAnswer>;  // by query name

struct LookInput {
  const Owner& owner;
  const Graph& graph;  // of the whole object, also while it is being deleted (for its names)
  const std::map<std::string, Intent>& intents;
  const std::vector<std::string_view>& types;  // all row types that the object's kind may have
  bool deleting = false;
  const std::set<std::string>& retain;  // row types that are kept: nobody looks inside them
};

struct LookResult {
  std::vector<Query> open;  // to be asked before the picture is complete
  std::vector<Observed> observed;
  std::vector<std::string> asked;   // names of all queries of this look
  std::set<std::string> unsettled;  // names of those whose answer will change by itself
  std::map<std::string, std::string> unsupported;
  std::optional<Status> error;  // a read that failed: the picture cannot be trusted
};

[[nodiscard]] LookResult look(const LookInput& input, const Answers& answers);

[[nodiscard]] Query make_query(std::string_view service, std::string_view operation, Json params,
                               bool detail);

}  // namespace byoc
