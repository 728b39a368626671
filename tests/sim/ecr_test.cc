// The rules of ECR repositories.
#include <gtest/gtest.h>

#include "tests/sim/testing.h"

namespace byoc::sim {
namespace {

struct EcrTest : ::testing::Test {
  SimCloud cloud{SimOptions{}};
  const Json name = {{"repositoryName", "byoc-demo"}};
  const Json names = {{"repositoryNames", Json::array({"byoc-demo"})}};

  Json ecr(const std::string& operation, const Json& params) {
    return must(cloud, "ecr", operation, params);
  }
  std::string code(const std::string& operation, const Json& params) {
    return code_of(cloud, "ecr", operation, params);
  }
};

TEST_F(EcrTest, ARepositoryLivesOnce) {
  EXPECT_EQ(code("DescribeRepositories", names), "RepositoryNotFoundException");
  EXPECT_EQ(code("CreateRepository", {{"repositoryName", "Demo"}}), "InvalidParameterException");
  ecr("CreateRepository", name);
  EXPECT_EQ(code("CreateRepository", name), "RepositoryAlreadyExistsException");
  EXPECT_EQ(ecr("DescribeRepositories", names)["repositories"][0]["repositoryUri"],
            "111122223333.dkr.ecr.us-west-2.amazonaws.com/byoc-demo");
  Json paged = names;
  paged["maxResults"] = 100;
  EXPECT_EQ(code("DescribeRepositories", paged), "InvalidParameterException");
}

TEST_F(EcrTest, ImagesAreDeletedByForceOnly) {
  ecr("CreateRepository", name);
  cloud.context("us-west-2").region.ecr.repositories.find("byoc-demo")->images = 1;
  EXPECT_EQ(code("DeleteRepository", name), "RepositoryNotEmptyException");
  ecr("DeleteRepository", {{"repositoryName", "byoc-demo"}, {"force", true}});
  EXPECT_EQ(code("DeleteRepository", name), "RepositoryNotFoundException");
}

TEST_F(EcrTest, TagsGoByArn) {
  const Json tag = {{"Key", "a"}, {"Value", "b"}};
  const Json made = ecr("CreateRepository", {{"repositoryName", "r1"}, {"tags", {tag}}});
  const Json arn = {{"resourceArn", made["repository"]["repositoryArn"]}};
  const auto with = [&arn](const char* member, const Json& value) {
    Json params = arn;
    params[member] = Json::array({value});
    return params;
  };
  ecr("TagResource", with("tags", {{"Key", "c"}, {"Value", "d"}}));
  ecr("UntagResource", with("tagKeys", "a"));
  EXPECT_EQ(ecr("ListTagsForResource", arn)["tags"].dump(), R"([{"Key":"c","Value":"d"}])");
}

}  // namespace
}  // namespace byoc::sim
