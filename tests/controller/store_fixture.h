// What the store's tests share: a directory of their own, objects, and child processes.
#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "controller/store.h"

namespace byoc {

namespace fs = std::filesystem;

inline constexpr Time kNow{std::chrono::seconds(1'800'000'000)};

class StoreTest : public testing::Test {
 protected:
  StoreTest() {
    std::string pattern = (fs::temp_directory_path() / "byoc-store-XXXXXX").string();
    dir_ = ::mkdtemp(pattern.data());
  }
  ~StoreTest() override { fs::remove_all(dir_); }

  [[nodiscard]] std::string path() const { return dir_ / "state" / "byoc.db"; }

  static StoreOptions counting_uids() {
    StoreOptions options;
    options.make_uid = [n = 0]() mutable { return "uid-" + std::to_string(++n); };
    return options;
  }
  static std::unique_ptr<Store> open(const std::string& path, StoreOptions options = {}) {
    Result<std::unique_ptr<Store>> opened = open_store(path, std::move(options));
    EXPECT_TRUE(opened.ok()) << opened.status().message;
    return opened.ok() ? std::move(opened).value() : nullptr;
  }
  // Runs SQL on the file behind the store's back.
  static void tamper(const std::string& path, const char* sql) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(db, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
    sqlite3_close(db);
  }

  // Makes the file what a byoc left that knew `version` migrations.
  static void make_old(const std::string& path, int version) {
    tamper(path, "DROP TABLE notes; ALTER TABLE tombstones DROP COLUMN sweep");
    if (version < 4) {
      tamper(path,
             "DROP TABLE deletions; DROP TABLE horizon; DROP TABLE flags;"
             "DROP INDEX objects_by_version; ALTER TABLE objects DROP COLUMN version;"
             "ALTER TABLE objects DROP COLUMN created;");
    }
    if (version < 3) tamper(path, "DROP TABLE approvals");
    tamper(path, ("PRAGMA user_version = " + std::to_string(version)).c_str());
  }

  fs::path dir_;
};

inline Object cluster(const std::string& name) {
  Object object;
  object.kind = "Cluster";
  object.metadata.name = name;
  object.spec = {{"region", "us-west-2"}};
  return object;
}

inline Object put(ObjectStore& store, Object object, Time now = kNow) {
  Result<Object> stored = store.put(std::move(object), now);
  EXPECT_TRUE(stored.ok()) << stored.status().message;
  return stored.ok() ? std::move(stored).value() : Object{};
}

// With the status that it has, in a second write.
inline Object put_whole(ObjectStore& store, const Object& object, Time now = kNow) {
  Object whole = put(store, object, now);
  whole.status = object.status;
  Result<Object> stored = store.put_status(std::move(whole), now);
  EXPECT_TRUE(stored.ok()) << stored.status().message;
  return stored.ok() ? std::move(stored).value() : Object{};
}

inline Event event_of(const std::string& name, const std::string& message, Time at = kNow) {
  return {{"Cluster", "default", name}, "Normal", "Created", message, 1, at, at};
}

inline mode_t mode_of(const fs::path& path) {
  struct stat info {};
  EXPECT_EQ(::stat(path.c_str(), &info), 0) << path;
  return info.st_mode & 0777U;
}

// Runs `body` in a child process and answers with its exit code.
inline int in_child(const std::function<int()>& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace byoc
