#include "controller/source_hold.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "controller/candidate.h"
#include "controller/deletion.h"
#include "manifests/protection.h"
#include "reconcilers/build.h"

namespace byoc {
namespace {

class Weighing {
 public:
  Weighing(const std::vector<Object>& unnamed, const std::vector<Object>& all) {
    for (const Object& object : all) {
      objects_.emplace(object.key(), &object);
      for (const ObjectKey& used : references_of(object)) users_[used].insert(object.key());
    }
    for (const Object& object : unnamed) going_.insert(object.key());
  }

  Departure take() {
    add_what_cascades();
    hold_protected();
    while (hold_used()) {
    }
    Departure out;
    for (const ObjectKey& key : going_) out.going.push_back(*objects_.at(key));
    for (auto& [key, why] : held_) {
      out.held.push_back({*objects_.at(key), std::move(why.first), std::move(why.second)});
    }
    return out;
  }

 private:
  // Only what no file names: a file that still names an object wants it.
  void add_what_cascades() {
    std::vector<ObjectKey> open(going_.begin(), going_.end());
    while (!open.empty()) {
      const ObjectKey key = open.back();
      open.pop_back();
      if (!cascades(*objects_.at(key))) continue;
      for (const ObjectKey& user : users_[key]) {
        const Object& object = *objects_.at(user);
        if (object.deleting() || !source_file(object).empty()) continue;
        if (going_.insert(user).second) open.push_back(user);
      }
    }
  }

  // The key may be one of going_, which lets go of it: it is a copy.
  void hold(ObjectKey key, std::string reason, std::string message) {
    going_.erase(key);
    held_.emplace(std::move(key), std::pair(std::move(reason), std::move(message)));
  }

  // Protected objects, and all that is to go with them: users and used ones alike.
  void hold_protected() {
    std::vector<std::pair<ObjectKey, std::string>> open;
    for (const ObjectKey& key : going_) {
      if (is_protected(*objects_.at(key))) open.emplace_back(key, protection_text(key));
    }
    while (!open.empty()) {
      const auto [key, why] = open.back();
      open.pop_back();
      if (!going_.contains(key)) continue;
      hold(key, "DeletionProtected", why);
      for (const ObjectKey& other : users_[key]) open.emplace_back(other, why);
      for (const ObjectKey& other : references_of(*objects_.at(key))) open.emplace_back(other, why);
    }
  }

  // Answers whether there was one more that something uses which stays.
  bool hold_used() {
    for (const ObjectKey& key : going_) {
      for (const ObjectKey& user : users_[key]) {
        if (going_.contains(user) || objects_.at(user)->deleting()) continue;
        const std::string file = source_file(*objects_.at(user));
        hold(key, "StillUsed",
             "it is still used by " + to_string(user) +
                 (file.empty() ? "; to delete that: byocctl delete " + to_string(user)
                               : ", which stands in " + file));
        return true;
      }
    }
    return false;
  }

  std::map<ObjectKey, const Object*> objects_;
  std::map<ObjectKey, std::set<ObjectKey>> users_;
  std::set<ObjectKey> going_;
  std::map<ObjectKey, std::pair<std::string, std::string>> held_;  // reason, message
};

}  // namespace

Departure weigh_departure(const std::vector<Object>& unnamed, const std::vector<Object>& all) {
  return Weighing(unnamed, all).take();
}

}  // namespace byoc
