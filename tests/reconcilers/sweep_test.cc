#include "reconcilers/sweep.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/reconcilers/seen.h"

namespace byoc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kUid = "0a1b2c3d-0000-4000-8000-000000000001";

Json tags(const char* key, const char* uid = kUid) {
  return tag_list(
      {{"byoc.dev/owner-uid", uid}, {"byoc.dev/owner", "Cluster/demo"}, {"byoc.dev/key", key}});
}

class SweepTest : public testing::Test {
 protected:
  void answer(const std::string& operation, Json body) {
    for (const Query& query : sweep_queries()) {
      if (query.operation != operation) continue;
      answers_[query.name] = LookAnswer({}, body);
      return;
    }
    FAIL() << operation << " is not asked";
  }
  [[nodiscard]] std::vector<std::string> found(const std::set<std::string>& live = {}) const {
    std::vector<std::string> out;
    for (const Stray& stray : find_strays(answers_, "us-west-2", live)) {
      out.push_back(stray.type + " " + stray.id + " " + stray.key);
    }
    return out;
  }

  Answers answers_;
};

// L65
TEST_F(SweepTest, AllThreeSources) {
  answer("DescribeVpcs", {{"Vpcs",
                           {{{"VpcId", "vpc-1"}, {"Tags", tags("vpc")}},
                            {{"VpcId", "vpc-2"}, {"Tags", tags("vpc", "another")}},
                            {{"VpcId", "vpc-3"}}}}});
  answer(
      "GetResources",
      {{"ResourceTagMappingList",
        {{{"ResourceARN", "arn:aws:ec2:us-west-2:111122223333:vpc/vpc-1"}, {"Tags", tags("vpc")}},
         {{"ResourceARN", "arn:aws:eks:us-west-2:111122223333:cluster/demo"},
          {"Tags", tags("cluster")}},
         {{"ResourceARN", "arn:aws:sqs:us-west-2:111122223333:q"}, {"Tags", tags("q")}}}}});
  answer("GetAccountAuthorizationDetails",
         {{"RoleDetailList", {{{"RoleName", "demo-node"}, {"Tags", tags("role/node")}}}}});
  EXPECT_THAT(found({"another"}), ElementsAre("vpc vpc-1 vpc", "cluster demo cluster",
                                              "arn arn:aws:sqs:us-west-2:111122223333:q q",
                                              "role demo-node role/node"));
  EXPECT_THAT(found({"another", kUid}), IsEmpty());
}

TEST_F(SweepTest, WhatIsGoingIsNoStray) {
  answer("DescribeNatGateways",
         {{"NatGateways",
           {{{"NatGatewayId", "nat-1"}, {"State", "deleting"}, {"Tags", tags("nat-gateway/a")}},
            {{"NatGatewayId", "nat-2"}, {"State", "failed"}, {"Tags", tags("nat-gateway/a")}}}}});
  EXPECT_THAT(found(), ElementsAre("nat-gateway nat-2 nat-gateway/a"));
}

TEST(NamesInArn, ByTheRow) {
  const auto names = [](const char* type, const char* arn) {
    return names_in_arn(find_row(type), arn).dump();
  };
  EXPECT_EQ(names("cluster", "arn:aws:eks:us-west-2:1:cluster/demo"), R"({"name":"demo"})");
  EXPECT_EQ(names("cluster", "arn:aws:eks:us-west-2:1:nodegroup/demo/a/b"), "null");
  EXPECT_EQ(names("cluster", "arn:aws:rds:us-west-2:1:cluster/demo"), "null");
  EXPECT_EQ(names("nodegroup", "arn:aws:eks:us-west-2:1:nodegroup/demo/gpu/0123-45"),
            R"({"clusterName":"demo","nodegroupName":"gpu"})");
  EXPECT_EQ(names("log-group", "arn:aws:logs:us-west-2:1:log-group:/aws/eks/demo/cluster:*"),
            R"({"logGroupName":"/aws/eks/demo/cluster"})");
  EXPECT_EQ(names("bucket", "arn:aws:s3:::demo-1"), R"({"Bucket":"demo-1"})");
  EXPECT_EQ(names("vpc", "arn:aws:ec2:us-west-2:1:vpc/vpc-1"), "null");
  EXPECT_EQ(names("cluster", "arn:aws:eks"), "null");
  EXPECT_EQ(names("cluster", "arn:aws:eks:us-west-2:1:cluster/"), "null");
}

// EFS is "efs" to its API and "elasticfilesystem" in its ARNs.
TEST(NamesInArn, OfAServiceThatArnsCallOtherwise) {
  const std::string arn = "arn:aws:elasticfilesystem:us-west-2:1:file-system/fs-1";
  Row row = {.service = "efs", .arn_names = "file-system/@FileSystemId"};
  EXPECT_EQ(names_in_arn(row, arn), nullptr);
  row.arn_service = "elasticfilesystem";
  EXPECT_EQ(names_in_arn(row, arn), Json({{"FileSystemId", "fs-1"}}));
}

TEST(ReclaimStrays, ARecordThatIsBeingDeleted) {
  const Stray vpc{"vpc", "vpc-1", "Cluster/demo", "vpc", kUid, "us-west-2", Json::object()};
  const Stray logs{"log-group",
                   "/aws/eks/demo/cluster",
                   "Cluster/demo",
                   "log-group",
                   kUid,
                   "us-west-2",
                   {{"logGroupName", "/aws/eks/demo/cluster"}}};
  const Stray bucket{"bucket", "demo-1",    "Cluster/demo",        "bucket",
                     kUid,     "us-west-2", {{"Bucket", "demo-1"}}};
  const Reclaim record = reclaim({vpc, logs, bucket}, kNow);
  EXPECT_EQ(to_string(record.object.key()), "Cluster/swept-0a1b2c3d");
  EXPECT_EQ(record.object.metadata.uid, kUid);
  EXPECT_TRUE(record.object.deleting());
  EXPECT_EQ(record.object.spec, Json({{"region", "us-west-2"}}));
  ASSERT_EQ(record.intents.size(), 1U) << "EC2 is found by tag, and data stays";
  EXPECT_EQ(record.intents[0].key, "log-group");
  EXPECT_EQ(record.intents[0].made, logs.names);
}

}  // namespace
}  // namespace byoc
