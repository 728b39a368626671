#include "controller/work_queue.h"

#include <gtest/gtest.h>

#include <string>

namespace byoc {
namespace {

Time at(int second) {
  return Time{std::chrono::seconds(second)};
}

ObjectKey role_key(const char* name) {
  return {"Role", "default", name};
}

bool nobody(const ObjectKey&) {
  return false;
}

std::string taken(WorkQueue& queue, Time now, const WorkQueue::Yields& yields = nobody) {
  const auto due = queue.take(now, yields);
  return due ? due->key.name : "";
}

TEST(WorkQueue, TheOneThatIsDueForLongestComesFirst) {
  WorkQueue queue;
  queue.add(role_key("a"), at(20));
  queue.add(role_key("b"), at(10));
  EXPECT_EQ(queue.oldest(), at(10));
  EXPECT_EQ(taken(queue, at(9)), "");
  EXPECT_EQ(queue.due_by(at(19)), 1U);
  EXPECT_EQ(queue.due_by(at(20)), 2U);
  EXPECT_EQ(taken(queue, at(20)), "b");
  EXPECT_EQ(taken(queue, at(20)), "a");
  EXPECT_TRUE(queue.empty());
}

TEST(WorkQueue, StandsOnceAndTheEarlierTimeWins) {
  WorkQueue queue;
  queue.add(role_key("a"), at(20));
  queue.add(role_key("a"), at(10));
  queue.add(role_key("a"), at(30));
  EXPECT_EQ(queue.oldest(), at(10));
  EXPECT_EQ(taken(queue, at(10)), "a");
  EXPECT_EQ(taken(queue, at(40)), "");
  EXPECT_TRUE(queue.empty());
}

TEST(WorkQueue, WhatIsLookedAtWaitsForItsEnd) {
  WorkQueue queue;
  queue.add(role_key("a"), at(10));
  EXPECT_EQ(taken(queue, at(10)), "a");
  queue.add(role_key("a"), at(11));
  EXPECT_FALSE(queue.empty());
  EXPECT_EQ(queue.oldest(), std::nullopt);
  EXPECT_EQ(taken(queue, at(12)), "");
  queue.release(role_key("a"));
  queue.release(role_key("a"));
  EXPECT_EQ(queue.oldest(), at(11));
  EXPECT_EQ(taken(queue, at(12)), "a");
}

TEST(WorkQueue, WhoYieldsLetsOthersGoFirst) {
  WorkQueue queue;
  queue.add(role_key("a"), at(10));
  queue.add(role_key("b"), at(11));
  const auto a_yields = [](const ObjectKey& key) { return key.name == "a"; };
  EXPECT_EQ(queue.next(a_yields), at(11));
  EXPECT_EQ(taken(queue, at(10), a_yields), "");
  EXPECT_EQ(taken(queue, at(11), a_yields), "b");
  EXPECT_EQ(queue.next(a_yields), std::nullopt);
  EXPECT_EQ(taken(queue, at(11)), "a");
}

}  // namespace
}  // namespace byoc
