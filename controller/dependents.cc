#include "controller/dependents.h"

#include <utility>

#include "controller/damaged.h"
#include "reconcilers/build.h"

namespace byoc {

Result<std::vector<ObjectKey>> Dependents::of(Store& store, const ObjectKey& key) {
  const Status current = catch_up(store);
  if (!current.ok()) return current;
  std::set<ObjectKey> all = damaged_;
  all.erase(key);
  const auto found = users_.find(key);
  if (found != users_.end()) all.insert(found->second.begin(), found->second.end());
  return std::vector<ObjectKey>(all.begin(), all.end());
}

Status Dependents::catch_up(Store& store) {
  NewsQuery query;
  query.since = version_;
  query.events = false;
  Result<News> news = store.news(query);
  if (news.ok() && !news.value().complete) {  // some deletions are forgotten: all anew
    references_.clear();
    users_.clear();
    damaged_.clear();
    query.since = 0;
    news = store.news(query);
  }
  if (!news.ok()) return news.status();
  for (const ObjectNews& one : news.value().objects) {
    const ObjectKey key = one.object.key();
    forget(key);
    if (one.type == ObjectNews::Type::deleted) continue;
    if (is_damaged(one.object)) {
      damaged_.insert(key);
      continue;
    }
    std::vector<ObjectKey> references = references_of(one.object);
    for (const ObjectKey& other : references) users_[other].insert(key);
    if (!references.empty()) references_[key] = std::move(references);
  }
  version_ = news.value().version;
  return {};
}

void Dependents::forget(const ObjectKey& key) {
  damaged_.erase(key);
  const auto found = references_.find(key);
  if (found == references_.end()) return;
  for (const ObjectKey& other : found->second) {
    const auto users = users_.find(other);
    if (users == users_.end()) continue;
    users->second.erase(key);
    if (users->second.empty()) users_.erase(users);
  }
  references_.erase(found);
}

}  // namespace byoc
