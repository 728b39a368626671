// What people, AWS and others do in a drawn story.
#include <algorithm>
#include <iterator>
#include <set>

#include "base/check.h"
#include "controller/candidate.h"
#include "controller/deletion.h"
#include "reconcilers/zones.h"
#include "tests/sim/drawn_story.h"
#include "tests/sim/ec2.h"
#include "tests/sim/meddling.h"

namespace byoc::sim {
namespace {

using std::chrono::minutes;

constexpr const char* kDrawnAccount = "111122223333";
constexpr const char* kDrawnRegions[] = {"us-west-2", "us-east-1", "eu-west-1"};
constexpr const char* kReuse = "byoc.dev/allow-name-reuse";

ObjectKey key_of(const Json& document) {
  ObjectKey key;
  key.kind = document.at("kind");
  key.name = document.at("metadata").at("name");
  return key;
}

}  // namespace

void DrawnStory::happen() {
  using Happening = void (DrawnStory::*)();
  constexpr Happening kHappenings[] = {&DrawnStory::edit,     &DrawnStory::edit,
                                       &DrawnStory::edit,     &DrawnStory::upgrade,
                                       &DrawnStory::remove,   &DrawnStory::recreate,
                                       &DrawnStory::recreate, &DrawnStory::claim_what_others_own};
  (this->*kHappenings[random_.below(std::size(kHappenings))])();
  if (random_.chance(0.3)) change_facts(0);
}

void DrawnStory::edit() {
  if (documents_.empty()) return;
  const std::size_t index = random_.below(documents_.size());
  if (key_of(documents_[index]).name.starts_with(kRival)) return;
  const std::vector<Json> edited = manifests_.edited(documents_, index);
  if (edited.empty()) return;
  const Json before = documents_[index];
  const std::string refused = apply(edited);
  const Json::json_pointer trust("/spec/trust");
  const bool other_trust = before.value(trust, Json()) != edited[index].value(trust, Json());
  if (refused.empty() && other_trust) trust_edited_.push_back(cloud_.now());
  note("edit of " + name_of(before) + ": " + Json::diff(before, edited[index]).dump() +
       (refused.empty() ? "" : " refused: " + refused));
}

// One minor version more than it has.
void DrawnStory::upgrade() {
  std::vector<Json> documents = documents_;
  for (Json& document : documents) {
    if (document.at("kind") != "Cluster") continue;
    const auto stored = store_->get(key_of(document));
    const std::string now = stored.ok() ? stored.value().status.value("kubernetesVersion", "") : "";
    if (now.empty() || now >= "1.34") continue;
    const std::string next = "1." + std::to_string(std::stoi(now.substr(2)) + 1);
    document["spec"]["kubernetesVersion"] = next;
    const std::string refused = apply(documents);
    return note("upgrade of " + name_of(document) + " to " + next + " " + refused);
  }
}

// With all that depends on it, as one who wants it gone does.
void DrawnStory::mark_removed(std::size_t index) {
  const std::vector<Object> all = objects();
  const Object* first = find_object(all, key_of(documents_[index]));
  if (first == nullptr) return;
  std::vector<Object> targets = {*first};
  for (std::size_t i = 0; i < targets.size(); ++i) {
    for (const Object& other : all) {
      if (refers_to(other, targets[i].key()) && find_object(targets, other.key()) == nullptr) {
        targets.push_back(other);
      }
    }
  }
  const Status open = check_protection(targets, all);
  if (!open.ok()) return note("removal refused: " + open.message);
  for (const Object& target : targets) {
    note("removal of " + to_string(target.key()));
    check(mark_deleted(target, *store_, cloud_.now()).ok(), "the store takes a deletion");
    controller_->enqueue(target.key(), cloud_.now());
    const auto gone = std::find_if(documents_.begin(), documents_.end(), [&](const Json& document) {
      return key_of(document) == target.key();
    });
    if (gone == documents_.end()) continue;
    removed_.push_back(std::move(*gone));
    documents_.erase(gone);
  }
}

void DrawnStory::remove() {
  if (documents_.size() < 2) return;
  const std::size_t index = random_.below(documents_.size());
  open_for_deletion();
  mark_removed(index);
}

// Once it is gone. The name of a Cluster is taken again on purpose only.
void DrawnStory::recreate() {
  if (removed_.empty()) return remove();
  const std::size_t index = random_.below(removed_.size());
  Json document = removed_[index];
  if (store_->get(key_of(document)).ok()) return;
  std::vector<Json> documents = documents_;
  documents.push_back(document);
  std::string refused = apply(documents);
  if (document.at("kind") == "Cluster" && refused.empty() &&
      !document["metadata"].contains("annotations")) {
    complain(name_of(document) + " is made again under a name that was used");
  }
  if (refused.find("NameReused") != std::string::npos) {
    document["metadata"]["annotations"][kReuse] = "true";
    documents.back() = document;
    refused = apply(documents);
  }
  note("again: " + name_of(document) + " " + refused);
  if (refused.empty()) removed_.erase(removed_.begin() + static_cast<std::ptrdiff_t>(index));
}

// What others own is refused, or held with its name; and it stays as it is.
void DrawnStory::claim_what_others_own() {
  const std::string name = std::string(kRival) + std::to_string(random_.below(3));
  Json document = {{"apiVersion", "byoc.dev/v1alpha1"},
                   {"kind", "Role"},
                   {"metadata", {{"name", name}}},
                   {"spec", {{"trust", {{"services", {"ec2.amazonaws.com"}}}}}}};
  Json& spec = document["spec"];
  const auto role = std::find_if(documents_.begin(), documents_.end(),
                                 [](const Json& one) { return one.at("kind") == "Role"; });
  switch (random_.below(4)) {
    case 0: spec["name"] = "taken-role"; break;
    case 1:
      if (role == documents_.end()) return;
      spec["name"] = role->at("spec").value("name", key_of(*role).name);
      break;
    case 2:
      spec["policies"]["customer"] = Json::array(
          {{{"name", "taken-policy"},
            {"document",
             {{"Version", "2012-10-17"},
              {"Statement",
               Json::array(
                   {{{"Effect", "Allow"}, {"Action", "s3:GetObject"}, {"Resource", "*"}}})}}}}});
      break;
    default:
      document["kind"] = "Cluster";
      spec = {{"region", "us-west-2"}, {"storage", {{"bucket", {{"name", "byoc-taken-bucket"}}}}}};
  }
  if (store_->get(key_of(document)).ok()) return;
  std::vector<Json> documents = documents_;
  documents.push_back(document);
  std::string refused = apply(documents);
  if (refused.find("NameReused") != std::string::npos) return;
  note("claim of " + name_of(document) + " " + document["spec"].dump() + " " + refused);
}

// What a region says of its zones is news for new things only (F5).
void DrawnStory::change_facts(std::size_t usable_min) {
  for (const char* region : kDrawnRegions) {
    auto& states = cloud_.account(kDrawnAccount).regions[region].ec2.zone_states;
    std::size_t usable = 0;
    do {
      states.clear();
      usable = 0;
      for (const std::string& zone : zones_of(region)) {
        const bool open = random_.chance(0.5);
        usable += open ? 1 : 0;
        if (!open) states[zone] = random_.chance(0.5) ? std::string(kHiddenZone) : "impaired";
      }
    } while (usable < usable_min);
  }
}

// What byoc has made and knows of, by the status of its objects.
bool DrawnStory::is_recorded(const Thing& thing) const {
  const auto owner = thing.tags->find(std::string(kOwnerTag));
  const auto key = thing.tags->find(std::string(kKeyTag));
  if (owner == thing.tags->end() || key == thing.tags->end()) return false;
  for (const Object& object : objects()) {
    if (object.metadata.uid != owner->second) continue;
    // Roles of what is to go are needed to the end, and nobody makes them again.
    if (object.deleting() && thing.type == "iam:role") return false;
    for (const Json& one : object.status.value("inventory", Json::array())) {
      const std::string id = one.at("id");
      if (one.at("key") == key->second && (thing.id == id || thing.id.ends_with("/" + id))) {
        return true;
      }
    }
  }
  return false;
}

void DrawnStory::meddle_once() {
  OpContext context = cloud_.context(kDrawnRegions[random_.below(std::size(kDrawnRegions))]);
  context.sight.stale = false;
  const std::string what =
      meddle(context, [this](const Thing& thing) { return is_recorded(thing); });
  if (!what.empty()) note(what);
}

// A right is taken away from everybody who works here.
void DrawnStory::deny_something() {
  std::set<std::string> names;
  for (const Entry& entry : cloud_.journal()) {
    if (entry.service != "sts") names.insert(entry.service + ":" + entry.operation);
  }
  if (names.empty()) return;
  const std::string right =
      *std::next(names.begin(), static_cast<std::ptrdiff_t>(random_.below(names.size())));
  std::vector<std::string> principals = {""};
  for (const Object& object : objects()) {
    if (object.kind == "Role") principals.push_back(object.status.value("arn", ""));
  }
  const bool all = random_.chance(0.5);
  const std::string& one = principals[random_.below(principals.size())];
  for (const std::string& principal : principals) {
    if (all || principal == one) cloud_.denied().emplace(principal, right);
  }
  note("denied " + right + " to " + (all ? "all" : one.empty() ? "the operator" : one));
}

// EKS accepts updates of one group of nodes and does not carry them out; and one is asked for.
void DrawnStory::fail_updates() {
  std::vector<Json> documents = documents_;
  for (Json& document : documents) {
    if (document.at("kind") != "NodeGroup") continue;
    std::string name = key_of(document).name;
    std::replace(name.begin(), name.end(), '.', '-');
    for (const char* region : kDrawnRegions) {
      cloud_.account(kDrawnAccount).regions[region].eks.failing_updates["nodegroup/" + name] = {
          "NodeCreationFailure", "Nodes did not join", std::chrono::seconds(2)};
    }
    document["spec"]["labels"]["asked"] = "n" + std::to_string(random_.below(1000));
    const std::string refused = apply(documents);
    return note("updates of " + name_of(document) + " fail " + refused);
  }
}

// Others meddle and take rights away at any moment, also while calls are under way.
void DrawnStory::schedule_trouble(Duration within) {
  trouble_ = true;
  const auto at_some_time = [&](void (DrawnStory::*happening)()) {
    cloud_.world().due.emplace(cloud_.now() + random_.between(Duration(0), within),
                               Due{kDrawnAccount, kDrawnRegions[0], [this, happening](OpContext&) {
                                     if (trouble_) (this->*happening)();
                                   }});
  };
  for (std::uint64_t left = random_.below(6); left > 0; --left) {
    at_some_time(&DrawnStory::meddle_once);
  }
  if (random_.chance(0.4)) at_some_time(&DrawnStory::deny_something);
  if (random_.chance(0.3)) at_some_time(&DrawnStory::fail_updates);
}

}  // namespace byoc::sim
