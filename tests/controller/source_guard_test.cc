// What keeps the watched directory from deleting by mistake: files that cannot be read as they
// were, another directory, and how much goes within an hour.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/source_weight.h"
#include "tests/controller/source_fixture.h"

namespace byoc {
namespace {

using std::chrono::minutes;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// A store that follows ten files, and files that lack the last one of them.
struct Repository {
  Stored stored = stored_of(cluster_files(10));
  FileTexts files = cluster_files(9);
};

std::size_t errors_in(const SourceChanges& changes) {
  std::size_t count = 0;
  for (const Diagnostic& one : changes.diagnostics) {
    if (one.severity == Severity::error) ++count;
  }
  return count;
}

TEST(SourceForeign, FilesThatNeverHeldAnObjectHoldNothingBack) {  // F23
  const Repository repository;
  for (const auto& [name, text] : FileTexts{
           {"kustomization.yaml", "resources: [a.yaml]\n"},
           {"kustomization.yaml",
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"},
           {"package.json", "{\"name\": \"byoc-manifests\", \"version\": \"1.0.0\"}\n"},
           {"role.yaml",
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\n"
            "metadata: {name: c9}\nspec: {}\n"},
           {"capi.yaml",
            "apiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\n"
            "metadata: {name: c9}\n"},
           {"config.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {}\n"},
           {"Chart.yaml", "apiVersion: v2\nname: chart\nversion: 0.1.0\n"},
           {"deployment.yaml", "{{- if .Values.on }}\nkind: Deployment\n{{- end }}\n"},
           {"list.json", "[1, 2, 3]\n"},
           {"values.yaml", "image: {tag: x}\n---\nreplicas: 1\n"}}) {
    FileTexts files = repository.files;
    files["other/" + name] = text;
    const SourceChanges changes = compare(scan_of(files), repository.stored);
    EXPECT_THAT(shown(changes), ElementsAre("remove Cluster/c9 FileGone")) << name << text;
    EXPECT_THAT(changes.diagnostics, SizeIs(1)) << name << ": one notice";
    EXPECT_EQ(errors_in(changes), 0U) << name;
    EXPECT_THAT(changes.diagnostics[0].hint, HasSubstr(".byocignore"));
  }
}

TEST(SourceForeign, NearMissesOfOursHoldDeletionsBack) {  // F23
  const Repository repository;
  const std::string rest = "metadata: {name: c9}\nspec: {}\n";
  for (const std::string head :
       {"apiVersion: byoc.dev/v1\nkind: Cluster\n",
        "apiVersion: boyc.dev/v1alpha1\nkind: Cluster\n",
        "apiVersion: byoc.io/v1alpha1\nkind: Cluster\n", "apiVersion: v1alpha1\nkind: Cluster\n",
        "apiVersion: v1\nkind: Cluster\n", "apiVersion: byoc.d\nkind: Cluster\n",
        "apiVersion: BYOC.dev/v1alpha1\nkind: Cluster\n", "kind: Cluster\n", "kind: Clsuter\n",
        "apiVersion: byoc.dev/v1alpha1\nkind: Clutser\n", "apiVersion: byoc.dev/v1alpha1\n", "",
        "apiVersion: byoc.dev/v1alpha1\nkind: [Cluster\n"}) {
    FileTexts files = repository.files;
    files["c9.yaml"] = head + rest;
    for (const char* place : {"c9.yaml", "moved/c9.yaml"}) {
      files.erase("c9.yaml");
      files[place] = head + rest;
      const SourceChanges changes = compare(scan_of(files), repository.stored);
      EXPECT_THAT(shown(changes), ElementsAre("frozen Cluster/c9 FileInvalid")) << head << place;
      EXPECT_GE(errors_in(changes), 1U) << head;
      files.erase(place);
    }
  }
}

TEST(SourceForeign, AFileThatHeldObjectsAndShowsNoneHoldsThem) {  // F23
  const Repository repository;
  for (const char* text : {"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\n",
                           "resources: []\n", "apiVersion: nothing.like/it\nkind: Cluster\n"}) {
    FileTexts files = repository.files;
    files["c9.yaml"] = text;
    const SourceChanges changes = compare(scan_of(files), repository.stored);
    EXPECT_THAT(shown(changes), ElementsAre("frozen Cluster/c9 FileInvalid")) << text;
    EXPECT_THAT(changes.list[0].message, HasSubstr("c9.yaml"));
  }
  // The same among others of ours: that it was is known by its kind and name.
  Stored both = stored_of({{"a.yaml", cluster_text("a") + "---\n" + cluster_text("b")}});
  const std::string lost = "---\napiVersion: nothing.like/it\nkind: Cluster\nmetadata: {name: b}\n";
  EXPECT_THAT(shown(compare(scan_of({{"a.yaml", cluster_text("a") + lost}}), both)),
              ElementsAre("frozen Cluster/a FileInvalid", "frozen Cluster/b FileInvalid"));
}

TEST(SourceForeign, WhatIsNotReadOnPurposeIsNotDeleted) {  // F23, F56
  const Repository repository;
  for (const char* path : {"c9.yaml", "."}) {
    Scan scan = scan_of(repository.files);
    Stored stored = repository.stored;
    if (path[0] == '.') {
      object_in(stored, "c9").metadata.annotations[std::string(kSourceAnnotation)] = "x/y/c9.yaml";
      scan.left_out["x"] = "it is named in a .byocignore";
    } else {
      scan.left_out[path] = "it is named in a .byocignore";
    }
    const SourceChanges changes = compare(scan, stored);
    EXPECT_THAT(shown(changes), ElementsAre("frozen Cluster/c9 FileLeftOut"));
    EXPECT_THAT(changes.list[0].message, HasSubstr("byocctl delete Cluster/c9"));
  }
}

TEST(SourceForeign, WhatAServerMadeOfAnObjectIsIgnored) {  // F23
  const std::string printed = cluster_text(
      "a",
      "  uid: 11111111-1111-1111-1111-111111111111\n  resourceVersion: \"42\"\n  generation: 7\n"
      "  creationTimestamp: \"2026-01-31T09:30:00Z\"\n  managedFields: [{manager: kubectl}]\n"
      "  selfLink: /x\nspec: {}\nstatus: {phase: Running}\n");
  const SourceChanges changes = compare(scan_of({{"a.yaml", printed}}), {});
  EXPECT_EQ(errors_in(changes), 0U);
  ASSERT_THAT(shown(changes), ElementsAre("put Cluster/a Created"));
  EXPECT_EQ(changes.list[0].object.metadata.uid, "");
  EXPECT_EQ(changes.list[0].object.metadata.resource_version, "") << "the store refuses another";
  EXPECT_TRUE(changes.list[0].object.status.empty());
}

RootIdentity root_at(const std::string& path) {
  return {path, "", ""};
}

TEST(SourceRoot, AnotherDirectoryAsks) {  // F55
  Repository repository;
  repository.stored.memory.root = root_at("/prod");
  Scan scan = scan_of(repository.files);
  scan.identity = root_at("/staging");
  const SourceChanges asking = compare(scan, repository.stored);
  ASSERT_THAT(shown(asking), ElementsAre("waiting Cluster/c9 OtherDirectory"));
  EXPECT_THAT(asking.list[0].message,
              AllOf(HasSubstr("/staging"), HasSubstr("/prod"), HasSubstr("byocctl approve")));
  EXPECT_EQ(asking.memory, std::nullopt) << "it is not the known one yet";
  repository.stored.approval = asking.question;
  repository.stored.approval->granted = kNow;
  const SourceChanges going = compare(scan, repository.stored);
  EXPECT_THAT(shown(going), ElementsAre("remove Cluster/c9 FileGone"));
  ASSERT_TRUE(going.memory && going.memory->root);
  EXPECT_EQ(going.memory->root->path, "/staging");
  scan.identity = root_at("/prod");
  EXPECT_THAT(shown(compare(scan, repository.stored)), ElementsAre("remove Cluster/c9 FileGone"));
}

TEST(SourceRoot, ADirectoryThatLacksNothingIsTakenOver) {  // F55
  Repository repository;
  repository.stored.memory.root = root_at("/old");
  Scan scan = scan_of(cluster_files(10));
  scan.identity = root_at("/new");
  const SourceChanges changes = compare(scan, repository.stored);
  EXPECT_THAT(shown(changes), IsEmpty());
  ASSERT_TRUE(changes.memory && changes.memory->root);
  EXPECT_EQ(changes.memory->root->path, "/new");
  scan.whole = false;
  EXPECT_EQ(compare(scan, repository.stored).memory, std::nullopt);
}

TEST(SourceRoot, ARepositoryIsTheSameWhereverItIsCheckedOut) {  // F55
  const RootIdentity one{"/git/commits/1/prod", "https://git.example.org/x", "prod"};
  EXPECT_TRUE(one.same_as({"/git/commits/2/prod", "https://git.example.org/x", "prod"}));
  EXPECT_FALSE(one.same_as({"/git/commits/2/dev", "https://git.example.org/x", "dev"}));
  EXPECT_FALSE(one.same_as({"/git/commits/1/prod", "https://git.example.org/y", "prod"}));
  EXPECT_FALSE(one.same_as(root_at("/git/commits/1/prod")));
  EXPECT_EQ(to_string(one), "prod of https://git.example.org/x");
}

void hold_resources(Stored& stored, const std::string& name, int count) {
  Json inventory = Json::array();
  for (int i = 0; i < count; ++i) inventory.push_back({{"type", "subnet"}});
  object_in(stored, name).status["inventory"] = inventory;
}

TEST(SourceWindow, AClusterWeighsWhatItHolds) {  // F55
  Repository repository;
  hold_resources(repository.stored, "c9", 20);
  EXPECT_THAT(shown(compare(scan_of(repository.files), repository.stored)),
              ElementsAre("remove Cluster/c9 FileGone"));
  hold_resources(repository.stored, "c9", 34);
  const SourceChanges changes = compare(scan_of(repository.files), repository.stored);
  EXPECT_THAT(shown(changes), ElementsAre("waiting Cluster/c9 NeedsApproval"));
  EXPECT_THAT(changes.list[0].message, HasSubstr("with 34 resources in AWS"));
}

TEST(SourceWindow, OneFileLessEveryFewSecondsAddsUp) {  // F21
  SourceOptions options;
  Stored stored = stored_of(cluster_files(20));
  int left = 20;
  Scan scan = scan_of(cluster_files(left));
  std::vector<std::string> seen;
  for (int i = 0; i < 5; ++i) {
    scan = scan_of(cluster_files(--left));
    scan.taken = kNow + minutes(i);
    const SourceChanges changes = compare(scan, stored, options);
    for (const std::string& one : shown(changes)) seen.push_back(one);
    if (!changes.memory) break;
    stored.memory = *changes.memory;
    std::erase_if(stored.objects, [&](const Object& one) {  // it went
      return one.metadata.name == "c" + std::to_string(left);
    });
  }
  EXPECT_EQ(seen.size(), 4U);
  EXPECT_THAT(seen.back(), EndsWith("NeedsApproval"));
  scan.taken = kNow + minutes(61);  // the first one does not count any more
  EXPECT_THAT(shown(compare(scan, stored, options)), Each(EndsWith("FileGone")));
}

TEST(SourceWindow, ResourcesAddUpToo) {  // F21
  Stored stored = stored_of(cluster_files(20));
  stored.memory.deletions = {{kNow - minutes(59), "gone", 15}};
  hold_resources(stored, "c9", 6);
  FileTexts files = cluster_files(20);
  files.erase("c9.yaml");
  EXPECT_THAT(shown(compare(scan_of(files), stored)), Each(EndsWith("NeedsApproval")));
  stored.memory.deletions[0].resources = 14;
  EXPECT_THAT(shown(compare(scan_of(files), stored)), Each(EndsWith("FileGone")));
  stored.memory.deletions[0] = {kNow, "uid-of-c9", 15};  // itself, the last time in vain
  EXPECT_THAT(shown(compare(scan_of(files), stored)), Each(EndsWith("FileGone")));
}

class SourceMemoryTest : public StoreTest {};

TEST_F(SourceMemoryTest, OutlivesTheProcess) {  // F21, F55
  SourceMemory memory;
  memory.root = RootIdentity{"/a", "https://x/y", "prod"};
  memory.deletions = {{kNow, "uid-1", 7}};
  {
    const auto store = open(path());
    EXPECT_EQ(read_source_memory(*store).value().root, std::nullopt);
    ASSERT_TRUE(write_source_memory(*store, memory).ok());
  }
  const auto store = open(path());
  const SourceMemory read = read_source_memory(*store).value();
  ASSERT_TRUE(read.root);
  EXPECT_TRUE(read.root->same_as(*memory.root));
  EXPECT_EQ(read.root->path, "/a");
  ASSERT_THAT(read.deletions, SizeIs(1));
  EXPECT_EQ(read.deletions[0].at, kNow);
  EXPECT_EQ(read.deletions[0].resources, 7U);
  ASSERT_TRUE(store->set_note("watched-directory", "{\"root\": 7}").ok());
  EXPECT_EQ(read_source_memory(*store).value().root, std::nullopt) << "what cannot be read is none";
}

TEST_F(SourceMemoryTest, WithoutItNothingGoes) {  // F21
  const auto store = open(path());
  const FileTexts files = cluster_files(10);
  std::set<std::string> told;
  const Secrets secrets((dir_ / "state").string());
  const auto follow = [&](const FileTexts& now) {
    return apply(compare(scan_of(now), read_stored(*store).value()), *store, secrets, told, kNow);
  };
  static_cast<void>(follow(files));
  tamper(path(), "CREATE TRIGGER no BEFORE INSERT ON notes BEGIN SELECT RAISE(ABORT, 'no'); END");
  EXPECT_FALSE(follow(cluster_files(9)).failures.empty());
  EXPECT_FALSE(store->get({"Cluster", "default", "c9"}).value().deleting());
  tamper(path(), "DROP TRIGGER no");
  static_cast<void>(follow(cluster_files(9)));
  EXPECT_TRUE(store->get({"Cluster", "default", "c9"}).value().deleting());
}

}  // namespace
}  // namespace byoc
