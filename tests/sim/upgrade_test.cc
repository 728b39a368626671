#include "tests/sim/upgrade.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "base/check.h"
#include "controller/candidate.h"
#include "controller/controller.h"
#include "tests/sim/census.h"

namespace byoc::sim {
namespace {

using testing::IsEmpty;

// What cc90c94 left behind is taken over: nothing is made twice, nothing taken away, and only tags
// may change.
class UpgradeTest : public testing::Test {
 protected:
  UpgradeTest() {
    setenv("BYOC_UPGRADE_EXTERNAL_ID", "dummy-id-123", 1);
    place_ = std::filesystem::path(testing::TempDir()) / "upgrade_test";
    std::filesystem::remove_all(place_);
    std::filesystem::create_directories(place_);
    const std::string recording = std::string(BYOC_SOURCE_DIR) + "/tests/sim/upgrade";
    store_ = take_over(*cloud_, recording, (place_ / "store.db").string());
    ControllerOptions options;
    options.default_region = "us-west-2";
    controller_.emplace(*store_, *cloud_, secrets_, options);
    const auto stored = store_->list("");
    check(stored.ok(), "the store lists");
    for (const Object& object : stored.value()) keys_.push_back(object.key());
  }
  ~UpgradeTest() override { std::filesystem::remove_all(place_); }

  [[nodiscard]] bool all(const std::function<bool(const Standing&)>& holds) const {
    return std::all_of(keys_.begin(), keys_.end(), [&](const ObjectKey& key) {
      const Standing* standing = controller_->standing(key);
      return standing != nullptr && holds(*standing);
    });
  }
  void run(const std::function<bool()>& done) {
    for (const ObjectKey& key : keys_) controller_->enqueue(key, cloud_->now());
    controller_->run(cloud_->now() + std::chrono::hours(3), done);
    ASSERT_TRUE(done());
  }

  std::filesystem::path place_;
  std::unique_ptr<SimCloud> cloud_ = recorded_cloud();
  std::unique_ptr<Store> store_;
  Secrets secrets_{""};
  std::optional<Controller> controller_;
  std::vector<ObjectKey> keys_;
};

TEST_F(UpgradeTest, NothingIsMadeTwiceAndNothingTakenAway) {
  ASSERT_EQ(keys_.size(), 5U);
  const auto before = owned(cloud_->world());
  ASSERT_THAT(before, testing::Not(IsEmpty()));
  cloud_->forget_journal();
  run([this] { return all([](const Standing& standing) { return standing.converged; }); });
  for (const Entry* entry : mutations(cloud_->journal())) {
    EXPECT_TRUE(entry->operation.find("Tag") != std::string::npos) << show(*entry, Time{});
  }
  std::size_t things = 0;
  for (const auto& [key, ids] : owned(cloud_->world())) {
    EXPECT_EQ(ids.size(), 1U) << key;
    things += ids.size();
  }
  std::size_t things_before = 0;
  for (const auto& [key, ids] : before) things_before += ids.size();
  EXPECT_EQ(things, things_before);
}

TEST_F(UpgradeTest, AndItGoesWithoutALeftover) {
  const auto stored = store_->list("");
  for (const Object& object : stored.value()) {
    ASSERT_TRUE(mark_deleted(object, *store_, cloud_->now()).ok());
  }
  run([this] { return all([](const Standing& standing) { return standing.gone; }); });
  // The bucket of the Cluster wide is kept, as its deletionPolicy says.
  for (const auto& [key, ids] : owned(cloud_->world())) {
    EXPECT_TRUE(key.find("/bucket") != std::string::npos || key.starts_with(kForeignUid)) << key;
  }
}

}  // namespace
}  // namespace byoc::sim
