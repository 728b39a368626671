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

// What carries the name of one object, by uid: more than one of them are doubles.
using Sets = std::map<std::string, std::vector<Stray>>;

struct Owners {
  std::map<ObjectKey, Sets> sets;  // of those of the objects that have resources
  std::vector<Stray> others;       // resources of whom no object names
};

// Whose the resources are, by name.
[[nodiscard]] Owners find_owners(const std::vector<Object>& objects,
                                 const std::vector<Stray>& strays);

// What became of one object.
struct Rebuilt {
  enum class What {
    nothing,   // nothing of it exists
    known,     // stored already, and its resources with it
    restored,  // stored now, under the uid of its resources
  };
  ObjectKey object;
  What what = What::nothing;
  std::string uid;
  std::size_t resources = 0;
};

struct RebuildResult {
  std::vector<Rebuilt> objects;
  std::vector<Stray> others;       // of no object of the manifests; left alone
  std::vector<ObjectKey> doubles;  // records under which the controller deletes what was given up
};

struct RebuildInput {
  Store& store;
  Cloud& cloud;
  const Secrets& secrets;
  std::string default_region;
  std::function<bool()> interrupted = [] { return false; };
  // Which of several uids an object keeps; what the others have is deleted. An error when nobody
  // decides that: then nothing is stored of the object.
  std::function<Result<std::string>(const ObjectKey&, const Sets&)> choose = {};
};

// Stores those of the objects that have resources under the uids of these, beside what the store
// has; as often as one likes. An error when something could not be looked at or decided: then
// nothing more is stored.
[[nodiscard]] Result<RebuildResult> rebuild(const RebuildInput& input,
                                            const std::vector<Object>& objects);

}  // namespace byoc
