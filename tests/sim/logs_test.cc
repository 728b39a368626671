// The rules of CloudWatch log groups.
#include <gtest/gtest.h>

#include "tests/sim/store.h"
#include "tests/sim/testing.h"

namespace byoc::sim {
namespace {

constexpr const char* kName = "/aws/eks/train/cluster";
constexpr const char* kArn = "arn:aws:logs:us-west-2:111122223333:log-group:/aws/eks/train/cluster";

struct LogsTest : ::testing::Test {
  SimCloud cloud{SimOptions{}};

  Json logs(const std::string& operation, Json params = Json::object()) {
    return must(cloud, "logs", operation, std::move(params));
  }
  std::string code(const std::string& operation, Json params = Json::object()) {
    return code_of(cloud, "logs", operation, std::move(params));
  }
};

TEST_F(LogsTest, AGroupLivesOnce) {
  logs("CreateLogGroup", {{"logGroupName", kName}, {"tags", {{"a", "b"}}}});
  EXPECT_EQ(code("CreateLogGroup", {{"logGroupName", kName}}), "ResourceAlreadyExistsException");
  const Json shown = logs("DescribeLogGroups", {{"logGroupNamePrefix", "/aws/eks/"}});
  ASSERT_EQ(shown["logGroups"].size(), 1U);
  EXPECT_EQ(shown["logGroups"][0]["arn"], std::string(kArn) + ":*");
  EXPECT_FALSE(shown["logGroups"][0].contains("retentionInDays"));
  EXPECT_TRUE(logs("DescribeLogGroups", {{"logGroupNamePrefix", "/x"}})["logGroups"].empty());
  logs("DeleteLogGroup", {{"logGroupName", kName}});
  EXPECT_EQ(code("DeleteLogGroup", {{"logGroupName", kName}}), "ResourceNotFoundException");
  EXPECT_EQ(code("CreateLogGroup", {{"logGroupName", "a b"}}), "InvalidParameterException");
}

TEST_F(LogsTest, RetentionComesInFixedSizes) {
  logs("CreateLogGroup", {{"logGroupName", kName}});
  logs("PutRetentionPolicy", {{"logGroupName", kName}, {"retentionInDays", 30}});
  EXPECT_EQ(logs("DescribeLogGroups")["logGroups"][0]["retentionInDays"], 30);
  EXPECT_EQ(code("PutRetentionPolicy", {{"logGroupName", kName}, {"retentionInDays", 31}}),
            "InvalidParameterException");
  EXPECT_EQ(code("PutRetentionPolicy", {{"logGroupName", "/none"}, {"retentionInDays", 30}}),
            "ResourceNotFoundException");
  logs("DeleteRetentionPolicy", {{"logGroupName", kName}});
  EXPECT_FALSE(logs("DescribeLogGroups")["logGroups"][0].contains("retentionInDays"));
}

TEST_F(LogsTest, TagsGoByArn) {
  logs("CreateLogGroup", {{"logGroupName", kName}, {"tags", {{"a", "b"}}}});
  logs("TagResource", {{"resourceArn", kArn}, {"tags", {{"c", "d"}}}});
  logs("UntagResource", {{"resourceArn", kArn}, {"tagKeys", {"a"}}});
  EXPECT_EQ(logs("ListTagsForResource", {{"resourceArn", kArn}})["tags"], Json({{"c", "d"}}));
  EXPECT_EQ(code("ListTagsForResource", {{"resourceArn", std::string(kArn) + ":*"}}),
            "InvalidParameterException");
}

TEST_F(LogsTest, AServiceMakesTheGroupThatItWritesTo) {
  OpContext context = cloud.context("us-west-2");
  write_log_group(context, kName);
  write_log_group(context, kName);
  EXPECT_EQ(logs("DescribeLogGroups")["logGroups"].size(), 1U);
}

}  // namespace
}  // namespace byoc::sim
