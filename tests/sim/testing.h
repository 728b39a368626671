// What the simulator's own tests share: calls in one line.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/sim/shapes.h"
#include "tests/sim/sim_cloud.h"

namespace byoc::sim {

// The answer of a call that must succeed, in the form that AWS's model gives it.
inline Json must(SimCloud& cloud, const std::string& service, const std::string& operation,
                 Json params = Json::object()) {
  Completion completion = cloud.call(service, operation, std::move(params));
  EXPECT_TRUE(completion.status.ok()) << completion.status.message;
  if (completion.status.ok()) {
    EXPECT_THAT(misfits(service, operation, completion.body), ::testing::IsEmpty()) << operation;
  }
  return std::move(completion.body);
}

// The wire code of a call's answer, "ok" when there is none.
inline std::string code_of(SimCloud& cloud, const std::string& service,
                           const std::string& operation, Json params = Json::object()) {
  const Completion completion = cloud.call(service, operation, std::move(params));
  return completion.status.ok() ? "ok" : completion.status.aws_code;
}

// EC2 without saying so each time, and the ids that its tests need.
struct Ec2Test : ::testing::Test {
  SimCloud cloud{SimOptions{}};

  Json ec2(const std::string& operation, Json params = Json::object()) {
    return must(cloud, "ec2", operation, std::move(params));
  }
  std::string code(const std::string& operation, Json params = Json::object()) {
    return code_of(cloud, "ec2", operation, std::move(params));
  }
  std::string vpc(const std::string& cidr = "10.0.0.0/16") {
    return ec2("CreateVpc", {{"CidrBlock", cidr}})["Vpc"]["VpcId"].get<std::string>();
  }
  std::string subnet(const std::string& vpc_id, const std::string& cidr = "10.0.0.0/24",
                     const std::string& zone = "us-west-2a") {
    const Json params = {{"VpcId", vpc_id}, {"CidrBlock", cidr}, {"AvailabilityZone", zone}};
    return ec2("CreateSubnet", params)["Subnet"]["SubnetId"].get<std::string>();
  }
  std::string attached_gateway(const std::string& vpc_id) {
    const Json made = ec2("CreateInternetGateway");
    const std::string id = made["InternetGateway"]["InternetGatewayId"].get<std::string>();
    ec2("AttachInternetGateway", {{"InternetGatewayId", id}, {"VpcId", vpc_id}});
    return id;
  }
  std::string address() { return ec2("AllocateAddress")["AllocationId"].get<std::string>(); }
  std::string nat(const std::string& subnet_id, const std::string& allocation) {
    const Json params = {{"SubnetId", subnet_id}, {"AllocationId", allocation}};
    return ec2("CreateNatGateway", params)["NatGateway"]["NatGatewayId"].get<std::string>();
  }
  Json nat_state(const std::string& id) {
    return ec2("DescribeNatGateways", {{"NatGatewayIds", {id}}})["NatGateways"][0];
  }
  std::string table(const std::string& vpc_id) {
    const Json made = ec2("CreateRouteTable", {{"VpcId", vpc_id}});
    return made["RouteTable"]["RouteTableId"].get<std::string>();
  }
  std::string group(const std::string& vpc_id, const std::string& name = "nodes") {
    const Json params = {{"GroupName", name}, {"Description", "d"}, {"VpcId", vpc_id}};
    return ec2("CreateSecurityGroup", params)["GroupId"].get<std::string>();
  }
};

}  // namespace byoc::sim
