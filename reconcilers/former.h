// Records under keys that earlier versions of byoc gave: they are found again under today's keys,
// so that a new version makes nothing twice and takes nothing away that it made itself.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "reconcilers/graph.h"
#include "reconcilers/snapshot.h"

namespace byoc {

struct Rekeyed {
  std::string from;  // the key that the record has
  Intent intent;     // the same record under its key of today
};

// The records to store again under another key. Where several resources of the graph had one key
// formerly, the fields that name the recorded one decide.
[[nodiscard]] std::vector<Rekeyed> rekeyed(const Graph& graph,
                                           const std::map<std::string, Intent>& intents);

// Whether `desired` may be what a resource of this type and these fields was under a former key:
// nothing that names it says otherwise.
[[nodiscard]] bool may_be_formerly(const Desired& desired, std::string_view type,
                                   const Json& fields);

}  // namespace byoc
