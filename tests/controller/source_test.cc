#include "controller/source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/controller/source_fixture.h"

namespace byoc {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Each;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string source_of(const SourceChange& change) {
  return change.object.metadata.annotations.at(std::string(kSourceAnnotation));
}

std::vector<std::string> said(const SourceChanges& changes) {
  std::vector<std::string> out;
  for (const Diagnostic& one : changes.diagnostics) out.push_back(format_diagnostic(one));
  return out;
}

TEST(SourceCompare, NewFilesAreNewObjects) {
  Stored nothing;
  nothing.of_process = {{"region", "us-east-1"}};
  const SourceChanges changes = compare(scan_of({{"team/a.yaml", cluster_text("a")}}), nothing);
  EXPECT_THAT(shown(changes), ElementsAre("put Cluster/a Created"));
  const Object& object = changes.list[0].object;
  EXPECT_EQ(source_of(changes.list[0]), "team/a.yaml@" + kCommit);
  EXPECT_EQ(changes.list[0].message, "as team/a.yaml says");
  EXPECT_THAT(object.metadata.finalizers, ElementsAre(kFinalizer));
  EXPECT_EQ(object.metadata.uid, "");  // the store gives it
  EXPECT_EQ(object.spec["region"], "us-east-1");
  EXPECT_EQ(changes.root, "/manifests");
  EXPECT_EQ(changes.again, std::nullopt);
}

TEST(SourceCompare, UnchangedFilesChangeNothingInAnyCommit) {
  const FileTexts files = cluster_files(3);
  Scan scan = scan_of(files);
  scan.commit = std::string(40, 'b');
  const SourceChanges changes = compare(scan, stored_of(files));
  EXPECT_THAT(shown(changes), IsEmpty());
  EXPECT_TRUE(changes.weighed);
  EXPECT_EQ(changes.question, std::nullopt);
}

TEST(SourceCompare, AChangedFileIsAChangedObject) {
  Stored stored = stored_of({{"a.yaml", cluster_text("a")}});
  object_in(stored, "a").status["phase"] = "Running";
  Scan scan = scan_of({{"a.yaml", cluster_text("a", "spec: {tags: {x: y}}\n")}});
  scan.commit = "";
  const SourceChanges changes = compare(scan, stored);
  EXPECT_THAT(shown(changes), ElementsAre("put Cluster/a Changed"));
  EXPECT_EQ(source_of(changes.list[0]), "a.yaml");
  EXPECT_EQ(changes.list[0].object.metadata.uid, "uid-of-a");
  EXPECT_EQ(changes.list[0].object.status["phase"], "Running");
}

TEST(SourceCompare, AMoveChangesTheSourceAlone) {
  const std::string both = cluster_text("a") + "---\n" + cluster_text("b");
  const Stored stored = stored_of({{"a.yaml", both}});
  Scan scan = scan_of({{"a.yaml", cluster_text("a")}, {"new/b.yaml", cluster_text("b")}});
  const SourceChanges changes = compare(scan, stored);
  EXPECT_THAT(shown(changes), ElementsAre("move Cluster/b Moved"));
  EXPECT_EQ(source_of(changes.list[0]), "new/b.yaml@" + kCommit);
  EXPECT_EQ(changes.list[0].object.spec, stored.objects[1].spec);
}

TEST(SourceCompare, AFileTakesOverWhatByocctlApplied) {
  const FileTexts files = {{"a.yaml", cluster_text("a")}};
  Stored stored = stored_of(files);
  object_in(stored, "a").metadata.annotations.clear();
  EXPECT_THAT(shown(compare(scan_of(files), stored)), ElementsAre("move Cluster/a Moved"));
}

TEST(SourceCompare, WhatByocctlAppliedIsNeverDeleted) {
  Stored stored = stored_of(cluster_files(9));
  object_in(stored, "c8").metadata.annotations.clear();
  EXPECT_THAT(shown(compare(scan_of(cluster_files(8)), stored)), IsEmpty());
}

TEST(SourceCompare, AFileCannotSayThatItComesFromAnother) {
  const std::string text = cluster_text("a", "  annotations: {byoc.dev/source: b.yaml, x: y}\n");
  const SourceChanges changes = compare(scan_of({{"a.yaml", text}}), {});
  EXPECT_EQ(source_of(changes.list[0]), "a.yaml@" + kCommit);
  const Candidate applied = candidate_for(load_text(text, "a").manifests[0], nullptr, {});
  EXPECT_THAT(own_annotations(applied.object.metadata), ElementsAre(testing::Pair("x", "y")));
  EXPECT_EQ(source_file(applied.object), "");
}

TEST(SourceCompare, AnyFileNameIsASource) {
  for (const char* name : {"a@b.yaml", "a@b/c.yaml", "@.yaml", "a b.yaml"}) {
    for (const std::string& commit : {std::string(), kCommit, std::string(64, '0')}) {
      Scan scan = scan_of({{name, cluster_text("a")}});
      scan.commit = commit;
      EXPECT_EQ(source_file(compare(scan, {}).list[0].object), name);
    }
  }
}

TEST(SourceCompare, WhatIsBeingDeletedIsMadeAgainLater) {
  const FileTexts files = cluster_files(2);
  Stored stored = stored_of(files);
  object_in(stored, "c0").metadata.deleted = kNow;
  const SourceChanges named = compare(scan_of(files), stored);
  EXPECT_THAT(shown(named), ElementsAre("later Cluster/c0 Deleting"));
  EXPECT_EQ(named.again, kNow + seconds(10));
  FileTexts wrong = files;
  wrong["c0.yaml"] = cluster_text("c0", "spec: {regoin: x}\n");
  EXPECT_THAT(shown(compare(scan_of(wrong), stored)), ElementsAre("later Cluster/c0 Deleting"));
  const SourceChanges unnamed = compare(scan_of({{"c1.yaml", cluster_text("c1")}}), stored);
  EXPECT_THAT(shown(unnamed), IsEmpty());
  EXPECT_EQ(unnamed.again, kNow + seconds(10));  // its AWS names may be waited for
}

TEST(SourceCompare, TheNameOfADeletedClusterIsWrongInItsFileAlone) {
  Stored stored;
  stored.tombstones = {{{"Cluster", "default", "a"}, "uid", kNow}};
  const FileTexts files = {{"a.yaml", cluster_text("a") + "---\n" + cluster_text("b")},
                           {"c.yaml", cluster_text("c")}};
  const SourceChanges changes = compare(scan_of(files), stored);
  EXPECT_THAT(shown(changes), ElementsAre("put Cluster/c Created"));
  EXPECT_THAT(said(changes), ElementsAre(HasSubstr("a.yaml:4:9: error: Cluster/a: NameReused")));
  const std::string allowed =
      cluster_text("a", "  annotations: {byoc.dev/allow-name-reuse: \"true\"}\n");
  EXPECT_THAT(shown(compare(scan_of({{"a.yaml", allowed}}), stored)),
              ElementsAre("put Cluster/a Created"));
}

// --- bad files -----------------------------------------------------------------------------------

struct BadFile {
  const char* name;
  std::string text;  // of a.yaml, which held the Clusters a and b
  bool opaque;       // whether it could hold any object
};

std::vector<BadFile> bad_files() {
  const std::string a = cluster_text("a") + "---\n";
  return {
      {"does not parse", a + "kind: [\n", true},
      {"wrong field", a + cluster_text("b", "spec: {regoin: x}\n"), false},
      {"wrong value, another is gone", cluster_text("b", "spec: {regoin: x}\n"), false},
      {"unknown kind", a + "apiVersion: byoc.dev/v1alpha1\nkind: Clutser\nmetadata: {name: b}\n",
       true},
      {"no name", a + "apiVersion: byoc.dev/v1alpha1\nkind: Cluster\n", true},
      {"no object", a + "just text\n", true},
      {"empty", "", true},
  };
}

TEST(SourceBadFile, FreezesItsObjectsAndNoOthers) {
  const std::string before = cluster_text("a") + "---\n" + cluster_text("b");
  const Stored stored = stored_of({{"a.yaml", before}, {"c.yaml", cluster_text("c")}});
  for (const BadFile& bad : bad_files()) {
    const FileTexts files = {{"a.yaml", bad.text},
                             {"c.yaml", cluster_text("c", "spec: {tags: {x: y}}\n")},
                             {"d.yaml", cluster_text("d")}};
    const SourceChanges changes = compare(scan_of(files), stored);
    EXPECT_THAT(shown(changes),
                ElementsAre("frozen Cluster/a FileInvalid", "frozen Cluster/b FileInvalid",
                            "put Cluster/c Changed", "put Cluster/d Created"))
        << bad.name;
    EXPECT_THAT(changes.list[0].message, HasSubstr("a.yaml")) << bad.name;
    EXPECT_EQ(changes.list[0].object.spec, stored.objects[0].spec) << bad.name;
    EXPECT_THAT(said(changes), testing::Not(IsEmpty())) << bad.name;
  }
}

TEST(SourceBadFile, ForbidsDeletionsOnlyWhereTheObjectCouldStand) {
  FileTexts before = cluster_files(8);
  before["a.yaml"] = cluster_text("a") + "---\n" + cluster_text("b");
  const Stored stored = stored_of(before);
  for (const BadFile& bad : bad_files()) {
    FileTexts files = cluster_files(7);
    files["a.yaml"] = bad.text;
    const SourceChanges changes = compare(scan_of(files), stored);
    EXPECT_EQ(shown(changes).back(),
              bad.opaque ? "frozen Cluster/c7 FileInvalid" : "remove Cluster/c7 FileGone")
        << bad.name;
    EXPECT_EQ(changes.weighed, !bad.opaque) << bad.name;
  }
}

TEST(SourceBadFile, AnObjectThatMovesIntoItIsKept) {
  const Stored stored = stored_of(cluster_files(8));
  FileTexts files = cluster_files(7);
  files["new.yaml"] = cluster_text("c7") + "---\n" + cluster_text("x", "spec: {regoin: y}\n");
  EXPECT_THAT(shown(compare(scan_of(files), stored)), ElementsAre("frozen Cluster/c7 FileInvalid"));
}

TEST(SourceBadFile, AnObjectThatStandsTwiceFollowsNeither) {
  const FileTexts before = {{"b.yaml", cluster_text("a")}};
  const FileTexts files = {{"a.yaml", cluster_text("a", "spec: {tags: {x: y}}\n")},
                           {"b.yaml", cluster_text("a", "spec: {tags: {x: z}}\n")}};
  EXPECT_THAT(shown(compare(scan_of(files), stored_of(before))),
              ElementsAre("frozen Cluster/a FileInvalid"));
  EXPECT_THAT(shown(compare(scan_of(files), {})), IsEmpty());
}

TEST(SourceBadFile, AnEmptyFileThatNeverHeldObjectsIsNone) {
  const FileTexts files = {{"a.yaml", cluster_text("a")}, {"empty.yaml", ""}};
  const SourceChanges changes = compare(scan_of(files), {});
  EXPECT_THAT(shown(changes), ElementsAre("put Cluster/a Created"));
  EXPECT_THAT(said(changes), IsEmpty());
}

TEST(SourceBadFile, AFieldThatCannotChangeFreezes) {
  const Stored stored = stored_of({{"a.yaml", cluster_text("a")}});
  const Scan scan = scan_of({{"a.yaml", cluster_text("a", "spec: {region: eu-west-1}\n")}});
  const SourceChanges changes = compare(scan, stored);
  EXPECT_THAT(shown(changes), ElementsAre("frozen Cluster/a FileInvalid"));
  EXPECT_THAT(changes.list[0].message, HasSubstr("ImmutableField"));
}

// --- deletions -----------------------------------------------------------------------------------

TEST(SourceDeletion, AnObjectThatNoFileNamesGoes) {
  const SourceChanges changes = compare(scan_of(cluster_files(7)), stored_of(cluster_files(8)));
  EXPECT_THAT(shown(changes), ElementsAre("remove Cluster/c7 FileGone"));
  EXPECT_EQ(changes.list[0].message, "no file names it any more (it came from c7.yaml)");
  EXPECT_EQ(changes.again, std::nullopt);
}

TEST(SourceDeletion, TwoScansMustAgree) {
  const Stored stored = stored_of(cluster_files(8));
  Scan scan = scan_of(cluster_files(7));
  for (const Duration age : {milliseconds(0), milliseconds(1999)}) {
    scan.since = scan.taken - age;
    const SourceChanges changes = compare(scan, stored);
    EXPECT_THAT(shown(changes), ElementsAre("later Cluster/c7 Settling"));
    EXPECT_EQ(changes.again, scan.since + seconds(2));
    EXPECT_FALSE(changes.weighed);
  }
  scan.since = scan.taken - seconds(2);
  EXPECT_THAT(shown(compare(scan, stored)), ElementsAre("remove Cluster/c7 FileGone"));
}

TEST(SourceDeletion, ACreationNeedsNoSecondScan) {
  Scan scan = scan_of(cluster_files(1));
  scan.since = scan.taken;
  EXPECT_THAT(shown(compare(scan, {})), ElementsAre("put Cluster/c0 Created"));
}

TEST(SourceDeletion, AScanThatIsNotWholeDeletesNothing) {
  Scan scan = scan_of({{"c0.yaml", cluster_text("c0", "spec: {tags: {x: y}}\n")}});
  scan.whole = false;
  scan.diagnostics = {{Severity::warning, "w", 0, 0, "", "a warning", ""},
                      {Severity::error, "team", 0, 0, "", "cannot be read", ""}};
  const SourceChanges changes = compare(scan, stored_of(cluster_files(2)));
  EXPECT_THAT(shown(changes),
              ElementsAre("put Cluster/c0 Changed", "frozen Cluster/c1 ScanIncomplete"));
  EXPECT_EQ(changes.list[1].message,
            "no file names it any more (it came from c1.yaml), and it is kept: "
            "team: error: cannot be read");
  EXPECT_EQ(changes.again, kNow + seconds(10));
  EXPECT_FALSE(changes.weighed);
}

TEST(SourceDeletion, AnEmptyScanDeletesNothing) {
  const Stored stored = stored_of(cluster_files(2));
  for (const FileTexts& files : {FileTexts(), FileTexts{{"a.yaml", "# nothing\n"}}}) {
    const SourceChanges changes = compare(scan_of(files), stored);
    EXPECT_THAT(shown(changes),
                ElementsAre("frozen Cluster/c0 ScanEmpty", "frozen Cluster/c1 ScanEmpty"));
    EXPECT_FALSE(changes.weighed);
  }
}

TEST(SourceDeletion, AnObjectMayAskToStay) {
  Stored stored = stored_of(cluster_files(9));
  object_in(stored, "c7").metadata.annotations[std::string(kPruneAnnotation)] = "false";
  object_in(stored, "c8").metadata.annotations[std::string(kPruneAnnotation)] = "true";
  EXPECT_THAT(shown(compare(scan_of(cluster_files(7)), stored)),
              ElementsAre("frozen Cluster/c7 PruneDisabled", "remove Cluster/c8 FileGone"));
}

struct Many {
  int before;
  int gone;
  bool at_once;
};

TEST(SourceDeletion, ManyAtOnceWait) {
  // At most 3, and at most a quarter unless it is one.
  for (const Many& many : {Many{1, 1, true},
                           {3, 1, true},
                           {4, 1, true},
                           {7, 2, false},
                           {8, 2, true},
                           {11, 3, false},
                           {12, 3, true},
                           {100, 3, true},
                           {100, 4, false},
                           {500, 499, false}}) {
    FileTexts files = cluster_files(many.before - many.gone);
    files["other.yaml"] = cluster_text("other");  // so that the scan is never empty
    const SourceChanges changes = compare(scan_of(files), stored_of(cluster_files(many.before)));
    std::vector<std::string> gone = shown(changes);
    std::erase(gone, "put Cluster/other Created");
    EXPECT_THAT(gone, SizeIs(static_cast<std::size_t>(many.gone)));
    EXPECT_THAT(gone, Each(EndsWith(many.at_once ? "FileGone" : "NeedsApproval")))
        << many.gone << " of " << many.before;
    EXPECT_TRUE(changes.weighed);
    EXPECT_EQ(changes.question.has_value(), !many.at_once);
  }
}

TEST(SourceDeletion, WhatIsManyIsConfigured) {
  SourceOptions options;
  options.deletions_max = 10;
  options.deletions_share_max = 100;
  const Stored stored = stored_of(cluster_files(12));
  EXPECT_THAT(shown(compare(scan_of(cluster_files(2)), stored, options)),
              Each(EndsWith("FileGone")));
  EXPECT_THAT(shown(compare(scan_of(cluster_files(1)), stored, options)),
              Each(EndsWith("NeedsApproval")));
  options.deletions_max = 0;
  EXPECT_THAT(shown(compare(scan_of(cluster_files(11)), stored, options)),
              Each(EndsWith("NeedsApproval")));
}

TEST(SourceDeletion, AnApprovalNamesExactlyTheseObjects) {
  Stored stored = stored_of(cluster_files(8));
  const SourceChanges asking = compare(scan_of(cluster_files(3)), stored);
  ASSERT_TRUE(asking.question.has_value());
  EXPECT_EQ(asking.question->asked, kNow);
  EXPECT_THAT(asking.question->objects, SizeIs(5));
  EXPECT_THAT(asking.list[0].message,
              HasSubstr("5 of 8 objects would go at once; `byocctl approve`"));
  stored.approval = asking.question;  // asked, not answered
  EXPECT_THAT(shown(compare(scan_of(cluster_files(3)), stored)), Each(EndsWith("NeedsApproval")));
  stored.approval->granted = kNow;
  const SourceChanges going = compare(scan_of(cluster_files(3)), stored);
  EXPECT_THAT(shown(going), Each(EndsWith("FileGone")));
  EXPECT_EQ(going.question, std::nullopt);
  for (const int left : {2, 4}) {  // one more, one less
    const SourceChanges other = compare(scan_of(cluster_files(left)), stored);
    EXPECT_THAT(shown(other), Each(EndsWith("NeedsApproval")));
    EXPECT_NE(other.question->id, stored.approval->id);
  }
  object_in(stored, "c5").metadata.uid = "another";  // deleted and made again
  EXPECT_THAT(shown(compare(scan_of(cluster_files(3)), stored)), Each(EndsWith("NeedsApproval")));
}

TEST(SourceDeletion, ADoubtfulScanLeavesTheQuestion) {
  const Stored stored = stored_of(cluster_files(8));
  const SourceChanges empty = compare(scan_of({}), stored);
  EXPECT_FALSE(empty.weighed);
  Scan half = scan_of(cluster_files(3));
  half.since = half.taken;
  EXPECT_FALSE(compare(half, stored).weighed);
}

// Every combination of the guards: an object goes only when all of them hold.
TEST(SourceDeletion, AllGuardsMustHold) {
  enum Guard { whole, filled, parsed, settled, prunable, few, guards };
  for (unsigned held = 0; held < (1U << guards) * 2; ++held) {
    const auto holds = [&](Guard guard) { return (held >> guard & 1U) != 0; };
    const bool granted = (held >> guards & 1U) != 0;
    const int before = holds(few) ? 8 : 7;
    Stored stored = stored_of(cluster_files(before));
    FileTexts files = holds(filled) ? cluster_files(before - 2) : FileTexts();
    if (!holds(parsed)) files["bad.yaml"] = "kind: [\n";
    Scan scan = scan_of(files);
    scan.whole = holds(whole);
    if (!holds(settled)) scan.since = scan.taken;
    std::vector<Object> going(stored.objects.end() - 2, stored.objects.end());
    stored.approval = approval_for(going, kNow);
    if (granted) stored.approval->granted = kNow;
    for (std::size_t i = stored.objects.size() - 2; i < stored.objects.size(); ++i) {
      if (holds(prunable)) continue;
      stored.objects[i].metadata.annotations[std::string(kPruneAnnotation)] = "false";
    }
    const bool others = holds(whole) && holds(filled) && holds(parsed) && holds(settled);
    const bool goes = others && holds(prunable) && (holds(few) || granted);
    const SourceChanges changes = compare(scan, stored);
    const auto removed = std::count_if(
        changes.list.begin(), changes.list.end(),
        [](const SourceChange& change) { return change.kind == SourceChange::Kind::remove; });
    EXPECT_EQ(removed, goes ? 2 : 0) << held;
    EXPECT_THAT(changes.list, SizeIs(holds(filled) ? 2 : static_cast<std::size_t>(before))) << held;
  }
}

}  // namespace
}  // namespace byoc
