#include "cloud/aws/errors.h"

#include <gtest/gtest.h>

namespace byoc {
namespace {

struct Case {
  const char* service;
  const char* operation;
  const char* aws_code;
  int http_status;
  const char* message;
  Code means;
};

constexpr Case kCases[] = {
    {"ec2", "DescribeVpcs", "InvalidVpcID.NotFound", 400, "", Code::not_found},
    {"eks", "DescribeCluster", "ResourceNotFoundException", 404, "", Code::not_found},
    {"eks", "DescribeCluster", "ClientException", 400, "No cluster found for name: c",
     Code::not_found},
    {"eks", "DescribeCluster", "ClientException", 400, "bad", Code::invalid},
    {"ec2", "DetachInternetGateway", "Gateway.NotAttached", 400, "", Code::not_found},
    {"ec2", "DeleteNatGateway", "NatGatewayNotFound", 400, "", Code::not_found},
    {"iam", "GetRole", "NoSuchEntity", 404, "", Code::not_found},
    {"s3", "HeadBucket", "NoSuchBucket", 404, "", Code::not_found},
    {"s3", "GetBucketTagging", "NoSuchTagSet", 404, "", Code::not_found},
    {"s3", "GetPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration", 404, "",
     Code::not_found},
    {"s3", "GetBucketEncryption", "ServerSideEncryptionConfigurationNotFoundError", 404, "",
     Code::not_found},
    {"s3", "GetBucketLifecycle", "NoSuchLifecycleConfiguration", 404, "", Code::not_found},
    {"s3", "HeadBucket", "", 404, "", Code::not_found},
    {"ecr", "DescribeRepositories", "RepositoryNotFoundException", 400, "", Code::not_found},
    {"ecr", "CreateRepository", "RepositoryAlreadyExistsException", 400, "", Code::already_exists},
    {"ecr", "DeleteRepository", "RepositoryNotEmptyException", 400, "", Code::conflict},
    {"ec2", "DescribeLaunchTemplates", "InvalidLaunchTemplateName.NotFoundException", 400, "",
     Code::not_found},
    {"ec2", "AuthorizeSecurityGroupIngress", "InvalidPermission.Duplicate", 400, "",
     Code::already_exists},
    {"ec2", "CreateRoute", "RouteAlreadyExists", 400, "", Code::already_exists},
    {"ec2", "AttachInternetGateway", "Resource.AlreadyAssociated", 400, "", Code::already_exists},
    {"iam", "CreateRole", "EntityAlreadyExists", 409, "", Code::already_exists},
    {"ec2", "CreateSecurityGroup", "InvalidGroup.Duplicate", 400, "", Code::already_exists},
    {"s3", "CreateBucket", "BucketAlreadyOwnedByYou", 409, "", Code::already_exists},
    {"ec2", "CreateLaunchTemplate", "InvalidLaunchTemplateName.AlreadyExistsException", 400, "",
     Code::already_exists},
    {"eks", "CreateCluster", "ResourceInUseException", 409, "Cluster already exists with name: c",
     Code::already_exists},
    {"eks", "CreateAccessEntry", "ResourceInUseException", 409,
     "The specified access entry resource is already in use on this cluster.",
     Code::already_exists},
    {"eks", "DeleteCluster", "ResourceInUseException", 409, "Cluster has nodegroups attached",
     Code::conflict},
    {"iam", "AddRoleToInstanceProfile", "LimitExceeded", 409, "", Code::already_exists},
    {"iam", "AttachRolePolicy", "LimitExceeded", 409, "", Code::quota},
    {"eks", "CreateNodegroup", "InvalidRequestException", 400,
     "invalid given the state of the cluster", Code::conflict},
    {"ec2", "DeleteVpc", "DependencyViolation", 400, "", Code::conflict},
    {"iam", "DeleteRole", "DeleteConflict", 409, "", Code::conflict},
    {"ec2", "ReleaseAddress", "InvalidIPAddress.InUse", 400, "", Code::conflict},
    {"ec2", "ReleaseAddress", "AuthFailure", 400, "", Code::conflict},
    {"ec2", "DescribeVpcs", "AuthFailure", 401, "", Code::denied},
    {"ec2", "DeleteSecurityGroup", "InvalidGroup.InUse", 400, "", Code::conflict},
    {"iam", "DeleteRole", "ConcurrentModification", 409, "", Code::conflict},
    {"s3", "DeleteBucket", "BucketNotEmpty", 409, "", Code::conflict},
    {"s3", "CreateBucket", "OperationAborted", 409, "", Code::unavailable},
    {"logs", "CreateLogGroup", "OperationAbortedException", 400, "", Code::conflict},
    {"logs", "CreateLogGroup", "ResourceAlreadyExistsException", 400, "", Code::already_exists},
    {"ec2", "CreateVpc", "RequestLimitExceeded", 503, "", Code::throttled},
    {"eks", "CreateCluster", "ThrottlingException", 429, "", Code::throttled},
    {"iam", "GetRole", "Throttling", 400, "Rate exceeded", Code::throttled},
    {"s3", "ListBuckets", "SlowDown", 503, "", Code::throttled},
    {"eks", "ListClusters", "", 429, "", Code::throttled},
    {"ec2", "CreateVpc", "UnauthorizedOperation", 403, "", Code::denied},
    {"iam", "GetRole", "AccessDenied", 403, "", Code::denied},
    {"eks", "ListClusters", "AccessDeniedException", 403, "", Code::denied},
    {"sts", "GetCallerIdentity", "InvalidClientTokenId", 403, "", Code::denied},
    {"sts", "GetCallerIdentity", "ExpiredTokenException", 403, "", Code::denied},
    {"ec2", "CreateVpc", "VpcLimitExceeded", 400, "", Code::quota},
    {"ec2", "AllocateAddress", "AddressLimitExceeded", 400, "", Code::quota},
    {"eks", "CreateCluster", "ResourceLimitExceededException", 400, "", Code::quota},
    {"ec2", "CreateSubnet", "InvalidParameterValue", 400, "bad", Code::invalid},
    {"eks", "CreateCluster", "InvalidParameterException", 400, "unsupported version",
     Code::invalid},
    {"eks", "UpdateClusterConfig", "InvalidParameterException", 400, "No changes detected",
     Code::already_exists},
    {"eks", "CreateCluster", "InvalidParameterException", 400,
     "Role could not be assumed because the trusted entity is not correct", Code::unavailable},
    {"eks", "CreateAccessEntry", "InvalidParameterException", 400,
     "The specified principalArn is invalid: invalid principal", Code::unavailable},
    {"iam", "CreateRole", "MalformedPolicyDocument", 400, "Invalid principal in policy: \"AWS\"",
     Code::unavailable},
    {"iam", "CreateRole", "MalformedPolicyDocument", 400, "Syntax errors", Code::invalid},
    {"iam", "AddRoleToInstanceProfile", "NoSuchEntity", 404,
     "The role with name r cannot be found.", Code::unavailable},
    {"ec2", "CreateLaunchTemplate", "InvalidParameterValue", 400,
     "Invalid IAM Instance Profile name", Code::unavailable},
    {"ec2", "CreateVpc", "InternalError", 500, "", Code::unavailable},
    {"iam", "GetRole", "NeverSeenBefore", 502, "", Code::unavailable},
    {"ec2", "CreateVpc", "DryRunOperation", 412, "", Code::cancelled},
};

// F35
constexpr Case kLaterCases[] = {
    {"ec2", "RunInstances", "InsufficientInstanceCapacity", 500, "", Code::capacity},
    {"eks", "CreateCluster", "UnsupportedAvailabilityZoneException", 400, "", Code::capacity},
    {"ec2", "RunInstances", "InsufficientHostCapacity", 400, "", Code::capacity},
    {"ec2", "AllocateAddress", "InsufficientAddressCapacity", 500, "", Code::capacity},
    {"ec2", "CreateVolume", "InsufficientVolumeCapacity", 500, "", Code::capacity},
    {"ec2", "CreateFleet", "UnfulfillableCapacity", 500, "", Code::capacity},
    {"autoscaling", "CreateAutoScalingGroup", "InsufficientCapacityException", 400, "",
     Code::capacity},
    {"ec2", "RunInstances", "InsufficientFreeAddressesInSubnet", 400, "", Code::quota},
    {"ec2", "RunInstances", "VcpuLimitExceeded", 400, "", Code::quota},
    {"ec2", "RunInstances", "MaxSpotInstanceCountExceeded", 400, "", Code::quota},
    {"eks", "CreateCluster", "ServiceQuotaExceededException", 402, "", Code::quota},
    {"sns", "CreateTopic", "TopicQuotaExceeded", 400, "", Code::quota},
    {"ec2", "ReleaseAddress", "InvalidAddress.Locked", 400, "", Code::conflict},
    {"ec2", "CreateRoute", "InvalidRoute.InvalidState", 400, "", Code::conflict},
    {"eks", "CreateAddon", "ResourceNotReady", 400, "", Code::conflict},
    {"sqs", "GetQueueUrl", "AWS.SimpleQueueService.NonExistentQueue", 400, "", Code::not_found},
    {"ssm", "GetParameter", "ParameterNotFound", 400, "", Code::not_found},
    {"sqs", "PurgeQueue", "AWS.SimpleQueueService.PurgeQueueInProgress", 403, "", Code::conflict},
    {"s3", "PutBucketTagging", "RequestTimeout", 400, "", Code::unavailable},
    {"ec2", "DeleteNatGateway", "NatGatewayNotFound", 400, "", Code::not_found},
    {"ec2", "DescribeVpcs", "InvalidVpcID.NotFound", 400, "", Code::not_found},
    {"ec2", "DeleteLaunchTemplate", "InvalidLaunchTemplateId.VersionNotFound", 400, "",
     Code::not_found},
};

// B78
TEST(Errors, CapacityIsNoQuotaAndEveryPatternFits) {
  for (const Case& c : kLaterCases) {
    const Status status = classify(c.service, c.operation, c.aws_code, c.http_status, c.message);
    EXPECT_EQ(code_name(status.code), code_name(c.means)) << c.operation << " " << c.aws_code;
  }
}

// F35, B18
TEST(Errors, WhoSignsIsAnotherMatterThanWhatIsAllowed) {
  EXPECT_TRUE(is_about_credentials("InvalidClientTokenId"));
  EXPECT_TRUE(is_about_credentials("SignatureDoesNotMatch"));
  EXPECT_TRUE(is_about_credentials("ExpiredToken"));
  EXPECT_FALSE(is_about_credentials("AccessDenied"));
  EXPECT_FALSE(is_about_credentials("UnauthorizedOperation"));
  EXPECT_FALSE(is_about_credentials(""));
}

// V61
TEST(Errors, TableDecides) {
  for (const Case& c : kCases) {
    const Status status = classify(c.service, c.operation, c.aws_code, c.http_status, c.message);
    EXPECT_EQ(code_name(status.code), code_name(c.means))
        << c.service << ":" << c.operation << " " << c.aws_code << " " << c.message;
  }
}

TEST(Errors, WireDressingIsTakenOff) {
  EXPECT_EQ(bare_error_code("com.amazonaws.sqs#QueueDoesNotExist"), "QueueDoesNotExist");
  EXPECT_EQ(bare_error_code("Foo:http://internal.amazon.com/coral/"), "Foo");
  const Status status = classify("eks", "DescribeCluster", "a.b#ResourceNotFoundException:http://x",
                                 404, "no such cluster");
  EXPECT_EQ(status.aws_code, "ResourceNotFoundException");
  EXPECT_EQ(status.message, "eks:DescribeCluster: ResourceNotFoundException: no such cluster");
}

TEST(Errors, SkewAndExpiry) {
  EXPECT_TRUE(is_clock_skew("RequestTimeTooSkewed", ""));
  EXPECT_TRUE(is_clock_skew("InvalidSignatureException", "Signature expired: 2020 is now earlier"));
  EXPECT_FALSE(is_clock_skew("SignatureDoesNotMatch", "check your key"));
  EXPECT_TRUE(is_expired_session("ExpiredTokenException"));
  EXPECT_FALSE(is_expired_session("AccessDenied"));
}

}  // namespace
}  // namespace byoc
