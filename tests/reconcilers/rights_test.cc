// The preset `minimal` holds the right of every call that the rows make.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "manifests/preset.h"
#include "reconcilers/blocking.h"
#include "reconcilers/kinds.h"
#include "reconcilers/row.h"

namespace byoc {
namespace {

using testing::IsEmpty;

using Rights = std::set<std::string, std::less<>>;

// Where the action of IAM is called otherwise than the operation. Source: the service
// authorization reference of S3.
std::string right_of_operation(std::string_view service, std::string_view operation) {
  static const std::map<std::string, std::string> kOthers = {
      {"s3:HeadBucket", "s3:ListBucket"},
      {"s3:ListObjectVersions", "s3:ListBucketVersions"},
      {"s3:DeleteObjects", "s3:DeleteObject"},
      {"s3:GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock"},
      {"s3:PutPublicAccessBlock", "s3:PutBucketPublicAccessBlock"},
      {"s3:GetBucketEncryption", "s3:GetEncryptionConfiguration"},
      {"s3:PutBucketEncryption", "s3:PutEncryptionConfiguration"},
      {"resourcegroupstaggingapi:GetResources", "tag:GetResources"}};
  const std::string right = right_for(service, operation);
  const auto other = kOthers.find(right);
  return other == kOthers.end() ? right : other->second;
}

void add_rights(const Row& row, Rights& out) {
  const auto add = [&](std::string_view service, std::string_view operation) {
    if (!operation.empty()) out.insert(right_of_operation(service, operation));
  };
  for (const Look& look : row.looks) add(row.service, look.operation);
  for (const Set& set : row.set) add(row.service, set.operation);
  for (const std::string_view operation :
       {row.create, row.remove, row.follow, row.tag, row.untag}) {
    add(row.service, operation);
  }
  for (const Blocking& one : row.blockers) {
    const std::string_view service = one.service.empty() ? row.service : one.service;
    add(service, one.operation);
    add(service, one.tags.operation);
  }
}

Rights allowed_by_minimal() {
  Rights out;
  for (const Json& policy : find_preset("minimal")->at("customer")) {
    for (const Json& statement : policy.at("document").at("Statement")) {
      const Json& actions = statement.at("Action");
      if (actions.is_string()) out.insert(actions.get<std::string>());
      if (actions.is_array()) out.insert(actions.begin(), actions.end());
    }
  }
  return out;
}

Rights wanted_rights() {
  Rights wanted;
  for (const ObjectKind& kind : all_kinds()) {
    for (const std::string_view type : *kind.types) add_rights(find_row(type), wanted);
  }
  return wanted;
}

// F57: looks for what is in the way of a deletion need rights, too.
TEST(Rights, ThePresetMinimalHoldsThoseOfAllRows) {
  const Rights wanted = wanted_rights();
  const Rights allowed = allowed_by_minimal();
  Rights missing;
  for (const std::string& right : wanted) {
    const std::string service = right.substr(0, right.find(':'));
    if (!allowed.contains(right) && !allowed.contains(service + ":*")) missing.insert(right);
  }
  EXPECT_THAT(missing, IsEmpty());
}

// F53: least privilege ends where nothing calls it.
TEST(Rights, ThePresetMinimalHoldsNoOthers) {
  const Rights wanted = wanted_rights();
  // What the rows do not say: facts, sweeps, EC2's tags, versions of objects, who calls; and what
  // EKS demands of who makes clusters and node groups.
  const Rights others = {"ec2:CreateTags",
                         "ec2:DeleteTags",
                         "ec2:DescribeAvailabilityZones",
                         "ec2:DescribeInstanceTypeOfferings",
                         "ec2:RunInstances",
                         "eks:*",
                         "iam:CreateServiceLinkedRole",
                         "iam:PassRole",
                         "s3:DeleteObjectVersion",
                         "sts:GetCallerIdentity",
                         "tag:GetResources"};
  Rights surplus;
  for (const std::string& right : allowed_by_minimal()) {
    if (!wanted.contains(right) && !others.contains(right)) surplus.insert(right);
  }
  EXPECT_THAT(surplus, IsEmpty());
}

}  // namespace
}  // namespace byoc
