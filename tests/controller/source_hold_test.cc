#include "controller/source_hold.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/controller/source_fixture.h"

namespace byoc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string group_text(const std::string& name, const std::string& cluster_name) {
  return "apiVersion: byoc.dev/v1alpha1\nkind: NodeGroup\nmetadata:\n  name: " + name +
         "\nspec:\n  instanceTypes: [m6i.large]\n  clusterRef: {name: " + cluster_name + "}\n";
}

const std::string kProtected = "spec: {deletionProtection: true}\n";

// Others, that no threshold stops the deletions of.
FileTexts with_others(FileTexts files) {
  for (auto& [path, text] : cluster_files(20)) files.emplace(path, text);
  return files;
}

TEST(SourceHold, AProtectedObjectAndWhatVanishedWithItStay) {  // F19
  const Stored stored = stored_of(with_others({{"a.yaml", cluster_text("a", kProtected)},
                                               {"g.yaml", group_text("g", "a")},
                                               {"z.yaml", cluster_text("z")}}));
  const SourceChanges changes = compare(scan_of(with_others({})), stored);
  EXPECT_THAT(shown(changes),
              ElementsAre("frozen Cluster/a DeletionProtected", "remove Cluster/z FileGone",
                          "frozen NodeGroup/g DeletionProtected"));
  EXPECT_THAT(changes.list[0].message, HasSubstr("set that to false"));
}

TEST(SourceHold, ANodeGroupOfAProtectedClusterGoesAlone) {  // F19
  const FileTexts kept = with_others({{"a.yaml", cluster_text("a", kProtected)}});
  FileTexts files = kept;
  files["g.yaml"] = group_text("g", "a");
  EXPECT_THAT(shown(compare(scan_of(kept), stored_of(files))),
              ElementsAre("remove NodeGroup/g FileGone"));
}

TEST(SourceHold, WhatStaysHoldsWhatItUses) {  // F19
  const FileTexts kept = with_others({{"g.yaml", group_text("g", "a")}});
  FileTexts files = kept;
  files["a.yaml"] = cluster_text("a");
  const SourceChanges changes = compare(scan_of(kept), stored_of(files));
  EXPECT_THAT(shown(changes), ElementsAre("frozen Cluster/a StillUsed"));
  EXPECT_THAT(changes.list[0].message, HasSubstr("NodeGroup/g, which stands in g.yaml"));
  Stored ending = stored_of(files);
  object_in(ending, "g").metadata.deleted = kNow;
  EXPECT_THAT(shown(compare(scan_of(with_others({})), ending)),
              ElementsAre("remove Cluster/a FileGone"));
}

TEST(SourceHold, ACascadeTakesWhatNoFileNames) {  // L63
  const FileTexts kept = with_others({});
  FileTexts files = kept;
  files["a.yaml"] = cluster_text("a", "spec: {deletionPolicy: {cascade: true}}\n");
  files["g.yaml"] = group_text("g", "a");
  Stored stored = stored_of(files);
  object_in(stored, "g").metadata.annotations.clear();
  EXPECT_THAT(shown(compare(scan_of(kept), stored)),
              ElementsAre("remove Cluster/a FileGone", "remove NodeGroup/g FileGone"));
  object_in(stored, "g").spec["deletionProtection"] = true;
  EXPECT_THAT(
      shown(compare(scan_of(kept), stored)),
      ElementsAre("frozen Cluster/a DeletionProtected", "frozen NodeGroup/g DeletionProtected"));
}

TEST(SourceHold, AFileLiftsTheProtectionOfADeletingObject) {  // V63
  const FileTexts files = with_others({{"a.yaml", cluster_text("a", kProtected)}});
  Stored stored = stored_of(files);
  object_in(stored, "a").metadata.deleted = kNow;
  EXPECT_THAT(shown(compare(scan_of(files), stored)), ElementsAre("later Cluster/a Deleting"));
  const FileTexts lifted = with_others({{"a.yaml", cluster_text("a")}});
  EXPECT_THAT(shown(compare(scan_of(lifted), stored)), ElementsAre("put Cluster/a Changed"));
}

}  // namespace
}  // namespace byoc
