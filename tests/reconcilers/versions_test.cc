// Launch templates of several versions, and what rides with the next one.
#include "reconcilers/versions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reconcilers/create.h"
#include "reconcilers/status.h"
#include "tests/reconcilers/kinds.h"
#include "tests/reconcilers/seen.h"

namespace byoc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Json template_data(const std::string& tokens, const std::string& team = "ml") {
  return {{"MetadataOptions", {{"HttpTokens", tokens}}},
          {"TagSpecifications",
           Json::array({{{"ResourceType", "instance"},
                         {"Tags", Json::array({{{"Key", "team"}, {"Value", team}}})}}})}};
}

// A template, and the node group that uses one of its versions.
class VersionsTest : public testing::Test {
 protected:
  Plan plan(const Json& wanted, bool dry = false) const {
    const Desired launch =
        desired("launch-template", "launch-template",
                {{"LaunchTemplateName", "demo"}, {"LaunchTemplateData", wanted}});
    Desired group = desired("nodegroup", "nodegroup",
                            {{"clusterName", "demo"},
                             {"nodegroupName", "gpu"},
                             {"launchTemplate",
                              {{"id", ref("launch-template", "LaunchTemplateId")},
                               {"version", ref("launch-template", "LatestVersion")}}}});
    if (!version_.empty()) group.params["version"] = version_;
    if (most_ > 0) group.params["scalingConfig"] = {{"minSize", 1}, {"maxSize", most_}};
    DiffOptions options;
    options.dry_run = dry;
    return diff(owner(), graph_of({launch, group}), snapshot(), options);
  }

  Snapshot snapshot() const {
    Json list = Json::array();
    for (std::size_t i = versions_.size(); i-- > 0;) {
      list.push_back({{"VersionNumber", i + 1}, {"LaunchTemplateData", versions_[i]}});
    }
    return snapshot_of({seen("launch-template", "launch-template", "lt-1",
                             {{"LaunchTemplateName", "demo"},
                              {"LatestVersion", std::to_string(versions_.size())},
                              {"LaunchTemplateVersions", list}}),
                        seen("nodegroup", "nodegroup", "gpu",
                             {{"clusterName", "demo"},
                              {"nodegroupName", "gpu"},
                              {"nodegroupArn", "arn"},
                              {"version", "1.30"},
                              {"launchTemplate", {{"id", "lt-1"}, {"version", used_}}},
                              {"status", "ACTIVE"}})});
  }

  std::vector<Json> versions_ = {template_data("required")};
  std::string used_ = "1";
  std::string version_;
  int most_ = 0;  // nodes; 0: the manifest does not say
};

// F14: a version that others make is no version of ours: the group stays where it is.
TEST_F(VersionsTest, OthersMakeVersionsAndNothingFollows) {
  Json foreign = template_data("required");
  foreign["UserData"] = "Zm9yZWlnbg==";
  versions_.push_back(foreign);
  versions_.push_back(template_data("optional"));
  EXPECT_THAT(steps(plan(template_data("required"))), IsEmpty());
}

// F14: a group that others moved to their version comes back, and no version is made for that.
TEST_F(VersionsTest, AGroupOnAForeignVersionComesBack) {
  Json foreign = template_data("required");
  foreign["UserData"] = "Zm9yZWlnbg==";
  versions_.push_back(foreign);
  used_ = "2";
  const Plan back = plan(template_data("required"));
  ASSERT_THAT(steps(back), ElementsAre("update nodegroup UpdateNodegroupVersion"));
  EXPECT_EQ(back.actions[0].params.at("launchTemplate"), Json({{"id", "lt-1"}, {"version", "1"}}));
  EXPECT_THAT(back.actions[0].why, HasSubstr("its nodes are replaced"));
}

TEST_F(VersionsTest, WhatStoodBeforeIsTakenAgain) {
  versions_.push_back(template_data("optional"));
  used_ = "2";
  const Plan back = plan(template_data("required"));
  ASSERT_THAT(steps(back), ElementsAre("update nodegroup UpdateNodegroupVersion"));
  EXPECT_EQ(back.actions[0].params.at("launchTemplate").at("version"), "1");
}

TEST_F(VersionsTest, OfEqualOnesTheNewestUnlessOneIsInUse) {
  versions_ = {template_data("required"), template_data("optional"), template_data("required")};
  used_ = "2";
  EXPECT_EQ(plan(template_data("required")).actions.at(0).params.at("launchTemplate").at("version"),
            "3");
  used_ = "1";
  EXPECT_THAT(steps(plan(template_data("required"))), IsEmpty());
}

TEST_F(VersionsTest, NoneAsDesiredMakesANewOne) {
  versions_.push_back(template_data("optional", "data"));
  const Plan anew = plan(template_data("none"));
  ASSERT_THAT(steps(anew),
              ElementsAre("update launch-template CreateLaunchTemplateVersion", "wait nodegroup"));
  EXPECT_THAT(anew.actions[1].why, HasSubstr("waits for the change of launch-template"));
  EXPECT_THAT(steps(plan(template_data("none"), /*dry=*/true)),
              ElementsAre("update launch-template CreateLaunchTemplateVersion",
                          "update nodegroup UpdateNodegroupVersion"));
}

// F15: tags alone are not worth new nodes; that they wait is said.
TEST_F(VersionsTest, TagsWaitForTheNextChange) {
  for (const bool dry : {false, true}) {
    const Plan waits = plan(template_data("required", "other"), dry);
    ASSERT_THAT(steps(waits), ElementsAre("keep launch-template"));
    EXPECT_EQ(waits.actions[0].reason, kWaitsForChange);
    EXPECT_FALSE(waits.actions[0].changes.empty());
    EXPECT_TRUE(is_empty(waits));
  }
}

// What waits for another change is not waited for by what refers to it.
TEST_F(VersionsTest, WhatWaitsHoldsUpNobody) {
  most_ = 4;
  const Plan resized = plan(template_data("required", "other"));
  ASSERT_THAT(steps(resized),
              ElementsAre("keep launch-template", "update nodegroup UpdateNodegroupConfig"));
  EXPECT_THAT(resized.actions[1].needs, IsEmpty());
}

// F15: also when an older version has these very tags: the one in use stays.
TEST_F(VersionsTest, TagsTakenBackRollNothing) {
  versions_ = {template_data("required"), template_data("required", "other")};
  used_ = "2";
  EXPECT_THAT(steps(plan(template_data("required"))), ElementsAre("keep launch-template"));
  used_ = "1";
  EXPECT_THAT(steps(plan(template_data("required"))), IsEmpty());
}

// F15: they go with a change of the template, and with a roll that has another reason.
TEST_F(VersionsTest, TagsRideWithWhatIsMadeAnyway) {
  EXPECT_EQ(plan(template_data("none", "other")).actions.at(0).params.at("LaunchTemplateData"),
            template_data("none", "other"));
  version_ = "1.31";
  EXPECT_THAT(steps(plan(template_data("required", "other"))),
              ElementsAre("update launch-template CreateLaunchTemplateVersion", "wait nodegroup"));
  const Plan dry = plan(template_data("required", "other"), /*dry=*/true);
  ASSERT_THAT(steps(dry), ElementsAre("update launch-template CreateLaunchTemplateVersion",
                                      "update nodegroup UpdateNodegroupVersion"));
  EXPECT_EQ(dry.actions[1].changes.size(), 2U) << "nodes are replaced once, for both";
}

// The version that was made for the roll is taken by it.
TEST_F(VersionsTest, WhatRidesIsMadeOnce) {
  versions_.push_back(template_data("required", "other"));
  version_ = "1.31";
  const Plan rolls = plan(template_data("required", "other"));
  ASSERT_THAT(steps(rolls), ElementsAre("update nodegroup UpdateNodegroupVersion"));
  EXPECT_EQ(rolls.actions[0].params.at("launchTemplate").at("version"), "2");
}

// F16: what cannot be lowered holds up nothing else, and nothing rides with it.
TEST_F(VersionsTest, AVersionThatCannotBeLoweredIsNoRoll) {
  version_ = "1.29";
  const Plan tags = plan(template_data("required", "other"));
  EXPECT_THAT(steps(tags), ElementsAre("keep launch-template", "blocked nodegroup"));
  EXPECT_THAT(tags.actions.at(1).why, HasSubstr("cannot be lowered to 1.29: write 1.30"));
  versions_.push_back(template_data("optional"));
  const Plan both = plan(template_data("optional"));
  EXPECT_THAT(steps(both),
              ElementsAre("blocked nodegroup", "update nodegroup UpdateNodegroupVersion"));
  EXPECT_FALSE(both.actions.back().params.contains("version"));
}

TEST_F(VersionsTest, AVersionAndATemplateAreOneCall) {
  versions_.push_back(template_data("optional"));
  version_ = "1.31";
  const Plan both = plan(template_data("optional"));
  ASSERT_THAT(steps(both), ElementsAre("update nodegroup UpdateNodegroupVersion"));
  EXPECT_EQ(both.actions[0].params, Json({{"clusterName", "demo"},
                                          {"nodegroupName", "gpu"},
                                          {"launchTemplate", {{"id", "lt-1"}, {"version", "2"}}},
                                          {"version", "1.31"}}));
  version_ = "1.30";
  EXPECT_FALSE(plan(template_data("optional")).actions.at(0).params.contains("version"));
}

// F15: the status of an object that is as it should be says what waits.
TEST_F(VersionsTest, TheStatusSaysWhatWaits) {
  Object object = object_of("NodeGroup", {{"clusterRef", {{"name", "demo"}}}}, "gpu");
  const Plan waits = plan(template_data("required", "other"));
  const Snapshot now = snapshot();
  PassReport pass;
  pass.snapshot = &now;
  pass.plan = &waits;
  pass.converged = true;
  report(object, pass, kNow);
  EXPECT_THAT(object.status.dump(), HasSubstr("wait for the next change that replaces the nodes"));
}

}  // namespace
}  // namespace byoc
