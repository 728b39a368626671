#include "cli/follow.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "controller/request.h"
#include "reconcilers/build.h"
#include "reconcilers/row.h"

namespace byoc {
namespace {

TreeVerb verb_of(const std::string& operation) {
  for (const Row& row : all_rows()) {
    if (row.create == operation) return TreeVerb::create;
    if (row.remove == operation) return TreeVerb::remove;
  }
  return TreeVerb::update;
}

// One entry of status.inventory.
struct Listed {
  std::string key, type, id, state;
};

std::vector<Listed> inventory_of(const Object& object) {
  std::vector<Listed> out;
  const auto inventory = object.status.find("inventory");
  if (inventory == object.status.end() || !inventory->is_array()) return out;
  for (const Json& entry : *inventory) {
    out.push_back({entry.value("key", ""), entry.value("type", ""), entry.value("id", ""),
                   entry.value("state", "")});
  }
  return out;
}

const Listed* find_listed(const std::vector<Listed>& inventory, const std::string& key) {
  const auto found = std::find_if(inventory.begin(), inventory.end(),
                                  [&](const Listed& entry) { return entry.key == key; });
  return found == inventory.end() ? nullptr : &*found;
}

// Whether byocd has looked at the object since it was last changed or asked for a look.
bool is_answered(const Object& object) {
  return !look_requested(object) &&
         object.status.value("observedGeneration", std::int64_t{0}) == object.metadata.generation;
}

bool is_true(const Object& object, const char* type) {
  const auto condition = find_condition(object, type);
  return condition && condition->status == "True";
}

}  // namespace

Progressing progress_of(const Object& object) {
  if (!is_answered(object)) return Progressing::working;
  if (is_true(object, "Ready")) return Progressing::ready;
  if (is_true(object, "Stalled")) return Progressing::stalled;
  const std::string reason = object.status.value("reason", "");
  const bool busy = object.status.value("phase", "") == "Error" || reason.empty() ||
                    reason == "Reconciling" || reason == "Waiting" || reason == "Deleting" ||
                    reason == kMissing;
  return busy ? Progressing::working : Progressing::waiting;
}

Status Follow::take_news(Duration patience) {
  const Result<News> news = store_.news({.since = cursor_, .patience = patience});
  if (!news.ok()) return news.status();
  if (!news.value().complete) {
    objects_.clear();
    cursor_.clear();
    return take_news(Duration{0});
  }
  cursor_ = news.value().cursor;
  const Status told = take_journal();
  for (const ObjectNews& one : news.value().objects) {
    const ObjectKey key = one.object.key();
    if (one.type == ObjectNews::Type::deleted) {
      objects_.erase(key);
    } else {
      objects_[key] = one.object;
    }
    take(one.object);
  }
  return told;
}

Status Follow::take_journal() {
  JournalQuery query;
  query.after = journal_;
  const auto entries = records_.journal(query);
  if (!entries.ok()) return entries.status();
  for (const JournalEntry& entry : entries.value()) {
    journal_ = entry.id;
    if (view_.object(to_string(entry.object)) != nullptr) take(entry);
  }
  return {};
}

void Follow::take(const JournalEntry& entry) {
  const std::string type = entry.key.substr(0, entry.key.find('/'));
  TreeItem& line = view_.item(to_string(entry.object), entry.key, type);
  const TreeVerb verb = verb_of(entry.operation);
  // Settings and tags that follow a creation are part of it.
  const bool part = line.verb == TreeVerb::create && verb == TreeVerb::update;
  if (!part) line.verb = verb;
  if (!entry.resource.empty()) line.id = entry.resource;
  const bool failed = entry.result != "ok";
  line.state = failed ? TreeState::failed : TreeState::running;
  line.detail = failed ? entry.result + ": " + entry.message : "";
}

void Follow::take(const Object& object) {
  const std::string name = to_string(object.key());
  TreeObject* line = view_.object(name);
  if (line == nullptr) return;
  const bool gone = !objects_.contains(object.key());
  const Progressing progress = progress_of(object);
  line->phase = gone                             ? "Deleted"
                : object.deleting()              ? "Terminating"
                : progress == Progressing::ready ? "Ready"
                                                 : "Reconciling";
  const bool waits = !gone && progress == Progressing::waiting;
  line->waits = waits ? what_is_awaited(object.status.value("message", "")) : "";
  settle(object);
  if (!object.deleting()) return;
  const std::set<std::string> retained = retained_types(object);
  for (const Listed& entry : inventory_of(object)) {
    if (retained.contains(entry.type)) kept_[name + " " + entry.type] = entry.id;
  }
}

// What is under way has arrived when the inventory shows it so.
void Follow::settle(const Object& object) {
  const std::string name = to_string(object.key());
  const bool gone = !objects_.contains(object.key());
  const bool all = gone || progress_of(object) == Progressing::ready;
  const std::vector<Listed> inventory = inventory_of(object);
  for (const Listed& entry : inventory) {
    if (gone || (entry.state != "Pending" && entry.state != "Deleting")) continue;
    TreeItem& line = view_.item(name, entry.key, entry.type);
    if (line.state == TreeState::failed) continue;
    line.verb = entry.state == "Pending" ? TreeVerb::create : TreeVerb::remove;
    line.state = TreeState::running;
    line.id = entry.id;
  }
  for (TreeItem& line : view_.model().items) {
    if (line.object != name || line.state != TreeState::running) continue;
    const Listed* entry = find_listed(inventory, line.key);
    const bool arrived = line.verb == TreeVerb::remove
                             ? entry == nullptr
                             : entry != nullptr && entry->state == "Ready";
    if (all || arrived) line.state = TreeState::done;
  }
}

bool Follow::reached(const ObjectKey& key, Work::Goal goal) const {
  const auto object = objects_.find(key);
  if (object == objects_.end()) return true;
  return goal == Work::Goal::converge && progress_of(object->second) == Progressing::ready;
}

// Nothing moves any more: every object is there, waits for a stalled one, or is stalled itself.
bool Follow::stuck(const std::vector<ObjectKey>& keys, Work::Goal goal) const {
  bool any = false;
  for (const ObjectKey& key : keys) {
    if (reached(key, goal)) continue;
    const Progressing progress = progress_of(objects_.at(key));
    if (progress == Progressing::stalled) any = true;
    if (progress == Progressing::working) return false;
  }
  return any;
}

int Follow::run(const std::vector<ObjectKey>& keys, Work::Goal goal, Duration timeout) {
  note_interrupts();
  view_.model().started = wall_clock();
  for (const ObjectKey& key : keys) {
    view_.model().objects.push_back(
        {to_string(key), goal == Work::Goal::vanish ? "Terminating" : "Pending", ""});
  }
  const auto until = std::chrono::steady_clock::now() + timeout;
  bool ended = false;
  bool late = false;
  while (!ended && !late && !interrupted()) {
    const Status status = take_news(kFrame);
    if (!status.ok()) {
      fail(status);
      return fail("what byocd was asked for is written down; it goes on when it runs again");
    }
    ended = std::all_of(keys.begin(), keys.end(),
                        [&](const ObjectKey& key) { return reached(key, goal); }) ||
            stuck(keys, goal);
    late = std::chrono::steady_clock::now() >= until;
    view_.show(wall_clock());
  }
  view_.finish(wall_clock());
  if (!ended && interrupted()) {
    std::fprintf(stderr, "byocctl: detached; byocd goes on (byocctl get -w shows how)\n");
    return kExitInterrupted;
  }
  return verdict(keys, goal, !ended);
}

int Follow::verdict(const std::vector<ObjectKey>& keys, Work::Goal goal, bool late) const {
  int code = kExitDone;
  for (const ObjectKey& key : keys) {
    if (reached(key, goal)) continue;
    const Json& status = objects_.at(key).status;
    const std::string message = status.value("message", "");
    fail(to_string(key) + ": " +
         (message.empty() ? "not done yet" : status.value("reason", "") + ": " + message));
    code = kExitError;
  }
  if (!late || code == kExitDone) return code;
  fail("the time is over; byocd goes on, and it may still succeed");
  return kExitChanges;
}

}  // namespace byoc
