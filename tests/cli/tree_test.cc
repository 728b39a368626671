#include "cli/tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/text.h"
#include "tests/cli/now.h"

namespace byoc {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;

TreeItem item_of(const std::string& key, TreeVerb verb, TreeState state) {
  TreeItem item;
  item.object = "Cluster/demo";
  item.key = key;
  item.verb = verb;
  item.state = state;
  return item;
}

TreeModel demo_model() {
  TreeModel model;
  model.objects = {{"Cluster/demo", "Pending", ""},
                   {"NodeGroup/cpu", "", "waiting for Cluster/demo"}};
  model.started = kNow - seconds(72);
  TreeItem vpc = item_of("vpc", TreeVerb::create, TreeState::done);
  vpc.id = "vpc-0a";
  vpc.started = kNow - seconds(70);
  vpc.finished = vpc.started + Duration(300);
  TreeItem cluster = item_of("cluster", TreeVerb::create, TreeState::running);
  cluster.started = kNow - seconds(60);
  cluster.detail = "CREATING";
  TreeItem nodes = item_of("nodegroup/mgmt", TreeVerb::create, TreeState::waiting);
  nodes.detail = "waiting for cluster";
  TreeItem old_nat = item_of("nat/b", TreeVerb::remove, TreeState::running);
  old_nat.id = "nat-0b";
  TreeItem policy = item_of("policy", TreeVerb::update, TreeState::failed);
  policy.detail = "denied: not\nallowed";
  const TreeItem bucket = item_of("bucket", TreeVerb::keep, TreeState::done);
  model.items = {vpc, cluster, nodes, old_nat, policy, bucket};
  return model;
}

// B34
TEST(RenderTree, ShowsEveryState) {
  EXPECT_THAT(render_tree(demo_model(), 0, 0, false, true, kNow),
              ElementsAre("Cluster/demo  Pending",  //
                          "├─ ✓ vpc             created  vpc-0a  0.3s",
                          "├─ ● cluster         creating  01m00s  CREATING",
                          "├─ ○ nodegroup/mgmt  to create  waiting for cluster",
                          "├─ ⊖ nat/b           deleting  nat-0b",
                          "├─ ✗ policy          update failed  denied: not allowed",
                          "└─ ◆ bucket          kept",  //
                          "NodeGroup/cpu  waiting for Cluster/demo",
                          "2 of 6 done, 2 running, 1 waiting, 1 failed  01m12s"));
}

TEST(RenderTree, AsciiForPlainTerminals) {
  EXPECT_THAT(render_tree(demo_model(), 30, 0, false, false, kNow),
              ElementsAre("Cluster/demo  Pending",           //
                          "|- + vpc             create...",  //
                          "|- * cluster         creati...",  //
                          "|- . nodegroup/mgmt  to cre...",  //
                          "|- - nat/b           deleti...",  //
                          "|- x policy          update...",  //
                          "`- = bucket          kept",       //
                          "NodeGroup/cpu  waiting for ...",  //
                          "2 of 6 done, 2 running, 1 w..."));
}

TEST(RenderTree, Colours) {
  TreeModel model;
  model.items = {item_of("vpc", TreeVerb::create, TreeState::failed)};
  EXPECT_THAT(render_tree(model, 0, 0, true, false, kNow),
              ElementsAre("\x1b[1mCluster/demo\x1b[0m", "`- \x1b[31mx vpc  create failed\x1b[0m",
                          "\x1b[1m0 of 1 done, 1 failed\x1b[0m"));
}

TEST(RenderTree, FoldsFinishedObjectsFirst) {
  TreeModel model;
  model.items = {item_of("a", TreeVerb::create, TreeState::done),
                 item_of("b", TreeVerb::create, TreeState::done),
                 item_of("c", TreeVerb::create, TreeState::running)};
  model.items[2].object = "Cluster/other";
  EXPECT_THAT(render_tree(model, 0, 5, false, false, kNow),
              ElementsAre("Cluster/demo  + 2 done", "Cluster/other", "`- * c  creating",
                          "2 of 3 done, 1 running"));
}

TEST(RenderTree, FoldsWhatWaitsLast) {
  TreeModel model;
  for (const char* key : {"a", "b", "c"}) {
    model.items.push_back(item_of(key, TreeVerb::create, TreeState::done));
  }
  model.items.push_back(item_of("d", TreeVerb::create, TreeState::running));
  for (const char* key : {"e", "f", "g"}) {
    model.items.push_back(item_of(key, TreeVerb::create, TreeState::waiting));
  }
  EXPECT_THAT(render_tree(model, 0, 6, false, false, kNow),
              ElementsAre("Cluster/demo", "|- + 3 done", "|- * d  creating", "`- . 3 waiting",
                          "3 of 7 done, 1 running, 3 waiting"));
  EXPECT_THAT(
      render_tree(model, 0, 7, false, false, kNow),
      ElementsAre("Cluster/demo", "|- + 3 done", "|- * d  creating", "|- . e  to create",
                  "|- . f  to create", "`- . g  to create", "3 of 7 done, 1 running, 3 waiting"));
}

TEST(RenderTree, NeverExceedsTheScreen) {
  TreeModel model;
  for (int i = 0; i < 30; ++i) {
    model.items.push_back(
        item_of("resource/" + std::to_string(i), TreeVerb::create, TreeState::failed));
  }
  EXPECT_THAT(render_tree(model, 20, 4, false, false, kNow),
              ElementsAre("Cluster/demo", "|- x resource/0  ...", "... 29 more lines",
                          "0 of 30 done, 30 ..."));
  for (int height = 1; height < 40; ++height) {
    for (const int width : {1, 2, 3, 7, 40}) {
      const auto lines = render_tree(model, width, height, true, height % 2 == 0, kNow);
      ASSERT_LE(static_cast<int>(lines.size()), height);
      for (const std::string& line : lines) ASSERT_LE(display_width(line), width) << line;
    }
  }
}

TEST(RenderTree, AnEmptyModelHasASummary) {
  EXPECT_THAT(render_tree({}, 80, 24, false, true, kNow), ElementsAre("0 of 0 done"));
}

// L57
TEST(FormatElapsed, AlwaysMinutesAndSeconds) {
  EXPECT_EQ(format_elapsed(seconds(0)), "00m00s");
  EXPECT_EQ(format_elapsed(seconds(60)), "01m00s");
  EXPECT_EQ(format_elapsed(minutes(61) + seconds(5)), "1h01m05s");
  EXPECT_EQ(format_elapsed(seconds(-5)), "00m00s");
}

TEST(FormatTook, TenthsBelowAMinute) {
  EXPECT_EQ(format_took(Duration(0)), "0.0s");
  EXPECT_EQ(format_took(Duration(349)), "0.3s");
  EXPECT_EQ(format_took(Duration(59'940)), "59.9s");
  EXPECT_EQ(format_took(minutes(10)), "10m00s");
}

}  // namespace
}  // namespace byoc
