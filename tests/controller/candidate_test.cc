#include "controller/candidate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/request.h"
#include "tests/controller/source_fixture.h"

namespace byoc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

Manifest manifest_of(const std::string& text) {
  return load_text(text, "a.yaml").manifests.at(0);
}

Object stored_cluster() {
  Object object = candidate_for(manifest_of(cluster_text("a")), nullptr, {}).object;
  object.metadata.uid = "uid";
  object.metadata.resource_version = "7";
  object.metadata.finalizers.emplace_back("another");
  object.status["phase"] = "Running";
  return object;
}

TEST(Candidate, AFreshOneHasTheFinalizerAndNoUid) {
  const Candidate fresh = candidate_for(manifest_of(cluster_text("a")), nullptr, {});
  EXPECT_TRUE(fresh.fresh && fresh.changed && fresh.moved);
  EXPECT_THAT(fresh.object.metadata.finalizers, ElementsAre(kFinalizer));
  EXPECT_EQ(fresh.object.metadata.uid, "");
  EXPECT_TRUE(fresh.object.metadata.annotations.empty());
}

TEST(Candidate, KeepsWhatTheStoreKnows) {
  const Object stored = stored_cluster();
  const Manifest changed = manifest_of(cluster_text("a", "  labels: {x: y}\n"));
  const Candidate candidate = candidate_for(changed, &stored, {});
  EXPECT_TRUE(candidate.changed);
  EXPECT_FALSE(candidate.fresh || candidate.moved);
  EXPECT_EQ(candidate.object.metadata.uid, "uid");
  EXPECT_EQ(candidate.object.metadata.resource_version, "7");
  EXPECT_THAT(candidate.object.metadata.finalizers, ElementsAre(kFinalizer, "another"));
  EXPECT_THAT(candidate.object.metadata.labels, ElementsAre(Pair("x", "y")));
  EXPECT_EQ(candidate.object.status, stored.status);
}

TEST(Candidate, EqualOnesAreNeitherChangedNorMoved) {
  const Object stored = stored_cluster();
  const Candidate same = candidate_for(manifest_of(cluster_text("a")), &stored, {});
  EXPECT_FALSE(same.fresh || same.changed || same.moved);
}

TEST(Candidate, WhatByocctlAppliesBelongsToNoDirectory) {
  const Manifest manifest = manifest_of(cluster_text("a"));
  Object stored = candidate_for(manifest, nullptr, {"a.yaml", kCommit}).object;
  EXPECT_EQ(source_file(stored), "a.yaml");
  set_condition(stored, {std::string(kSourceCondition), "False", "FileInvalid", "why"}, kNow);
  const Candidate taken = candidate_for(manifest, &stored, {});
  EXPECT_TRUE(taken.moved);
  EXPECT_FALSE(taken.changed);
  EXPECT_EQ(source_file(taken.object), "");
}

using Annotations = std::map<std::string, std::string>;

Annotations annotations_after(const std::string& manifest, const Object& stored) {
  const std::string lines = manifest.empty() ? "" : "  annotations: " + manifest + "\n";
  return own_annotations(
      candidate_for(manifest_of(cluster_text("a", lines)), &stored, {}).object.metadata);
}

// As kubectl's apply: what the manifest never said stays.
TEST(Candidate, AManifestTakesAwayWhatAnEarlierOneSaid) {
  Object stored =
      candidate_for(manifest_of(cluster_text("a", "  annotations: {x: y, z: a}\n")), nullptr, {})
          .object;
  stored.metadata.annotations[std::string(kPausedAnnotation)] = "true";
  const Annotations::value_type paused{kPausedAnnotation, "true"};
  EXPECT_THAT(annotations_after("{x: other}", stored),
              testing::UnorderedElementsAre(paused, Pair("x", "other")));
  EXPECT_THAT(annotations_after("", stored), ElementsAre(paused));
  stored =
      candidate_for(manifest_of(cluster_text("a", "  annotations: {byoc.dev/paused: \"true\"}\n")),
                    &stored, {})
          .object;
  EXPECT_THAT(annotations_after("", stored), testing::IsEmpty()) << "the manifest said it, too";
  stored.metadata.annotations[std::string(kAppliedAnnotation)] = "no list";
  EXPECT_THAT(annotations_after("", stored), ElementsAre(paused));
}

TEST(Candidate, WhoseAnnotationItIsIsWrittenDownOnce) {
  Object stored = stored_cluster();
  stored.metadata.annotations["x"] = "y";  // by kubectl annotate
  const Manifest manifest = manifest_of(cluster_text("a", "  annotations: {x: y}\n"));
  const Candidate candidate = candidate_for(manifest, &stored, {});
  EXPECT_FALSE(candidate.changed);
  EXPECT_TRUE(candidate.moved);
  const Candidate again = candidate_for(manifest, &candidate.object, {});
  EXPECT_FALSE(again.changed || again.moved);
}

TEST(Candidate, ACopyOfAPrintedObjectAsksForNothing) {
  Object stored = stored_cluster();
  const std::string name(kReconcileAnnotation);
  const std::string copy = "{" + name + ": before}";
  EXPECT_THAT(annotations_after(copy, stored), testing::IsEmpty());
  stored.metadata.annotations[name] = "now";
  EXPECT_THAT(annotations_after(copy, stored), ElementsAre(Pair(name, "now")));
}

// L31
TEST(Candidate, OnlyAClustersNameStaysTaken) {
  const std::vector<Tombstone> tombstones = {{{"Cluster", "default", "a"}, "uid", kNow},
                                             {{"Role", "default", "a"}, "uid", kNow}};
  const auto named = [](const std::string& text, const Object* stored) {
    return candidate_for(manifest_of(text), stored, {});
  };
  const Status taken = check_name(named(cluster_text("a"), nullptr), tombstones);
  EXPECT_EQ(taken.code, Code::invalid);
  EXPECT_THAT(taken.message,
              HasSubstr("NameReused: Cluster/a was deleted on 2027-01-15T08:00:00Z"));
  const Object stored = stored_cluster();
  EXPECT_TRUE(check_name(named(cluster_text("a"), &stored), tombstones).ok());
  EXPECT_TRUE(check_name(named(cluster_text("b"), nullptr), tombstones).ok());
  EXPECT_TRUE(check_name(named("kind: Role\nmetadata: {name: a}\n", nullptr), tombstones).ok());
  const std::string allowed =
      cluster_text("a", "  annotations: {byoc.dev/allow-name-reuse: \"true\"}\n");
  EXPECT_TRUE(check_name(named(allowed, nullptr), tombstones).ok());
}

}  // namespace
}  // namespace byoc
