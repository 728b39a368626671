#include "cloud/aws/serialize.h"

#include <gtest/gtest.h>

#include "cloud/aws/endpoint.h"
#include "cloud/aws/quirks.h"

namespace byoc {
namespace {

Result<HttpRequest> made(const char* service, const char* operation, const char* params) {
  const Service& model = *find_service(service);
  return serialize(model, *model.find(operation), Json::parse(params));
}

std::string refused(const char* service, const char* operation, const char* params) {
  const auto request = made(service, operation, params);
  if (request.ok()) return "accepted";
  EXPECT_EQ(request.status().code, Code::invalid);
  return request.status().message;
}

TEST(Serialize, Ec2FlattensListsAndUsesQueryNames) {
  const auto request = made("ec2", "CreateVpc", R"({"CidrBlock": "10.0.0.0/16", "TagSpecifications":
      [{"ResourceType": "vpc", "Tags": [{"Key": "a b", "Value": "ü"}]}]})");
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request.value().body,
            "Action=CreateVpc&Version=2016-11-15&CidrBlock=10.0.0.0%2F16"
            "&TagSpecification.1.ResourceType=vpc&TagSpecification.1.Tag.1.Key=a%20b"
            "&TagSpecification.1.Tag.1.Value=%C3%BC");
}

TEST(Serialize, QueryNamesListMembers) {
  const auto request =
      made("iam", "TagRole", R"({"RoleName": "r", "Tags": [{"Key": "k", "Value": "v"}]})");
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(
      request.value().body,
      "Action=TagRole&Version=2010-05-08&RoleName=r&Tags.member.1.Key=k&Tags.member.1.Value=v");
}

TEST(Serialize, JsonNamesItsTarget) {
  const auto request = made("logs", "CreateLogGroup", R"({"logGroupName": "g"})");
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(find_field(request.value().headers, "x-amz-target"), "Logs_20140328.CreateLogGroup");
  EXPECT_EQ(find_field(request.value().headers, "content-type"), "application/x-amz-json-1.1");
  EXPECT_EQ(request.value().body, R"({"logGroupName":"g"})");
}

TEST(Serialize, RestPutsParametersWhereTheModelSays) {
  const auto request =
      made("eks", "UntagResource",
           R"({"resourceArn": "arn:aws:eks:r:1:cluster/a", "tagKeys": ["x", "y"]})");
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request.value().method, "DELETE");
  EXPECT_EQ(request.value().path, "/tags/arn%3Aaws%3Aeks%3Ar%3A1%3Acluster%2Fa");
  EXPECT_EQ(request_url(request.value()),
            "https:///tags/arn%3Aaws%3Aeks%3Ar%3A1%3Acluster%2Fa?tagKeys=x&tagKeys=y");
  EXPECT_EQ(request.value().body, "");
}

TEST(Serialize, RestXmlWritesThePayloadAndItsDigest) {
  auto request = made("s3", "PutBucketTagging",
                      R"({"Bucket": "b", "Tagging": {"TagSet": [{"Key": "k", "Value": "<&>"}]}})");
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request.value().body,
            "<Tagging xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><TagSet><Tag><Key>k</Key>"
            "<Value>&lt;&amp;&gt;</Value></Tag></TagSet></Tagging>");
  EXPECT_EQ(canonical_query(request.value().query), "tagging=");
  add_checksum(*find_service("s3")->find("PutBucketTagging"), request.value());
  EXPECT_EQ(find_field(request.value().headers, "x-amz-checksum-sha256").size(), 44U);
}

TEST(Serialize, WhatDoesNotFitIsNamedWithItsPath) {
  EXPECT_EQ(refused("ec2", "CreateSubnet", R"({"VpcId": "v", "CidrBlok": "10.0.0.0/24"})"),
            "ec2:CreateSubnet: CidrBlok: unknown parameter");
  EXPECT_EQ(
      refused("ec2", "CreateSubnet", R"({"TagSpecifications": [{"Tags": [{"Kye": "x"}]}]})"),
      "ec2:CreateSubnet: TagSpecifications[0].Tags[0].Kye: unknown parameter; VpcId: missing");
  EXPECT_EQ(refused("eks", "CreateNodegroup",
                    R"({"clusterName": "c", "nodegroupName": "n", "subnets": "s", "nodeRole": 1})"),
            "eks:CreateNodegroup: nodeRole: must be text, not number; subnets: must be a list, not "
            "string");
  EXPECT_EQ(refused("eks", "DescribeCluster", R"({"name": ""})"),
            "eks:DescribeCluster: name: must not be empty");
  EXPECT_EQ(refused("sts", "GetCallerIdentity", "[]"),
            "sts:GetCallerIdentity: parameters: must be an object, not array");
  EXPECT_EQ(refused("ec2", "DescribeVpcs", R"({"MaxResults": 2.5})"),
            "ec2:DescribeVpcs: MaxResults: must be an integer, not number");
  EXPECT_EQ(refused("ec2", "DescribeVpcs", R"({"DryRun": null})"),
            "ec2:DescribeVpcs: DryRun: must be a boolean, not null");
}

TEST(Serialize, TokensAreNeverMadeUp) {
  const auto request = made("ec2", "CreateNatGateway", R"({"SubnetId": "s"})");
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request.value().body, "Action=CreateNatGateway&Version=2016-11-15&SubnetId=s");
}

TEST(Model, KnowsTokensAndPages) {
  const Service& ec2 = *find_service("ec2");
  EXPECT_EQ(ec2.find("CreateNatGateway")->token->name, "ClientToken");
  EXPECT_EQ(ec2.find("CreateVpc")->token, nullptr);
  EXPECT_EQ(ec2.find("DescribeRouteTables")->paging.size, 100);
  EXPECT_EQ(ec2.find("NoSuchOperation"), nullptr);
  EXPECT_EQ(find_service("nosuch"), nullptr);
}

TEST(Model, EveryServiceParses) {
  for (const std::string& name : service_names()) {
    const Service* service = find_service(name);
    ASSERT_NE(service, nullptr) << name;
    EXPECT_FALSE(service->operations.empty()) << name;
    EXPECT_FALSE(endpoint_suffix(*service).empty()) << name;
  }
}

}  // namespace
}  // namespace byoc
