// Store: what must survive a crash. Kubernetes semantics over one SQLite file.
//
// Every method is one transaction that is on disk (WAL, synchronous=FULL) when it returns. The
// store is a cache of promises: with it lost, ownership can be restored from tags.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "manifests/object.h"
#include "reconcilers/snapshot.h"

namespace byoc {

struct Event {
  ObjectKey object;
  std::string type;  // "Normal" or "Warning"
  std::string reason;
  std::string message;
  int count = 1;  // how often the same event came; equal events are counted, not repeated
  Time first;
  Time last;
};

struct Tombstone {
  ObjectKey object;
  std::string uid;
  Time deleted;
};

inline constexpr int kEventsPerObjectMax = 200;

class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  // Objects. not_found when there is none.
  [[nodiscard]] virtual Result<Object> get(const ObjectKey& key) = 0;
  // All objects, sorted by key; of one kind unless `kind` is empty.
  [[nodiscard]] virtual Result<std::vector<Object>> list(const std::string& kind) = 0;
  // Creates (resource_version 0: gives uid when empty, generation 1; already_exists when there is
  // one) or replaces (conflict unless resource_version is the stored one). generation grows when
  // the spec changes. Answers with the object as stored. A put that changes nothing writes nothing.
  [[nodiscard]] virtual Result<Object> put(Object object, Time now) = 0;
  // Removes an object without finalizers (invalid otherwise), writes its tombstone and drops its
  // intents and events. Removing what is not there is ok.
  [[nodiscard]] virtual Status remove(const ObjectKey& key, Time now) = 0;
  [[nodiscard]] virtual Result<std::vector<Tombstone>> tombstones() = 0;

  // Intents of one owner, by key; put replaces; drop of a missing one is ok.
  [[nodiscard]] virtual Result<std::vector<Intent>> intents(const std::string& owner_uid) = 0;
  [[nodiscard]] virtual Status put_intent(const Intent& intent) = 0;
  [[nodiscard]] virtual Status drop_intent(const std::string& owner_uid, const std::string& key) = 0;

  // Events, oldest first; all of them when `object` is nothing.
  [[nodiscard]] virtual Status add_event(const Event& event) = 0;
  [[nodiscard]] virtual Result<std::vector<Event>> events(
      const std::optional<ObjectKey>& object) = 0;
};

// Opens or creates `path` (":memory:" for tests). unavailable with the reason when it cannot be
// opened, is damaged (integrity check) or was written by a newer byoc.
[[nodiscard]] Result<std::unique_ptr<Store>> open_store(const std::string& path);

// The lock that keeps a second controller out: flock on `dir`/lock, released by the kernel when
// the process ends. conflict with the holder's pid in the message when it is taken.
class Lock {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Lock>> take(const std::string& dir);
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  ~Lock();

 private:
  explicit Lock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace byoc
