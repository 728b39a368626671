#include "reconcilers/cause.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reconcilers/diff.h"
#include "reconcilers/plan_json.h"
#include "tests/reconcilers/seen.h"

namespace byoc {
namespace {

Graph group_of(int min, int max, const Tags& tags = {}) {
  Desired node = desired("nodegroup", "nodegroup",
                         {{"clusterName", "demo"},
                          {"nodegroupName", "gpu"},
                          {"scalingConfig", {{"minSize", min}, {"maxSize", max}}}});
  node.tags = tags;
  Graph graph;
  graph.nodes = {node};
  return graph;
}

Snapshot seen_group(int min, int max) {
  Snapshot snapshot;
  snapshot.now = kNow;
  snapshot.observed = {seen("nodegroup", "nodegroup", "gpu",
                            {{"clusterName", "demo"},
                             {"nodegroupArn", "arn"},
                             {"scalingConfig", {{"minSize", min}, {"maxSize", max}}},
                             {"status", "ACTIVE"}})};
  return snapshot;
}

std::map<std::string, std::string> causes(const Plan& plan) {
  std::map<std::string, std::string> out;
  for (const Json& entry : plan_json(plan)) {
    for (const Json& change : entry.value("changes", Json::array())) {
      out[change.at("field").get<std::string>()] = change.value("cause", "");
    }
  }
  return out;
}

// F63: an edit of the manifest and a foreign hand are told apart, field by field.
TEST(Causes, WhatTheManifestSaidBeforeTellsThemApart) {
  const Graph now = group_of(2, 4);
  Plan plan = diff(owner(), now, seen_group(1, 9), {.dry_run = true});
  EXPECT_THAT(causes(plan), testing::Contains(testing::Pair("scalingConfig.minSize", "")))
      << "not known";
  mark_causes(plan, now, group_of(1, 4));
  EXPECT_EQ(causes(plan).at("scalingConfig.minSize"), "manifest");
  EXPECT_EQ(causes(plan).at("scalingConfig.maxSize"), "outside");
}

// F63
TEST(Causes, TagsCountOneByOne) {
  const Graph now = group_of(1, 4, {{"team", "b"}, {"cost", "1"}});
  Plan plan = diff(owner(), now, seen_group(1, 4), {.dry_run = true});
  mark_causes(plan, now, group_of(1, 4, {{"team", "a"}, {"cost", "1"}}));
  EXPECT_EQ(causes(plan).at("tag team"), "manifest");
  EXPECT_EQ(causes(plan).at("tag cost"), "outside");
}

// F63: what was wanted before and is gone was deleted by somebody.
TEST(Causes, CreationsAndRemovals) {
  const Graph now = group_of(1, 4);
  Snapshot nothing_there;
  nothing_there.now = kNow;
  Plan plan = diff(owner(), now, nothing_there, {.dry_run = true});
  mark_causes(plan, now, now);
  EXPECT_EQ(plan_json(plan).at(0).at("cause"), "outside");
  mark_causes(plan, now, {});
  EXPECT_EQ(plan_json(plan).at(0).at("cause"), "manifest");
  Plan removal = diff(owner(), {}, seen_group(1, 4), {.dry_run = true});
  mark_causes(removal, {}, now);
  EXPECT_EQ(plan_json(removal).at(0).at("cause"), "manifest");
}

}  // namespace
}  // namespace byoc
