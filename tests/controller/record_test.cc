#include "controller/record.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "tests/controller/store_fixture.h"

namespace byoc {
namespace {

class RecordTest : public StoreTest {
 protected:
  RecordTest() : store_(open(":memory:", counting_uids())) {
    Object object;
    object.kind = "Role";
    object.metadata.name = "ops";
    seen_ = put(*store_, object, kNow);
  }
  Status record() {
    return keep_in_status(*store_, seen_, kNow,
                          [](Object& object) { object.status["location"] = "here"; });
  }

  std::unique_ptr<Store> store_;
  Object seen_;
};

TEST_F(RecordTest, IsStoredAndInTheObject) {
  ASSERT_TRUE(record().ok());
  EXPECT_EQ(store_->get(seen_.key()).value().status.at("location"), "here");
  EXPECT_EQ(seen_.status.at("location"), "here");
  EXPECT_EQ(seen_.metadata.resource_version,
            store_->get(seen_.key()).value().metadata.resource_version);
}

TEST_F(RecordTest, WhatUsersChangeMeanwhileStays) {
  Object changed = seen_;
  changed.spec["name"] = "other";
  put(*store_, changed, kNow);
  ASSERT_TRUE(record().ok());
  const Object stored = store_->get(seen_.key()).value();
  EXPECT_EQ(stored.spec.at("name"), "other");
  EXPECT_EQ(stored.status.at("location"), "here");
  EXPECT_EQ(seen_.status.at("location"), "here");
  EXPECT_FALSE(seen_.spec.contains("name")) << "the pass goes on with what it has read";
}

TEST_F(RecordTest, AnotherObjectOfTheNameIsNotTouched) {  // F65
  ASSERT_TRUE(store_->remove(seen_.key(), kNow).ok());
  Object other;
  other.kind = "Role";
  other.metadata.name = "ops";
  put(*store_, other, kNow);
  EXPECT_FALSE(record().ok());
  EXPECT_FALSE(store_->get(seen_.key()).value().status.contains("location"));
}

TEST_F(RecordTest, NothingIsRecordedOfWhatIsGone) {
  ASSERT_TRUE(store_->remove(seen_.key(), kNow).ok());
  EXPECT_FALSE(record().ok());
}

TEST_F(RecordTest, WhatIsCreatedWithAStatusIsNeverWithoutOne) {
  const auto here = open(path());
  const pid_t child = ::fork();
  if (child == 0) {
    const auto own = open(path());
    for (int i = 0;; ++i) {
      Object object = cluster("c" + std::to_string(i));
      object.status["inventory"] = Json::array({i});
      if (!create_with_status(*own, object, kNow).ok()) ::_exit(1);
    }
  }
  while (here->list("").value().size() < 20) {
    ASSERT_TRUE(here->news({.patience = Duration{10}}).ok());
  }
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  for (const Object& object : open(path())->list("").value()) {
    EXPECT_TRUE(object.status.contains("inventory")) << to_string(object.key());
  }
}

TEST_F(RecordTest, OfANameThatIsTakenNothingIsWritten) {
  Object object = cluster("a");
  object.status["phase"] = "Ready";
  ASSERT_TRUE(create_with_status(*store_, object, kNow).ok());
  object.status["phase"] = "Error";
  EXPECT_EQ(create_with_status(*store_, object, kNow).status().code, Code::already_exists);
  EXPECT_EQ(store_->get(object.key()).value().status.at("phase"), "Ready");
}

}  // namespace
}  // namespace byoc
