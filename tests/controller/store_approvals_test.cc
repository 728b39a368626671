#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/controller/store_fixture.h"

namespace byoc {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

std::vector<Object> clusters(const std::vector<std::string>& names) {
  std::vector<Object> out;
  for (const std::string& name : names) {
    out.push_back(cluster(name));
    out.back().metadata.uid = "uid-of-" + name;
  }
  return out;
}

TEST_F(StoreTest, ThereIsOneQuestionAtATime) {
  const auto store = open(path());
  EXPECT_EQ(store->approval().value(), std::nullopt);
  const Approval ab = approval_for(clusters({"b", "a"}), kNow);
  ASSERT_TRUE(store->ask(ab).ok());
  const auto found = store->approval().value();
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->id, ab.id);
  EXPECT_EQ(found->objects,
            (std::vector<ObjectKey>{{"Cluster", "default", "a"}, {"Cluster", "default", "b"}}));
  EXPECT_EQ(found->asked, kNow);
  EXPECT_EQ(found->granted, std::nullopt);
  const Approval a = approval_for(clusters({"a"}), kNow);
  ASSERT_TRUE(store->ask(a).ok());
  EXPECT_EQ(store->approval().value()->id, a.id);
  ASSERT_TRUE(store->ask(std::nullopt).ok());
  EXPECT_EQ(store->approval().value(), std::nullopt);
}

TEST_F(StoreTest, TheSameQuestionKeepsItsAnswer) {
  const auto store = open(path());
  ASSERT_TRUE(store->ask(approval_for(clusters({"a", "b"}), kNow)).ok());
  const std::string id = store->approval().value()->id;
  ASSERT_TRUE(store->grant(id, kNow + seconds(1)).ok());
  ASSERT_TRUE(store->ask(approval_for(clusters({"b", "a"}), kNow + seconds(2))).ok());
  EXPECT_EQ(store->approval().value()->asked, kNow);
  EXPECT_EQ(store->approval().value()->granted, kNow + seconds(1));
}

TEST_F(StoreTest, AnAnswerToAnotherQuestionIsAConflict) {
  const auto store = open(path());
  const Approval old = approval_for(clusters({"a"}), kNow);
  ASSERT_TRUE(store->ask(old).ok());
  ASSERT_TRUE(store->ask(approval_for(clusters({"a", "b"}), kNow)).ok());
  const Status late = store->grant(old.id, kNow);
  EXPECT_EQ(late.code, Code::conflict);
  EXPECT_THAT(late.message, HasSubstr("have changed meanwhile"));
  EXPECT_EQ(store->approval().value()->granted, std::nullopt);
}

TEST_F(StoreTest, AnotherProcessAnswers) {
  const auto store = open(path());
  const Approval question = approval_for(clusters({"a"}), kNow);
  ASSERT_TRUE(store->ask(question).ok());
  EXPECT_EQ(in_child([&] {
              const auto opened = open_store(path());
              return opened.ok() && opened.value()->grant(question.id, kNow).ok() ? 0 : 1;
            }),
            0);
  EXPECT_EQ(store->approval().value()->granted, kNow);
}

TEST_F(StoreTest, ADamagedQuestionIsAskedAnew) {
  const auto store = open(path());
  const Approval question = approval_for(clusters({"a"}), kNow);
  ASSERT_TRUE(store->ask(question).ok());
  tamper(path(), "UPDATE approvals SET objects = '[[1]]'");
  EXPECT_EQ(store->approval().value(), std::nullopt);
  ASSERT_TRUE(store->ask(question).ok());
  EXPECT_EQ(store->approval().value()->objects, question.objects);
}

TEST_F(StoreTest, AnOlderStoreGetsTheTable) {
  put(*open(path()), cluster("demo"));
  make_old(path(), 2);
  const auto store = open(path());
  ASSERT_NE(store, nullptr);
  EXPECT_TRUE(store->get({"Cluster", "default", "demo"}).ok());
  EXPECT_TRUE(store->ask(approval_for(clusters({"a"}), kNow)).ok());
  EXPECT_TRUE(store->approval().value().has_value());
}

}  // namespace
}  // namespace byoc
