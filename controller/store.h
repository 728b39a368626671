// Store: what must survive a crash. Kubernetes semantics over one SQLite file.
//
// Every method is one transaction that is on disk (WAL, synchronous=FULL) when it returns. The
// store is a cache of promises: with it lost, ownership can be restored from tags. Used by one
// thread at a time; other processes may read and write the same file.
//
// A method that cannot do its work answers `unavailable` and has changed nothing: disk full,
// read-only, damaged or locked for too long, each with what to do about it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
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
  // Gives an object another name or namespace, and what `object` says besides, but for its status.
  // It keeps its uid, and with it intents and resources; its events follow it, and nothing of it
  // was deleted.
  // conflict unless `from` has this uid and resource_version, already_exists when the new name is
  // taken.
  [[nodiscard]] virtual Result<Object> rename(const ObjectKey& from, Object object, Time now) = 0;
  // Removes an object without finalizers (invalid otherwise), writes its tombstone and drops its
  // intents and events. Removing what is not there is ok.
  [[nodiscard]] virtual Status remove(const ObjectKey& key, Time now) = 0;
  [[nodiscard]] virtual Result<std::vector<Tombstone>> tombstones() = 0;

  // The question that waits, or was answered and not yet acted upon; nothing: there is none.
  [[nodiscard]] virtual Result<std::optional<Approval>> approval() = 0;
  // Asks in place of any other question (nothing: withdraws it). The same question asked again
  // keeps its time and its answer.
  [[nodiscard]] virtual Status ask(const std::optional<Approval>& question) = 0;
  // Answers yes to the question of that id; conflict when it is not the one that waits.
  [[nodiscard]] virtual Status grant(const std::string& id, Time now) = 0;

  // Intents of one owner, by key; put replaces; drop of a missing one is ok.
  [[nodiscard]] virtual Result<std::vector<Intent>> intents(const std::string& owner_uid) = 0;
  [[nodiscard]] virtual Status put_intent(const Intent& intent) = 0;
  [[nodiscard]] virtual Status drop_intent(const std::string& owner_uid,
                                           const std::string& key) = 0;

  // Events, in the order of their last arrival; all of them when `object` is nothing. Equal events
  // (object, type, reason, message) are one with a count; the kEventsPerObjectMax latest are kept.
  [[nodiscard]] virtual Status add_event(const Event& event) = 0;
  [[nodiscard]] virtual Result<std::vector<Event>> events(
      const std::optional<ObjectKey>& object) = 0;

  // The journal outlives its objects. Entries come in the order in which they were added.
  [[nodiscard]] virtual Status add_journal(const JournalEntry& entry) = 0;
  [[nodiscard]] virtual Result<std::vector<JournalEntry>> journal(const JournalQuery& query) = 0;

  [[nodiscard]] virtual Result<News> news(const NewsQuery& query) = 0;

  // Whether all objects are paused: differences are reported, not mended.
  [[nodiscard]] virtual Result<bool> paused() = 0;
  [[nodiscard]] virtual Status set_paused(bool paused) = 0;

  // One transaction for what `body` calls on this store: all of it is on disk when it returns, or,
  // when it or the disk answers with an error, none.
  [[nodiscard]] virtual Status batch(const std::function<Status()>& body) = 0;

  // Small texts that the daemon keeps over its restarts, by name; "" when there is none.
  [[nodiscard]] virtual Result<std::string> note(const std::string& name) = 0;
  [[nodiscard]] virtual Status set_note(const std::string& name, const std::string& value) = 0;

  // Why the last write failed that was not refused for what it said: a full disk, above all. Tries
  // again when it did; ok when it works (again).
  [[nodiscard]] virtual Status can_write() = 0;
};

// Opens or creates `path` (":memory:" for tests). unavailable with the reason when it cannot be
// opened, is damaged (integrity check) or was written by a newer byoc.
// The file is made with mode 0600, a missing directory with 0700.
struct StoreOptions {
  std::function<std::string()> make_uid;  // random UUIDs when empty; the simulation counts
  int busy_timeout_ms = 5000;             // how long to wait for another process's transaction
  bool read_only = false;                 // nothing is made or changed, the file must be there
  int pages_max = 0;                      // of 4096 bytes; 0: as many as the disk holds
  std::function<void()> on_change;        // told after each change of objects, events or the pause
};
[[nodiscard]] Result<std::unique_ptr<Store>> open_store(const std::string& path,
                                                        StoreOptions options = {});

// A random UUID, version 4: "3f2b8c9e-....-4...-....-............".
[[nodiscard]] std::string random_uid();

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
