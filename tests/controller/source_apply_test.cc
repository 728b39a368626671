#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/controller/source_fixture.h"

namespace byoc {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class SourceApply : public StoreTest {
 protected:
  SourceApply() : store_(open(path(), counting_uids())), secrets_((dir_ / "state").string()) {}

  SourceChanges changes(const Scan& scan) {
    const auto stored = read_stored(*store_);
    EXPECT_TRUE(stored.ok()) << stored.status().message;
    return stored.ok() ? compare(scan, stored.value()) : SourceChanges{};
  }
  Applied follow(const Scan& scan) {
    return apply(changes(scan), *store_, secrets_, told_, scan.taken);
  }
  Applied follow(const FileTexts& files) { return follow(scan_of(files)); }

  Object get(const std::string& name, const char* kind = "Cluster") {
    const auto object = store_->get({kind, "default", name});
    EXPECT_TRUE(object.ok()) << name;
    return object.ok() ? object.value() : Object{};
  }
  // "Warning FileInvalid 1", ...
  std::vector<std::string> events(const ObjectKey& key) {
    std::vector<std::string> out;
    const auto events = store_->events(key);
    if (!events.ok()) return {events.status().message};
    for (const Event& event : events.value()) {
      out.push_back(event.type + " " + event.reason + " " + std::to_string(event.count));
    }
    return out;
  }
  std::vector<std::string> events(const std::string& name) {
    return events({"Cluster", "default", name});
  }
  std::vector<std::string> directory_events() {
    return events({std::string(kDirectoryKind), "default", "/manifests"});
  }
  static std::vector<std::string> names(const std::vector<ObjectKey>& keys) {
    std::vector<std::string> out;
    for (const ObjectKey& key : keys) out.push_back(to_string(key));
    return out;
  }

  std::unique_ptr<Store> store_;
  Secrets secrets_;
  std::set<std::string> told_;
};

TEST_F(SourceApply, StoresWhatIsNewAndSaysWhoToLookAt) {
  const Applied applied = follow(cluster_files(2));
  EXPECT_THAT(names(applied.keys), ElementsAre("Cluster/c0", "Cluster/c1"));
  EXPECT_THAT(applied.failures, IsEmpty());
  EXPECT_EQ(applied.again, std::nullopt);
  EXPECT_EQ(get("c0").metadata.uid, "uid-1");
  EXPECT_EQ(source_file(get("c0")), "c0.yaml");
  EXPECT_THAT(events("c0"), ElementsAre("Normal Created 1"));
}

TEST_F(SourceApply, TheSecondTimeNothingChanges) {
  FileTexts files = cluster_files(2);
  files["bad.yaml"] = "kind: [\n";
  ASSERT_THAT(follow(files).keys, SizeIs(2));
  const auto version = get("c1").metadata.resource_version;
  EXPECT_THAT(follow(files).keys, IsEmpty());
  EXPECT_EQ(get("c1").metadata.resource_version, version);
  EXPECT_THAT(events("c0"), ElementsAre("Normal Created 1"));
  EXPECT_THAT(directory_events(), ElementsAre("Warning FileInvalid 1"));
}

TEST_F(SourceApply, AMoveAsksNobodyToLook) {
  follow({{"a.yaml", cluster_text("a")}});
  EXPECT_THAT(follow({{"b.yaml", cluster_text("a")}}).keys, IsEmpty());
  EXPECT_EQ(source_file(get("a")), "b.yaml");
  EXPECT_EQ(get("a").metadata.generation, 1);
  EXPECT_THAT(events("a"), ElementsAre("Normal Created 1"));
}

TEST_F(SourceApply, AChangeIsANewGeneration) {
  follow(cluster_files(2));
  FileTexts files = cluster_files(2);
  files["c1.yaml"] = cluster_text("c1", "spec: {tags: {x: y}}\n");
  EXPECT_THAT(names(follow(files).keys), ElementsAre("Cluster/c1"));
  EXPECT_EQ(get("c1").metadata.generation, 2);
  EXPECT_THAT(events("c1"), ElementsAre("Normal Created 1", "Normal Changed 1"));
}

TEST_F(SourceApply, SecretsDoNotReachTheStore) {
  const FileTexts files = {
      {"r.yaml",
       "apiVersion: byoc.dev/v1alpha1\nkind: Role\nmetadata: {name: r}\nspec:\n  namePrefix: r\n"
       "  trust: {accounts: [\"302180240179\"], externalId: a-very-secret-word}\n"
       "  policies: {preset: grid}\n"}};
  EXPECT_THAT(names(follow(files).keys), ElementsAre("Role/r"));
  const Object role = get("r", "Role");
  EXPECT_THAT(role.spec.dump(), Not(HasSubstr("a-very-secret-word")));
  EXPECT_TRUE(role.spec["trust"].contains("externalIdFrom"));
  EXPECT_EQ(secrets_.external_id(role).value()->reveal(), "a-very-secret-word");
  EXPECT_THAT(follow(files).keys, IsEmpty());
  EXPECT_EQ(get("r", "Role").metadata.resource_version, role.metadata.resource_version);
}

TEST_F(SourceApply, WhatIsFrozenSaysWhyOnceAndUntilItsFileIsRight) {
  follow(cluster_files(2));
  FileTexts files = cluster_files(2);
  files["c1.yaml"] = cluster_text("c1", "spec: {regoin: x}\n");
  for (int i = 0; i < 3; ++i) {
    const Applied applied = follow(files);
    EXPECT_THAT(applied.keys, IsEmpty());
    EXPECT_THAT(applied.done, SizeIs(i == 0 ? 1 : 0));
  }
  const auto condition = find_condition(get("c1"), kSourceCondition);
  ASSERT_TRUE(condition.has_value());
  EXPECT_EQ(condition->status, "False");
  EXPECT_EQ(condition->reason, "FileInvalid");
  EXPECT_THAT(condition->message, HasSubstr("c1.yaml:5:8: error: Cluster/c1 spec.regoin"));
  EXPECT_THAT(events("c1"), ElementsAre("Normal Created 1", "Warning FileInvalid 1"));
  EXPECT_THAT(directory_events(), ElementsAre("Warning FileInvalid 1"));
  EXPECT_EQ(get("c1").metadata.generation, 1);

  EXPECT_THAT(follow(cluster_files(2)).keys, IsEmpty());  // as it was stored all the time
  EXPECT_EQ(find_condition(get("c1"), kSourceCondition), std::nullopt);
  follow(files);
  EXPECT_THAT(directory_events(), ElementsAre("Warning FileInvalid 2"));  // wrong once more
}

TEST_F(SourceApply, WhatNoFileNamesIsMarkedToBeDeleted) {
  follow(cluster_files(8));
  Scan scan = scan_of(cluster_files(7));
  scan.taken = kNow + seconds(60);
  EXPECT_THAT(names(follow(scan).keys), ElementsAre("Cluster/c7"));
  EXPECT_EQ(get("c7").metadata.deleted, kNow + seconds(60));
  EXPECT_THAT(get("c7").metadata.finalizers, ElementsAre(kFinalizer));
  EXPECT_THAT(events("c7"), ElementsAre("Normal Created 1", "Normal FileGone 1"));
  EXPECT_THAT(follow(scan).keys, IsEmpty());
}

TEST_F(SourceApply, ManyDeletionsWaitForAnApproval) {
  follow(cluster_files(8));
  const Scan scan = scan_of(cluster_files(3));
  EXPECT_THAT(follow(scan).keys, IsEmpty());
  EXPECT_EQ(find_condition(get("c7"), kSourceCondition)->reason, "NeedsApproval");
  const Approval question = *store_->approval().value();
  EXPECT_THAT(names(question.objects),
              ElementsAre("Cluster/c3", "Cluster/c4", "Cluster/c5", "Cluster/c6", "Cluster/c7"));
  EXPECT_THAT(follow(scan_of({})).keys, IsEmpty());  // says nothing about deletions
  EXPECT_EQ(store_->approval().value()->id, question.id);

  ASSERT_TRUE(store_->grant(question.id, kNow).ok());
  EXPECT_THAT(follow(scan).keys, SizeIs(5));
  EXPECT_TRUE(get("c7").deleting());
  EXPECT_EQ(store_->approval().value(), std::nullopt);
}

TEST_F(SourceApply, AQuestionIsWithdrawnWhenTheFilesComeBack) {
  follow(cluster_files(8));
  follow(cluster_files(3));
  ASSERT_TRUE(store_->approval().value().has_value());
  follow(cluster_files(8));
  EXPECT_EQ(store_->approval().value(), std::nullopt);
  EXPECT_EQ(find_condition(get("c7"), kSourceCondition), std::nullopt);
}

TEST_F(SourceApply, WhatSomebodyChangedMeanwhileIsTriedAgain) {
  follow(cluster_files(2));
  FileTexts files;
  for (const char* name : {"c0", "c1"}) {
    files[std::string(name) + ".yaml"] = cluster_text(name, "spec: {tags: {x: y}}\n");
  }
  const SourceChanges planned = changes(scan_of(files));
  Object other = get("c0");
  other.metadata.labels["by"] = "another";
  put(*store_, other);
  const Applied applied = apply(planned, *store_, secrets_, told_, kNow);
  EXPECT_THAT(names(applied.keys), ElementsAre("Cluster/c1"));
  ASSERT_THAT(applied.failures, SizeIs(1));
  EXPECT_EQ(applied.failures[0].code, Code::conflict);
  EXPECT_EQ(applied.again, kNow + seconds(10));
  EXPECT_THAT(names(follow(files).keys), ElementsAre("Cluster/c0"));
}

TEST_F(SourceApply, AStoreThatDoesNotWorkIsAskedOnce) {
  StoreOptions options;
  options.pages_max = 30;
  store_ = open((dir_ / "small.db").string(), options);
  FileTexts files;
  for (int i = 0; i < 8; ++i) {
    const std::string name = "c" + std::to_string(i);
    files[name + ".yaml"] =
        cluster_text(name, "  annotations: {x: " + std::string(20'000, 'x') + "}\n");
  }
  const Applied applied = follow(files);
  EXPECT_THAT(applied.keys, Not(IsEmpty()));
  EXPECT_THAT(applied.failures, SizeIs(1));
  EXPECT_EQ(applied.failures[0].code, Code::unavailable);
  EXPECT_EQ(applied.again, kNow + seconds(10));
}

TEST_F(SourceApply, WhatIsToldHasALimit) {
  FileTexts files;
  for (int i = 0; i < 5; ++i) files["bad" + std::to_string(i) + ".yaml"] = "kind: [\n";
  SourceOptions options;
  options.told_max = 3;
  const Applied applied = apply(changes(scan_of(files)), *store_, secrets_, told_, kNow, options);
  EXPECT_THAT(applied.failures, IsEmpty());
  EXPECT_THAT(directory_events(), SizeIs(3));
}

std::string role_text(const std::string& name, const std::string& ns = "default") {
  return "apiVersion: byoc.dev/v1alpha1\nkind: Role\nmetadata: {name: " + name +
         ", namespace: " + ns + "}\nspec: {name: ops-in-aws, trust: {ownAccount: true}}\n";
}

// F22: a file that was renamed, or a name that was changed in one.
TEST_F(SourceApply, ARoleThatIsNamedAnewIsTheSameRole) {
  follow({{"role.yaml", role_text("old")}});
  Intent intent;
  intent.owner_uid = get("old", "Role").metadata.uid;
  intent.key = intent.type = "role";
  ASSERT_TRUE(store_->put_intent(intent).ok());
  const Scan scan = scan_of({{"role.yaml", role_text("now")}});
  EXPECT_THAT(shown(changes(scan)), ElementsAre("put Role/now Renamed"));
  EXPECT_THAT(names(follow(scan).keys), ElementsAre("Role/old", "Role/now"));
  const Object now = get("now", "Role");
  EXPECT_EQ(now.metadata.uid, "uid-1");
  EXPECT_EQ(store_->intents("uid-1").value().size(), 1U);
  EXPECT_FALSE(store_->get({"Role", "default", "old"}).ok());
  EXPECT_THAT(store_->tombstones().value(), IsEmpty()) << "nothing was deleted";
  EXPECT_THAT(events(now.key()), ElementsAre("Normal Created 1", "Normal Renamed 1"));
  EXPECT_THAT(shown(changes(scan)), IsEmpty());
  // To another namespace, and back.
  follow({{"moved.yaml", role_text("now", "team")}});
  EXPECT_EQ(store_->get({"Role", "team", "now"}).value().metadata.uid, "uid-1");
}

// F22: what may still be named somewhere is not given away.
TEST_F(SourceApply, WhatAFileMayStillNameKeepsItsName) {
  follow({{"role.yaml", role_text("old")}});
  Scan unread = scan_of({{"new.yaml", role_text("now")}});
  unread.whole = false;
  EXPECT_THAT(follow(unread).keys, IsEmpty());
  const FileTexts wrong = {{"new.yaml", role_text("now") + "---\nkind: [\n"}};
  EXPECT_THAT(follow(wrong).keys, IsEmpty());
  EXPECT_THAT(follow({{"new.yaml", role_text("now")}, {"role.yaml", role_text("old")}}).keys,
              IsEmpty());
  EXPECT_EQ(get("old", "Role").metadata.uid, "uid-1");
  EXPECT_FALSE(get("old", "Role").deleting());
}

}  // namespace
}  // namespace byoc
