#include "controller/api_json.h"

#include <gtest/gtest.h>

#include "tests/controller/store_fixture.h"

namespace byoc {
namespace {

TEST(ApiJson, KindsAndTheirPlurals) {
  for (const char* kind : {"Role", "Cluster", "NodeGroup"}) {
    EXPECT_EQ(kind_of_plural(plural_of(kind)), kind);
  }
  EXPECT_EQ(plural_of("NodeGroup"), "nodegroups");
  EXPECT_EQ(kind_of_plural("pods"), "");
}

TEST(ApiJson, ARefusalKeepsItsCodeAndItsMessage) {
  for (const Code code : {Code::invalid, Code::not_found, Code::already_exists, Code::conflict,
                          Code::throttled, Code::unavailable, Code::denied, Code::quota,
                          Code::unsupported, Code::unknown_outcome, Code::cancelled}) {
    const Refusal refusal = refusal_of(error(code, "because"));
    EXPECT_EQ(refusal.body.at("code"), refusal.http);
    const Status back = status_from_json(refusal.http, refusal.body);
    EXPECT_EQ(back.code, code);
    EXPECT_EQ(back.message, "because");
  }
  EXPECT_EQ(status_from_json(404, "no object").code, Code::not_found);
  EXPECT_EQ(status_from_json(418, nullptr).code, Code::unavailable);
}

TEST(ApiJson, NewsGoThereAndBack) {
  News news;
  news.cursor = "7";
  news.complete = false;
  Object object = cluster("demo");
  object.metadata.resource_version = "6";
  news.objects = {{ObjectNews::Type::deleted, object}};
  news.events = {event_of("demo", "made")};
  news.events[0].version = "7";
  const Result<News> back = news_from_json(to_json(news));
  ASSERT_TRUE(back.ok()) << back.status().message;
  EXPECT_EQ(to_json(back.value()), to_json(news));
  EXPECT_EQ(back.value().objects[0].type, ObjectNews::Type::deleted);
}

TEST(ApiJson, PromisesAndTheJournalGoThereAndBack) {
  Intent intent;
  intent.owner_uid = "uid";
  intent.key = "vpc";
  intent.state = Intent::State::removing;
  intent.sent = kNow;
  intent.made = {{"VpcId", "vpc-1"}};
  EXPECT_EQ(to_json(intent_from_json(to_json(intent)).value()), to_json(intent));
  JournalEntry entry;
  entry.id = 3;
  entry.object = {"Cluster", "team-a", "demo"};
  entry.at = kNow;
  entry.operation = "CreateVpc";
  EXPECT_EQ(to_json(journal_entry_from_json(to_json(entry)).value()), to_json(entry));
  const Tombstone tombstone{{"Cluster", "default", "demo"}, "uid", kNow, true};
  EXPECT_EQ(to_json(tombstone_from_json(to_json(tombstone)).value()), to_json(tombstone));
}

TEST(ApiJson, WhatCannotBeReadIsAnError) {
  for (const Json& wrong : {Json(), Json::array(), Json({{"version", "x"}}), Json(7)}) {
    EXPECT_EQ(news_from_json(wrong).status().code, Code::unavailable);
    EXPECT_EQ(event_from_json(wrong).status().code, Code::unavailable);
    EXPECT_EQ(intent_from_json(wrong).status().code, Code::unavailable);
  }
}

}  // namespace
}  // namespace byoc
