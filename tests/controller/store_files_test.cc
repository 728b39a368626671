// What the world can do to the store's file, and what it says then.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <set>

#include "controller/damaged.h"
#include "controller/store.h"
#include "tests/controller/store_fixture.h"

namespace byoc {
namespace {

using testing::HasSubstr;

TEST_F(StoreTest, FilesArePrivate) {
  const auto store = open(path());
  put(*store, cluster("demo"));
  EXPECT_EQ(mode_of(dir_ / "state"), 0700U);
  EXPECT_EQ(mode_of(path()), 0600U);
  EXPECT_EQ(mode_of(path() + "-wal"), 0600U);
}

TEST_F(StoreTest, TakesRightsAwayFromAnOpenFile) {
  open(path()).reset();
  fs::permissions(path(), static_cast<fs::perms>(0644));
  open(path()).reset();
  EXPECT_EQ(mode_of(path()), 0600U);
}

// SQLite's locks are a process's: another one must not think that it is the last that has the file
// open, or it takes the log away with what is in it.
TEST_F(StoreTest, TwoConnectionsOfAProcessKeepItsLocks) {
  int go[2];
  ASSERT_EQ(::pipe(go), 0);
  const pid_t other = ::fork();  // before this process has the file open: SQLite is not for forks
  if (other == 0) {
    char byte = 0;
    if (::read(go[0], &byte, 1) != 1) ::_exit(1);
    const bool opened = open_store(path()).ok();  // and closed again
    ::_exit(opened ? 0 : 1);
  }
  const auto loop = open(path());
  const auto door = open(path());
  put(*loop, cluster("demo"));
  ASSERT_EQ(::write(go[1], "x", 1), 1);
  int status = 0;
  ASSERT_EQ(::waitpid(other, &status, 0), other);
  ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_TRUE(fs::exists(path() + "-wal"));
  ::close(go[0]);
  ::close(go[1]);
}

TEST_F(StoreTest, SurvivesACrash) {
  const auto store = open(path());
  put(*store, cluster("demo"));
  ASSERT_TRUE(store->add_event(event_of("demo", "one")).ok());
  // What a power cut leaves behind: the files as they are, no close and no checkpoint.
  const fs::path copy = dir_ / "copy";
  fs::create_directory(copy);
  fs::copy_file(path(), copy / "byoc.db");
  fs::copy_file(path() + "-wal", copy / "byoc.db-wal");
  const auto reopened = open(copy / "byoc.db");
  ASSERT_NE(reopened, nullptr);
  EXPECT_TRUE(reopened->get({"Cluster", "default", "demo"}).ok());
  EXPECT_EQ(reopened->events(std::nullopt).value().size(), 1U);
  EXPECT_EQ(put(*reopened, cluster("next")).metadata.resource_version, "3");
}

TEST_F(StoreTest, ATornLogLosesOnlyTheTornTransaction) {
  const auto store = open(path());
  put(*store, cluster("first"));
  const auto whole = fs::file_size(path() + "-wal");
  put(*store, cluster("second"));
  fs::create_directory(dir_ / "copy");
  fs::copy_file(path(), dir_ / "copy" / "byoc.db");
  fs::copy_file(path() + "-wal", dir_ / "copy" / "byoc.db-wal");
  fs::resize_file(dir_ / "copy" / "byoc.db-wal", whole + 100);
  const auto reopened = open(dir_ / "copy" / "byoc.db");
  ASSERT_NE(reopened, nullptr);
  EXPECT_EQ(reopened->list("").value().size(), 1U);
}

TEST_F(StoreTest, AFullStoreFailsCleanlyAndRecovers) {
  StoreOptions options;
  options.pages_max = 20;
  auto store = open(path(), options);
  Object big = cluster("demo");
  big = put(*store, big);
  big.spec["filler"] = std::string(100'000, 'x');
  const Result<Object> full = store->put(big, kNow);
  ASSERT_FALSE(full.ok());
  EXPECT_EQ(full.status().code, Code::unavailable);
  EXPECT_EQ(full.status().message,
            "the store " + path() +
                " failed: no space is left on its disk; free some, what was stored before is safe");
  EXPECT_FALSE(store->get(big.key()).value().spec.contains("filler"));
  EXPECT_EQ(put(*store, cluster("small")).metadata.resource_version, "2");
}

TEST_F(StoreTest, AFullDiskFailsCleanlyAndRecovers) {
  const auto store = open(path());
  const Object before = put(*store, cluster("demo"));
  Object big = before;
  big.spec["filler"] = std::string(1'000'000, 'x');

  const auto previous = std::signal(SIGXFSZ, SIG_IGN);
  struct rlimit limit {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &limit), 0);
  struct rlimit small = limit;
  small.rlim_cur = 200'000;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const Result<Object> full = store->put(big, kNow);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  std::signal(SIGXFSZ, previous);

  ASSERT_FALSE(full.ok());
  EXPECT_EQ(full.status().code, Code::unavailable);
  EXPECT_THAT(full.status().message, HasSubstr("its disk did not take a write (over quota"));
  EXPECT_EQ(to_json(store->get(before.key()).value()), to_json(before));
  EXPECT_EQ(put(*store, big).metadata.resource_version, "2");
}

TEST_F(StoreTest, AReadOnlyDirectoryIsNamed) {
  fs::create_directory(dir_ / "state");
  fs::permissions(dir_ / "state", static_cast<fs::perms>(0555));
  fs::permissions(dir_, static_cast<fs::perms>(0755));
  const int failed = in_child([&] {
    // Root may write everywhere: be nobody.
    if (::geteuid() == 0 && ::setuid(65534) != 0) return 2;
    const Result<std::unique_ptr<Store>> opened = open_store(path());
    if (opened.ok() || opened.status().code != Code::unavailable) return 3;
    return opened.status().message == "cannot write to the file " + path() + ": Permission denied"
               ? 0
               : 4;
  });
  EXPECT_EQ(failed, 0);
}

TEST_F(StoreTest, AnObstructedPathIsNamed) {
  std::ofstream(dir_ / "state") << "a file where the directory should be";
  const Result<std::unique_ptr<Store>> opened = open_store(path());
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.status().code, Code::unavailable);
  EXPECT_THAT(opened.status().message, HasSubstr("Not a directory"));
  EXPECT_EQ(open_store(dir_.string()).status().code, Code::unavailable);  // a directory as file
}

TEST_F(StoreTest, RefusesWhatIsNoDatabase) {
  fs::create_directory(dir_ / "state");
  std::ofstream(path()) << std::string(8192, 'x');
  const Result<std::unique_ptr<Store>> opened = open_store(path());
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.status().code, Code::unavailable);
  EXPECT_EQ(opened.status().message,
            "the store " + path() +
                " failed: it is damaged (file is not a database); move it away and run `byocctl "
                "rebuild`, which restores ownership from tags");
}

TEST_F(StoreTest, RefusesADamagedFile) {
  {
    const auto store = open(path());
    for (int i = 0; i < 200; ++i) put(*store, cluster("c" + std::to_string(i)));
  }
  {
    std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(5 * 4096);
    file << std::string(8 * 4096, '\xa5');
  }
  const Result<std::unique_ptr<Store>> opened = open_store(path());
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.status().code, Code::unavailable);
  EXPECT_THAT(opened.status().message, HasSubstr("it is damaged"));
  EXPECT_THAT(opened.status().message, HasSubstr("byocctl rebuild"));
}

TEST_F(StoreTest, ADamagedRecordIsAnErrorNotAnAbsence) {
  const auto store = open(path());
  const Object object = put(*store, cluster("demo"));
  tamper(path(), "UPDATE objects SET body = '{'");
  EXPECT_EQ(store->get(object.key()).status().code, Code::unavailable);
  // Lists show it under its name (F1): it is there, and what it said is not known.
  const auto all = store->list("");
  ASSERT_TRUE(all.ok()) << all.status().message;
  ASSERT_EQ(all.value().size(), 1U);
  EXPECT_TRUE(is_damaged(all.value()[0]));
  EXPECT_EQ(all.value()[0].key(), object.key());
  EXPECT_EQ(all.value()[0].metadata.uid, object.metadata.uid);
  EXPECT_EQ(store->put(object, kNow).status().code, Code::unavailable);
  EXPECT_EQ(store->remove(object.key(), kNow).code, Code::unavailable);

  Intent intent;
  intent.owner_uid = "u";
  ASSERT_TRUE(store->put_intent(intent).ok());
  tamper(path(), "UPDATE intents SET made = '{'");
  EXPECT_EQ(store->intents("u").status().code, Code::unavailable);
}

TEST_F(StoreTest, RefusesANewerSchema) {
  open(path()).reset();
  tamper(path(), "PRAGMA user_version = 99");
  const Result<std::unique_ptr<Store>> opened = open_store(path());
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.status().code, Code::unavailable);
  const std::string& message = opened.status().message;
  EXPECT_THAT(message, testing::HasSubstr("it was written by a newer byoc (schema 99, this one"));
  EXPECT_THAT(message, testing::EndsWith("use that version or a newer one"));
}

TEST_F(StoreTest, RefusesAnotherProgramsDatabase) {
  fs::create_directory(dir_ / "state");
  tamper(path(), "CREATE TABLE objects (a)");
  const Result<std::unique_ptr<Store>> opened = open_store(path());
  ASSERT_FALSE(opened.ok());
  EXPECT_THAT(opened.status().message, HasSubstr("it is the database of another program"));
}

TEST_F(StoreTest, ALockedFileIsNamed) {
  StoreOptions options;
  options.busy_timeout_ms = 1;
  const auto store = open(path(), options);
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  const Result<Object> refused = store->put(cluster("demo"), kNow);
  EXPECT_TRUE(store->list("").ok());  // readers do not wait for a writer
  sqlite3_close(other);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.status().code, Code::unavailable);
  EXPECT_THAT(refused.status().message, HasSubstr("another process keeps it locked"));
  put(*store, cluster("demo"));
}

TEST_F(StoreTest, TwoProcessesNeverLoseAnUpdate) {
  open(path()).reset();
  const auto add_fifty = [&](const std::string& prefix) {
    const auto store = open(path());
    if (store == nullptr) return 1;
    for (int i = 0; i < 50; ++i) {
      if (!store->put(cluster(prefix + std::to_string(i)), kNow).ok()) return 2;
    }
    return 0;
  };
  const pid_t child = ::fork();
  if (child == 0) ::_exit(add_fifty("a"));
  EXPECT_EQ(add_fifty("b"), 0);
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  std::set<std::string> versions;
  const std::vector<Object> all = open(path())->list("").value();
  for (const Object& object : all) versions.insert(object.metadata.resource_version);
  EXPECT_EQ(all.size(), 100U);
  EXPECT_EQ(versions.size(), 100U) << "none is given twice";
}

TEST_F(StoreTest, TheLogStaysShort) {
  const auto store = open(path());
  Object object = cluster("demo");
  object.spec["filler"] = std::string(100'000, 'x');
  object = put(*store, object);
  for (int i = 1; i <= 150; ++i) {
    object.spec["n"] = i;
    object = put(*store, object);
  }
  EXPECT_LT(fs::file_size(path() + "-wal"), 6U << 20U);  // of more than 15 MB that were written
  EXPECT_LT(fs::file_size(path()), 1U << 20U);
}

}  // namespace
}  // namespace byoc
