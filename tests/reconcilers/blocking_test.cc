#include "reconcilers/blocking.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/reconcilers/seen.h"

namespace byoc {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class BlockingTest : public testing::Test {
 protected:
  // Answers one of the questions about `observed`, by its operation.
  void answer(const Observed& observed, const std::string& operation, Json body) {
    for (const Query& query : blocking_queries(observed)) {
      if (query.operation != operation) continue;
      answers_[query.name] = LookAnswer({}, body);
      return;
    }
    FAIL() << operation << " is not asked";
  }

  static Json interfaces(int count) {
    Json list = Json::array();
    for (int i = 1; i <= count; ++i) {
      list.push_back({{"NetworkInterfaceId", "eni-" + std::to_string(i)}});
    }
    list[0]["Description"] = "ELB app/web";
    return {{"NetworkInterfaces", list}};
  }

  Answers answers_;
};

// B79
TEST_F(BlockingTest, NamesWhatIsThereWithAWordAboutIt) {
  const Observed vpc = seen("vpc", "vpc", "vpc-1");
  EXPECT_THAT(blocking_queries(vpc), SizeIs(3));
  EXPECT_EQ(name_blockers(vpc, answers_), "");
  answer(vpc, "DescribeNetworkInterfaces", interfaces(2));
  answer(vpc, "DescribeSubnets", {{"Subnets", {{{"SubnetId", "subnet-9"}}}}});
  EXPECT_EQ(name_blockers(vpc, answers_),
            "network interface eni-1 (ELB app/web), network interface eni-2, subnet subnet-9");
}

TEST_F(BlockingTest, ManyAreCounted) {
  const Observed subnet = seen("subnet", "subnet/a", "subnet-1");
  answer(subnet, "DescribeNetworkInterfaces", interfaces(7));
  EXPECT_THAT(name_blockers(subnet, answers_), testing::EndsWith("eni-5 and 2 more"));
}

TEST_F(BlockingTest, WhatGoesAlongIsNoBlocker) {
  const Observed vpc = seen("vpc", "vpc", "vpc-1");
  answer(vpc, "DescribeSecurityGroups",
         {{"SecurityGroups", {{{"GroupId", "sg-1"}, {"GroupName", "default"}}}}});
  EXPECT_EQ(name_blockers(vpc, answers_), "");
  const Observed attached = seen("internet-gateway-attachment", "attachment", "igw-1",
                                 {{"InternetGatewayId", "igw-1"}, {"VpcId", "vpc-1"}});
  answer(attached, "DescribeNetworkInterfaces", interfaces(2));
  EXPECT_EQ(name_blockers(attached, answers_), "") << "without a public address";
}

TEST_F(BlockingTest, PlainNames) {
  const Observed cluster = seen("cluster", "cluster", "demo");
  answer(cluster, "ListNodegroups", {{"nodegroups", {"gpu"}}});
  EXPECT_EQ(name_blockers(cluster, answers_), "nodegroup gpu");
}

TEST_F(BlockingTest, ADeniedReadNamesNothing) {
  const Observed subnet = seen("subnet", "subnet/a", "subnet-1");
  answers_[blocking_queries(subnet)[0].name] = LookAnswer(error(Code::denied, "no"), {});
  EXPECT_EQ(name_blockers(subnet, answers_), "");
  EXPECT_THAT(blocking_queries(seen("launch-template", "launch-template", "lt-1")), IsEmpty());
}

}  // namespace
}  // namespace byoc
