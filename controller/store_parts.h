// The parts of a store, by what their users need. A store of another kind (a running byocd, a
// Kubernetes API server) implements those that it can, and nobody is handed more than that.
//
// Every method that writes is on disk when it answers ok, and has changed nothing when it does not.
// `unavailable`: it cannot do its work (a full disk, nobody who answers), with what to do about it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "manifests/object.h"
#include "reconcilers/snapshot.h"

namespace byoc {

// So often is a write tried that names no version: the loop writes the status all along.
inline constexpr int kWriteAttemptsMax = 10;

struct Event {
  ObjectKey object;
  std::string type;  // "Normal" or "Warning"
  std::string reason;
  std::string message;
  int count = 1;  // how often the same event came; equal events are counted, not repeated
  Time first;
  Time last;
  std::string version{};     // of its last arrival, opaque as an object's; the store's business
  std::string object_uid{};  // of an object that is in the store; the store's business, too
};

// What has happened to an object.
struct ObjectNews {
  enum class Type { added, modified, deleted };
  Type type = Type::added;
  Object object;  // of a deleted one: as it was last, with the version of its deletion
};

// What has changed since a cursor was given. Several changes of one thing are one: the last.
struct News {
  std::string cursor;               // what to ask with next time; opaque
  bool complete = true;             // false: some deletions are forgotten; begin anew, without one
  bool unreadable = false;          // some records cannot be read; lists show them
  std::vector<ObjectNews> objects;  // in the order of their last changes
  std::vector<Event> events;        // in the order of their last arrival
  [[nodiscard]] bool empty() const { return complete && objects.empty() && events.empty(); }
};

// What this store did not give as a cursor, nor as the version of an object or an event, is
// `invalid`.
struct NewsQuery {
  std::string since{};   // a cursor; "": everything there is
  Duration patience{0};  // how long to wait while there is nothing; a signal ends the wait
  bool objects = true;
  bool events = true;
};

// One call that changes something: what was called, when, why, and what came of it.
struct JournalEntry {
  std::int64_t id = 0;  // grows; given by the store
  ObjectKey object;
  Time at;
  std::string service;    // "ec2"
  std::string operation;  // "CreateVpc"
  std::string key;        // of the resource in the object's graph
  std::string resource;   // its id, when it has one
  std::string why;
  std::string result;      // "ok", AWS's code, or our word for the failure
  std::string message;     // of a failure; cut like an event's
  std::string request_id;  // AWS's
};

struct JournalQuery {
  std::optional<ObjectKey> object;
  Time from{};
  Time to = Time::max();
  std::int64_t after = 0;    // only ids above
  std::size_t limit = 1000;  // the latest ones
};

// "delete": what dangles once the object is gone may be taken away without another question.
inline constexpr std::string_view kSweepAnnotation = "byoc.dev/sweep";

struct Tombstone {
  ObjectKey object;
  std::string uid;
  Time deleted;
  bool sweep = false;  // it had kSweepAnnotation
};

// Deletions that wait for a person. There is one question at a time, about exactly these objects:
// another set is another question, and needs another answer.
struct Approval {
  std::string id;                  // of the set: objects and their uids
  std::vector<ObjectKey> objects;  // sorted
  Time asked;
  std::optional<Time> granted;  // nothing: not yet
};
// The question about these objects; their order does not matter.
[[nodiscard]] Approval approval_for(const std::vector<Object>& objects, Time now);

inline constexpr int kEventsPerObjectMax = 200;
inline constexpr int kJournalMax = 100'000;                 // entries of all objects; the oldest go
inline constexpr int kDeletionsKept = 1000;                 // for those who watch
inline constexpr std::size_t kEventMessageBytesMax = 1024;  // longer messages are cut, with "..."
inline constexpr std::size_t kObjectBytesMax = 4U << 20U;   // of one object as JSON; else invalid

class StorePart {
 public:
  StorePart(const StorePart&) = delete;
  StorePart& operator=(const StorePart&) = delete;
  virtual ~StorePart() = default;

 protected:
  StorePart() = default;
};

// Objects, with Kubernetes' semantics; any number may write at once.
class ObjectStore : public StorePart {
 public:
  // not_found when there is none.
  [[nodiscard]] virtual Result<Object> get(const ObjectKey& key) = 0;
  // All objects, sorted by key; of one kind unless `kind` is empty.
  [[nodiscard]] virtual Result<std::vector<Object>> list(const std::string& kind) = 0;
  // Creates (resource_version "": gives uid when empty, generation 1; already_exists when there is
  // one) or replaces (conflict unless resource_version is the stored one). generation grows when
  // the spec changes. The status is not written: a new object has none, another one keeps its own.
  // Answers with the object as stored (times in whole seconds). A put that changes nothing writes
  // nothing. On a replace, uid and creation time stay (another uid is a conflict), and a deletion
  // time that is set is never taken back or moved.
  [[nodiscard]] virtual Result<Object> put(Object object, Time now) = 0;
  // Writes the status alone, whatever else `object` says; conflict unless uid (when it says one)
  // and resource_version are the stored ones, also when there is none. Answers as put does.
  [[nodiscard]] virtual Result<Object> put_status(Object object, Time now) = 0;
  // Removes an object without finalizers (invalid otherwise), writes its tombstone and drops its
  // intents and events. Removing what is not there is ok.
  [[nodiscard]] virtual Status remove(const ObjectKey& key, Time now) = 0;
  [[nodiscard]] virtual Result<News> news(const NewsQuery& query) = 0;
};

// What was written down about objects, to be read.
class Records : public StorePart {
 public:
  // Of one owner, by key.
  [[nodiscard]] virtual Result<std::vector<Intent>> intents(const std::string& owner_uid) = 0;
  [[nodiscard]] virtual Result<std::vector<Tombstone>> tombstones() = 0;
  // In the order of their last arrival; all of them when `object` is nothing.
  [[nodiscard]] virtual Result<std::vector<Event>> events(
      const std::optional<ObjectKey>& object) = 0;
  // In the order in which they were added.
  [[nodiscard]] virtual Result<std::vector<JournalEntry>> journal(const JournalQuery& query) = 0;
};

// What is asked of people, and what they ask of everything at once.
class Questions : public StorePart {
 public:
  // The question that waits, or was answered and not yet acted upon; nothing: there is none.
  [[nodiscard]] virtual Result<std::optional<Approval>> approval() = 0;
  // Answers yes to the question of that id; conflict when it is not the one that waits.
  [[nodiscard]] virtual Status grant(const std::string& id, Time now) = 0;

  // Whether all objects are paused: differences are reported, not mended.
  [[nodiscard]] virtual Result<bool> paused() = 0;
  [[nodiscard]] virtual Status set_paused(bool paused) = 0;
};

// Intents, as whoever does the work writes them.
class IntentStore : public StorePart {
 public:
  // Replaces one of the same owner and key.
  [[nodiscard]] virtual Status put_intent(const Intent& intent) = 0;
  // Of a missing one is ok.
  [[nodiscard]] virtual Status drop_intent(const std::string& owner_uid,
                                           const std::string& key) = 0;
};

// What happened, appended and never changed; it outlives its objects but for their events.
class Journal : public StorePart {
 public:
  // Equal events (object, type, reason, message) are one with a count; the kEventsPerObjectMax
  // latest are kept.
  [[nodiscard]] virtual Status add_event(const Event& event) = 0;
  [[nodiscard]] virtual Status add_journal(const JournalEntry& entry) = 0;
};

}  // namespace byoc
