#include "controller/rebuild.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/census.h"
#include "tests/sim/history.h"

namespace byoc::sim {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class RebuildTest : public testing::Test {
 protected:
  RebuildTest() {
    lose_store();
    settle_foreigners(cloud_);
  }

  void lose_store() {
    controller_.reset();
    store_ = open_store(":memory:").value();
    ControllerOptions options;
    options.default_region = "us-west-2";
    controller_.emplace(*store_, cloud_, secrets_, options);
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
  Secrets secrets_{""};
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
  }
  ASSERT_TRUE(converge());
  EXPECT_THAT(mutations(cloud_.journal()), IsEmpty());
  EXPECT_EQ(owned(cloud_.world()), before);
}

TEST_F(RebuildTest, WhatDoesNotExistIsNotStored) {
  const auto owners = rebuild({*store_, cloud_, secrets_, "us-west-2"}, ordinary_stack());
  ASSERT_TRUE(owners.ok()) << owners.status().message;
  EXPECT_THAT(store_->list("").value(), IsEmpty());
}

}  // namespace
}  // namespace byoc::sim
