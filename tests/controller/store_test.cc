#include "controller/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "tests/controller/store_conformance.h"

namespace byoc {
namespace {

using std::chrono::seconds;

TEST_F(StoreTest, CreateGivesIdentity) {
  const auto store = open(path(), counting_uids());
  const Object made = put(*store, cluster("demo"));
  EXPECT_EQ(made.metadata.uid, "uid-1");
  EXPECT_EQ(made.metadata.generation, 1);
  EXPECT_EQ(made.metadata.resource_version, "1");
  EXPECT_EQ(made.metadata.created, kNow);
  const Result<Object> got = store->get(made.key());
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(to_json(got.value()), to_json(made));
}

TEST_P(StoreConformance, CreateKeepsAGivenUidAndRefusesASharedOne) {
  const auto store = fresh();
  Object object = cluster("demo");
  object.metadata.uid = "from-tags";
  EXPECT_EQ(put(*store, object).metadata.uid, "from-tags");
  object.metadata.name = "other";
  const Result<Object> refused = store->put(object, kNow);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.status().code, Code::already_exists);
  EXPECT_EQ(refused.status().message,
            "uid from-tags belongs to Cluster/demo; Cluster/other cannot have it too");
}

TEST_P(StoreConformance, CreateOfAnExistingObjectIsRefused) {
  const auto store = fresh();
  put(*store, cluster("demo"));
  const Result<Object> refused = store->put(cluster("demo"), kNow);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.status().code, Code::already_exists);
}

TEST_P(StoreConformance, GetOfAMissingObject) {
  const auto store = fresh();
  const Result<Object> missing = store->get({"Cluster", "default", "demo"});
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.status().code, Code::not_found);
  EXPECT_EQ(missing.status().message, "Cluster/demo does not exist");
}

TEST_P(StoreConformance, GenerationGrowsWithTheSpecOnly) {
  const auto store = fresh();
  Object object = put(*store, cluster("demo"));
  object.status["phase"] = "Running";
  object.metadata.labels["team"] = "a";
  object = put(*store, object);
  EXPECT_EQ(object.metadata.generation, 1);
  EXPECT_EQ(object.metadata.resource_version, "2");
  object.spec["region"] = "eu-west-1";
  object = put(*store, object);
  EXPECT_EQ(object.metadata.generation, 2);
  EXPECT_EQ(object.metadata.resource_version, "3");
}

TEST_P(StoreConformance, APutLeavesTheStatusAlone) {
  const auto store = fresh();
  Object object = cluster("demo");
  object.status["phase"] = "Running";
  object = put(*store, object);
  EXPECT_TRUE(object.status.empty()) << "a new object has none";
  object.status["phase"] = "Running";
  Object changed = store->put_status(object, kNow).value();
  EXPECT_EQ(changed.status, object.status);
  changed.status = {{"phase", "Other"}};
  changed.metadata.labels["team"] = "a";
  changed = put(*store, changed);
  EXPECT_EQ(changed.status, object.status);
  EXPECT_EQ(to_json(store->get(object.key()).value()), to_json(changed));
}

TEST_P(StoreConformance, APutOfTheStatusLeavesTheRestAlone) {
  const auto store = fresh();
  const Object made = put(*store, cluster("demo"));
  Object object = made;
  object.status["phase"] = "Running";
  object.spec["region"] = "eu-west-1";
  object.metadata.labels["team"] = "a";
  object.metadata.finalizers = {"x"};
  object.metadata.deleted = kNow;
  const Object stored = store->put_status(object, kNow).value();
  EXPECT_EQ(stored.status, object.status);
  EXPECT_EQ(stored.spec, made.spec);
  EXPECT_TRUE(stored.metadata.labels.empty() && stored.metadata.finalizers.empty());
  EXPECT_FALSE(stored.deleting());
  EXPECT_EQ(stored.metadata.generation, 1);
  EXPECT_NE(stored.metadata.resource_version, made.metadata.resource_version);
  EXPECT_EQ(store->put_status(object, kNow).status().code, Code::conflict) << "it is another one";
  const Object again = store->put_status(stored, kNow).value();
  EXPECT_EQ(again.metadata.resource_version, stored.metadata.resource_version) << "nothing changed";
  EXPECT_EQ(store->put(made, kNow).status().code, Code::conflict);
}

TEST_P(StoreConformance, AStatusOfWhatIsGoneIsAConflict) {
  const auto store = fresh();
  const Object old = put(*store, cluster("demo"));
  EXPECT_EQ(store->put_status(cluster("none"), kNow).status().code, Code::conflict);
  EXPECT_EQ(store->put_status(cluster("demo"), kNow).status().code, Code::conflict)
      << "it must say of which version";
  ASSERT_TRUE(store->remove(old.key(), kNow).ok());
  EXPECT_EQ(store->put_status(old, kNow).status().code, Code::conflict);
  Object anew = put(*store, cluster("demo"));
  anew.metadata.uid = old.metadata.uid;
  EXPECT_EQ(store->put_status(anew, kNow).status().message,
            "Cluster/demo was deleted and created again");
}

TEST_P(StoreConformance, APutThatChangesNothingWritesNothing) {
  const auto store = fresh();
  const Object first = put(*store, cluster("demo"));
  Object again = first;
  again.metadata.generation = 77;  // the store's business: never taken from the caller
  again.metadata.uid.clear();
  EXPECT_EQ(to_json(put(*store, again)), to_json(first));
  EXPECT_EQ(put(*store, cluster("other")).metadata.resource_version, "2");
}

TEST_P(StoreConformance, ReplaceOfAnOldVersionIsAConflict) {
  const auto store = fresh();
  const Object old = put(*store, cluster("demo"));
  Object changed = old;
  changed.spec["region"] = "eu-west-1";
  put(*store, changed);
  const Result<Object> lost = store->put(old, kNow);
  ASSERT_FALSE(lost.ok());
  EXPECT_EQ(lost.status().code, Code::conflict);
  EXPECT_EQ(lost.status().message,
            "Cluster/demo has changed meanwhile (version 2, not 1); read it again");
}

TEST_P(StoreConformance, ReplaceOfARemovedOrRecreatedObjectIsAConflict) {
  const auto store = fresh();
  Object old = put(*store, cluster("demo"));
  ASSERT_TRUE(store->remove(old.key(), kNow).ok());
  EXPECT_EQ(store->put(old, kNow).status().code, Code::conflict);
  const Object anew = put(*store, cluster("demo"));
  old.metadata.resource_version = anew.metadata.resource_version;
  EXPECT_EQ(store->put(old, kNow).status().message, "Cluster/demo was deleted and created again");
}

TEST_P(StoreConformance, VersionsAreNeverUsedAgain) {
  const auto store = fresh();
  const Object first = put(*store, cluster("demo"));
  ASSERT_TRUE(store->remove(first.key(), kNow).ok());
  EXPECT_NE(put(*store, cluster("demo")).metadata.resource_version,
            first.metadata.resource_version);
}

TEST_P(StoreConformance, DeletionTimeIsSetOnce) {
  const auto store = fresh();
  Object object = cluster("demo");
  object.metadata.finalizers = {std::string(kFinalizer)};
  object = put(*store, object);
  object.metadata.deleted = kNow + seconds(5);
  object = put(*store, object);
  EXPECT_EQ(object.metadata.deleted, kNow + seconds(5));
  object.metadata.deleted.reset();
  object.status["phase"] = "Terminating";
  object = put(*store, object);
  EXPECT_EQ(object.metadata.deleted, kNow + seconds(5));
}

TEST_P(StoreConformance, RemoveWaitsForFinalizersAndCleansUp) {
  const auto store = fresh(counting_uids());
  Object object = cluster("demo");
  object.metadata.finalizers = {std::string(kFinalizer)};
  object = put(*store, object);
  Intent intent;
  intent.owner_uid = object.metadata.uid;
  intent.key = "vpc";
  ASSERT_TRUE(store->put_intent(intent).ok());
  ASSERT_TRUE(store->add_event(event_of("demo", "one")).ok());

  const Status refused = store->remove(object.key(), kNow);
  EXPECT_EQ(refused.code, Code::invalid);
  EXPECT_EQ(refused.message, "Cluster/demo still has the finalizer byoc.dev/teardown");
  EXPECT_EQ(store->intents("uid-1").value().size(), 1U);

  object.metadata.finalizers.clear();
  put(*store, object);
  ASSERT_TRUE(store->remove(object.key(), kNow + seconds(9)).ok());
  EXPECT_TRUE(store->remove(object.key(), kNow).ok());  // once more
  EXPECT_EQ(store->get(object.key()).status().code, Code::not_found);
  EXPECT_TRUE(store->intents("uid-1").value().empty());
  EXPECT_TRUE(store->events(std::nullopt).value().empty());
  const std::vector<Tombstone> tombstones = store->tombstones().value();
  ASSERT_EQ(tombstones.size(), 1U);
  EXPECT_EQ(tombstones[0].object, object.key());
  EXPECT_EQ(tombstones[0].uid, "uid-1");
  EXPECT_EQ(tombstones[0].deleted, kNow + seconds(9));
}

TEST_P(StoreConformance, ListIsSortedByKey) {
  const auto store = fresh();
  Object elsewhere = cluster("a");
  elsewhere.metadata.ns = "team";
  Object role = cluster("z");
  role.kind = "Role";
  for (const Object& object : {role, elsewhere, cluster("b"), cluster("B"), cluster("a")}) {
    put(*store, object);
  }
  std::vector<std::string> names;
  const std::vector<Object> all = store->list("").value();
  for (const Object& object : all) names.push_back(to_string(object.key()));
  EXPECT_THAT(names, testing::ElementsAre("Cluster/B", "Cluster/a", "Cluster/b", "Cluster/team/a",
                                          "Role/z"));
  EXPECT_EQ(store->list("Role").value().size(), 1U);
  EXPECT_TRUE(store->list("NodeGroup").value().empty());
}

TEST_P(StoreConformance, RefusesWhatJsonCannotHold) {
  const auto store = fresh();
  Object object = cluster("demo");
  object.spec["region"] = "\xff";
  EXPECT_EQ(store->put(object, kNow).status().code, Code::invalid);
  object.spec["region"] = std::string(kObjectBytesMax, 'x');
  EXPECT_EQ(store->put(object, kNow).status().code, Code::invalid);
  EXPECT_EQ(put(*store, cluster("demo")).metadata.resource_version, "1");  // nothing was used up
}

TEST_F(StoreTest, IntentsAreReplacedAndDropped) {
  const auto store = open(path());
  Intent intent;
  intent.owner_uid = "u";
  intent.key = "vpc";
  intent.type = "vpc";
  intent.token = "token";
  intent.params_hash = "hash";
  intent.created = kNow + Duration(7);
  ASSERT_TRUE(store->put_intent(intent).ok());
  intent.state = Intent::State::made;
  intent.id = "vpc-1";
  intent.sent = kNow + Duration(8);
  intent.empty_reads = 2;
  intent.first_empty = kNow + Duration(9);
  intent.made = {{"VpcId", "vpc-1"}};
  ASSERT_TRUE(store->put_intent(intent).ok());

  const std::vector<Intent> kept = open(path())->intents("u").value();  // by another connection
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].key, "vpc");
  EXPECT_EQ(kept[0].type, "vpc");
  EXPECT_EQ(kept[0].token, "token");
  EXPECT_EQ(kept[0].params_hash, "hash");
  EXPECT_EQ(kept[0].id, "vpc-1");
  EXPECT_EQ(kept[0].state, Intent::State::made);
  EXPECT_EQ(kept[0].created, kNow + Duration(7));
  EXPECT_EQ(kept[0].sent, kNow + Duration(8));
  EXPECT_EQ(kept[0].empty_reads, 2);
  EXPECT_EQ(kept[0].first_empty, kNow + Duration(9));
  EXPECT_EQ(kept[0].made, intent.made);

  intent.state = Intent::State::removing;
  ASSERT_TRUE(store->put_intent(intent).ok());
  EXPECT_EQ(store->intents("u").value().at(0).state, Intent::State::removing);
  EXPECT_TRUE(store->intents("other").value().empty());
  ASSERT_TRUE(store->drop_intent("u", "vpc").ok());
  ASSERT_TRUE(store->drop_intent("u", "vpc").ok());
  EXPECT_TRUE(store->intents("u").value().empty());
}

TEST_P(StoreConformance, EqualEventsAreCounted) {
  const auto store = fresh();
  ASSERT_TRUE(store->add_event(event_of("demo", "one", kNow)).ok());
  ASSERT_TRUE(store->add_event(event_of("demo", "two", kNow)).ok());
  ASSERT_TRUE(store->add_event(event_of("demo", "one", kNow + seconds(3))).ok());
  ASSERT_TRUE(store->add_event(event_of("other", "one", kNow)).ok());
  const std::vector<Event> events = store->events(ObjectKey{"Cluster", "default", "demo"}).value();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].message, "two");
  EXPECT_EQ(events[1].message, "one");
  EXPECT_EQ(events[1].count, 2);
  EXPECT_EQ(events[1].first, kNow);
  EXPECT_EQ(events[1].last, kNow + seconds(3));
  EXPECT_EQ(store->events(std::nullopt).value().size(), 3U);
}

TEST_P(StoreConformance, EventsHaveLimits) {
  const auto store = fresh();
  ASSERT_TRUE(store->add_event(event_of("other", "kept")).ok());
  for (int i = 0; i < kEventsPerObjectMax + 10; ++i) {
    ASSERT_TRUE(store->add_event(event_of("demo", "event " + std::to_string(i))).ok());
  }
  const std::vector<Event> events = store->events(ObjectKey{"Cluster", "default", "demo"}).value();
  ASSERT_EQ(events.size(), static_cast<std::size_t>(kEventsPerObjectMax));
  EXPECT_EQ(events.front().message, "event 10");
  EXPECT_EQ(store->events(ObjectKey{"Cluster", "default", "other"}).value().size(), 1U);

  std::string accents;
  while (accents.size() <= kEventMessageBytesMax) accents += "\xc3\xa9";
  ASSERT_TRUE(store->add_event(event_of("other", accents)).ok());
  const std::string cut = store->events(std::nullopt).value().back().message;
  EXPECT_EQ(cut, accents.substr(0, kEventMessageBytesMax - 4) + "...");
}

TEST_F(StoreTest, TenThousandPuts) {
  const auto store = open(":memory:");  // without a disk to wait for
  Object object = put(*store, cluster("demo"));
  for (int i = 1; i <= 10'000; ++i) {
    object.spec["n"] = i;
    object = put(*store, object);
  }
  EXPECT_EQ(object.metadata.generation, 10'001);
  EXPECT_EQ(object.metadata.resource_version, "10001");
  EXPECT_EQ(to_json(store->get(object.key()).value()), to_json(object));
}

TEST_F(StoreTest, RandomUidsAreVersionFour) {
  const std::regex shape("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  const std::string one = random_uid();
  EXPECT_TRUE(std::regex_match(one, shape)) << one;
  EXPECT_NE(one, random_uid());
}

// F22
TEST_F(StoreTest, ARenamedObjectIsTheSameObject) {
  const auto store = open(path(), counting_uids());
  const Object old = put(*store, cluster("old"));
  const std::string before = old.metadata.resource_version;
  Object now = old;
  now.metadata.name = "now";
  const Result<Object> renamed = store->rename(old.key(), now, kNow);
  ASSERT_TRUE(renamed.ok()) << renamed.status().message;
  EXPECT_EQ(renamed.value().metadata.uid, old.metadata.uid);
  EXPECT_EQ(renamed.value().metadata.created, old.metadata.created);
  EXPECT_EQ(renamed.value().metadata.generation, 1);
  EXPECT_EQ(store->list("").value().size(), 1U);
  const News news = store->news({.since = before}).value();
  ASSERT_EQ(news.objects.size(), 2U);
  EXPECT_EQ(news.objects[0].type, ObjectNews::Type::deleted);
  EXPECT_EQ(news.objects[1].type, ObjectNews::Type::added);
  EXPECT_EQ(store->rename(old.key(), now, kNow).status().code, Code::already_exists);
  put(*store, cluster("other"));
  Object taken = renamed.value();
  taken.metadata.name = "other";
  EXPECT_EQ(store->rename(now.key(), taken, kNow).status().code, Code::already_exists);
  taken.metadata.name = "free";
  taken.metadata.uid = "another";
  EXPECT_EQ(store->rename(now.key(), taken, kNow).status().code, Code::conflict);
}

}  // namespace
}  // namespace byoc
