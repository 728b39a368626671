#include "reconcilers/follow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reconcilers/health.h"
#include "tests/reconcilers/seen.h"

namespace byoc {
namespace {

using testing::AllOf;
using testing::HasSubstr;

Action label_update() {
  Action action;
  action.verb = Verb::update;
  action.key = "nodegroup";
  action.type = "nodegroup";
  action.service = "eks";
  action.operation = "UpdateNodegroupConfig";
  action.params = {{"clusterName", "demo"}, {"nodegroupName", "n"}, {"labels", {{"a", "b"}}}};
  return action;
}

// F8
TEST(Follow, AnAcceptedUpdateIsKeptWithItsId) {
  const Action action = label_update();
  const Followed update =
      followed_by(action, action.params, {{"update", {{"id", "u-1"}, {"status", "InProgress"}}}});
  EXPECT_EQ(update.key, "nodegroup");
  EXPECT_EQ(update.params, Json({{"name", "demo"}, {"nodegroupName", "n"}, {"updateId", "u-1"}}));
  Object object;
  write_followed(object, {update});
  ASSERT_EQ(followed_of(object).size(), 1U);
  EXPECT_EQ(followed_of(object).front().params, update.params);
  EXPECT_EQ(follow_query(update).operation, "DescribeUpdate");
  write_followed(object, {});
  EXPECT_FALSE(object.status.contains("updates"));
  EXPECT_EQ(followed_by(action, action.params, Json::object()).key, "") << "nothing to follow";
}

// F8
TEST(Follow, WhatHadNoEffectWaitsForItsPause) {
  Plan plan;
  plan.actions = {label_update()};
  std::map<std::string, Sent> sent;
  Sent& once = sent[mark_of_call(plan.actions[0])];
  once = {"nodegroup", "UpdateNodegroupConfig", "", 1, kNow};
  Plan early = plan;
  hold_repeated(sent, {}, kNow, early);
  EXPECT_EQ(early.actions[0].verb, Verb::wait);
  EXPECT_EQ(early.actions[0].reason, "NoEffect");
  EXPECT_THAT(early.actions[0].idle_seconds, AllOf(testing::Ge(1), testing::Le(2)));
  Plan due = plan;
  hold_repeated(sent, {}, kNow + std::chrono::seconds(2), due);
  EXPECT_EQ(due.actions[0].verb, Verb::update);
  once.count = 20;
  Plan late = plan;
  hold_repeated(sent, {}, kNow + std::chrono::minutes(7), late);
  EXPECT_EQ(late.actions[0].verb, Verb::wait);
  Plan other = plan;
  other.actions[0].params["labels"]["a"] = "c";
  hold_repeated(sent, {}, kNow, other);
  EXPECT_EQ(other.actions[0].verb, Verb::update) << "another change is another call";
}

// F8
TEST(Follow, AFailedUpdateSaysWhy) {
  Plan plan;
  plan.actions = {label_update()};
  Followed failed =
      followed_by(plan.actions[0], plan.actions[0].params, {{"update", {{"id", "u"}}}});
  failed.error = "NodeCreationFailure: no nodes";
  const std::map<std::string, Sent> sent = {
      {mark_of_call(plan.actions[0]), {"nodegroup", "UpdateNodegroupConfig", "", 1, kNow}}};
  hold_repeated(sent, {failed}, kNow + std::chrono::seconds(10), plan);
  EXPECT_EQ(plan.actions[0].reason, "UpdateFailed");
  EXPECT_THAT(plan.actions[0].why, HasSubstr("NodeCreationFailure: no nodes"));
}

// X10
TEST(Follow, PausesGrowToTenMinutesAndAreNotTheSameForAll) {
  int before = 0;
  for (int count = 1; count <= 5; ++count) {
    EXPECT_GT(pause_seconds(count, "a"), before);
    before = pause_seconds(count, "a");
  }
  EXPECT_LE(pause_seconds(50, "a"), 600);
  EXPECT_GT(pause_seconds(50, "a"), 400);
  EXPECT_NE(pause_seconds(50, "a"), pause_seconds(50, "b"));
}

}  // namespace
}  // namespace byoc
