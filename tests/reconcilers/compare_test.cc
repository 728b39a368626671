#include "reconcilers/compare.h"

#include <gtest/gtest.h>

#include "tests/reconcilers/seen.h"

namespace byoc {
namespace {

TEST(Holds, MembersThatAreNotDesiredAreFree) {
  EXPECT_TRUE(holds({{"a", 1}}, {{"a", 1}, {"b", 2}}));
  EXPECT_FALSE(holds({{"a", 1}, {"b", 2}}, {{"a", 1}}));
  EXPECT_TRUE(holds({{"a", {{"b", 1}}}}, {{"a", {{"b", 1}, {"c", 2}}}}));
}

TEST(Holds, ListsAreSets) {
  EXPECT_TRUE(holds(Json::array({"a", "b"}), Json::array({"b", "a"})));
  EXPECT_FALSE(holds(Json::array({"a", "b"}), Json::array({"a", "b", "c"})));
  EXPECT_FALSE(holds(Json::array({"a", "a"}), Json::array({"a", "b"})));
  EXPECT_TRUE(holds(Json::array({{{"k", 1}}, {{"k", 2}}}),
                    Json::array({{{"k", 2}, {"x", 0}}, {{"k", 1}, {"x", 0}}})));
  EXPECT_FALSE(holds(Json::array({"a"}), "a"));
}

TEST(Holds, NumbersAndTruthAsText) {
  EXPECT_TRUE(holds(443, "443"));
  EXPECT_TRUE(holds("443", 443));
  EXPECT_TRUE(holds(true, "true"));
  EXPECT_TRUE(holds(1, 1.0));
  EXPECT_FALSE(holds(443, "80"));
  EXPECT_FALSE(holds("a", Json::array({"a"})));
}

TEST(Holds, WhatIsEmptyOrFalseMayBeAbsent) {
  for (const Json& empty : {Json(""), Json::array(), Json::object(), Json(nullptr), Json(false)}) {
    EXPECT_TRUE(holds({{"a", empty}}, Json::object())) << empty;
  }
  EXPECT_FALSE(holds({{"a", true}}, Json::object()));
  EXPECT_FALSE(holds({{"a", 0}}, Json::object()));
  EXPECT_FALSE(holds(Json::array(), Json::array({1})));
}

Known nothing_known() {
  return {[](const Reference&) { return Json(); }, nothing};
}

// F20: a setting that nobody mentions any more goes back to what it is by itself.
TEST(CompareFields, WhatAnAnswerLeavesOutIsAsANewResourceHasIt) {
  const Row& row = find_row("nodegroup");
  const Desired plain = desired("nodegroup", "n", {{"updateConfig", {{"maxUnavailable", 1}}}});
  const Desired more = desired("nodegroup", "n", {{"updateConfig", {{"maxUnavailable", 2}}}});
  EXPECT_TRUE(compare_fields(row, plain, nothing_known(), seen("nodegroup", "n", "n")).empty());
  EXPECT_EQ(compare_fields(row, more, nothing_known(), seen("nodegroup", "n", "n")).size(), 1U);
  const Observed two = seen("nodegroup", "n", "n", more.params);
  EXPECT_EQ(compare_fields(row, plain, nothing_known(), two).size(), 1U);
}

TEST(CompareFields, NoLogsAreLessThanSome) {  // F20
  const Row& row = find_row("cluster");
  const Json some = {
      {"clusterLogging", Json::array({{{"types", Json::array({"api"})}, {"enabled", true}}})}};
  const Desired none = desired("cluster", "c", {{"logging", Json::object()}});
  EXPECT_EQ(
      compare_fields(row, none, nothing_known(), seen("cluster", "c", "c", {{"logging", some}}))
          .size(),
      1U);
  EXPECT_TRUE(compare_fields(row, none, nothing_known(), seen("cluster", "c", "c")).empty());
}

TEST(CompareFields, ATaintThatLosesItsValueDiffers) {  // F20
  const Row& row = find_row("nodegroup");
  const auto taint = [](Json fields) { return Json{{"taints", Json::array({std::move(fields)})}}; };
  const Desired bare = desired("nodegroup", "n", taint({{"key", "k"}, {"effect", "NO_SCHEDULE"}}));
  const Observed valued =
      seen("nodegroup", "n", "n", taint({{"key", "k"}, {"effect", "NO_SCHEDULE"}, {"value", "v"}}));
  const Observed empty =
      seen("nodegroup", "n", "n", taint({{"key", "k"}, {"effect", "NO_SCHEDULE"}, {"value", ""}}));
  EXPECT_EQ(compare_fields(row, bare, nothing_known(), valued).size(), 1U);
  EXPECT_TRUE(compare_fields(row, bare, nothing_known(), empty).empty());
}

TEST(SameDocument, ComparesByMeaning) {
  const std::string one = R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow",)"
                          R"("Action":["s3:GetObject","s3:PutObject"],"Resource":"*"}]})";
  const Json two = {{"Statement",
                     {{"Resource", Json::array({"*"})},
                      {"Action", Json::array({"s3:PutObject", "s3:GetObject"})},
                      {"Effect", "Allow"}}},
                    {"Version", "2012-10-17"}};
  EXPECT_TRUE(same_document(one, two));
  EXPECT_TRUE(same_document(one, two.dump(2)));
  Json three = two;
  three["Statement"]["Effect"] = "Deny";
  EXPECT_FALSE(same_document(one, three));
}

TEST(SameDocument, TextThatIsNoDocument) {
  EXPECT_TRUE(same_document("{", "{"));
  EXPECT_FALSE(same_document("{", "}"));
  EXPECT_FALSE(same_document(R"({"Version":"2012-10-17"})", nullptr));
}

std::vector<std::string> differing(const Desired& node, const Observed& observed) {
  std::vector<std::string> out;
  for (const Change& change : compare_fields(*observed.row, node, {nothing, nothing}, observed)) {
    out.push_back(change.field);
  }
  return out;
}

// G52
TEST(CompareFields, OnlyWhatIsDesiredIsCompared) {
  const Observed subnet = seen("subnet", "subnet/a", "subnet-1",
                               {{"CidrBlock", "10.0.0.0/20"}, {"AvailableIpAddressCount", 4091}});
  EXPECT_TRUE(
      differing(desired("subnet", "subnet/a", {{"CidrBlock", "10.0.0.0/20"}}), subnet).empty());
  EXPECT_EQ(differing(desired("subnet", "subnet/a", {{"CidrBlock", "10.0.16.0/20"}}), subnet),
            std::vector<std::string>{"CidrBlock"});
}

TEST(CompareFields, CreateOnlyAndIdentifyingFieldsAreNot) {
  const Observed policy = seen("policy", "policy/p", "arn:p", {{"PolicyDocument", "{}"}});
  EXPECT_TRUE(
      differing(desired("policy", "policy/p",
                        {{"Arn", "arn:q"}, {"Description", "other"}, {"PolicyDocument", "{}"}}),
                policy)
          .empty());
}

TEST(CompareFields, DocumentsByMeaningAndLabelsExactly) {
  const Observed role = seen("role", "role", "r", {{"AssumeRolePolicyDocument", R"({"a" : 1})"}});
  EXPECT_TRUE(differing(desired("role", "role", {{"AssumeRolePolicyDocument", R"({"a":1})"}}), role)
                  .empty());
  const Observed group = seen("nodegroup", "g", "g", {{"labels", {{"a", "1"}, {"b", "2"}}}});
  EXPECT_EQ(differing(desired("nodegroup", "g", {{"labels", {{"a", "1"}}}}), group),
            std::vector<std::string>{"labels"});
}

// X18
TEST(CompareFields, WhatSomebodyElseRunsIsFree) {
  Desired node = desired("nodegroup", "g",
                         {{"scalingConfig", {{"minSize", 0}, {"maxSize", 4}, {"desiredSize", 0}}}});
  const Observed group =
      seen("nodegroup", "g", "g",
           {{"scalingConfig", {{"minSize", 0}, {"maxSize", 4}, {"desiredSize", 3}}}});
  EXPECT_EQ(differing(node, group), std::vector<std::string>{"scalingConfig"});
  node.ignore = {"/scalingConfig/desiredSize"};
  EXPECT_TRUE(differing(node, group).empty());
  node.params["scalingConfig"]["maxSize"] = 8;
  EXPECT_EQ(differing(node, group), std::vector<std::string>{"scalingConfig"});
  const Change change = compare_fields(*group.row, node, {nothing, nothing}, group).at(0);
  EXPECT_EQ(change.from, Json({{"minSize", 0}, {"maxSize", 4}})) << "what is free is not shown";
  node.ignore = {"/scalingConfig"};
  EXPECT_TRUE(differing(node, group).empty());
}

TEST(CompareFields, WhatIsNotKnownYetIsNoDifference) {
  const Observed group = seen("nodegroup", "g", "g", {{"launchTemplate", {{"id", "lt-1"}}}});
  EXPECT_TRUE(
      differing(desired("nodegroup", "g",
                        {{"launchTemplate", {{"id", ref("launch-template", "LaunchTemplateId")}}}}),
                group)
          .empty());
}

// F10: what others have set stays, whatever it is called.
TEST(CompareTags, PutAndRemove) {
  const std::string ours = marks_text({mark_of("old"), mark_of("k8s.io/old")});
  const TagChanges changes =
      compare_tags({{"a", "1"}, {"b", "2"}, {"c", "3"}}, {{"a", "1"},
                                                          {"b", "other"},
                                                          {"old", "x"},
                                                          {"k8s.io/old", "x"},
                                                          {"of-others", "x"},
                                                          {std::string(kTagKeys), ours}});
  EXPECT_EQ(changes.put, (Tags{{"b", "2"}, {"c", "3"}}));
  EXPECT_EQ(changes.removed,
            (std::vector<std::string>{std::string(kTagKeys), "k8s.io/old", "old"}));
}

TEST(CompareTags, TagsOfOthersStay) {
  const TagChanges changes = compare_tags({}, {{"aws:autoscaling:groupName", "x"},
                                               {"kubernetes.io/cluster/demo", "owned"},
                                               {"k8s.io/role", "x"},
                                               {"CreatedBy", "auto-tagger"},
                                               {"byoc.dev/intent", "token"}});
  EXPECT_TRUE(changes.put.empty());
  EXPECT_TRUE(changes.removed.empty());
}

TEST(CompareTags, AWantedTagOfAForeignPrefixIsOurs) {
  const TagChanges changes = compare_tags({{"kubernetes.io/role/elb", "1"}}, {});
  EXPECT_EQ(changes.put, (Tags{{"kubernetes.io/role/elb", "1"}}));
}

}  // namespace
}  // namespace byoc
