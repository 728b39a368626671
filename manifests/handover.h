// Handover: an object that no manifest names any more and one that is new, and that are the same in
// AWS, are one object that gets another name or namespace. It keeps its uid, and so all that it
// has.
#pragma once

#include <set>
#include <vector>

#include "manifests/load.h"

namespace byoc {

struct Handover {
  ObjectKey from;
  ObjectKey to;
};

// `leaving` are the existing objects that no manifest names any more, and that may go on under
// another name. The first name that a kind takes in AWS says whether two are the same.
[[nodiscard]] std::vector<Handover> find_handovers(std::vector<Manifest> manifests,
                                                   const std::vector<Object>& existing,
                                                   const std::set<ObjectKey>& leaving);

// The existing objects, with the names that they get.
[[nodiscard]] std::vector<Object> under_new_names(std::vector<Object> existing,
                                                  const std::vector<Handover>& handovers);

// What an object was called; null when it keeps its name.
[[nodiscard]] const ObjectKey* former_name(const std::vector<Handover>& handovers,
                                           const ObjectKey& key);

}  // namespace byoc
