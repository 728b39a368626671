// What those who watch are told: Store::news, and the pause of everything.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/controller/store_conformance.h"

namespace byoc {
namespace {

using testing::ElementsAre;

constexpr Duration kNoWait{0};
constexpr Duration kLong = std::chrono::hours(1);

News news(Store& store, const std::string& since, Duration patience = kNoWait) {
  Result<News> found = store.news({.since = since, .patience = patience});
  EXPECT_TRUE(found.ok()) << found.status().message;
  return found.ok() ? std::move(found).value() : News{};
}

TEST_P(StoreConformance, FromZeroAllIsNew) {
  const auto store = fresh();
  EXPECT_EQ(news(*store, "").cursor, "0");
  put(*store, cluster("a"));
  put(*store, cluster("b"));
  ASSERT_TRUE(store->add_event(event_of("a", "made")).ok());
  const News all = news(*store, "");
  EXPECT_THAT(told(all), ElementsAre("added a", "added b"));
  ASSERT_EQ(all.events.size(), 1U);
  EXPECT_EQ(all.events[0].version, all.cursor);
  EXPECT_TRUE(news(*store, all.cursor).empty());
}

TEST_P(StoreConformance, WhatIsNewerThanAVersion) {
  const auto store = fresh();
  Object a = put(*store, cluster("a"));
  Object b = put(*store, cluster("b"));
  const std::string since = news(*store, "").cursor;
  put(*store, cluster("c"));
  a.spec["region"] = "eu-west-1";
  a = put(*store, a);
  a.spec["region"] = "eu-west-2";
  put(*store, a);
  ASSERT_TRUE(store->remove(b.key(), kNow).ok());
  const News newer = news(*store, since);
  EXPECT_THAT(told(newer), ElementsAre("added c", "modified a", "deleted b"));
  EXPECT_EQ(newer.objects[1].object.spec["region"], "eu-west-2") << "only the last counts";
  EXPECT_EQ(newer.objects[2].object.metadata.uid, b.metadata.uid);
  EXPECT_EQ(newer.objects[2].object.metadata.resource_version, newer.cursor);
}

TEST_P(StoreConformance, ACursorOfAnotherStoreIsRefused) {
  const auto store = fresh();
  for (const char* cursor : {"x", "1x", " 1", "-1", "99999999999999999999"}) {
    EXPECT_EQ(store->news({.since = cursor}).status().code, Code::invalid) << cursor;
  }
}

TEST_P(StoreConformance, AnObjectThatComesAgainIsAnotherOne) {
  const auto store = fresh();
  const Object old = put(*store, cluster("a"));
  const std::string since = news(*store, "").cursor;
  ASSERT_TRUE(store->remove(old.key(), kNow).ok());
  put(*store, cluster("a"));
  EXPECT_THAT(told(news(*store, since)), ElementsAre("deleted a", "added a"));
}

TEST_P(StoreConformance, AnEventThatCameAgainIsNew) {
  const auto store = fresh();
  ASSERT_TRUE(store->add_event(event_of("a", "made")).ok());
  ASSERT_TRUE(store->add_event(event_of("a", "changed")).ok());
  const std::string since = news(*store, "").cursor;
  ASSERT_TRUE(store->add_event(event_of("a", "made")).ok());
  const News newer = news(*store, since);
  ASSERT_EQ(newer.events.size(), 1U);
  EXPECT_EQ(newer.events[0].message, "made");
  EXPECT_EQ(newer.events[0].count, 2);
}

TEST_P(StoreConformance, OnlyWhatIsAskedForIsNews) {
  const auto store = fresh();
  put(*store, cluster("a"));
  ASSERT_TRUE(store->add_event(event_of("a", "made")).ok());
  const News objects = store->news({.events = false}).value();
  const News events = store->news({.objects = false}).value();
  EXPECT_THAT(told(objects), ElementsAre("added a"));
  EXPECT_TRUE(objects.events.empty());
  EXPECT_TRUE(events.objects.empty());
  EXPECT_EQ(events.events.size(), 1U);
  EXPECT_EQ(objects.cursor, events.cursor);
}

TEST_F(StoreTest, ForgottenDeletionsAreAdmitted) {
  const auto store = open(":memory:");
  const Object first = put(*store, cluster("first"));
  const std::string since = news(*store, "").cursor;
  ASSERT_TRUE(store->remove(first.key(), kNow).ok());
  for (int i = 0; i < kDeletionsKept; ++i) {
    const Object next = put(*store, cluster("next"));
    ASSERT_TRUE(store->remove(next.key(), kNow).ok());
  }
  const News newer = news(*store, since);
  EXPECT_FALSE(newer.complete);
  EXPECT_TRUE(newer.objects.empty());
  EXPECT_TRUE(news(*store, "").complete) << "who begins anew needs no deletions";
  EXPECT_TRUE(news(*store, newer.cursor).empty());
}

TEST_F(StoreTest, AnotherWriterEndsTheWait) {
  const auto reader = open(path());
  put(*reader, cluster("a"));
  const std::string since = news(*reader, "").cursor;
  EXPECT_EQ(in_child([&] {
              const auto writer = open(path());
              return writer->put(cluster("b"), kNow).ok() ? 0 : 1;
            }),
            0);
  EXPECT_THAT(told(news(*reader, since, kLong)), ElementsAre("added b"));
}

TEST_F(StoreTest, AnOlderFileKnowsNoDeletions) {
  {
    const auto store = open(path());
    put(*store, cluster("a"));
    ASSERT_TRUE(store->add_event(event_of("a", "made")).ok());
  }
  make_old(path(), 3);
  const auto store = open(path());
  ASSERT_NE(store, nullptr);
  const News all = news(*store, "");
  EXPECT_THAT(told(all), ElementsAre("added a"));
  EXPECT_EQ(all.cursor, "2");
  EXPECT_FALSE(news(*store, "1").complete);
  put(*store, cluster("b"));
  EXPECT_THAT(told(news(*store, all.cursor)), ElementsAre("added b"));
}

TEST_P(StoreConformance, ChangesAreTold) {
  int told_times = 0;
  StoreOptions options;
  options.on_change = [&] { ++told_times; };
  const auto store = fresh(std::move(options));
  const Object object = put(*store, cluster("a"));
  ASSERT_TRUE(store->add_event(event_of("a", "made")).ok());
  ASSERT_TRUE(store->set_paused(true).ok());
  ASSERT_TRUE(store->remove(object.key(), kNow).ok());
  EXPECT_EQ(told_times, 4);
  EXPECT_FALSE(store->put(object, kNow).ok());
  EXPECT_EQ(told_times, 4) << "what was refused has changed nothing";
}

TEST_F(StoreTest, ThePauseOfEverythingIsKept) {
  {
    const auto store = open(path());
    EXPECT_FALSE(store->paused().value());
    ASSERT_TRUE(store->set_paused(true).ok());
    ASSERT_TRUE(store->set_paused(true).ok());
  }
  const auto store = open(path());
  EXPECT_TRUE(store->paused().value());
  ASSERT_TRUE(store->set_paused(false).ok());
  EXPECT_FALSE(store->paused().value());
}

}  // namespace
}  // namespace byoc
