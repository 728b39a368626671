// A store and tags as an earlier version of byoc left them: today's goes on with what is there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "controller/candidate.h"
#include "controller/controller.h"
#include "tests/sim/census.h"
#include "tests/sim/history.h"

namespace byoc::sim {
namespace {

constexpr const char* kPrincipal = "arn:aws:iam::111122223333:role/operator-of-somebody";
const std::string kFormerKey = "access-entry/role/operator-of-somebody";
const std::string kKeyOfToday = std::string("access-entry/") + kPrincipal;

class FormerKeysTest : public testing::Test {
 protected:
  FormerKeysTest() : store_(open_store(":memory:").value()) {
    settle_foreigners(cloud_);
    for (const Object& object : ordinary_stack()) {
      EXPECT_TRUE(store_->put(object, cloud_.now()).ok());
    }
    EXPECT_TRUE(converge());
    make_former();
    cloud_.forget_journal();
  }

  bool run_until(const std::function<bool()>& done) {
    ControllerOptions options;
    options.default_region = "us-west-2";
    controller_.emplace(*store_, cloud_, secrets_, options);
    const auto objects = store_->list("");
    for (const Object& object : objects.value()) controller_->enqueue(object.key(), cloud_.now());
    controller_->run(cloud_.now() + std::chrono::hours(3), done);
    return done();
  }
  bool converge() {
    return run_until([this] {
      for (const Object& object : ordinary_stack()) {
        const Standing* standing = controller_->standing(object.key());
        if (standing == nullptr || !standing->converged) return false;
      }
      return true;
    });
  }

  // The record and the tag as they were before keys held whole ARNs.
  void make_former() {
    const std::string uid = ordinary_stack()[1].metadata.uid;
    const auto intents = store_->intents(uid);
    for (Intent intent : intents.value()) {
      if (intent.key != kKeyOfToday) continue;
      intent.key = kFormerKey;
      EXPECT_TRUE(store_->put_intent(intent).ok());
      EXPECT_TRUE(store_->drop_intent(uid, kKeyOfToday).ok());
    }
    const Json entry = cloud_
                           .call("eks", "DescribeAccessEntry",
                                 {{"clusterName", "demo"}, {"principalArn", kPrincipal}})
                           .body;
    const Json tag = {{"resourceArn", entry.at("accessEntry").at("accessEntryArn")},
                      {"tags", {{"byoc.dev/key", kFormerKey}}}};
    EXPECT_TRUE(cloud_.call("eks", "TagResource", tag).status.ok());
  }

  SimCloud cloud_{SimOptions{}};
  Secrets secrets_{""};
  std::unique_ptr<Store> store_;
  std::optional<Controller> controller_;
};

// F1
TEST_F(FormerKeysTest, NothingIsMadeTwiceAndOnlyTheTagChanges) {
  ASSERT_TRUE(converge());
  std::vector<std::string> changes;
  for (const Entry* entry : mutations(cloud_.journal())) changes.push_back(entry->operation);
  EXPECT_THAT(changes, testing::ElementsAre("TagResource"));
  std::set<std::string> keys;
  const auto intents = store_->intents(ordinary_stack()[1].metadata.uid);
  for (const Intent& intent : intents.value()) {
    keys.insert(intent.key);
  }
  EXPECT_TRUE(keys.contains(kKeyOfToday));
  EXPECT_FALSE(keys.contains(kFormerKey));
}

// F1
TEST_F(FormerKeysTest, ADeletionFindsEverything) {
  const auto objects = store_->list("");
  for (const Object& object : objects.value()) {
    ASSERT_TRUE(mark_deleted(object, *store_, cloud_.now()).ok());
  }
  ASSERT_TRUE(run_until([this] { return store_->list("").value().empty(); }));
  for (const auto& [key, ids] : owned(cloud_.world())) {
    EXPECT_TRUE(key.starts_with(kForeignUid)) << "left " << key;
  }
}

}  // namespace
}  // namespace byoc::sim
