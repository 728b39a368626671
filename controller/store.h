// Store: all parts of it in one SQLite file, and what only the one process does that works on the
// objects and holds the lock.
//
// Every method is one transaction that is on disk (WAL, synchronous=FULL) when it returns. With the
// store lost, ownership can be restored from tags. Used by one thread at a time; other processes
// may read and write the same file.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "controller/store_parts.h"

namespace byoc {

class Store : public ObjectStore,
              public Records,
              public Questions,
              public IntentStore,
              public Journal {
 public:
  // Gives an object another name or namespace, and what `object` says besides, but for its status.
  // It keeps its uid, and with it intents and resources; its events follow it, and nothing of it
  // was deleted. conflict unless `from` has this uid and resource_version, already_exists when the
  // new name is taken. No part of a store that others could have: Kubernetes has no such thing.
  [[nodiscard]] virtual Result<Object> rename(const ObjectKey& from, Object object, Time now) = 0;

  // Asks in place of any other question (nothing: withdraws it). The same question asked again
  // keeps its time and its answer.
  [[nodiscard]] virtual Status ask(const std::optional<Approval>& question) = 0;

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
