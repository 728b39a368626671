#include "cloud/aws/parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace byoc {
namespace {

Answer parsed(const char* service, const char* operation, int status, std::string body,
              Fields headers = {}, Peer peer = Peer::aws) {
  const Service& model = *find_service(service);
  const bool has_id = body.find("equestI") != std::string::npos;
  if (!has_id) headers.emplace_back("x-amzn-requestid", "r");  // as every answer of a service
  return parse(model, *model.find(operation), {status, std::move(headers), std::move(body)}, peer);
}

// What stands between us and the service has no request id.
Answer overheard(const char* service, const char* operation, int status, std::string body,
                 Fields headers = {}, Peer peer = Peer::aws) {
  const Service& model = *find_service(service);
  return parse(model, *model.find(operation), {status, std::move(headers), std::move(body)}, peer);
}

TEST(Parse, TheZonesOfARefusalAreInItsWords) {  // F29
  const auto said = [](const char* message) {
    const std::string body = R"({"validZones": ["us-east-1a", "us-east-1b"], "message": ")";
    return parsed("eks", "CreateCluster", 400, body + message + "\"}",
                  {{"x-amzn-errortype", "UnsupportedAvailabilityZoneException"},
                   {"content-type", "application/json"}})
        .status.message;
  };
  EXPECT_TRUE(said("no room there.")
                  .ends_with("no room there. Zones that can be used: us-east-1a, us-east-1b."));
  EXPECT_TRUE(said("choose from us-east-1a, us-east-1b").ends_with("us-east-1a, us-east-1b"));
}

TEST(Parse, Ec2) {
  const Answer answer = parsed("ec2", "DescribeVpcs", 200, R"(<?xml version="1.0"?>
    <DescribeVpcsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
      <requestId>r-1</requestId>
      <vpcSet><item><vpcId>vpc-1</vpcId><isDefault>false</isDefault>
        <tagSet><item><key>a</key><value/></item></tagSet></item></vpcSet>
    </DescribeVpcsResponse>)");
  ASSERT_TRUE(answer.status.ok()) << answer.status.message;
  EXPECT_EQ(answer.request_id, "r-1");
  EXPECT_EQ(answer.body, Json::parse(R"({"Vpcs": [{"VpcId": "vpc-1", "IsDefault": false,
                                        "Tags": [{"Key": "a", "Value": ""}]}]})"));
}

TEST(Parse, IamDocumentsLoseTheEncodingOfTheWire) {
  const auto role = [](const std::string& document) {
    return parsed(
               "iam", "GetRole", 200,
               "<GetRoleResponse xmlns='https://iam.amazonaws.com/doc/2010-05-08/'><GetRoleResult>"
               "<Role><RoleName>r</RoleName><CreateDate>2026-01-31T09:30:00Z</CreateDate>"
               "<AssumeRolePolicyDocument>" +
                   document +
                   "</AssumeRolePolicyDocument></Role></GetRoleResult></GetRoleResponse>")
        .body["Role"];
  };
  EXPECT_EQ(role("%7B%22a%22%3A%20%22b%2Bc%22%7D")["AssumeRolePolicyDocument"], R"({"a": "b+c"})");
  EXPECT_EQ(role(R"({"a": "100%25"})")["AssumeRolePolicyDocument"], R"({"a": "100%25"})");
  EXPECT_EQ(role("")["CreateDate"], "2026-01-31T09:30:00Z");
}

TEST(Parse, EksTimesAreText) {
  const Answer answer =
      parsed("eks", "DescribeCluster", 200,
             R"({"cluster": {"name": "c", "createdAt": 1769851800.5, "logging": null,
                                   "new": {"thing": 1}}})");
  ASSERT_TRUE(answer.status.ok());
  EXPECT_EQ(answer.body,
            Json::parse(R"({"cluster": {"name": "c", "createdAt": "2026-01-31T09:30:00Z"}})"));
}

TEST(Parse, AnswersThatBreakTheModelAreErrors) {
  EXPECT_EQ(parsed("eks", "DescribeCluster", 200, R"({"cluster": {"name": 5}})").status.code,
            Code::unavailable);
  EXPECT_EQ(parsed("eks", "DescribeCluster", 200, R"({"cluster": [)").status.code,
            Code::unavailable);
  EXPECT_EQ(parsed("eks", "ListNodegroups", 200, R"([1])").status.code, Code::unavailable);
  EXPECT_EQ(parsed("ec2", "DescribeVpcs", 200, "<DescribeVpcsResponse><vpcSet>").status.code,
            Code::unavailable);
  EXPECT_EQ(parsed("ec2", "DescribeVpcs", 200, "").status.code, Code::unavailable);
  for (const char* vpcs : {"text", "<item>text</item>", "<item><vpcId><a>7</a></vpcId></item>",
                           "<item><tagSet>text</tagSet></item>"}) {
    const std::string body =
        std::string("<DescribeVpcsResponse><vpcSet>") + vpcs + "</vpcSet></DescribeVpcsResponse>";
    EXPECT_EQ(parsed("ec2", "DescribeVpcs", 200, body).status.code, Code::unavailable) << vpcs;
  }
}

TEST(Parse, AnotherRootIsAnError) {
  const Answer answer = parsed("ec2", "DescribeVpcs", 200,
                               "<ListAllMyBucketsResult><Owner/></ListAllMyBucketsResult>");
  EXPECT_EQ(answer.status.code, Code::unavailable);
  EXPECT_NE(answer.status.message.find("<ListAllMyBucketsResult>"), std::string::npos);
}

// F26
TEST(Parse, AnswersOfOthersProveNothing) {
  const std::string page = "<!doctype html><html><title>404 Not Found</title></html>";
  const std::pair<const char*, const char*> calls[] = {
      {"eks", "DescribeAddon"},      {"ec2", "DescribeVpcs"},      {"s3", "GetBucketTagging"},
      {"s3", "HeadBucket"},          {"s3", "DeleteBucket"},       {"iam", "DeleteRole"},
      {"eks", "DeleteCluster"},      {"logs", "DeleteLogGroup"},   {"sts", "GetCallerIdentity"},
      {"logs", "DescribeLogGroups"}, {"s3", "GetBucketVersioning"}};
  const std::string bodies[] = {page,
                                "",
                                "{}",
                                R"({"message": "no route"})",
                                R"({"code": 404, "error": "x"})",
                                "<Error><Code>NoSuchBucket</Code></Error>",
                                "<ErrorResponse><Error><Code>NoSuchEntity</Code></Error>"
                                "</ErrorResponse>",
                                "<ListAllMyBucketsResult/>",
                                "no"};
  for (const auto& [service, operation] : calls) {
    for (const int status : {200, 204, 302, 401, 403, 404, 405, 407, 409, 429, 500, 501, 503}) {
      for (const std::string& body : bodies) {
        const Answer answer = overheard(service, operation, status, body);
        EXPECT_EQ(answer.status.code, Code::unavailable) << operation << status << body;
        EXPECT_TRUE(answer.foreign && answer.body.empty()) << operation << status << body;
      }
    }
  }
  EXPECT_EQ(overheard("ec2", "DescribeVpcs", 404, page).status.message,
            "ec2:DescribeVpcs: the answer (HTTP 404, \"404 Not Found\") is not from ec2: it has no "
            "error code. Is a proxy, a gateway or a login page in the way?");
  EXPECT_THAT(overheard("ec2", "DescribeVpcs", 404, page, {}, Peer::given).status.message,
              testing::EndsWith("in the way? An emulator of AWS is told by BYOC_EMULATOR=1."));
}

// F26
TEST(Parse, OfTheServiceItselfAreOnlyWholeAnswers) {
  EXPECT_EQ(parsed("s3", "HeadBucket", 404, "").status.code, Code::not_found);
  EXPECT_EQ(parsed("s3", "HeadBucket", 403, "").status.code, Code::denied);
  const auto foreign = [](const Answer& answer) { return answer.foreign; };
  EXPECT_TRUE(foreign(parsed("s3", "GetBucketTagging", 404, "")));
  EXPECT_TRUE(foreign(parsed("s3", "GetBucketTagging", 200, "")));
  EXPECT_TRUE(foreign(parsed("s3", "GetBucketTagging", 200, "<VersioningConfiguration/>")));
  EXPECT_FALSE(foreign(parsed("s3", "GetBucketTagging", 200, "<Tagging><TagSet/></Tagging>")));
  EXPECT_FALSE(foreign(parsed("s3", "DeleteBucket", 204, "")));
  EXPECT_TRUE(foreign(parsed("eks", "ListNodegroups", 200, "")));
  EXPECT_TRUE(foreign(parsed("eks", "DescribeCluster", 404, R"({"message": "x"})")));
  EXPECT_FALSE(foreign(parsed("logs", "DeleteLogGroup", 200, "")));
  EXPECT_TRUE(foreign(parsed("logs", "DeleteLogGroup", 200, "<html/>")));
  EXPECT_TRUE(foreign(parsed("iam", "GetRole", 404, "<Error><Code>NoSuchEntity</Code></Error>")));
  const std::string error = R"({"__type": "ResourceNotFoundException"})";
  EXPECT_EQ(parsed("eks", "DescribeCluster", 404, error).status.code, Code::not_found);
  EXPECT_TRUE(
      foreign(parsed("eks", "DescribeCluster", 404, error, {{"content-type", "text/html"}})));
}

// F26
TEST(Parse, OnlyEmulatorsLackOperations) {
  const std::string page = "<html></html>";
  for (const auto& [service, operation] :
       {std::pair{"eks", "DescribeAddon"}, {"ec2", "DescribeVpcs"}, {"s3", "GetBucketTagging"}}) {
    for (const int status : {404, 405, 500, 501}) {
      const auto code = [&, &service = service, &operation = operation](Peer peer) {
        return overheard(service, operation, status, page, {}, peer).status.code;
      };
      EXPECT_EQ(code(Peer::emulator), Code::unsupported);
      EXPECT_EQ(code(Peer::emulator_with_it), Code::unavailable);
      EXPECT_EQ(code(Peer::aws), Code::unavailable);
    }
    EXPECT_EQ(overheard(service, operation, 502, page, {}, Peer::emulator).status.code,
              Code::unavailable);
  }
  const std::string unknown =
      "<Response><Errors><Error><Code>InvalidAction</Code></Error></Errors>"
      "<RequestID>r</RequestID></Response>";
  EXPECT_EQ(parsed("ec2", "DescribeVpcs", 400, unknown).status.code, Code::invalid);
  EXPECT_EQ(parsed("ec2", "DescribeVpcs", 400, unknown, {}, Peer::emulator).status.code,
            Code::unsupported);
}

TEST(Parse, ErrorsOfTheFiveProtocols) {
  const Answer eks = parsed("eks", "DescribeCluster", 404, R"({"message": "No cluster found"})",
                            {{"x-amzn-errortype", "ResourceNotFoundException:http://x/"}});
  EXPECT_EQ(eks.status.code, Code::not_found);
  EXPECT_EQ(eks.status.aws_code, "ResourceNotFoundException");
  const Answer logs = parsed("logs", "CreateLogGroup", 400,
                             R"({"__type": "a#ResourceAlreadyExistsException", "message": "m"})");
  EXPECT_EQ(logs.status.code, Code::already_exists);
  const Answer s3 = parsed("s3", "DeleteBucket", 409, "<Error><Code>BucketNotEmpty</Code></Error>");
  EXPECT_EQ(s3.status.code, Code::conflict);
  const Answer slow = parsed("ec2", "CreateVpc", 503,
                             "<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>m"
                             "</Message></Error></Errors><RequestID>r</RequestID></Response>",
                             {{"retry-after", "3"}});
  EXPECT_EQ(slow.status.code, Code::throttled);
  EXPECT_EQ(slow.status.retry_after, std::chrono::seconds(3));
  EXPECT_EQ(slow.request_id, "r");
}

TEST(Parse, S3MayFailWithAGoodStatus) {
  EXPECT_EQ(parsed("s3", "GetBucketTagging", 200, "<Error><Code>InternalError</Code></Error>")
                .status.code,
            Code::unavailable);
}

TEST(Parse, S3Shapes) {
  const Answer versions =
      parsed("s3", "ListObjectVersions", 200,
             "<ListVersionsResult><IsTruncated>false</IsTruncated>"
             "<Version><Key>a</Key></Version><DeleteMarker><Key>b</Key>"
             "</DeleteMarker><Version><Key>c</Key></Version></ListVersionsResult>");
  EXPECT_EQ(versions.body["Versions"].size(), 2U);
  EXPECT_EQ(versions.body["DeleteMarkers"].size(), 1U);
}

}  // namespace
}  // namespace byoc
