#include "cloud/aws/endpoint.h"

#include <gtest/gtest.h>

#include "cloud/aws/profile.h"

namespace byoc {
namespace {

Endpoint endpoint(const char* service, const char* region, const EndpointSettings& settings = {}) {
  return resolve_endpoint(*find_service(service), region, settings).value();
}

TEST(Endpoint, StandardNames) {
  EXPECT_EQ(endpoint("ec2", "us-west-2").host, "ec2.us-west-2.amazonaws.com");
  EXPECT_EQ(endpoint("iam", "eu-west-1").host, "iam.amazonaws.com");
  EXPECT_EQ(endpoint("iam", "eu-west-1").scope.region, "us-east-1");
  EXPECT_EQ(endpoint("iam", "cn-northwest-1").host, "iam.cn-north-1.amazonaws.com.cn");
  EXPECT_EQ(endpoint("iam", "us-gov-east-1").scope.region, "us-gov-west-1");
  EXPECT_EQ(endpoint("sts", "us-east-1").host, "sts.us-east-1.amazonaws.com");
  EXPECT_EQ(endpoint("resourcegroupstaggingapi", "us-east-1").host,
            "tagging.us-east-1.amazonaws.com");
  EXPECT_EQ(partition_of("cn-north-1"), "aws-cn");
  EXPECT_EQ(partition_of("us-gov-west-1"), "aws-us-gov");
  EXPECT_EQ(partition_of("mx-central-1"), "aws");
}

// F31; as botocore 1.43.11 makes them.
TEST(Endpoint, EveryPartitionHasNamesOfItsOwn) {
  EXPECT_EQ(endpoint("iam", "us-iso-west-1").host, "iam.us-iso-east-1.c2s.ic.gov");
  EXPECT_EQ(endpoint("eks", "us-isob-east-1").host, "eks.us-isob-east-1.sc2s.sgov.gov");
  EXPECT_EQ(endpoint("iam", "us-isof-east-1").scope.region, "us-isof-south-1");
  EXPECT_EQ(endpoint("sts", "eu-isoe-west-1").host, "sts.eu-isoe-west-1.cloud.adc-e.uk");
  EXPECT_EQ(endpoint("iam", "eusc-de-east-1").host, "iam.eusc-de-east-1.amazonaws.eu");
  EndpointSettings dual;
  dual.dual_stack = true;
  EXPECT_EQ(endpoint("iam", "us-iso-east-1", dual).host, "iam.api.aws.ic.gov");
  EXPECT_FALSE(resolve_endpoint(*find_service("eks"), "eu-isoe-west-1", dual).ok());
  EndpointSettings fips;
  fips.fips = true;
  EXPECT_EQ(endpoint("iam", "us-isob-east-1", fips).host, "iam-fips.us-isob-east-1.sc2s.sgov.gov");
  EXPECT_EQ(endpoint("iam", "us-isof-south-1", fips).host, "iam-fips.csp.hci.ic.gov");
  EXPECT_EQ(endpoint("eks", "us-iso-east-1", fips).host, "eks-fips.us-iso-east-1.c2s.ic.gov");
}

TEST(Endpoint, RegionsThatAreNoneAreRefused) {
  const Service& ec2 = *find_service("ec2");
  for (const char* region : {"", "us-west-2.evil.com/", "US-WEST-2", "a b"}) {
    EXPECT_FALSE(resolve_endpoint(ec2, region, {}).ok()) << region;
  }
  EndpointSettings fips;
  fips.fips = true;
  EXPECT_FALSE(resolve_endpoint(ec2, "cn-north-1", fips).ok());
}

TEST(Endpoint, GivenUrls) {
  EndpointSettings settings;
  settings.url = "http://127.0.0.1:5000";
  settings.urls["EC2"] = "https://vpce-1.ec2.example.com:443/base/";
  EXPECT_EQ(endpoint("iam", "us-east-1", settings).host, "127.0.0.1:5000");
  const Endpoint ec2 = endpoint("ec2", "eu-west-1", settings);
  EXPECT_EQ(ec2.host, "vpce-1.ec2.example.com");
  EXPECT_EQ(ec2.base_path, "/base");
  EXPECT_EQ(ec2.scope.region, "eu-west-1");
  for (const char* url : {"ftp://x", "127.0.0.1:5000", "http://user@host/", "http://a b/"}) {
    EXPECT_TRUE(split_url(url).host.empty()) << url;
  }
}

TEST(Endpoint, BucketsMoveIntoTheHostWhereTheyFit) {
  const Service& s3 = *find_service("s3");
  const auto moved = [&](const char* path, const EndpointSettings& settings) {
    HttpRequest request;
    request.path = path;
    apply_endpoint(endpoint("s3", "us-west-2", settings), s3, request);
    return request.host + request.path;
  };
  EXPECT_EQ(moved("/my-bucket", {}), "my-bucket.s3.us-west-2.amazonaws.com/");
  EXPECT_EQ(moved("/my-bucket/key/x", {}), "my-bucket.s3.us-west-2.amazonaws.com/key/x");
  EXPECT_EQ(moved("/my.bucket", {}), "s3.us-west-2.amazonaws.com/my.bucket");
  EXPECT_EQ(moved("/", {}), "s3.us-west-2.amazonaws.com/");
  EndpointSettings local;
  local.url = "http://127.0.0.1:5000";
  EXPECT_EQ(moved("/my-bucket", local), "127.0.0.1:5000/my-bucket");
}

TEST(Endpoint, SettingsOfTheEnvironmentComeBeforeThoseOfFiles) {
  Environment environment;
  environment.variables = {{"HOME", "/h"}};
  environment.read_file = [](const std::string& path) -> std::optional<std::string> {
    if (path != "/h/.aws/config") return std::nullopt;
    return "[default]\nregion = eu-north-1\nuse_fips_endpoint = true\nservices = local\n"
           "endpoint_url = http://127.0.0.1:1\n[services local]\nec2 =\n"
           "  endpoint_url = http://127.0.0.1:2\n";
  };
  EndpointSettings settings = endpoint_settings(environment).value();
  EXPECT_TRUE(settings.fips);
  EXPECT_EQ(settings.url, "http://127.0.0.1:1");
  EXPECT_EQ(settings.urls["EC2"], "http://127.0.0.1:2");
  EXPECT_EQ(ambient_region(environment), "eu-north-1");
  environment.variables["AWS_ENDPOINT_URL"] = "http://127.0.0.1:3";
  environment.variables["AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2"] = "http://127.0.0.1:4";
  environment.variables["AWS_USE_FIPS_ENDPOINT"] = "false";
  environment.variables["AWS_REGION"] = "us-east-2";
  settings = endpoint_settings(environment).value();
  EXPECT_FALSE(settings.fips);
  EXPECT_EQ(settings.url, "http://127.0.0.1:3");
  EXPECT_FALSE(settings.urls.contains("EC2"));
  EXPECT_EQ(endpoint("elbv2", "us-east-1", settings).host, "127.0.0.1:4");
  EXPECT_EQ(ambient_region(environment), "us-east-2");
  environment.variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";
  EXPECT_EQ(endpoint_settings(environment).value().url, "");
}

// F36
TEST(Endpoint, FipsIsNeverDroppedForAGivenEndpoint) {
  EndpointSettings settings;
  settings.url = "http://127.0.0.1:1";
  const Service& ec2 = *find_service("ec2");
  EXPECT_TRUE(resolve_endpoint(ec2, "us-east-1", settings).ok());
  settings.fips = true;
  EXPECT_EQ(resolve_endpoint(ec2, "us-east-1", settings).status().code, Code::invalid);
  settings.fips = false;
  settings.dual_stack = true;
  EXPECT_EQ(resolve_endpoint(ec2, "us-east-1", settings).status().code, Code::invalid);
}

}  // namespace
}  // namespace byoc
