#include "reconcilers/look.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/reconcilers/seen.h"

namespace byoc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// One look at a small world: what it asks is written down, what is known is answered.
class LookTest : public testing::Test {
 protected:
  void answer(const char* service, const char* operation, Json params, Json body) {
    answers_[make_query(service, operation, std::move(params), false).name] = LookAnswer({}, body);
  }
  void refuse(const char* service, const char* operation, Json params, Code code) {
    answers_[make_query(service, operation, std::move(params), false).name] =
        LookAnswer(error(code, "no"), {});
  }
  LookResult look_at(std::vector<std::string_view> types) {
    const Owner whose = owner();
    return look({whose, graph_, intents_, types, deleting_, retain_}, answers_);
  }
  static std::vector<std::string> asked(const LookResult& result) {
    std::vector<std::string> out;
    for (const Query& query : result.open) out.push_back(query.operation + query.params.dump());
    return out;
  }
  static std::vector<std::string> found(const LookResult& result) {
    std::vector<std::string> out;
    for (const Observed& observed : result.observed) {
      out.push_back(std::string(observed.row->type) + " " + observed.id);
    }
    return out;
  }
  static Json tags_of(const std::string& key) { return tag_list(wanted_tags(owner(), key, {})); }

  Graph graph_;
  std::map<std::string, Intent> intents_;
  bool deleting_ = false;
  std::set<std::string> retain_;
  Answers answers_;
};

const Json kOursFilter = {
    {"Filters",
     Json::array({{{"Name", "tag-key"}, {"Values", Json::array({"byoc.dev/owner-uid"})}}})}};

TEST_F(LookTest, BulkLooksOfSeveralTypesAreOneQuestion) {
  const LookResult result = look_at({"route-table", "route", "route-table-association"});
  EXPECT_THAT(asked(result), ElementsAre("DescribeRouteTables" + kOursFilter.dump()));
}

TEST_F(LookTest, BulkLooksKeepWhatIsOurs) {
  answer("ec2", "DescribeSubnets", kOursFilter,
         {{"Subnets",
           Json::array(
               {{{"SubnetId", "subnet-1"}, {"State", "available"}, {"Tags", tags_of("subnet/a")}},
                {{"SubnetId", "subnet-2"},
                 {"State", "available"},
                 {"Tags", tag_list({{"byoc.dev/owner-uid", "another"}})}}})}});
  const LookResult result = look_at({"subnet"});
  EXPECT_THAT(found(result), ElementsAre("subnet subnet-1"));
  EXPECT_EQ(result.observed[0].key, "subnet/a");
  EXPECT_FALSE(result.observed[0].foreign);
  EXPECT_THAT(result.open, IsEmpty());
}

// F2: asked for what carries our tag, an answer that shows something without it proves no absence.
TEST_F(LookTest, AnItemWithoutTheTagsThatWereAskedForProvesNothing) {
  const Json uid = tag_list({{"byoc.dev/owner-uid", "another"}})[0];
  for (const Json& tags : {Json(), Json::array(), tag_list({{"team", "ml"}}), Json("text"),
                           Json::array({uid, {{"Key", "byoc.dev/key"}}}),
                           Json::array({uid, {{"Value", "subnet/a"}}})}) {
    answer("ec2", "DescribeSubnets", kOursFilter,
           {{"Subnets", Json::array({{{"SubnetId", "subnet-1"}, {"Tags", tags}}})}});
    const LookResult result = look_at({"subnet"});
    ASSERT_TRUE(result.error) << tags;
    EXPECT_EQ(result.error->code, Code::unavailable);
    EXPECT_THAT(result.error->message, HasSubstr("shows a subnet without the tags"));
  }
}

TEST_F(LookTest, BulkAnswersThatWillChangeAreSaid) {
  const auto answer_with = [&](const char* state) {
    answer("ec2", "DescribeSubnets", kOursFilter,
           {{"Subnets",
             Json::array(
                 {{{"SubnetId", "subnet-1"}, {"State", state}, {"Tags", tags_of("subnet/a")}}})}});
  };
  answer_with("pending");
  EXPECT_EQ(look_at({"subnet"}).unsettled.size(), 1U);
  answer_with("available");
  EXPECT_THAT(look_at({"subnet"}).unsettled, IsEmpty());
  intents_["subnet/b"] = promise("subnet", "subnet/b", Intent::State::made, "subnet-2");
  EXPECT_EQ(look_at({"subnet"}).unsettled.size(), 1U) << "promised, and not shown yet";
}

TEST_F(LookTest, PartsTakeOwnerAndParentFromTheirItem) {
  answer(
      "ec2", "DescribeRouteTables", kOursFilter,
      {{"RouteTables",
        Json::array(
            {{{"RouteTableId", "rtb-1"},
              {"VpcId", "vpc-1"},
              {"Tags", tags_of("route-table/a")},
              {"Routes",
               Json::array({{{"DestinationCidrBlock", "10.0.0.0/16"}, {"GatewayId", "local"}},
                            {{"DestinationCidrBlock", "0.0.0.0/0"}, {"NatGatewayId", "nat-1"}}})},
              {"Associations", Json::array({{{"Main", true}},
                                            {{"SubnetId", "subnet-1"},
                                             {"RouteTableAssociationId", "as-1"}}})}}})}});
  const LookResult result = look_at({"route-table", "route", "route-table-association"});
  EXPECT_THAT(found(result), UnorderedElementsAre("route-table rtb-1", "route rtb-1|0.0.0.0/0",
                                                  "route-table-association as-1"));
  for (const Observed& observed : result.observed) {
    if (!observed.row->parent.empty()) {
      EXPECT_EQ(observed.parent_id, "rtb-1");
    }
    EXPECT_EQ(observed.owner_uid, owner().uid);
  }
}

TEST_F(LookTest, NamedLooksAskForWhatIsDesiredAndWhatWasPromised) {
  graph_ = graph_of({desired("role", "role", {{"RoleName", "demo"}})});
  Intent old = promise("role", "role/old", Intent::State::made, "demo-old");
  old.made = {{"RoleName", "demo-old"}};
  intents_["role/old"] = old;
  EXPECT_THAT(asked(look_at({"role"})), UnorderedElementsAre(R"(GetRole{"RoleName":"demo"})",
                                                             R"(GetRole{"RoleName":"demo-old"})"));
}

const char* const kDemoRole = R"({"RoleName":"demo"})";

Json role_demo(Tags more = {}) {
  Tags tags = wanted_tags(owner(), "role", {});
  tags.merge(more);
  return {{"Role",
           {{"RoleName", "demo"},
            {"Arn", "arn:aws:iam::111122223333:role/demo"},
            {"Tags", tag_list(tags)}}}};
}

const std::vector<std::string_view> kRoleTypes = {"role", "role-policy", "role-inline-policy",
                                                  "instance-profile-role"};

// F34: whatever else the account has.
TEST_F(LookTest, WhatARoleHoldsIsAskedByItsName) {
  graph_ = graph_of({desired("role", "role", {{"RoleName", "demo"}}),
                     desired("role-inline-policy", "inline-policy/own",
                             {{"RoleName", ref("role", "RoleName")},
                              {"PolicyName", "own"},
                              {"PolicyDocument", "{}"}})});
  EXPECT_THAT(asked(look_at(kRoleTypes)), ElementsAre(std::string("GetRole") + kDemoRole));
  answer("iam", "GetRole", {{"RoleName", "demo"}}, role_demo());
  EXPECT_THAT(asked(look_at(kRoleTypes)), ElementsAre(std::string("ListRolePolicies") + kDemoRole));
  answer("iam", "ListRolePolicies", {{"RoleName", "demo"}}, {{"PolicyNames", {"own"}}});
  EXPECT_THAT(asked(look_at(kRoleTypes)),
              ElementsAre(R"(GetRolePolicy{"PolicyName":"own","RoleName":"demo"})"));
  answer("iam", "GetRolePolicy", {{"PolicyName", "own"}, {"RoleName", "demo"}},
         {{"RoleName", "demo"}, {"PolicyName", "own"}, {"PolicyDocument", "{}"}});
  const LookResult result = look_at(kRoleTypes);
  EXPECT_THAT(result.open, IsEmpty());
  EXPECT_THAT(found(result), ElementsAre("role demo", "role-inline-policy demo|own"));
  EXPECT_EQ(result.observed[1].fields["PolicyDocument"], "{}");
  EXPECT_EQ(result.observed[1].owner_uid, owner().uid);
  EXPECT_THAT(result.unsettled, IsEmpty());
}

// F34
TEST_F(LookTest, PartsAreAskedAboutWhereTheyCouldMatter) {
  graph_ = graph_of({desired("role", "role", {{"RoleName", "demo"}})});
  answer("iam", "GetRole", {{"RoleName", "demo"}}, role_demo());
  const auto all = UnorderedElementsAre(std::string("ListAttachedRolePolicies") + kDemoRole,
                                        std::string("ListRolePolicies") + kDemoRole,
                                        std::string("ListInstanceProfilesForRole") + kDemoRole);
  EXPECT_THAT(asked(look_at(kRoleTypes)), IsEmpty()) << "nothing was set, nothing is to be";
  deleting_ = true;
  EXPECT_THAT(asked(look_at(kRoleTypes)), all);
  deleting_ = false;
  graph_.nodes[0].exclusive = true;
  EXPECT_THAT(asked(look_at(kRoleTypes)), all);
  graph_.nodes[0].exclusive = false;
  const Json mark = {{"RoleName", "demo"}, {"PolicyName", "former"}};
  answer("iam", "GetRole", {{"RoleName", "demo"}},
         role_demo({{std::string(kTagParts), part_mark(find_row("role-inline-policy"), mark)}}));
  EXPECT_THAT(asked(look_at(kRoleTypes)), all) << "set once, and not desired any more";
  intents_["instance-profile"] =
      promise("instance-profile", "instance-profile", Intent::State::made, "demo");
  answer("iam", "GetRole", {{"RoleName", "demo"}}, role_demo());
  EXPECT_THAT(asked(look_at(kRoleTypes)),
              ElementsAre(std::string("ListInstanceProfilesForRole") + kDemoRole));
}

// F34: reads lag behind what was made, and memory must not keep that.
TEST_F(LookTest, PartsThatAreNotShownYetAreAskedAboutAgain) {
  graph_ = graph_of({desired("role", "role", {{"RoleName", "demo"}})});
  answer("iam", "GetRole", {{"RoleName", "demo"}}, role_demo());
  answer("iam", "ListRolePolicies", {{"RoleName", "demo"}}, {{"PolicyNames", Json::array()}});
  Intent made = promise("role-inline-policy", "inline-policy/own", Intent::State::made);
  made.made = {{"RoleName", "other"}, {"PolicyName", "own"}};
  intents_["inline-policy/own"] = made;
  EXPECT_THAT(look_at(kRoleTypes).unsettled, IsEmpty()) << "of another role";
  intents_["inline-policy/own"].made["RoleName"] = "demo";
  EXPECT_EQ(look_at(kRoleTypes).unsettled.size(), 1U);
}

TEST_F(LookTest, APromiseAddsItsTypeToTheLook) {
  Intent left = promise("bucket", "bucket", Intent::State::made, "demo");
  left.made = {{"Bucket", "demo"}};
  intents_["bucket"] = left;
  EXPECT_THAT(asked(look_at({})), ElementsAre(R"(HeadBucket{"Bucket":"demo"})"));
}

TEST_F(LookTest, APictureIsAsOldAsTheQuestion) {
  answer("ec2", "DescribeSubnets", kOursFilter, {{"Subnets", Json::array()}});
  answer("ec2", "DescribeRouteTables", kOursFilter, {{"RouteTables", Json::array()}});
  const Time first{std::chrono::seconds(1'800'000'000)};
  const Time second = first + std::chrono::seconds(9);
  for (auto& [name, one] : answers_) {
    one.asked = name.find("Subnets") == std::string::npos ? first : second;
  }
  Snapshot snapshot;
  snapshot.now = second;
  snapshot.asked = look_at({"subnet", "route-table"}).asked;
  EXPECT_EQ(snapshot.as_of("route-table"), first);
  EXPECT_EQ(snapshot.as_of("subnet"), second);
  EXPECT_EQ(snapshot.as_of("vpc"), second) << "of what was not asked about, what is known now";
}

TEST_F(LookTest, NotFoundIsAbsenceAndWorthAskingAgain) {
  graph_ = graph_of({desired("role", "role", {{"RoleName", "demo"}})});
  refuse("iam", "GetRole", {{"RoleName", "demo"}}, Code::not_found);
  const LookResult result = look_at({"role"});
  EXPECT_THAT(result.observed, IsEmpty());
  EXPECT_THAT(result.open, IsEmpty());
  EXPECT_FALSE(result.error);
  EXPECT_EQ(result.unsettled.size(), 1U);
}

TEST_F(LookTest, AFailedReadSpoilsThePicture) {
  graph_ = graph_of({desired("role", "role", {{"RoleName", "demo"}})});
  refuse("iam", "GetRole", {{"RoleName", "demo"}}, Code::denied);
  const LookResult result = look_at({"role"});
  ASSERT_TRUE(result.error);
  EXPECT_EQ(result.error->code, Code::denied);
}

TEST_F(LookTest, WhatTheEndpointLacksIsSaid) {
  graph_ = graph_of({desired("addon", "addon/a", {{"clusterName", "demo"}, {"addonName", "a"}})});
  refuse("eks", "DescribeAddon", {{"clusterName", "demo"}, {"addonName", "a"}}, Code::unsupported);
  const LookResult result = look_at({"addon"});
  EXPECT_FALSE(result.error);
  EXPECT_THAT(result.unsupported, ElementsAre(testing::Pair("addon", "DescribeAddon")));
}

TEST_F(LookTest, ANamedThingOfSomebodyElseIsForeign) {
  graph_ = graph_of({desired("role", "role", {{"RoleName", "demo"}})});
  answer("iam", "GetRole", {{"RoleName", "demo"}},
         {{"Role", {{"RoleName", "demo"}, {"Arn", "arn:aws:iam::1:role/demo"}}}});
  const LookResult result = look_at({"role"});
  ASSERT_EQ(result.observed.size(), 1U);
  EXPECT_TRUE(result.observed[0].foreign);
  EXPECT_EQ(result.observed[0].key, "role");
}

TEST_F(LookTest, ARoleWhoseArnIsNotKnownYetIsPending) {
  graph_ = graph_of({desired("role", "role", {{"RoleName", "demo"}})});
  answer("iam", "GetRole", {{"RoleName", "demo"}},
         {{"Role", {{"RoleName", "demo"}, {"Arn", "AROAEXAMPLE"}, {"Tags", tags_of("role")}}}});
  const LookResult result = look_at({"role"});
  EXPECT_EQ(result.observed.at(0).life, Life::pending);
  EXPECT_FALSE(result.observed[0].fields.contains("Arn"));
  EXPECT_EQ(result.unsettled.size(), 1U);
}

TEST_F(LookTest, APrefixFindsOnlyTheNameItself) {
  graph_ = graph_of({desired("log-group", "log-group", {{"logGroupName", "/aws/eks/demo"}})});
  answer("logs", "DescribeLogGroups", {{"logGroupNamePrefix", "/aws/eks/demo"}},
         {{"logGroups", Json::array({{{"logGroupName", "/aws/eks/demo"}, {"arn", "arn:l:*"}},
                                     {{"logGroupName", "/aws/eks/demo2"}, {"arn", "arn:m:*"}}})}});
  answer("logs", "ListTagsForResource", {{"resourceArn", "arn:l"}},
         {{"tags", wanted_tags(owner(), "log-group", {})}});
  const LookResult result = look_at({"log-group"});
  EXPECT_THAT(result.open, IsEmpty());
  EXPECT_THAT(found(result), ElementsAre("log-group /aws/eks/demo"));
  EXPECT_FALSE(result.observed[0].foreign) << "its tags were asked for";
}

TEST_F(LookTest, NamesWaitForWhatTheyReferTo) {
  graph_ = graph_of(
      {desired("cluster", "cluster", {{"name", "demo"}}),
       desired("addon", "addon/a", {{"clusterName", ref("cluster", "name")}, {"addonName", "a"}})});
  EXPECT_THAT(asked(look_at({"cluster", "addon"})),
              ElementsAre(R"(DescribeCluster{"name":"demo"})"));
  Json cluster = {{"name", "demo"},
                  {"arn", "arn:c"},
                  {"status", "CREATING"},
                  {"tags", wanted_tags(owner(), "cluster", {})}};
  answer("eks", "DescribeCluster", {{"name", "demo"}}, {{"cluster", cluster}});
  LookResult result = look_at({"cluster", "addon"});
  EXPECT_THAT(result.open, IsEmpty()) << "a cluster that is being made has no add-ons";
  EXPECT_EQ(result.unsettled.size(), 1U);
  cluster["status"] = "ACTIVE";
  answer("eks", "DescribeCluster", {{"name", "demo"}}, {{"cluster", cluster}});
  result = look_at({"cluster", "addon"});
  EXPECT_THAT(asked(result), ElementsAre(R"(DescribeAddon{"addonName":"a","clusterName":"demo"})"));
  EXPECT_THAT(result.unsettled, IsEmpty());
}

TEST_F(LookTest, WhatIsOnlyKnownLaterIsNotAsked) {
  const std::string later = std::string("(known after ") + "Cluster/demo)";
  graph_ = graph_of(
      {desired("nodegroup", "nodegroup", {{"clusterName", later}, {"nodegroupName", "g"}})});
  EXPECT_THAT(look_at({"nodegroup"}).open, IsEmpty());
}

TEST_F(LookTest, EachCompletesTheFields) {
  answer("ec2", "DescribeVpcs", kOursFilter,
         {{"Vpcs",
           Json::array({{{"VpcId", "vpc-1"}, {"State", "available"}, {"Tags", tags_of("vpc")}}})}});
  LookResult result = look_at({"vpc"});
  EXPECT_THAT(asked(result),
              UnorderedElementsAre(
                  R"(DescribeVpcAttribute{"Attribute":"enableDnsSupport","VpcId":"vpc-1"})",
                  R"(DescribeVpcAttribute{"Attribute":"enableDnsHostnames","VpcId":"vpc-1"})"));
  for (const Query& query : result.open) EXPECT_TRUE(query.detail);
  answer("ec2", "DescribeVpcAttribute", {{"VpcId", "vpc-1"}, {"Attribute", "enableDnsSupport"}},
         {{"EnableDnsSupport", {{"Value", true}}}});
  answer("ec2", "DescribeVpcAttribute", {{"VpcId", "vpc-1"}, {"Attribute", "enableDnsHostnames"}},
         {{"EnableDnsHostnames", {{"Value", false}}}});
  result = look_at({"vpc"});
  EXPECT_EQ(result.observed.at(0).fields.at("EnableDnsHostnames"), Json({{"Value", false}}));
}

TEST_F(LookTest, PartsOfWhatIsOursAreAskedFor) {
  const Json policy = {{"Arn", "arn:p"},
                       {"PolicyName", "p"},
                       {"DefaultVersionId", "v2"},
                       {"Tags", tags_of("policy/p")}};
  graph_ = graph_of({desired("policy", "policy/p", {{"Arn", "arn:p"}})});
  answer("iam", "GetPolicy", {{"PolicyArn", "arn:p"}}, {{"Policy", policy}});
  answer("iam", "GetPolicyVersion", {{"PolicyArn", "arn:p"}, {"VersionId", "v2"}},
         {{"PolicyVersion", {{"Document", "{}"}}}});
  LookResult result = look_at({"policy", "policy-version"});
  EXPECT_THAT(asked(result), ElementsAre(R"(ListPolicyVersions{"PolicyArn":"arn:p"})"));
  answer("iam", "ListPolicyVersions", {{"PolicyArn", "arn:p"}},
         {{"Versions", Json::array({{{"VersionId", "v2"}, {"IsDefaultVersion", true}},
                                    {{"VersionId", "v1"}, {"IsDefaultVersion", false}}})}});
  result = look_at({"policy", "policy-version"});
  EXPECT_THAT(found(result), UnorderedElementsAre("policy arn:p", "policy-version v1"));
}

class BucketLook : public LookTest {
 protected:
  BucketLook() {
    graph_ = graph_of({desired("bucket", "bucket", {{"Bucket", "demo"}})});
    answer("s3", "HeadBucket", {{"Bucket", "demo"}}, Json::object());
  }
};

// V53
TEST_F(BucketLook, ContentsAreOnlyLookedAtWhenTheyAreToGo) {
  answer("s3", "GetBucketTagging", {{"Bucket", "demo"}}, {{"TagSet", tags_of("bucket")}});
  EXPECT_THAT(asked(look_at({"bucket", "bucket-contents"})), IsEmpty());
  deleting_ = true;
  EXPECT_THAT(asked(look_at({"bucket", "bucket-contents"})),
              ElementsAre(R"(ListObjectVersions{"Bucket":"demo","MaxKeys":1000})"));
  retain_ = {"bucket"};
  EXPECT_THAT(asked(look_at({"bucket", "bucket-contents"})), IsEmpty());
}

TEST_F(BucketLook, OursByPromiseUntilItIsTagged) {
  refuse("s3", "GetBucketTagging", {{"Bucket", "demo"}}, Code::not_found);
  EXPECT_TRUE(look_at({"bucket"}).observed.at(0).foreign);
  Intent intent = promise("bucket", "bucket", Intent::State::open);
  intent.made = {{"Bucket", "demo"}};
  intents_["bucket"] = intent;
  EXPECT_FALSE(look_at({"bucket"}).observed.at(0).foreign);
  intents_["bucket"].sent = {};
  EXPECT_TRUE(look_at({"bucket"}).observed.at(0).foreign) << "promised, and never sent";
  answer("s3", "GetBucketTagging", {{"Bucket", "demo"}},
         {{"TagSet", tag_list({{"byoc.dev/owner-uid", "another"}})}});
  intents_["bucket"].sent = kNow;
  EXPECT_TRUE(look_at({"bucket"}).observed.at(0).foreign) << "tagged as another's";
}

class LogGroupLook : public LookTest {
 protected:
  LogGroupLook() { graph_ = graph_of({desired("log-group", "log-group", kName)}); }
  void show(const Json& groups) {
    answer("logs", "DescribeLogGroups", {{"logGroupNamePrefix", "/demo"}}, {{"logGroups", groups}});
  }

  const Json kName = {{"logGroupName", "/demo"}};
};

TEST_F(LogGroupLook, OursWhenEksMakesItAgainWithoutTags) {
  show(Json::array({{{"logGroupName", "/demo"}, {"arn", "arn:1:*"}}}));
  answer("logs", "ListTagsForResource", {{"resourceArn", "arn:1"}}, {{"tags", Json::object()}});
  EXPECT_TRUE(look_at({"log-group"}).observed.at(0).foreign);
  EXPECT_EQ(look_at({"log-group"}).observed.at(0).key, "log-group") << "for the conflict it makes";
  Intent intent = promise("log-group", "log-group", Intent::State::open);
  intent.made = kName;
  intents_["log-group"] = intent;
  EXPECT_TRUE(look_at({"log-group"}).observed.at(0).foreign) << "perhaps it was there before";
  for (const auto state : {Intent::State::made, Intent::State::removing}) {
    intents_["log-group"].state = state;
    EXPECT_FALSE(look_at({"log-group"}).observed.at(0).foreign);
  }
}

TEST_F(LogGroupLook, AnEmptyListIsAskedAgainWhileItIsPromised) {
  show(Json::array());
  EXPECT_THAT(look_at({"log-group"}).unsettled, IsEmpty());
  intents_["log-group"] = promise("log-group", "log-group", Intent::State::made, "/demo");
  intents_["log-group"].made = kName;
  EXPECT_EQ(look_at({"log-group"}).unsettled.size(), 1U);
}

TEST_F(BucketLook, ContentsGoAPageAtATime) {
  answer("s3", "GetBucketTagging", {{"Bucket", "demo"}}, {{"TagSet", tags_of("bucket")}});
  deleting_ = true;
  const Json version = {{"Key", "model"}, {"VersionId", "1"}};
  const Json marker = {{"Key", "x"}, {"VersionId", "2"}};
  Json body = {{"Versions", Json::array({version})}, {"DeleteMarkers", Json::array({marker})}};
  const Json asked_for = {{"Bucket", "demo"}, {"MaxKeys", 1000}};
  answer("s3", "ListObjectVersions", asked_for, body);
  auto observed = look_at({"bucket", "bucket-contents"}).observed;
  ASSERT_EQ(observed.size(), 2U);
  EXPECT_EQ(observed[1].id, "2 versions from model");
  EXPECT_EQ(observed[1].fields.at("Objects"), Json::array({version, marker}));
  EXPECT_EQ(observed[1].life, Life::ready);
  body["IsTruncated"] = true;
  answer("s3", "ListObjectVersions", asked_for, body);
  observed = look_at({"bucket", "bucket-contents"}).observed;
  ASSERT_EQ(observed.size(), 3U);
  EXPECT_EQ(observed[2].life, Life::going) << "the bucket waits for what is not shown yet";
}

TEST_F(LookTest, RulesAreReadOneByOneAndKubernetesKeepsItsOwn) {
  const auto rule = [](const char* cidr, const char* description) -> Json {
    return {{"IpProtocol", "tcp"},
            {"FromPort", 80},
            {"ToPort", 80},
            {"IpRanges", Json::array({{{"CidrIp", cidr}, {"Description", description}}})}};
  };
  answer(
      "ec2", "DescribeSecurityGroups", kOursFilter,
      {{"SecurityGroups",
        Json::array(
            {{{"GroupId", "sg-1"},
              {"Tags", tags_of("security-group/nodes")},
              {"IpPermissions",
               Json::array({rule("10.0.0.0/8", "by hand"),
                            rule("0.0.0.0/0", "kubernetes.io/rule/nlb/client=x"),
                            rule("0.0.0.0/0", "elbv2.k8s.aws/targetGroupBinding=shared")})}}})}});
  const LookResult result = look_at({"security-group", "security-group-ingress"});
  EXPECT_EQ(result.observed.size(), 2U);
  EXPECT_EQ(result.observed[1].fields.at("IpPermissions").at(0).at("IpRanges"),
            Json::array({{{"CidrIp", "10.0.0.0/8"}}}));
}

// L45
TEST_F(LookTest, OnlyKubernetesLeftoversOfOurVpcAreTaken) {
  deleting_ = true;
  Json tags = tags_of("vpc");  // somebody took the one away that names the Cluster
  std::erase_if(tags.get_ref<Json::array_t&>(),
                [](const Json& tag) { return tag.at("Key") == kTagOwner; });
  answer("ec2", "DescribeVpcs", kOursFilter,
         {{"Vpcs", Json::array({{{"VpcId", "vpc-1"}, {"State", "available"}, {"Tags", tags}}})}});
  for (const char* attribute : {"enableDnsSupport", "enableDnsHostnames"}) {
    answer("ec2", "DescribeVpcAttribute", {{"VpcId", "vpc-1"}, {"Attribute", attribute}},
           Json::object());
  }
  const LookResult first = look_at({"vpc", "leftover-interface"});
  ASSERT_EQ(first.open.size(), 1U);
  answer(
      "ec2", "DescribeNetworkInterfaces", first.open[0].params,
      {{"NetworkInterfaces",
        Json::array(
            {{{"NetworkInterfaceId", "eni-1"},
              {"VpcId", "vpc-1"},
              {"TagSet", tag_list({{"cluster.k8s.amazonaws.com/name", "demo"}})}},
             {{"NetworkInterfaceId", "eni-2"}, {"VpcId", "vpc-1"}, {"TagSet", Json::array()}}})}});
  EXPECT_EQ(look_at({"vpc", "leftover-interface"}).unsettled.size(), 1U) << "they come and go";
  EXPECT_THAT(found(look_at({"vpc", "leftover-interface"})),
              ElementsAre("vpc vpc-1", "leftover-interface eni-1"));
}

}  // namespace
}  // namespace byoc
