#include "controller/store.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <regex>

namespace byoc {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;
using testing::HasSubstr;

constexpr Time kNow{std::chrono::seconds(1'800'000'000)};

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

  fs::path dir_;
};

Object cluster(const std::string& name) {
  Object object;
  object.kind = "Cluster";
  object.metadata.name = name;
  object.spec = {{"region", "us-west-2"}};
  return object;
}

Object put(Store& store, Object object, Time now = kNow) {
  Result<Object> stored = store.put(std::move(object), now);
  EXPECT_TRUE(stored.ok()) << stored.status().message;
  return stored.ok() ? std::move(stored).value() : Object{};
}

Event event_of(const std::string& name, const std::string& message, Time at = kNow) {
  return {{"Cluster", "default", name}, "Normal", "Created", message, 1, at, at};
}

mode_t mode_of(const fs::path& path) {
  struct stat info {};
  EXPECT_EQ(::stat(path.c_str(), &info), 0) << path;
  return info.st_mode & 0777U;
}

// Runs `body` in a child process and answers with its exit code.
int in_child(const std::function<int()>& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(StoreTest, CreateGivesIdentity) {
  const auto store = open(path(), counting_uids());
  const Object made = put(*store, cluster("demo"));
  EXPECT_EQ(made.metadata.uid, "uid-1");
  EXPECT_EQ(made.metadata.generation, 1);
  EXPECT_EQ(made.metadata.resource_version, 1);
  EXPECT_EQ(made.metadata.created, kNow);
  const Result<Object> got = store->get(made.key());
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(to_json(got.value()), to_json(made));
}

TEST_F(StoreTest, CreateKeepsAGivenUidAndRefusesASharedOne) {
  const auto store = open(":memory:");
  Object object = cluster("demo");
  object.metadata.uid = "from-tags";
  EXPECT_EQ(put(*store, object).metadata.uid, "from-tags");
  object.metadata.name = "other";
  const Result<Object> refused = store->put(object, kNow);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.status().code, Code::already_exists);
  EXPECT_EQ(refused.status().message,
            "uid from-tags belongs to Cluster/demo; Cluster/other cannot have it too");
}

TEST_F(StoreTest, CreateOfAnExistingObjectIsRefused) {
  const auto store = open(":memory:");
  put(*store, cluster("demo"));
  const Result<Object> refused = store->put(cluster("demo"), kNow);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.status().code, Code::already_exists);
}

TEST_F(StoreTest, GetOfAMissingObject) {
  const auto store = open(":memory:");
  const Result<Object> missing = store->get({"Cluster", "default", "demo"});
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.status().code, Code::not_found);
  EXPECT_EQ(missing.status().message, "Cluster/demo does not exist");
}

TEST_F(StoreTest, GenerationGrowsWithTheSpecOnly) {
  const auto store = open(":memory:");
  Object object = put(*store, cluster("demo"));
  object.status["phase"] = "Running";
  object.metadata.labels["team"] = "a";
  object = put(*store, object);
  EXPECT_EQ(object.metadata.generation, 1);
  EXPECT_EQ(object.metadata.resource_version, 2);
  object.spec["region"] = "eu-west-1";
  object = put(*store, object);
  EXPECT_EQ(object.metadata.generation, 2);
  EXPECT_EQ(object.metadata.resource_version, 3);
}

TEST_F(StoreTest, APutThatChangesNothingWritesNothing) {
  const auto store = open(":memory:");
  const Object first = put(*store, cluster("demo"));
  Object again = first;
  again.metadata.generation = 77;  // the store's business: never taken from the caller
  again.metadata.uid.clear();
  EXPECT_EQ(to_json(put(*store, again)), to_json(first));
  EXPECT_EQ(put(*store, cluster("other")).metadata.resource_version, 2);
}

TEST_F(StoreTest, ReplaceOfAnOldVersionIsAConflict) {
  const auto store = open(":memory:");
  const Object old = put(*store, cluster("demo"));
  Object changed = old;
  changed.spec["region"] = "eu-west-1";
  put(*store, changed);
  const Result<Object> lost = store->put(old, kNow);
  ASSERT_FALSE(lost.ok());
  EXPECT_EQ(lost.status().code, Code::conflict);
  EXPECT_EQ(lost.status().message,
            "Cluster/demo has changed meanwhile (version 2, not 1); read it again");
}

TEST_F(StoreTest, ReplaceOfARemovedOrRecreatedObjectIsAConflict) {
  const auto store = open(":memory:");
  Object old = put(*store, cluster("demo"));
  ASSERT_TRUE(store->remove(old.key(), kNow).ok());
  EXPECT_EQ(store->put(old, kNow).status().code, Code::conflict);
  const Object anew = put(*store, cluster("demo"));
  old.metadata.resource_version = anew.metadata.resource_version;
  EXPECT_EQ(store->put(old, kNow).status().message, "Cluster/demo was deleted and created again");
}

TEST_F(StoreTest, VersionsAreNeverUsedAgain) {
  const auto store = open(":memory:");
  const Object first = put(*store, cluster("demo"));
  ASSERT_TRUE(store->remove(first.key(), kNow).ok());
  EXPECT_GT(put(*store, cluster("demo")).metadata.resource_version,
            first.metadata.resource_version);
}

TEST_F(StoreTest, DeletionTimeIsSetOnce) {
  const auto store = open(":memory:");
  Object object = cluster("demo");
  object.metadata.finalizers = {std::string(kFinalizer)};
  object = put(*store, object);
  object.metadata.deleted = kNow + seconds(5);
  object = put(*store, object);
  EXPECT_EQ(object.metadata.deleted, kNow + seconds(5));
  object.metadata.deleted.reset();
  object.status["phase"] = "Terminating";
  object = put(*store, object);
  EXPECT_EQ(object.metadata.deleted, kNow + seconds(5));
}

TEST_F(StoreTest, RemoveWaitsForFinalizersAndCleansUp) {
  const auto store = open(":memory:", counting_uids());
  Object object = cluster("demo");
  object.metadata.finalizers = {std::string(kFinalizer)};
  object = put(*store, object);
  Intent intent;
  intent.owner_uid = object.metadata.uid;
  intent.key = "vpc";
  ASSERT_TRUE(store->put_intent(intent).ok());
  ASSERT_TRUE(store->add_event(event_of("demo", "one")).ok());

  const Status refused = store->remove(object.key(), kNow);
  EXPECT_EQ(refused.code, Code::invalid);
  EXPECT_EQ(refused.message, "Cluster/demo still has the finalizer byoc.dev/teardown");
  EXPECT_EQ(store->intents("uid-1").value().size(), 1U);

  object.metadata.finalizers.clear();
  put(*store, object);
  ASSERT_TRUE(store->remove(object.key(), kNow + seconds(9)).ok());
  EXPECT_TRUE(store->remove(object.key(), kNow).ok());  // once more
  EXPECT_EQ(store->get(object.key()).status().code, Code::not_found);
  EXPECT_TRUE(store->intents("uid-1").value().empty());
  EXPECT_TRUE(store->events(std::nullopt).value().empty());
  const std::vector<Tombstone> tombstones = store->tombstones().value();
  ASSERT_EQ(tombstones.size(), 1U);
  EXPECT_EQ(tombstones[0].object, object.key());
  EXPECT_EQ(tombstones[0].uid, "uid-1");
  EXPECT_EQ(tombstones[0].deleted, kNow + seconds(9));
}

TEST_F(StoreTest, ListIsSortedByKey) {
  const auto store = open(":memory:");
  Object elsewhere = cluster("a");
  elsewhere.metadata.ns = "team";
  Object role = cluster("z");
  role.kind = "Role";
  for (const Object& object : {role, elsewhere, cluster("b"), cluster("B"), cluster("a")}) {
    put(*store, object);
  }
  std::vector<std::string> names;
  const std::vector<Object> all = store->list("").value();
  for (const Object& object : all) names.push_back(to_string(object.key()));
  EXPECT_THAT(names, testing::ElementsAre("Cluster/B", "Cluster/a", "Cluster/b", "Cluster/team/a",
                                          "Role/z"));
  EXPECT_EQ(store->list("Role").value().size(), 1U);
  EXPECT_TRUE(store->list("NodeGroup").value().empty());
}

TEST_F(StoreTest, RefusesWhatJsonCannotHold) {
  const auto store = open(":memory:");
  Object object = cluster("demo");
  object.spec["region"] = "\xff";
  EXPECT_EQ(store->put(object, kNow).status().code, Code::invalid);
  object.spec["region"] = std::string(kObjectBytesMax, 'x');
  EXPECT_EQ(store->put(object, kNow).status().code, Code::invalid);
  EXPECT_EQ(put(*store, cluster("demo")).metadata.resource_version, 1);  // nothing was used up
}

TEST_F(StoreTest, IntentsAreReplacedAndDropped) {
  const auto store = open(path());
  Intent intent;
  intent.owner_uid = "u";
  intent.key = "vpc";
  intent.type = "vpc";
  intent.token = "token";
  intent.params_hash = "hash";
  intent.created = kNow + Duration(7);
  ASSERT_TRUE(store->put_intent(intent).ok());
  intent.state = Intent::State::made;
  intent.id = "vpc-1";
  intent.sent = kNow + Duration(8);
  intent.empty_reads = 2;
  intent.first_empty = kNow + Duration(9);
  intent.made = {{"VpcId", "vpc-1"}};
  ASSERT_TRUE(store->put_intent(intent).ok());

  const std::vector<Intent> kept = open(path())->intents("u").value();  // by another connection
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].key, "vpc");
  EXPECT_EQ(kept[0].type, "vpc");
  EXPECT_EQ(kept[0].token, "token");
  EXPECT_EQ(kept[0].params_hash, "hash");
  EXPECT_EQ(kept[0].id, "vpc-1");
  EXPECT_EQ(kept[0].state, Intent::State::made);
  EXPECT_EQ(kept[0].created, kNow + Duration(7));
  EXPECT_EQ(kept[0].sent, kNow + Duration(8));
  EXPECT_EQ(kept[0].empty_reads, 2);
  EXPECT_EQ(kept[0].first_empty, kNow + Duration(9));
  EXPECT_EQ(kept[0].made, intent.made);

  EXPECT_TRUE(store->intents("other").value().empty());
  ASSERT_TRUE(store->drop_intent("u", "vpc").ok());
  ASSERT_TRUE(store->drop_intent("u", "vpc").ok());
  EXPECT_TRUE(store->intents("u").value().empty());
}

TEST_F(StoreTest, EqualEventsAreCounted) {
  const auto store = open(":memory:");
  ASSERT_TRUE(store->add_event(event_of("demo", "one", kNow)).ok());
  ASSERT_TRUE(store->add_event(event_of("demo", "two", kNow)).ok());
  ASSERT_TRUE(store->add_event(event_of("demo", "one", kNow + seconds(3))).ok());
  ASSERT_TRUE(store->add_event(event_of("other", "one", kNow)).ok());
  const std::vector<Event> events = store->events(ObjectKey{"Cluster", "default", "demo"}).value();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].message, "two");
  EXPECT_EQ(events[1].message, "one");
  EXPECT_EQ(events[1].count, 2);
  EXPECT_EQ(events[1].first, kNow);
  EXPECT_EQ(events[1].last, kNow + seconds(3));
  EXPECT_EQ(store->events(std::nullopt).value().size(), 3U);
}

TEST_F(StoreTest, EventsHaveLimits) {
  const auto store = open(":memory:");
  ASSERT_TRUE(store->add_event(event_of("other", "kept")).ok());
  for (int i = 0; i < kEventsPerObjectMax + 10; ++i) {
    ASSERT_TRUE(store->add_event(event_of("demo", "event " + std::to_string(i))).ok());
  }
  const std::vector<Event> events = store->events(ObjectKey{"Cluster", "default", "demo"}).value();
  ASSERT_EQ(events.size(), static_cast<std::size_t>(kEventsPerObjectMax));
  EXPECT_EQ(events.front().message, "event 10");
  EXPECT_EQ(store->events(ObjectKey{"Cluster", "default", "other"}).value().size(), 1U);

  std::string accents;
  while (accents.size() <= kEventMessageBytesMax) accents += "\xc3\xa9";
  ASSERT_TRUE(store->add_event(event_of("other", accents)).ok());
  const std::string cut = store->events(std::nullopt).value().back().message;
  EXPECT_EQ(cut, accents.substr(0, kEventMessageBytesMax - 4) + "...");
}

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
  EXPECT_EQ(put(*reopened, cluster("next")).metadata.resource_version, 2);
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
  EXPECT_EQ(put(*store, cluster("small")).metadata.resource_version, 2);
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
  EXPECT_EQ(put(*store, big).metadata.resource_version, 2);
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
  EXPECT_EQ(store->list("").status().code, Code::unavailable);
  EXPECT_EQ(store->put(object, kNow).status().code, Code::unavailable);
  EXPECT_EQ(store->remove(object.key(), kNow).code, Code::unavailable);
}

TEST_F(StoreTest, RefusesANewerSchema) {
  open(path()).reset();
  tamper(path(), "PRAGMA user_version = 99");
  const Result<std::unique_ptr<Store>> opened = open_store(path());
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.status().code, Code::unavailable);
  EXPECT_EQ(opened.status().message, "the store " + path() +
                                         " cannot be used: it was written by a newer byoc (schema "
                                         "99, this one knows 1); use that version or a newer one");
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
  std::vector<std::int64_t> versions;
  const std::vector<Object> all = open(path())->list("").value();
  for (const Object& object : all) {
    versions.push_back(object.metadata.resource_version);
  }
  std::sort(versions.begin(), versions.end());
  ASSERT_EQ(versions.size(), 100U);
  EXPECT_EQ(versions.back(), 100);
  EXPECT_EQ(std::unique(versions.begin(), versions.end()), versions.end());
}

TEST_F(StoreTest, TenThousandPuts) {
  const auto store = open(path());
  Object object = put(*store, cluster("demo"));
  for (int i = 1; i <= 10'000; ++i) {
    object.spec["n"] = i;
    object = put(*store, object);
  }
  EXPECT_EQ(object.metadata.generation, 10'001);
  EXPECT_EQ(object.metadata.resource_version, 10'001);
  EXPECT_LT(fs::file_size(path() + "-wal"), 16U << 20U);  // checkpoints keep the log short
}

TEST_F(StoreTest, RandomUidsAreVersionFour) {
  const std::regex shape("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  const std::string one = random_uid();
  EXPECT_TRUE(std::regex_match(one, shape)) << one;
  EXPECT_NE(one, random_uid());
}

TEST_F(StoreTest, TheLockIsHeldOnce) {
  const std::string dir = dir_ / "state";
  {
    const Result<std::unique_ptr<Lock>> held = Lock::take(dir);
    ASSERT_TRUE(held.ok()) << held.status().message;
    const std::string expected = "another byoc, with pid " + std::to_string(::getpid()) +
                                 ", works in " + dir + "; wait for it or stop it";
    EXPECT_EQ(in_child([&] {
                const Result<std::unique_ptr<Lock>> second = Lock::take(dir);
                if (second.ok() || second.status().code != Code::conflict) return 1;
                return second.status().message == expected ? 0 : 2;
              }),
              0);
  }
  EXPECT_TRUE(Lock::take(dir).ok());  // let go
}

TEST_F(StoreTest, ADeadProcessHoldsNoLock) {
  const std::string dir = dir_ / "state";
  EXPECT_EQ(in_child([&] {
              Result<std::unique_ptr<Lock>> held = Lock::take(dir);
              if (!held.ok()) return 1;
              static_cast<void>(std::move(held).value().release());  // dies with it
              return 0;
            }),
            0);
  EXPECT_TRUE(Lock::take(dir).ok());
}

}  // namespace
}  // namespace byoc
