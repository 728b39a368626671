// Dependents: who refers to whom, for the deletion of many objects: read once, then only what is
// new.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "controller/store.h"

namespace byoc {

class Dependents {
 public:
  // The objects in the store that refer to `key`, sorted; and the records that cannot be read,
  // which may refer to anything.
  [[nodiscard]] Result<std::vector<ObjectKey>> of(ObjectStore& store, const ObjectKey& key);

 private:
  [[nodiscard]] Status catch_up(ObjectStore& store);
  void forget(const ObjectKey& key);

  std::string cursor_;
  std::map<ObjectKey, std::vector<ObjectKey>> references_;  // by who refers
  std::map<ObjectKey, std::set<ObjectKey>> users_;          // by who is referred to
  bool unreadable_ = false;                                 // lists tell which records
};

}  // namespace byoc
