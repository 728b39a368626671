#include "reconcilers/blocking.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/reconcilers/seen.h"

namespace byoc {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class BlockingTest : public testing::Test {
 protected:
  // Answers one of the questions about `observed`, by its operation.
  void answer(const Observed& observed, const std::string& operation, Json body,
              const std::string& service = "ec2", Status status = {}) {
    for (const Query& query : blocking_queries(observed, answers_)) {
      if (query.operation != operation || query.service != service) continue;
      answers_[query.name] = LookAnswer(std::move(status), body);
      return;
    }
    FAIL() << operation << " is not asked";
  }
  [[nodiscard]] std::string named(const Observed& observed, std::string_view region = "") const {
    return name_blockers(observed, answers_, region);
  }

  static Json interfaces(int count) {
    Json list = Json::array();
    for (int i = 1; i <= count; ++i) {
      list.push_back({{"NetworkInterfaceId", "eni-" + std::to_string(i)}});
    }
    list[0]["Description"] = "left by hand";
    return {{"NetworkInterfaces", list}};
  }
  static Json interface(const std::string& description) {
    return {{"NetworkInterfaces",
             {{{"NetworkInterfaceId", "eni-1"},
               {"Description", description},
               {"RequesterManaged", true},
               {"RequesterId", "amazon-x"},
               {"Attachment", {{"AttachmentId", "ela-attach-1"}}}}}}};
  }

  const Observed vpc_ = seen("vpc", "vpc", "vpc-1");
  const Observed subnet_ = seen("subnet", "subnet/a", "subnet-1", {{"VpcId", "vpc-1"}});
  Answers answers_;
};

// B79, F57
TEST_F(BlockingTest, NamesWhatIsThereWithAWordAboutItAndHowItIsRemoved) {
  EXPECT_EQ(named(vpc_), "");
  answer(vpc_, "DescribeNetworkInterfaces", interfaces(2));
  answer(vpc_, "DescribeSubnets", {{"Subnets", {{{"SubnetId", "subnet-9"}}}}});
  EXPECT_EQ(named(vpc_, "eu-west-1"),
            " In its way: subnet subnet-9, which `aws ec2 delete-subnet --subnet-id subnet-9 "
            "--region eu-west-1` removes; network interface eni-1 (left by hand), which `aws ec2 "
            "delete-network-interface --network-interface-id eni-1 --region eu-west-1` removes; "
            "network interface eni-2, which `aws ec2 delete-network-interface "
            "--network-interface-id eni-2 --region eu-west-1` removes");
}

TEST_F(BlockingTest, ManyAreCounted) {
  answer(subnet_, "DescribeNetworkInterfaces", interfaces(7));
  EXPECT_THAT(named(subnet_), EndsWith("eni-5` removes; and 2 more"));
}

TEST_F(BlockingTest, WhatGoesAlongIsNoBlocker) {
  answer(vpc_, "DescribeSecurityGroups",
         {{"SecurityGroups", {{{"GroupId", "sg-1"}, {"GroupName", "default"}}}}});
  answer(vpc_, "DescribeNetworkAcls",
         {{"NetworkAcls", {{{"NetworkAclId", "acl-1"}, {"IsDefault", true}}}}});
  answer(vpc_, "DescribeRouteTables",
         {{"RouteTables", {{{"RouteTableId", "rtb-1"}, {"Associations", {{{"Main", true}}}}}}}});
  EXPECT_EQ(named(vpc_), "");
  const Observed attached = seen("internet-gateway-attachment", "attachment", "igw-1",
                                 {{"InternetGatewayId", "igw-1"}, {"VpcId", "vpc-1"}});
  answer(attached, "DescribeNetworkInterfaces", interfaces(2));
  EXPECT_EQ(named(attached), "") << "without a public address";
}

TEST_F(BlockingTest, PlainNames) {
  const Observed cluster = seen("cluster", "cluster", "demo");
  answer(cluster, "ListNodegroups", {{"nodegroups", {"gpu"}}}, "eks");
  EXPECT_EQ(named(cluster),
            " In its way: nodegroup gpu, which `aws eks delete-nodegroup --cluster-name demo "
            "--nodegroup-name gpu` removes");
}

// F57: lists that AWS does not filter hold what is in other networks, too.
TEST_F(BlockingTest, ALoadBalancerIsNamedWithItsTagsAndNotByItsInterfaces) {
  const std::string arn = "arn:aws:elasticloadbalancing:us-west-2:1:loadbalancer/app/web/5";
  answer(subnet_, "DescribeLoadBalancers",
         {{"LoadBalancers",
           {{{"LoadBalancerArn", arn},
             {"VpcId", "vpc-1"},
             {"AvailabilityZones", {{{"SubnetId", "subnet-1"}}}}},
            {{"LoadBalancerArn", arn + "6"},
             {"VpcId", "vpc-1"},
             {"AvailabilityZones", {{{"SubnetId", "subnet-2"}}}}},
            {{"LoadBalancerArn", arn + "7"}, {"VpcId", "vpc-2"}}}}},
         "elbv2");
  answer(subnet_, "DescribeNetworkInterfaces", interface("ELB app/web/5"));
  answer(subnet_, "DescribeTags",
         {{"TagDescriptions",
           {{{"ResourceArn", arn},
             {"Tags",
              {{{"Key", "elbv2.k8s.aws/cluster"}, {"Value", "demo"}},
               {{"Key", "service.k8s.aws/stack"}, {"Value", "shop/web"}}}}}}}},
         "elbv2");
  EXPECT_EQ(named(subnet_), " In its way: load balancer " + arn +
                                " (of the cluster demo, made for the Service shop/web), which `aws "
                                "elbv2 delete-load-balancer --load-balancer-arn " +
                                arn + "` removes");
}

TEST_F(BlockingTest, AnInterfaceIsNamedByWhatItBelongsTo) {
  struct Case {
    const char* description;
    const char* command;
  };
  for (const auto& [description, command] :
       {Case{"VPC Endpoint Interface vpce-7",
             "`aws ec2 delete-vpc-endpoints --vpc-endpoint-ids "
             "vpce-7` removes"},
        Case{"Interface for NAT Gateway nat-7", "nat-gateway-id nat-7` removes"},
        Case{"EFS mount target for fs-1 (fsmt-7)", "--mount-target-id fsmt-7` removes"},
        Case{"Amazon EKS theirs", "`aws eks delete-cluster --name theirs` removes"},
        Case{"RDSNetworkInterface", "whose owner `aws rds describe-db-instances` shows"},
        Case{"of a new service", "(of a new service, amazon-x), whose owner `aws ec2 describe-"}}) {
    answer(subnet_, "DescribeNetworkInterfaces", interface(description));
    EXPECT_THAT(named(subnet_), HasSubstr(command)) << description;
  }
}

TEST_F(BlockingTest, AnInstanceIsTerminatedAndAnAttachmentIsEnded) {
  answer(subnet_, "DescribeNetworkInterfaces",
         {{"NetworkInterfaces",
           {{{"NetworkInterfaceId", "eni-1"}, {"Attachment", {{"InstanceId", "i-1"}}}},
            {{"NetworkInterfaceId", "eni-2"}, {"Attachment", {{"AttachmentId", "at-2"}}}}}}});
  EXPECT_THAT(named(subnet_), AllOf(HasSubstr("terminate-instances --instance-ids i-1`"),
                                    HasSubstr("detach-network-interface --attachment-id at-2`")));
  answer(subnet_, "DescribeInstances",
         {{"Reservations",
           {{{"Instances",
              {{{"InstanceId", "i-1"},
                {"SubnetId", "subnet-1"},
                {"InstanceType", "m5.large"},
                {"Tags", {{{"Key", "Name"}, {"Value", "bastion"}}}}}}}}}}});
  EXPECT_THAT(named(subnet_),
              AllOf(HasSubstr("instance i-1 (m5.large, named bastion)"), Not(HasSubstr("eni-1"))));
}

TEST_F(BlockingTest, NobodyIsToldToRemoveWhatByocRemoves) {
  answer(vpc_, "DescribeSubnets",
         {{"Subnets",
           {{{"SubnetId", "subnet-1"},
             {"Tags", {{{"Key", "byoc.dev/owner-uid"}, {"Value", owner().uid}}}}}}}});
  EXPECT_EQ(named(vpc_), " In its way: subnet subnet-1");
}

// Whoever may make an interface chooses its description and tags.
TEST_F(BlockingTest, NobodyPutsACommandThereByADescription) {
  answer(subnet_, "DescribeNetworkInterfaces", interface("Amazon EKS $(reboot)"));
  EXPECT_THAT(named(subnet_), Not(HasSubstr("`")));
  answer(subnet_, "DescribeNetworkInterfaces", interface("x), which `reboot` removes"));
  EXPECT_THAT(named(subnet_), AllOf(HasSubstr("'reboot'"), Not(HasSubstr("`reboot"))));
}

// F57: the wait goes on, and says what it could not see.
TEST_F(BlockingTest, AMissingRightIsNamed) {
  answer(subnet_, "DescribeLoadBalancers", {}, "elb", error(Code::denied, "no"));
  EXPECT_EQ(named(subnet_),
            " There may be more in its way, which cannot be seen without the right "
            "elasticloadbalancing:DescribeLoadBalancers.");
  answer(subnet_, "DescribeVpcEndpoints", {}, "ec2", error(Code::denied, "no"));
  answer(subnet_, "DescribeNetworkInterfaces", interfaces(1));
  EXPECT_THAT(named(subnet_),
              EndsWith("eni-1` removes. There may be more in its way, which cannot be seen without "
                       "the rights elasticloadbalancing:DescribeLoadBalancers, "
                       "ec2:DescribeVpcEndpoints."));
}

// The parts of one network share the lists of what is in it.
TEST_F(BlockingTest, OneListServesTheWholeNetwork) {
  const Observed other = seen("subnet", "subnet/b", "subnet-2", {{"VpcId", "vpc-1"}});
  std::set<std::string> names;
  for (const Query& query : blocking_queries(subnet_, answers_)) names.insert(query.name);
  const std::size_t before = names.size();
  for (const Query& query : blocking_queries(other, answers_)) names.insert(query.name);
  EXPECT_EQ(names.size(), before + 1) << "its own interfaces";
  EXPECT_THAT(blocking_queries(seen("launch-template", "launch-template", "lt-1"), answers_),
              IsEmpty());
}

}  // namespace
}  // namespace byoc
