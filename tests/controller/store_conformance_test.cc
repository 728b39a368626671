#include "tests/controller/store_conformance.h"

#include <gmock/gmock.h>

#include "controller/api_server.h"
#include "controller/api_socket.h"
#include "controller/candidate.h"
#include "controller/remote_store.h"
#include "controller/request.h"

namespace byoc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class SqliteBackEnd final : public BackEnd {
 public:
  explicit SqliteBackEnd(const std::string& path)
      : one_(open_store(path).value()),
        other_(path == ":memory:" ? nullptr : open_store(path).value()) {}
  ObjectStore& one() override { return *one_; }
  ObjectStore& other() override { return other_ ? *other_ : *one_; }

 private:
  std::unique_ptr<Store> one_;
  std::unique_ptr<Store> other_;
};

class RemoteBackEnd final : public BackEnd {
 public:
  explicit RemoteBackEnd(const fs::path& dir) {
    ApiServerOptions options;
    options.state_dir = dir / "state";
    options.hooks.look = [](const ObjectKey&) {};
    server_ = ApiServer::make(std::move(options)).value();
    server_->start();
    one_ = RemoteStore::connect(default_socket_path(dir / "state")).value();
    other_ = RemoteStore::connect(default_socket_path(dir / "state")).value();
  }
  ObjectStore& one() override { return *one_; }
  ObjectStore& other() override { return *other_; }

 private:
  std::unique_ptr<ApiServer> server_;
  std::unique_ptr<RemoteStore> one_;
  std::unique_ptr<RemoteStore> other_;
};

const BackEndCase kMemory{
    "memory", [](const fs::path&) { return std::make_unique<SqliteBackEnd>(":memory:"); }};
const BackEndCase kFile{"file", [](const fs::path& dir) {
                          return std::make_unique<SqliteBackEnd>(dir / "state" / "byoc.db");
                        }};
const BackEndCase kRemote{"remote",
                          [](const fs::path& dir) { return std::make_unique<RemoteBackEnd>(dir); }};

INSTANTIATE_TEST_SUITE_P(All, ObjectStoreConformance, testing::Values(kMemory, kFile, kRemote),
                         [](const auto& one) { return one.param.name; });
INSTANTIATE_TEST_SUITE_P(All, StoreConformance, testing::Values("memory", "file"),
                         [](const auto& one) { return one.param; });

const ObjectKey kTheRole{"Role", "default", "ops"};

TEST_P(ObjectStoreConformance, WhatIsCreatedHasAnIdentity) {
  const Object made = put(store(), role("ops"));
  EXPECT_FALSE(made.metadata.uid.empty() || made.metadata.resource_version.empty());
  EXPECT_EQ(made.metadata.generation, 1);
  EXPECT_TRUE(made.metadata.created);
  EXPECT_EQ(to_json(other().get(kTheRole).value()), to_json(made));
  EXPECT_EQ(store().put(role("ops"), kNow).status().code, Code::already_exists);
  EXPECT_EQ(store().get({"Role", "default", "none"}).status().code, Code::not_found);
}

TEST_P(ObjectStoreConformance, GenerationsCountChangesOfTheSpec) {
  Object object = put(store(), role("ops"));
  object.metadata.labels["team"] = "a";
  object = put(store(), object);
  EXPECT_EQ(object.metadata.generation, 1);
  object.spec["description"] = "another";
  object = put(store(), object);
  EXPECT_EQ(object.metadata.generation, 2);
  object.status["phase"] = "Ready";
  EXPECT_EQ(store().put_status(object, kNow).value().metadata.generation, 2);
}

TEST_P(ObjectStoreConformance, EachChangeIsAnotherVersionAndNoChangeIsNone) {
  const Object first = put(store(), role("ops"));
  EXPECT_EQ(to_json(put(store(), first)), to_json(first));
  Object second = first;
  second.metadata.annotations["x"] = "y";
  second = put(store(), second);
  EXPECT_NE(second.metadata.resource_version, first.metadata.resource_version);
  EXPECT_EQ(to_json(store().put_status(second, kNow).value()), to_json(second));
  drop(kTheRole);
  const Object anew = put(store(), role("ops"));
  EXPECT_NE(anew.metadata.resource_version, first.metadata.resource_version);
  EXPECT_NE(anew.metadata.uid, first.metadata.uid);
}

TEST_P(ObjectStoreConformance, OfTwoWritersOneHasReadTheLastVersion) {
  const Object read = put(store(), role("ops"));
  Object mine = read;
  mine.metadata.labels["team"] = "a";
  Object theirs = read;
  theirs.spec["description"] = "theirs";
  put(store(), mine);
  EXPECT_EQ(other().put(theirs, kNow).status().code, Code::conflict);
  theirs.status["phase"] = "Ready";
  EXPECT_EQ(other().put_status(theirs, kNow).status().code, Code::conflict);
  theirs.metadata.deleted = kNow;
  EXPECT_EQ(other().put(theirs, kNow).status().code, Code::conflict);
  EXPECT_FALSE(store().get(kTheRole).value().deleting());
}

TEST_P(ObjectStoreConformance, SpecAndStatusAreWrittenApart) {
  Object object = role("ops");
  object.status["phase"] = "Made up";
  object = put(store(), object);
  EXPECT_TRUE(object.status.empty()) << "a new object has none";
  Object reported = object;
  reported.status["phase"] = "Ready";
  reported.spec["description"] = "not to be written";
  reported.metadata.labels["not"] = "written";
  reported = other().put_status(reported, kNow).value();
  EXPECT_EQ(reported.status.at("phase"), "Ready");
  EXPECT_EQ(reported.spec, object.spec);
  EXPECT_THAT(reported.metadata.labels, IsEmpty());
  Object changed = reported;
  changed.status = Json::object();
  changed.spec["description"] = "written";
  changed = put(store(), changed);
  EXPECT_EQ(changed.status, reported.status);
  EXPECT_EQ(to_json(other().get(kTheRole).value()), to_json(changed));
}

TEST_P(ObjectStoreConformance, WritersOfSpecAndStatusBothGetThrough) {
  put(store(), role("ops"));
  for (int i = 0; i < 20; ++i) {
    Object seen = other().get(kTheRole).value();
    ASSERT_TRUE(request_pause(store(), kTheRole, i % 2 == 0, kNow).ok());
    seen.status["pass"] = i;
    EXPECT_EQ(other().put_status(seen, kNow).status().code, Code::conflict);
    seen = other().get(kTheRole).value();
    seen.status["pass"] = i;
    ASSERT_TRUE(other().put_status(seen, kNow).ok());
  }
  const Object last = store().get(kTheRole).value();
  EXPECT_FALSE(is_paused(last));
  EXPECT_EQ(last.status.at("pass"), 19);
}

TEST_P(ObjectStoreConformance, WhatIsGoneIsAConflict) {
  const Object old = put(store(), role("ops"));
  drop(kTheRole);
  EXPECT_EQ(store().put(old, kNow).status().code, Code::conflict);
  EXPECT_EQ(store().put_status(old, kNow).status().code, Code::conflict);
  Object marked = old;
  marked.metadata.deleted = kNow;
  EXPECT_EQ(store().put(marked, kNow).status().code, Code::conflict);
  Object anew = put(store(), role("ops"));
  anew.metadata.uid = old.metadata.uid;
  EXPECT_EQ(store().put(anew, kNow).status().code, Code::conflict) << "it was created again";
  EXPECT_EQ(store().put_status(anew, kNow).status().code, Code::conflict);
  EXPECT_EQ(store().put_status(role("ops"), kNow).status().code, Code::conflict)
      << "a status is one of a version";
  EXPECT_TRUE(store().remove({"Role", "default", "none"}, kNow).ok());
}

TEST_P(ObjectStoreConformance, ADeletionTimeIsSetOnceAndAnnotationsMayStillChange) {
  Object object = put(store(), role("ops"));
  object.metadata.deleted = kNow;
  object = put(store(), object);
  ASSERT_TRUE(object.deleting());
  const std::optional<Time> when = object.metadata.deleted;
  object.metadata.deleted.reset();
  object.metadata.annotations[std::string(kPausedAnnotation)] = "true";
  object = put(other(), object);
  EXPECT_EQ(object.metadata.deleted, when);
  EXPECT_TRUE(is_paused(object));
  EXPECT_FALSE(object.metadata.finalizers.empty());
  drop(kTheRole);
  EXPECT_EQ(other().get(kTheRole).status().code, Code::not_found);
}

// What was agreed upon is the deletion of what the spec says.
TEST_P(ObjectStoreConformance, AMarkOutlivesWritersOfTheStatusAndNotThoseOfTheSpec) {
  const Object read = put(store(), role("ops"));
  Object object = read;
  object.status["phase"] = "Ready";
  object = other().put_status(object, kNow).value();
  object.spec["description"] = "another";
  put(other(), object);
  EXPECT_EQ(mark_deleted(read, store(), kNow).code, Code::conflict);
  EXPECT_FALSE(store().get(kTheRole).value().deleting());
  object = store().get(kTheRole).value();
  Object reported = object;
  reported.status["phase"] = "Error";
  ASSERT_TRUE(other().put_status(reported, kNow).ok());
  EXPECT_TRUE(mark_deleted(object, store(), kNow).ok());
  EXPECT_TRUE(mark_deleted(object, other(), kNow).ok()) << "it is marked already";
  EXPECT_TRUE(store().get(kTheRole).value().deleting());
}

TEST_P(ObjectStoreConformance, AnnotationsAreSetAndUnset) {
  Object object = put(store(), role("ops"));
  object.metadata.annotations = {{"a", "1"}, {"b", ""}};
  object = put(store(), object);
  object.metadata.annotations.erase("a");
  put(store(), object);
  EXPECT_THAT(other().get(kTheRole).value().metadata.annotations,
              ElementsAre(testing::Pair("b", "")));
}

TEST_P(ObjectStoreConformance, AListIsSortedByKey) {
  Object elsewhere = role("a");
  elsewhere.metadata.ns = "team";
  elsewhere.spec["name"] = "team-a";
  for (const Object& object : {role("z"), elsewhere, role("b"), role("a")}) put(store(), object);
  std::vector<std::string> names;
  const std::vector<Object> all = other().list("").value();
  for (const Object& object : all) names.push_back(to_string(object.key()));
  EXPECT_THAT(names, ElementsAre("Role/a", "Role/b", "Role/z", "Role/team/a"));
  EXPECT_EQ(other().list("Role").value().size(), 4U);
  EXPECT_THAT(other().list("Cluster").value(), IsEmpty());
}

TEST_P(ObjectStoreConformance, NewsAreWhatChangedSinceACursor) {
  put(store(), role("a"));
  put(store(), role("b"));
  const News all = other().news({}).value();
  EXPECT_THAT(told(all), ElementsAre("added a", "added b"));
  EXPECT_TRUE(other().news({.since = all.cursor}).value().empty());
  Object a = store().get({"Role", "default", "a"}).value();
  a.status["phase"] = "Ready";
  ASSERT_TRUE(store().put_status(a, kNow).ok());
  put(store(), role("c"));
  drop({"Role", "default", "b"});
  const News newer = other().news({.since = all.cursor}).value();
  EXPECT_THAT(told(newer), ElementsAre("modified a", "added c", "deleted b"));
  EXPECT_EQ(newer.objects.front().object.status, a.status);
  EXPECT_TRUE(newer.complete);
  EXPECT_THAT(told(other().news({.since = newer.cursor}).value()), IsEmpty());
  EXPECT_EQ(other().news({.since = "of another store"}).status().code, Code::invalid);
  EXPECT_THAT(other().news({.since = all.cursor, .objects = false}).value().objects, IsEmpty());
}

TEST_P(ObjectStoreConformance, WhatAreOnlyRequestsBelongsToNobodysVersion) {
  put(store(), role("ops"));
  const Object first = request_look(store(), kTheRole, kNow).value();
  const Object second = request_look(other(), kTheRole, kNow).value();
  Object answered = second;
  answer_look(answered, first);
  EXPECT_TRUE(look_requested(answered)) << "each request is another one";
  answer_look(answered, second);
  answered = store().put_status(answered, kNow).value();
  EXPECT_FALSE(look_requested(answered));
}

}  // namespace
}  // namespace byoc
