// A store whose directory is deleted, replaced or read-only.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <algorithm>
#include <fstream>
#include <vector>

#include "tests/controller/store_fixture.h"

namespace byoc {
namespace {

using testing::HasSubstr;

TEST_F(StoreTest, AStoreThatIsGoneTakesNothingNew) {  // F24
  const auto store = open(path());
  const Object kept = put(*store, byoc::cluster("kept"));
  EXPECT_TRUE(store->can_write().ok());
  fs::rename(dir_ / "state", dir_ / "away");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(store->can_write().code, Code::unavailable);
    const Result<Object> refused = store->put(byoc::cluster("new"), kNow);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.status().code, Code::unavailable);
    EXPECT_THAT(refused.status().message, HasSubstr("byocctl rebuild"));
    Intent intent;
    intent.owner_uid = kept.metadata.uid;
    intent.key = "role";
    EXPECT_FALSE(store->put_intent(intent).ok());
    if (i == 0) open(path());  // another one in its place does not change that
  }
  fs::remove_all(dir_ / "state");
  fs::rename(dir_ / "away", dir_ / "state");
  EXPECT_TRUE(store->can_write().ok()) << "put back, it goes on";
  put(*store, byoc::cluster("new"));
}

TEST_F(StoreTest, ReadingNeedsNoWrite) {  // F24
  put(*open(path()), byoc::cluster("demo"));
  const auto names = [&] {
    std::vector<std::string> out;
    for (const auto& entry : fs::directory_iterator(dir_ / "state")) {
      out.push_back(entry.path().filename().string());
    }
    std::sort(out.begin(), out.end());
    return out;
  };
  const std::vector<std::string> before = names();
  fs::permissions(path(), fs::perms::owner_read);
  fs::permissions(dir_ / "state", fs::perms::owner_read | fs::perms::owner_exec);
  StoreOptions reading;
  reading.read_only = true;
  {
    const auto store = open(path(), reading);
    ASSERT_NE(store, nullptr);
    EXPECT_EQ(store->list("").value().size(), 1U);
    EXPECT_FALSE(store->put(byoc::cluster("new"), kNow).ok());
    EXPECT_EQ(names(), before);
  }
  fs::permissions(dir_ / "state", fs::perms::owner_all);
  fs::permissions(path(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(StoreTest, ReadingSeesWhatAnotherProcessHasNotFoldedInYet) {  // F24
  const auto writer = open(path());
  put(*writer, byoc::cluster("demo"));
  StoreOptions reading;
  reading.read_only = true;
  const auto reader = open(path(), reading);
  EXPECT_EQ(reader->list("").value().size(), 1U);
  put(*writer, byoc::cluster("other"));
  EXPECT_EQ(reader->list("").value().size(), 2U);
}

TEST_F(StoreTest, ReadingAFileThatIsNotThereIsAnError) {
  StoreOptions reading;
  reading.read_only = true;
  EXPECT_FALSE(open_store(path(), reading).ok());
  EXPECT_FALSE(fs::exists(path()));
}

// --- a full disk --------------------------------------------------------------------------------

// A small file system of its own, with nothing left of it but what the store keeps.
class FullDisk {
 public:
  explicit FullDisk(const fs::path& where) : where_(where) {
    fs::create_directories(where_);
    mounted_ = ::mount("tmpfs", where_.c_str(), "tmpfs", 0, "size=4m") == 0;
  }
  ~FullDisk() {
    if (mounted_) ::umount2(where_.c_str(), MNT_DETACH);
  }
  [[nodiscard]] bool mounted() const { return mounted_; }
  void fill() const {
    std::ofstream out(where_ / "filler", std::ios::binary | std::ios::app);
    const std::string block(4096, 'x');
    while (out.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }

 private:
  fs::path where_;
  bool mounted_ = false;
};

TEST_F(StoreTest, AFullDiskKeepsRoomForADeletion) {  // F60
  const FullDisk disk(dir_ / "disk");
  if (!disk.mounted()) return;  // needs a right that not everybody has
  const auto store = open(dir_ / "disk" / "byoc.db");
  Object object = byoc::cluster("demo");
  object.metadata.finalizers = {std::string(kFinalizer)};
  object = put(*store, object);
  std::vector<Intent> intents;
  for (int i = 0; i < 60; ++i) {
    Intent intent;
    intent.owner_uid = object.metadata.uid;
    intent.key = "resource/" + std::to_string(i);
    intent.state = Intent::State::made;
    ASSERT_TRUE(store->put_intent(intent).ok());
    intents.push_back(intent);
  }
  disk.fill();
  Object other = byoc::cluster("other");
  other.spec["filler"] = std::string(100'000, 'x');
  const Result<Object> refused = store->put(other, kNow);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.status().message, HasSubstr("no space is left"));
  object.metadata.deleted = kNow;
  object = put(*store, object);
  for (Intent& intent : intents) {
    const Status written = store->batch([&] {
      intent.state = Intent::State::removing;
      return store->put_intent(intent);
    });
    if (!written.ok()) {
      ASSERT_TRUE(store->put_intent(intent).ok()) << intent.key;
    }
    JournalEntry entry;
    entry.object = object.key();
    entry.operation = "DeleteSubnet";
    static_cast<void>(store->add_journal(entry));
    ASSERT_TRUE(store->drop_intent(intent.owner_uid, intent.key).ok()) << intent.key;
  }
  object.metadata.finalizers.clear();
  object = put(*store, object);
  EXPECT_TRUE(store->remove(object.key(), kNow).ok());
}

TEST_F(StoreTest, ABatchIsOneTransaction) {  // F65
  int told = 0;
  StoreOptions options;
  options.on_change = [&] { ++told; };
  const auto store = open(path(), options);
  const auto other = open(path());
  EXPECT_TRUE(store
                  ->batch([&] {
                    put(*store, byoc::cluster("a"));
                    put(*store, byoc::cluster("b"));
                    EXPECT_EQ(told, 0) << "nobody can see it yet";
                    EXPECT_TRUE(other->list("").value().empty());
                    // A part that fails is taken back alone.
                    EXPECT_FALSE(store->put(byoc::cluster("a"), kNow).ok());
                    return Status{};
                  })
                  .ok());
  EXPECT_EQ(told, 1);
  EXPECT_EQ(other->list("").value().size(), 2U);
  EXPECT_FALSE(store
                   ->batch([&] {
                     put(*store, byoc::cluster("c"));
                     return error(Code::conflict, "no");
                   })
                   .ok());
  EXPECT_EQ(told, 1);
  EXPECT_EQ(other->list("").value().size(), 2U);
  put(*store, byoc::cluster("c"));
  EXPECT_EQ(told, 2);
}

}  // namespace
}  // namespace byoc
