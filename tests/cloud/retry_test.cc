#include "cloud/aws/retry.h"

#include <gtest/gtest.h>

#include "cloud/aws/call.h"
#include "cloud/aws/errors.h"
#include "cloud/aws/pace.h"
#include "cloud/aws/paging.h"
#include "cloud/aws/quirks.h"

namespace byoc {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Operation& operation(const char* service, const char* name) {
  return *find_service(service)->find(name);
}

TEST(Retry, WhatMayBeRepeated) {
  const auto repeatable = [](const char* service, const char* name, const char* params) {
    return is_repeatable(operation(service, name), Json::parse(params));
  };
  EXPECT_TRUE(repeatable("ec2", "DescribeVpcs", "{}"));
  EXPECT_TRUE(repeatable("ec2", "DeleteVpc", "{}"));
  EXPECT_TRUE(repeatable("ec2", "CreateTags", "{}"));
  EXPECT_TRUE(repeatable("s3", "PutBucketTagging", "{}"));
  EXPECT_TRUE(repeatable("ec2", "CreateNatGateway", R"({"ClientToken": "t"})"));
  EXPECT_FALSE(repeatable("ec2", "CreateNatGateway", "{}"));
  EXPECT_FALSE(repeatable("ec2", "CreateVpc", "{}"));
  EXPECT_FALSE(repeatable("iam", "CreateRole", "{}"));
  EXPECT_FALSE(repeatable("eks", "UpdateClusterConfig", "{}"));
}

TEST(Retry, Verdicts) {
  const auto verdict = [](const char* code, int http_status, bool repeatable) {
    return judge(classify("ec2", "CreateVpc", code, http_status, ""), http_status, false,
                 repeatable);
  };
  EXPECT_EQ(verdict("RequestLimitExceeded", 503, false), Verdict::again_rested);
  EXPECT_EQ(verdict("ServiceUnavailable", 503, false), Verdict::again);
  EXPECT_EQ(verdict("InternalError", 500, false), Verdict::finished);
  EXPECT_EQ(verdict("InternalError", 500, true), Verdict::again);
  EXPECT_EQ(verdict("VpcLimitExceeded", 400, true), Verdict::finished);
  EXPECT_EQ(verdict("InsufficientInstanceCapacity", 500, true), Verdict::finished);
  EXPECT_EQ(verdict("ExpiredToken", 400, true), Verdict::again_resigned);
  EXPECT_EQ(verdict("RequestTimeout", 400, true), Verdict::again) << "F35";
  EXPECT_EQ(verdict("RequestTimeTooSkewed", 403, true), Verdict::again_resigned);
}

TEST(Retry, ALostAnswerIsAnUnknownOutcomeUnlessItDoesNotMatter) {
  Exchange lost;
  lost.fault = Fault::lost;
  EXPECT_EQ(fault_status("x", lost, false).code, Code::unknown_outcome);
  EXPECT_EQ(fault_status("x", lost, true).code, Code::unavailable);
  lost.fault = Fault::not_sent;
  EXPECT_EQ(fault_status("x", lost, false).code, Code::unavailable);
  lost.fault = Fault::too_large;
  EXPECT_EQ(fault_status("x", lost, true).code, Code::invalid);
  EXPECT_EQ(settle(error(Code::unavailable, ""), 500, false, false).code, Code::unknown_outcome);
  EXPECT_EQ(settle(error(Code::unavailable, ""), 200, false, false).code, Code::unknown_outcome);
  EXPECT_EQ(settle(error(Code::unavailable, ""), 503, false, false).code, Code::unavailable);
  EXPECT_EQ(settle(error(Code::unavailable, ""), 400, false, false).code, Code::unavailable);
}

// F27
TEST(Retry, WhatMayHaveActed) {
  EXPECT_TRUE(may_have_acted(Fault::lost, 0, false));
  EXPECT_TRUE(may_have_acted(Fault::too_large, 0, false));
  EXPECT_FALSE(may_have_acted(Fault::not_sent, 0, false));
  EXPECT_TRUE(may_have_acted(Fault::none, 404, true));
  EXPECT_TRUE(may_have_acted(Fault::none, 500, false));
  EXPECT_FALSE(may_have_acted(Fault::none, 503, false));
  EXPECT_FALSE(may_have_acted(Fault::none, 400, false));
  EXPECT_EQ(of_last_attempt_only(error(Code::throttled, "slow")).code, Code::unknown_outcome);
  EXPECT_EQ(of_last_attempt_only(error(Code::already_exists, "")).code, Code::already_exists);
}

// F26
TEST(Retry, AnAnswerOfOthersIsNoWordAboutTheCall) {
  const Status page = error(Code::unavailable, "");
  EXPECT_EQ(judge(page, 503, true, true), Verdict::again);
  EXPECT_EQ(judge(page, 503, true, false), Verdict::finished);
  EXPECT_EQ(judge(page, 407, true, true), Verdict::finished);
  for (const int status : {200, 302, 403, 404, 407, 501, 503}) {
    EXPECT_EQ(settle(page, status, true, false).code, Code::unknown_outcome) << status;
    EXPECT_EQ(settle(page, status, true, true).code, Code::unavailable) << status;
  }
}

TEST(Retry, BackoffIsFullJitterUnderACap) {
  const RetryLimits limits;
  EXPECT_EQ(backoff(limits, 0, 0.5, {}), milliseconds(250));
  EXPECT_EQ(backoff(limits, 3, 0.5, {}), seconds(2));
  EXPECT_EQ(backoff(limits, 60, 0.5, {}), seconds(10));
  EXPECT_EQ(backoff(limits, 0, 0, seconds(3)), seconds(3));
  EXPECT_EQ(backoff(limits, 0, 0, seconds(300)), seconds(20));
}

TEST(Retry, TheQuotaEndsAFlood) {
  RetryQuota quota;
  int taken = 0;
  while (quota.take(RetryQuota::kCost)) ++taken;
  EXPECT_EQ(taken, 100);
  quota.give_back(1000);
  EXPECT_EQ(quota.left(), RetryQuota::kTotal);
}

TEST(Pace, IsUnlimitedUntilTheFirstThrottleAndAgainAfterSuccess) {
  Pace pace;
  Time now = parse_time("2026-01-31T09:30:00Z");
  for (int i = 0; i < 40; ++i) {
    EXPECT_EQ(pace.take(now), Duration(0));
    now += milliseconds(50);  // 20 calls a second
  }
  pace.on_throttle(now);
  EXPECT_NEAR(pace.rate(), 14, 2);
  EXPECT_EQ(pace.take(now), Duration(0));
  EXPECT_GT(pace.take(now), milliseconds(50));
  const double once = pace.rate();
  pace.on_throttle(now + milliseconds(10));
  EXPECT_EQ(pace.rate(), once) << "throttles of one moment count once";
  pace.on_throttle(now + seconds(2));
  EXPECT_LT(pace.rate(), once);
  for (int i = 0; i < 200; ++i) pace.on_success(now);
  EXPECT_EQ(pace.rate(), 0);
}

TEST(Pace, NeverStops) {
  Pace pace;
  Time now = parse_time("2026-01-31T09:30:00Z");
  for (int i = 0; i < 100; ++i) pace.on_throttle(now += seconds(2));
  EXPECT_EQ(pace.rate(), Pace::kRateMin);
}

TEST(Paging, SizesAreAskedForWhereTheyMay) {
  const auto sized = [](const char* service, const char* name, Json params) {
    add_page_size(*find_service(service), operation(service, name), params);
    return params;
  };
  EXPECT_EQ(sized("ec2", "DescribeRouteTables", Json::object())["MaxResults"], 100);
  EXPECT_EQ(sized("ec2", "DescribeVpcs", {{"Filters", {{{"Name", "x"}}}}})["MaxResults"], 1000);
  EXPECT_EQ(sized("ec2", "DescribeNatGateways", {{"Filter", {{{"Name", "x"}}}}})["MaxResults"],
            1000);
  EXPECT_FALSE(sized("ec2", "DescribeVpcs", {{"VpcIds", {"v"}}}).contains("MaxResults"));
  EXPECT_EQ(sized("ec2", "DescribeVpcs", {{"MaxResults", 5}})["MaxResults"], 5);
  EXPECT_EQ(sized("eks", "ListNodegroups", {{"clusterName", "c"}})["maxResults"], 100);
  EXPECT_EQ(sized("ec2", "DescribeAddresses", Json::object()), Json::object());
}

TEST(Paging, PagesBecomeOneAnswer) {
  const Operation& list = operation("s3", "ListObjectVersions");
  Json params = {{"Bucket", "b"}};
  Json merged = Json::object();
  auto more = add_page(list, Json::parse(R"({"IsTruncated": true, "NextKeyMarker": "k",
      "NextVersionIdMarker": "v", "Versions": [1], "Name": "b"})"),
                       merged, params);
  ASSERT_TRUE(more.ok() && more.value());
  EXPECT_EQ(params, Json::parse(R"({"Bucket": "b", "KeyMarker": "k", "VersionIdMarker": "v"})"));
  more = add_page(list, Json::parse(R"({"IsTruncated": false, "Versions": [2],
      "DeleteMarkers": [3]})"),
                  merged, params);
  ASSERT_TRUE(more.ok() && !more.value());
  EXPECT_EQ(merged, Json::parse(R"({"Versions": [1, 2], "DeleteMarkers": [3], "Name": "b"})"));
}

TEST(Paging, WhoNamesThePageSizeGetsOnePage) {
  const std::string page = R"({"IsTruncated": true, "NextKeyMarker": "k",
      "NextVersionIdMarker": "v", "Versions": [1]})";
  const auto more_after_one = [&](Json params) {
    auto flight = make_flight("s3", "ListObjectVersions", std::move(params), "us-east-1", {});
    EXPECT_TRUE(flight.ok());
    Answer answer;
    answer.body = Json::parse(page);
    const auto more = take_page(flight.value(), std::move(answer));
    return more.ok() && more.value();
  };
  EXPECT_TRUE(more_after_one({{"Bucket", "b"}}));
  EXPECT_FALSE(more_after_one({{"Bucket", "b"}, {"MaxKeys", 1000}}));
}

TEST(Paging, AMarkerThatDoesNotMoveIsAnError) {
  const Operation& list = operation("eks", "ListNodegroups");
  Json params = {{"clusterName", "c"}};
  Json merged = Json::object();
  const Json page = Json::parse(R"({"nodegroups": ["a"], "nextToken": "t"})");
  ASSERT_TRUE(add_page(list, page, merged, params).ok());
  EXPECT_EQ(add_page(list, page, merged, params).status().code, Code::unavailable);
}

}  // namespace
}  // namespace byoc
