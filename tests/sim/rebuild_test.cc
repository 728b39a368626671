#include "controller/rebuild.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "reconcilers/location.h"
#include "reconcilers/ownership.h"
#include "tests/sim/census.h"
#include "tests/sim/history.h"

namespace byoc::sim {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kSecondUid = "44444444-dddd-4000-8000-000000000004";

class RebuildTest : public testing::Test {
 protected:
  RebuildTest() {
    lose_store();
    settle_foreigners(cloud_);
  }
  ~RebuildTest() override { std::filesystem::remove_all(place_); }

  void lose_store() {
    controller_.reset();
    store_ = open_store(":memory:").value();
    ControllerOptions options;
    options.default_region = "us-west-2";
    controller_.emplace(*store_, cloud_, secrets_, options);
  }
  void make_stack() {
    for (const Object& object : ordinary_stack()) {
      ASSERT_TRUE(store_->put(object, cloud_.now()).ok());
    }
    ASSERT_TRUE(converge());
  }
  // The same manifests, as apply stores them in a store that knows nothing.
  static std::vector<Object> anew() {
    std::vector<Object> objects = ordinary_stack();
    for (Object& object : objects) object.metadata.uid.clear();
    return objects;
  }
  void run_for(Duration span) {
    const auto objects = store_->list("");
    for (const Object& object : objects.value()) controller_->enqueue(object.key(), cloud_.now());
    controller_->run(cloud_.now() + span, [] { return false; });
  }
  // Drops the record and nothing else.
  void forget(const ObjectKey& key) {
    Object object = store_->get(key).value();
    object.metadata.finalizers.clear();
    ASSERT_TRUE(store_->put(object, cloud_.now()).ok());
    ASSERT_TRUE(store_->remove(key, cloud_.now()).ok());
  }
  [[nodiscard]] std::string standings() const {
    std::string text;
    for (const Object& object : ordinary_stack()) {
      const Standing* standing = controller_->standing(object.key());
      text += to_string(object.key()) + ": ";
      text += standing == nullptr ? "none" : standing->reason + " " + standing->message;
      text += "\n" + store_->get(object.key()).value().status.dump() + "\n";
    }
    return text;
  }
  [[nodiscard]] bool converge() {
    for (const Object& object : ordinary_stack()) controller_->enqueue(object.key(), cloud_.now());
    const auto done = [this] {
      for (const Object& object : ordinary_stack()) {
        const Standing* standing = controller_->standing(object.key());
        if (standing == nullptr || !standing->converged) return false;
      }
      return true;
    };
    controller_->run(cloud_.now() + std::chrono::hours(3), done);
    return done();
  }

  SimCloud cloud_{SimOptions{}};
  // Of its own: what is rebuilt keeps an external id, and other tests run beside this one.
  const std::string place_ = [] {
    std::string pattern = testing::TempDir() + "byoc-rebuild-XXXXXX";
    return std::string(::mkdtemp(pattern.data()));
  }();
  Secrets secrets_{place_};
  std::unique_ptr<Store> store_;
  std::optional<Controller> controller_;
};

TEST_F(RebuildTest, TheSameObjectsAndNothingToDo) {
  for (const Object& object : ordinary_stack()) {
    ASSERT_TRUE(store_->put(object, cloud_.now()).ok());
  }
  ASSERT_TRUE(converge());
  const auto before = owned(cloud_.world());
  std::vector<Object> manifests = ordinary_stack();
  for (Object& object : manifests) object.metadata.uid.clear();

  lose_store();
  cloud_.forget_journal();
  const auto owners = rebuild({*store_, cloud_, secrets_, "us-west-2"}, manifests);
  ASSERT_TRUE(owners.ok()) << owners.status().message;
  EXPECT_THAT(owners.value().others, SizeIs(3)) << "somebody else's look-alikes are listed";
  for (const Object& object : ordinary_stack()) {
    EXPECT_EQ(store_->get(object.key()).value().metadata.uid, object.metadata.uid);
    EXPECT_EQ(location_of(store_->get(object.key()).value()).account, "111122223333");
  }
  ASSERT_TRUE(converge());
  EXPECT_THAT(mutations(cloud_.journal()), IsEmpty());
  EXPECT_EQ(owned(cloud_.world()), before);
}

TEST_F(RebuildTest, ALostStoreMakesNothingTwice) {  // F12
  make_stack();
  const auto before = owned(cloud_.world());
  for (const bool rebuilt : {false, true}) {
    lose_store();
    cloud_.forget_journal();
    for (const Object& object : anew()) ASSERT_TRUE(store_->put(object, cloud_.now()).ok());
    run_for(std::chrono::minutes(30));
    const ObjectKey role = ordinary_stack()[0].key();
    EXPECT_EQ(controller_->standing(role)->reason, "RecordLost");
    EXPECT_TRUE(controller_->standing(role)->stuck);
    EXPECT_THAT(controller_->standing(role)->message, HasSubstr(ordinary_stack()[0].metadata.uid));
    EXPECT_THAT(controller_->standing(role)->message, HasSubstr("byocctl rebuild"));
    EXPECT_THAT(mutations(cloud_.journal()), IsEmpty());
    EXPECT_EQ(owned(cloud_.world()), before);
    if (!rebuilt) continue;
    // Beside the records that were stored meanwhile, and as often as one likes.
    for (const auto what : {Rebuilt::What::restored, Rebuilt::What::known}) {
      const auto result = rebuild({*store_, cloud_, secrets_, "us-west-2"}, anew());
      ASSERT_TRUE(result.ok()) << result.status().message;
      for (const Rebuilt& one : result.value().objects) EXPECT_EQ(one.what, what);
    }
    for (const Object& object : ordinary_stack()) {
      EXPECT_EQ(store_->get(object.key()).value().metadata.uid, object.metadata.uid);
    }
    ASSERT_TRUE(converge()) << standings();
    EXPECT_THAT(mutations(cloud_.journal()), IsEmpty());
    EXPECT_EQ(owned(cloud_.world()), before);
  }
}

TEST_F(RebuildTest, AClusterAloneIsFoundInItsRegion) {  // F12: as its Role is known here
  make_stack();
  const Object role = store_->get(ordinary_stack()[0].key()).value();
  lose_store();
  cloud_.forget_journal();
  Object kept = role;
  kept.metadata.resource_version.clear();
  ASSERT_TRUE(store_->put(kept, cloud_.now()).ok());
  for (const Object& object : anew()) {
    if (object.kind != "Role") {
      ASSERT_TRUE(store_->put(object, cloud_.now()).ok());
    }
  }
  run_for(std::chrono::minutes(30));
  EXPECT_EQ(controller_->standing(ordinary_stack()[1].key())->reason, "RecordLost");
  EXPECT_THAT(mutations(cloud_.journal()), IsEmpty());
}

TEST_F(RebuildTest, WhatWasDeletedHereExplainsWhatIsLeft) {  // F12
  Object role = ordinary_stack()[0];
  ASSERT_TRUE(store_->put(role, cloud_.now()).ok());
  run_for(std::chrono::minutes(10));
  forget(role.key());  // byocctl delete --force
  role.metadata.uid = kSecondUid;
  role.spec["name"] = "another";
  ASSERT_TRUE(store_->put(role, cloud_.now()).ok());
  run_for(std::chrono::minutes(10));
  EXPECT_TRUE(controller_->standing(role.key())->converged);
}

TEST_F(RebuildTest, DoublesAreMergedByAsking) {  // F12
  Object cluster = ordinary_stack()[1];
  cluster.spec.erase("roleRef");
  cluster.spec.erase("access");
  const std::string first = cluster.metadata.uid;
  ASSERT_TRUE(store_->put(cluster, cloud_.now()).ok());
  run_for(std::chrono::minutes(60));
  ASSERT_TRUE(controller_->standing(cluster.key())->converged);
  const auto before = owned(cloud_.world());
  const Json tags = tag_list({{std::string(kTagOwner), to_string(cluster.key())},
                              {std::string(kTagOwnerUid), kSecondUid},
                              {std::string(kTagKey), "vpc"}});
  const Json vpc = {
      {"CidrBlock", "10.0.0.0/16"},
      {"TagSpecifications", Json::array({{{"ResourceType", "vpc"}, {"Tags", tags}}})}};
  ASSERT_TRUE(cloud_.call("ec2", "CreateVpc", vpc).status.ok()) << "as earlier versions did";

  lose_store();
  RebuildInput input{*store_, cloud_, secrets_, "us-west-2", [] { return false; }, {}};
  const auto refused = rebuild(input, {cluster});
  EXPECT_THAT(refused.status().message, AllOf(HasSubstr(first), HasSubstr(kSecondUid)));
  EXPECT_THAT(store_->list("").value(), IsEmpty()) << "nobody was asked";
  input.choose = [&](const ObjectKey&, const Sets& sets) -> Result<std::string> {
    EXPECT_THAT(sets, SizeIs(2));
    return first;
  };
  const auto merged = rebuild(input, {cluster});
  ASSERT_TRUE(merged.ok()) << merged.status().message;
  EXPECT_EQ(store_->get(cluster.key()).value().metadata.uid, first);
  ASSERT_THAT(merged.value().doubles, SizeIs(1));
  run_for(std::chrono::minutes(90));
  EXPECT_EQ(owned(cloud_.world()), before) << "the second set is gone, the first one untouched";
  EXPECT_THAT(store_->list("").value(), SizeIs(1));
}

TEST_F(RebuildTest, WhatDoesNotExistIsNotStored) {
  const auto owners = rebuild({*store_, cloud_, secrets_, "us-west-2"}, ordinary_stack());
  ASSERT_TRUE(owners.ok()) << owners.status().message;
  EXPECT_THAT(store_->list("").value(), IsEmpty());
  for (const Rebuilt& one : owners.value().objects) EXPECT_EQ(one.what, Rebuilt::What::nothing);
}

}  // namespace
}  // namespace byoc::sim
