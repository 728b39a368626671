// F59: an object belongs to the account, partition and region where its first resource was made.
#include "reconcilers/location.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/controller.h"
#include "tests/sim/census.h"
#include "tests/sim/history.h"

namespace byoc::sim {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kElsewhere = "999988887777";

// A Cluster that works with the ambient credentials.
Object own_cluster() {
  Object cluster = ordinary_stack()[1];
  cluster.spec.erase("roleRef");
  cluster.spec.erase("access");
  return cluster;
}

class LocationTest : public testing::Test {
 protected:
  LocationTest() : store_(open_store(":memory:").value()) { restart(); }

  void restart(const std::string& region = "us-west-2") {
    ControllerOptions options;
    options.default_region = region;
    controller_.emplace(*store_, cloud_, secrets_, options);
  }
  ObjectKey apply(const Object& object) {
    EXPECT_TRUE(store_->put(object, cloud_.now()).ok());
    return object.key();
  }
  // Whether it is converged, or gone, in that time.
  bool settle(const ObjectKey& key, Duration limit = std::chrono::hours(1)) {
    const Standing* before = controller_->standing(key);
    const int passes = before == nullptr ? 0 : before->passes;
    controller_->enqueue(key, cloud_.now());
    const auto done = [&] {
      const Standing* standing = controller_->standing(key);
      return standing != nullptr && standing->passes > passes &&
             (standing->converged || standing->gone);
    };
    controller_->run(cloud_.now() + limit, done);
    return done();
  }
  void mark_deleted(const ObjectKey& key) {
    Object object = store_->get(key).value();
    object.metadata.deleted = cloud_.now();
    EXPECT_TRUE(store_->put(object, cloud_.now()).ok());
  }
  Object stored(const ObjectKey& key) { return store_->get(key).value(); }
  // As earlier versions left it.
  void forget_location(const ObjectKey& key) {
    Object object = stored(key);
    object.status.erase("location");
    EXPECT_TRUE(store_->put(object, cloud_.now()).ok());
  }
  void expect_untouched_elsewhere(const ObjectKey& key) {
    const auto before = owned(cloud_.world());
    cloud_.forget_journal();
    cloud_.become(kElsewhere);
    EXPECT_FALSE(settle(key, std::chrono::minutes(20)));
    EXPECT_THAT(mutations(cloud_.journal()), IsEmpty());
    EXPECT_EQ(owned(cloud_.world()), before);
    EXPECT_EQ(controller_->standing(key)->reason, "WrongAccount");
    EXPECT_THAT(controller_->standing(key)->message,
                AllOf(HasSubstr("111122223333"), HasSubstr(kElsewhere), HasSubstr("--force")));
    EXPECT_TRUE(controller_->standing(key)->stuck);
    EXPECT_EQ(stored(key).status.value("accountId", ""), "111122223333");
  }

  SimCloud cloud_{SimOptions{}};
  Secrets secrets_{""};
  std::unique_ptr<Store> store_;
  std::optional<Controller> controller_;
};

TEST_F(LocationTest, AnotherAccountMakesNoSecondSet) {  // F59, V61
  const ObjectKey key = apply(own_cluster());
  ASSERT_TRUE(settle(key));
  EXPECT_EQ(location_of(stored(key)), (AwsLocation{"aws", "111122223333", "us-west-2"}));
  expect_untouched_elsewhere(key);
  const auto pass = controller_->dry_run(stored(key), {stored(key)});
  EXPECT_EQ(pass->reason(), "WrongAccount") << "in plans, too";
}

TEST_F(LocationTest, CredentialsThatChangeUnderTheControllerAreNoticedAtOnce) {  // F59
  const ObjectKey key = apply(own_cluster());
  ASSERT_TRUE(settle(key));
  cloud_.become(kElsewhere);
  cloud_.forget_journal();
  controller_->run(cloud_.now() + std::chrono::minutes(6), [] { return false; });
  EXPECT_EQ(controller_->standing(key)->reason, "WrongAccount");
  EXPECT_THAT(mutations(cloud_.journal()), IsEmpty());
}

TEST_F(LocationTest, ADeletionElsewhereForgetsNothing) {  // F59
  const ObjectKey key = apply(own_cluster());
  ASSERT_TRUE(settle(key));
  cloud_.become(kElsewhere);
  const Status refused = controller_->check_deletion(stored(key), {stored(key)});
  EXPECT_THAT(refused.message, AllOf(HasSubstr("111122223333"), HasSubstr(kElsewhere)));
  cloud_.become("111122223333");
  EXPECT_TRUE(controller_->check_deletion(stored(key), {stored(key)}).ok());
  mark_deleted(key);
  expect_untouched_elsewhere(key);
  cloud_.become("111122223333");
  EXPECT_TRUE(settle(key)) << "with the right credentials it goes";
  EXPECT_THAT(owned(cloud_.world()), IsEmpty());
}

// F59: what another account does not show, while a deletion is under way, is not gone.
TEST_F(LocationTest, ADeletionThatGoesOnElsewhereForgetsNothing) {
  const ObjectKey key = apply(own_cluster());
  ASSERT_TRUE(settle(key));
  mark_deleted(key);
  ASSERT_FALSE(settle(key, std::chrono::minutes(3))) << "nodes and cluster take longer";
  cloud_.forget_journal();
  cloud_.become(kElsewhere);
  EXPECT_FALSE(settle(key, std::chrono::minutes(20)));
  EXPECT_THAT(mutations(cloud_.journal()), IsEmpty());
  EXPECT_EQ(controller_->standing(key)->reason, "WrongAccount");
  cloud_.become("111122223333");
  EXPECT_TRUE(settle(key)) << "with the right credentials it goes on";
  EXPECT_THAT(owned(cloud_.world()), IsEmpty());
}

TEST_F(LocationTest, ObjectsOfEarlierVersionsBelongToTheAccountInTheirStatus) {  // F59
  const ObjectKey key = apply(own_cluster());
  ASSERT_TRUE(settle(key));
  forget_location(key);
  expect_untouched_elsewhere(key);
  mark_deleted(key);
  expect_untouched_elsewhere(key);
}

TEST_F(LocationTest, TheFirstCallWaitsForTheRecord) {  // F59: durable before the first create
  const ObjectKey key = apply(own_cluster());
  bool created = false;
  cloud_.on_point = [&](CrashPoint point, const Call& call) {
    if (point != CrashPoint::before_send || !call.operation.starts_with("Create")) return;
    created = true;
    EXPECT_EQ(location_of(stored(key)).account, "111122223333") << call.operation;
    throw Crash{};
  };
  EXPECT_THROW(settle(key), Crash);
  EXPECT_TRUE(created);
}

TEST_F(LocationTest, ARoleIsGlobal) {  // F59, G24: account and partition only
  Object role = ordinary_stack()[0];
  const ObjectKey key = apply(role);
  ASSERT_TRUE(settle(key));
  restart("eu-west-1");
  EXPECT_TRUE(settle(key)) << "any region will do";
  EXPECT_EQ(location_of(stored(key)).region, "");
  expect_untouched_elsewhere(key);
}

TEST_F(LocationTest, AnotherRegionIsRefusedWhereTheManifestNamesNone) {  // F59, B22
  Object cluster = own_cluster();
  cluster.spec.erase("region");
  const ObjectKey key = apply(cluster);
  ASSERT_TRUE(settle(key));
  cloud_.forget_journal();
  restart("eu-west-1");
  EXPECT_FALSE(settle(key, std::chrono::minutes(5)));
  EXPECT_THAT(controller_->standing(key)->message,
              AllOf(HasSubstr("us-west-2"), HasSubstr("eu-west-1")));
  EXPECT_THAT(mutations(cloud_.journal()), IsEmpty());
}

TEST_F(LocationTest, WhatWasNeverMadeMayBeMadeAnywhere) {  // F59: nothing keeps it here
  const ObjectKey key = apply(own_cluster());
  cloud_.on_point = [&](CrashPoint point, const Call& call) {
    if (point == CrashPoint::before_send && call.operation.starts_with("Create")) throw Crash{};
  };
  EXPECT_THROW(settle(key), Crash);
  cloud_.on_point = nullptr;
  const auto intents = store_->intents(stored(key).metadata.uid);
  for (const Intent& intent : intents.value()) {
    EXPECT_TRUE(store_->drop_intent(intent.owner_uid, intent.key).ok());
  }
  restart();
  cloud_.become(kElsewhere);
  ASSERT_TRUE(settle(key));
  EXPECT_EQ(location_of(stored(key)).account, kElsewhere);
}

TEST_F(LocationTest, ARoleOfAnotherAccountIsAnotherAccount) {  // F59: a changed roleArn
  Object cluster = own_cluster();
  const ObjectKey key = apply(cluster);
  ASSERT_TRUE(settle(key));
  cloud_.become(kElsewhere);
  Object role = ordinary_stack()[0];
  role.spec["trust"]["accounts"] = {kElsewhere};
  role.spec["trust"].erase("externalId");
  ASSERT_TRUE(settle(apply(role)));
  cloud_.forget_journal();
  Object changed = stored(key);
  changed.spec["roleArn"] = stored(role.key()).status.at("arn");
  ASSERT_TRUE(store_->put(changed, cloud_.now()).ok());
  EXPECT_FALSE(settle(key, std::chrono::minutes(5)));
  EXPECT_EQ(controller_->standing(key)->reason, "WrongAccount");
  EXPECT_THAT(mutations(cloud_.journal()), IsEmpty());
}

}  // namespace
}  // namespace byoc::sim
