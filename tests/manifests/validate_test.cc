// What wrong/*.yaml cannot show: objects that came from no file, other namespaces, and limits.
#include "manifests/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace byoc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Manifest made(const char* kind, const char* name, const char* spec, const char* ns = "default") {
  Manifest manifest;
  manifest.object.kind = kind;
  manifest.object.metadata.name = name;
  manifest.object.metadata.ns = ns;
  manifest.object.spec = Json::parse(spec);
  manifest.file = "flags";
  return manifest;
}

std::vector<std::string> said(std::vector<Manifest>& manifests,
                              const std::vector<Object>& existing = {}) {
  std::vector<std::string> out;
  for (const Diagnostic& found : validate(manifests, existing, {{"region", "us-east-1"}})) {
    out.push_back(format_diagnostic(found));
  }
  return out;
}

std::vector<std::string> said(const std::string& text) {
  Loaded loaded = load_text(text, "t");
  EXPECT_THAT(loaded.diagnostics, IsEmpty());
  return said(loaded.manifests);
}

TEST(Validate, ObjectsWithoutAFileAreCheckedAndDefaulted) {
  // B22
  std::vector<Manifest> good = {made("Cluster", "c", "{}")};
  EXPECT_THAT(said(good), IsEmpty());
  EXPECT_EQ(good[0].object.spec["region"], "us-east-1");
  std::vector<Manifest> wrong = {made("Cluster", "c", R"({"regoin":"x"})")};
  EXPECT_THAT(said(wrong), ElementsAre("flags: error: Cluster/c spec.regoin: unknown field\n"
                                       "  hint: did you mean `region`?"));
}

// L11
TEST(Validate, ReferencesLookAtExistingObjectsOfTheNamespace) {
  const char* spec = R"({"clusterRef":{"name":"c"},"instanceTypes":["m5.large"],"min":1})";
  const std::vector<Object> existing = {made("Cluster", "c", "{}", "team-a").object};
  std::vector<Manifest> there = {made("NodeGroup", "n", spec, "team-a")};
  EXPECT_THAT(said(there, existing), IsEmpty());
  std::vector<Manifest> elsewhere = {made("NodeGroup", "n", spec, "team-b")};
  EXPECT_THAT(
      said(elsewhere, existing),
      ElementsAre(HasSubstr("NodeGroup/team-b/n spec.clusterRef.name: there is no Cluster")));
}

TEST(Validate, AnExistingObjectMayHoldTheName) {
  std::vector<Manifest> manifests = {made("Cluster", "a.b", "{}")};
  const std::vector<Object> existing = {made("Cluster", "a-b", R"({"region":"us-east-1"})").object};
  EXPECT_THAT(said(manifests, existing),
              ElementsAre(HasSubstr("Cluster/a-b, which exists, gets the same name in AWS")));
}

TEST(Validate, ZonesThatAreWrittenLaterAreThoseThatStand) {  // F5
  Object standing = made("Cluster", "c", R"({"region":"us-east-1"})").object;
  standing.status["decided"]["zones"] = {{{"name", "us-east-1b"}, {"part", 0}},
                                         {{"name", "us-east-1c"}, {"part", 1}}};
  standing.status["inventory"] = {{{"key", "vpc"}}, {{"key", "cluster"}}};
  std::vector<Manifest> same = {
      made("Cluster", "c", R"({"region":"us-east-1","network":{"zones":["c","us-east-1b"]}})")};
  EXPECT_THAT(said(same, {standing}), IsEmpty());
  std::vector<Manifest> moved = {
      made("Cluster", "c", R"({"region":"us-east-1","network":{"zones":["a","b"]}})")};
  EXPECT_THAT(said(moved, {standing}), ElementsAre(HasSubstr("stands in us-east-1b, us-east-1c")));
}

TEST(Validate, ZonesMayChangeUntilTheClusterIsMade) {  // F29
  Object refused =
      made("Cluster", "c", R"({"region":"us-east-1","network":{"zones":["a","b"]}})").object;
  refused.status["decided"]["zones"] = {{{"name", "us-east-1a"}, {"part", 0}},
                                        {{"name", "us-east-1b"}, {"part", 1}}};
  refused.status["inventory"] = {{{"key", "vpc"}}, {{"key", "subnet/private-a"}}};
  std::vector<Manifest> moved = {
      made("Cluster", "c", R"({"region":"us-east-1","network":{"zones":["b","c"]}})")};
  EXPECT_THAT(said(moved, {refused}), IsEmpty());
  refused.status["inventory"].push_back({{"key", "cluster"}});
  EXPECT_THAT(said(moved, {refused}), ElementsAre(HasSubstr("ImmutableField")));
}

TEST(Validate, AnAccountThatIsWrittenLaterIsTheOneThatItIsIn) {  // F59
  Object standing = made("Role", "r", R"({"trust":{"services":["ec2.amazonaws.com"]}})").object;
  standing.status["location"] = {{"accountId", "111122223333"}};
  const auto with_account = [](const char* account) {
    const std::string trust = R"("trust":{"services":["ec2.amazonaws.com"]}})";
    const std::string spec = R"({"accountId":")" + std::string(account) + "\"," + trust;
    return std::vector<Manifest>{made("Role", "r", spec.c_str())};
  };
  std::vector<Manifest> same = with_account("111122223333");
  EXPECT_THAT(said(same, {standing}), IsEmpty());
  std::vector<Manifest> moved = with_account("999988887777");
  EXPECT_THAT(said(moved, {standing}), ElementsAre(HasSubstr("it is `111122223333`")));
  standing.status.clear();
  EXPECT_THAT(said(moved, {standing}), IsEmpty()) << "it was never made";
}

TEST(Validate, ANameBelongsToAnAccountAndARegion) {  // F25
  const auto cluster = [](const char* name, const char* account, const char* region) {
    const std::string role = std::string("arn:aws:iam::") + account + ":role/ops";
    return made(
        "Cluster", name,
        (R"({"region":")" + std::string(region) + R"(","roleArn":")" + role + R"("})").c_str());
  };
  const auto refused = testing::ElementsAre(HasSubstr("gets the same name in AWS"));
  const Object there = cluster("a-b", "111122223333", "us-east-1").object;
  std::vector<Manifest> same = {cluster("a.b", "111122223333", "us-east-1")};
  EXPECT_THAT(said(same, {there}), refused);
  std::vector<Manifest> other = {cluster("a.b", "999988887777", "us-east-1")};
  EXPECT_THAT(said(other, {there}), IsEmpty());
  std::vector<Manifest> elsewhere = {cluster("a.b", "111122223333", "us-west-2")};
  EXPECT_THAT(said(elsewhere, {there}), IsEmpty());
  // By the account in its status, where the credentials do not tell it.
  Object ambient = made("Cluster", "a-b", R"({"region":"us-east-1"})").object;
  ambient.status["location"] = {{"accountId", "111122223333"}};
  std::vector<Manifest> by_role = {cluster("a.b", "111122223333", "us-east-1")};
  EXPECT_THAT(said(by_role, {ambient}), refused);
  std::vector<Manifest> by_us = {made("Cluster", "a.b", R"({"region":"us-east-1"})")};
  EXPECT_THAT(said(by_us, {ambient}), refused) << "with the same credentials";
}

TEST(Validate, BucketNamesBelongToAPartition) {  // F25
  const auto cluster = [](const char* name, const char* account, const char* region) {
    return made("Cluster", name,
                (R"({"storage":{"bucket":{"name":"data"}},"region":")" + std::string(region) +
                 R"(","roleArn":"arn:aws:iam::)" + account + R"(:role/ops"})")
                    .c_str());
  };
  const Object there = cluster("one", "111122223333", "us-east-1").object;
  std::vector<Manifest> other = {cluster("two", "999988887777", "eu-west-1")};
  EXPECT_THAT(said(other, {there}), testing::ElementsAre(HasSubstr("S3 bucket `data`")));
}

TEST(Validate, TheSameObjectAgainIsNoFinding) {
  std::vector<Manifest> first = {
      made("Role", "r", R"({"trust":{"services":["ec2.amazonaws.com"]}})")};
  EXPECT_THAT(said(first), IsEmpty());
  std::vector<Manifest> again = {
      made("Role", "r", R"({"trust":{"services":["ec2.amazonaws.com"]}})")};
  EXPECT_THAT(said(again, {first[0].object}), IsEmpty());
}

TEST(Validate, EmptyMapsAndListsAreNotWritten) {
  EXPECT_THAT(
      said("apiVersion: byoc.dev/v1alpha1\nkind: Cluster\nmetadata:\n  name: c\n  labels:\n"
           "  creationTimestamp: null\nspec:\n  tags:\n  network:\n  instanceTypes:\nstatus:\n"),
      IsEmpty());
}

TEST(Validate, ManyFindingsAreCounted) {
  std::string text = "apiVersion: byoc.dev/v1alpha1\nkind: Cluster\nmetadata: {name: c}\nspec:\n";
  for (int i = 0; i < 150; ++i) text += "  banana" + std::to_string(i) + ": 1\n";
  const std::vector<std::string> found = said(text);
  ASSERT_EQ(found.size(), 101U);
  EXPECT_EQ(found.back(), "t: error: 50 more findings in this file are not shown");
}

TEST(Validate, VeryLongTextsAreToldNotMatched) {
  const std::string text =
      "apiVersion: byoc.dev/v1alpha1\nkind: Cluster\nmetadata: {name: c}\nspec:\n";
  EXPECT_THAT(said(text + "  region: " + std::string(900000, 'a') + "\n"),
              ElementsAre(HasSubstr("900000 characters are too many; at most 32 are allowed")));
}

}  // namespace
}  // namespace byoc
