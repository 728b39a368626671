#include "controller/dependents.h"

#include <utility>

#include "controller/damaged.h"
#include "reconcilers/build.h"

namespace byoc {

Result<std::vector<ObjectKey>> Dependents::of(ObjectStore& store, const ObjectKey& key) {
  const Status current = catch_up(store);
  if (!current.ok()) return current;
  std::set<ObjectKey> all;
  const auto found = users_.find(key);
  if (found != users_.end()) all = found->second;
  if (unreadable_) {
    const auto objects = store.list("");
    if (!objects.ok()) return objects.status();
    for (const Object& object : objects.value()) {
      if (is_damaged(object) && object.key() != key) all.insert(object.key());
    }
  }
  return std::vector<ObjectKey>(all.begin(), all.end());
}

Status Dependents::catch_up(ObjectStore& store) {
  NewsQuery query;
  query.since = cursor_;
  query.events = false;
  Result<News> news = store.news(query);
  if (news.ok() && !news.value().complete) {  // some deletions are forgotten: all anew
    references_.clear();
    users_.clear();
    unreadable_ = false;
    query.since.clear();
    news = store.news(query);
  }
  if (!news.ok()) return news.status();
  for (const ObjectNews& one : news.value().objects) {
    const ObjectKey key = one.object.key();
    forget(key);
    if (one.type == ObjectNews::Type::deleted) continue;
    std::vector<ObjectKey> references = references_of(one.object);
    for (const ObjectKey& other : references) users_[other].insert(key);
    if (!references.empty()) references_[key] = std::move(references);
  }
  unreadable_ = unreadable_ || news.value().unreadable;
  cursor_ = news.value().cursor;
  return {};
}

void Dependents::forget(const ObjectKey& key) {
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
