// Rebuild: a lost store made again. Tags say whose a resource is, manifests what it should be
// (docs/designs/0003-rebuild.md).
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cloud/cloud.h"
#include "controller/secrets.h"
#include "controller/store.h"
#include "reconcilers/sweep.h"

namespace byoc {

struct Owners {
  std::map<ObjectKey, std::string> uids;  // of those of the objects that have resources
  std::vector<Stray> others;              // resources of whom no object names
};

// Whose the resources are, by name. conflict when there are two of a name.
[[nodiscard]] Result<Owners> find_owners(const std::vector<Object>& objects,
                                         const std::vector<Stray>& strays);

struct RebuildInput {
  Store& store;
  Cloud& cloud;
  const Secrets& secrets;
  std::string default_region;
  std::function<bool()> interrupted = [] { return false; };
};

// Stores those of the objects that the store lacks and that have resources, under their old uids.
// An error when something could not be looked at: then nothing more is stored.
[[nodiscard]] Result<Owners> rebuild(const RebuildInput& input, const std::vector<Object>& objects);

}  // namespace byoc
