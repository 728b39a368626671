// The rules of S3 buckets.
#include <gtest/gtest.h>

#include "tests/sim/testing.h"

namespace byoc::sim {
namespace {

Json here(const std::string& bucket, const std::string& region = "us-west-2") {
  return {{"Bucket", bucket}, {"CreateBucketConfiguration", {{"LocationConstraint", region}}}};
}

struct S3Test : ::testing::Test {
  SimCloud cloud{SimOptions{}};

  Json s3(const std::string& operation, Json params = Json::object()) {
    return must(cloud, "s3", operation, std::move(params));
  }
  std::string code(const std::string& operation, Json params = Json::object()) {
    return code_of(cloud, "s3", operation, std::move(params));
  }
};

TEST_F(S3Test, NamesHaveAForm) {
  for (const char* name :
       {"ab", "Upper", "under_score", "-dash", "dash-", "two..dots", "xn--a", "a-s3alias"}) {
    EXPECT_EQ(code("CreateBucket", here(name)), "InvalidBucketName") << name;
  }
  EXPECT_EQ(code("CreateBucket", here(std::string(64, 'a'))), "InvalidBucketName");
  EXPECT_EQ(code("CreateBucket", here("a.good-name.1")), "ok");
}

TEST_F(S3Test, TheLocationIsTheCallersRegion) {
  EXPECT_EQ(code("CreateBucket", {{"Bucket", "data"}}), "IllegalLocationConstraintException");
  EXPECT_EQ(code("CreateBucket", here("data", "eu-west-1")), "IllegalLocationConstraintException");
  EXPECT_EQ(code("CreateBucket", here("data", "us-east-1")), "InvalidLocationConstraint");
  s3("CreateBucket", here("data"));
  EXPECT_EQ(s3("GetBucketLocation", {{"Bucket", "data"}})["LocationConstraint"], "us-west-2");
}

TEST(S3HomeTest, TheHomeRegionHasNoLocation) {
  SimOptions options;
  options.region = "us-east-1";
  SimCloud cloud(options);
  EXPECT_EQ(code_of(cloud, "s3", "CreateBucket", here("data", "us-east-1")),
            "InvalidLocationConstraint");
  must(cloud, "s3", "CreateBucket", {{"Bucket", "data"}});
  must(cloud, "s3", "CreateBucket", {{"Bucket", "data"}});  // creating again succeeds here only
  EXPECT_TRUE(
      must(cloud, "s3", "GetBucketLocation", {{"Bucket", "data"}})["LocationConstraint"].is_null());
}

TEST_F(S3Test, NamesAreTakenEverywhere) {
  s3("CreateBucket", here("data"));
  EXPECT_EQ(code("CreateBucket", here("data")), "BucketAlreadyOwnedByYou");
  S3Bucket foreign;
  foreign.name = "theirs";
  foreign.account = "999988887777";
  foreign.region = "us-west-2";
  cloud.world().s3.buckets.add("theirs", foreign, Lag{});
  EXPECT_EQ(code("CreateBucket", here("theirs")), "BucketAlreadyExists");
  EXPECT_EQ(cloud.call("s3", "HeadBucket", {{"Bucket", "theirs"}}).status.code, Code::denied);
  EXPECT_EQ(code("DeleteBucket", {{"Bucket", "theirs"}}), "AccessDenied");
  EXPECT_EQ(s3("ListBuckets")["Buckets"].size(), 1U);
}

TEST_F(S3Test, ABucketAnswersInItsRegion) {
  s3("CreateBucket", here("data"));
  cloud.world().s3.buckets.find("data")->region = "eu-west-1";
  EXPECT_EQ(code("GetBucketTagging", {{"Bucket", "data"}}), "PermanentRedirect");
}

TEST_F(S3Test, ANewBucketIsClosedAndEncrypted) {
  const Json name = {{"Bucket", "data"}};
  EXPECT_EQ(cloud.call("s3", "HeadBucket", name).status.code, Code::not_found);
  s3("CreateBucket", here("data"));
  s3("HeadBucket", name);
  const Json access = s3("GetPublicAccessBlock", name)["PublicAccessBlockConfiguration"];
  EXPECT_EQ(access["BlockPublicAcls"], true);
  const Json rules = s3("GetBucketEncryption", name)["ServerSideEncryptionConfiguration"]["Rules"];
  EXPECT_EQ(rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"], "AES256");
  EXPECT_EQ(s3("GetBucketVersioning", name), Json::object());
  EXPECT_EQ(code("GetBucketTagging", name), "NoSuchTagSet");
}

TEST_F(S3Test, SettingsReadBackAsWritten) {
  const Json name = {{"Bucket", "data"}};
  s3("CreateBucket", here("data"));
  const Json tags = {{{"Key", "a"}, {"Value", "b"}}};
  s3("PutBucketTagging", {{"Bucket", "data"}, {"Tagging", {{"TagSet", tags}}}});
  EXPECT_EQ(s3("GetBucketTagging", name)["TagSet"], tags);
  s3("PutBucketVersioning",
     {{"Bucket", "data"}, {"VersioningConfiguration", {{"Status", "Enabled"}}}});
  EXPECT_EQ(s3("GetBucketVersioning", name)["Status"], "Enabled");
  s3("PutPublicAccessBlock",
     {{"Bucket", "data"}, {"PublicAccessBlockConfiguration", {{"BlockPublicAcls", true}}}});
  EXPECT_EQ(s3("GetPublicAccessBlock", name)["PublicAccessBlockConfiguration"]["IgnorePublicAcls"],
            false);
  const Json twice = {{{"Key", "a"}, {"Value", "b"}}, {{"Key", "a"}, {"Value", "c"}}};
  EXPECT_EQ(code("PutBucketTagging", {{"Bucket", "data"}, {"Tagging", {{"TagSet", twice}}}}),
            "InvalidTag");
  EXPECT_EQ(code("PutBucketVersioning",
                 {{"Bucket", "data"}, {"VersioningConfiguration", {{"Status", "On"}}}}),
            "IllegalVersioningConfigurationException");
}

TEST_F(S3Test, ABucketGoesWhenItIsEmpty) {  // E38
  const Json name = {{"Bucket", "data"}};
  s3("CreateBucket", here("data"));
  s3("PutBucketVersioning",
     {{"Bucket", "data"}, {"VersioningConfiguration", {{"Status", "Enabled"}}}});
  s3("PutObject", {{"Bucket", "data"}, {"Key", "x"}, {"Body", "1"}});
  s3("PutObject", {{"Bucket", "data"}, {"Key", "x"}, {"Body", "22"}});
  s3("DeleteObjects", {{"Bucket", "data"}, {"Delete", {{"Objects", {{{"Key", "x"}}}}}}});
  EXPECT_EQ(code("DeleteBucket", name), "BucketNotEmpty");
  const Json all = s3("ListObjectVersions", name);
  ASSERT_EQ(all["Versions"].size(), 2U);
  ASSERT_EQ(all["DeleteMarkers"].size(), 1U);
  EXPECT_EQ(all["DeleteMarkers"][0]["IsLatest"], true);
  EXPECT_EQ(all["Versions"][1]["IsLatest"], false);
  EXPECT_EQ(all["IsTruncated"], false);
  const Json first = s3("ListObjectVersions", {{"Bucket", "data"}, {"MaxKeys", 1}});
  EXPECT_EQ(first["IsTruncated"], true);
  EXPECT_EQ(first.count("DeleteMarkers") + first.count("Versions"), 1U);
  Json objects = Json::array();
  for (const char* kind : {"Versions", "DeleteMarkers"}) {
    for (const Json& version : all[kind]) {
      objects.push_back({{"Key", version["Key"]}, {"VersionId", version["VersionId"]}});
    }
  }
  s3("DeleteObjects", {{"Bucket", "data"}, {"Delete", {{"Objects", objects}, {"Quiet", true}}}});
  s3("DeleteBucket", name);
  EXPECT_EQ(code("DeleteBucket", name), "NoSuchBucket");
  EXPECT_EQ(dump(cloud.world().s3), Json::object());
}

TEST_F(S3Test, WithoutVersionsAKeyIsOneObject) {
  s3("CreateBucket", here("data"));
  s3("PutObject", {{"Bucket", "data"}, {"Key", "x"}, {"Body", "1"}});
  s3("PutObject", {{"Bucket", "data"}, {"Key", "x"}, {"Body", "2"}});
  EXPECT_EQ(s3("ListObjectVersions", {{"Bucket", "data"}})["Versions"].size(), 1U);
  s3("DeleteObjects", {{"Bucket", "data"}, {"Delete", {{"Objects", {{{"Key", "x"}}}}}}});
  s3("DeleteBucket", {{"Bucket", "data"}});
  EXPECT_EQ(code("DeleteObjects", {{"Bucket", "data"}, {"Delete", {{"Objects", Json::array()}}}}),
            "NoSuchBucket");
}

}  // namespace
}  // namespace byoc::sim
