#include "manifests/format.h"

#include <gtest/gtest.h>

namespace byoc {
namespace {

enum class Verdict { good, doubtful, wrong };

Verdict verdict(std::string_view format, const std::string& value) {
  Verdict out = Verdict::good;
  for (const Problem& problem : check_format(format, value)) {
    if (problem.severity == Severity::error) return Verdict::wrong;
    out = Verdict::doubtful;
  }
  return out;
}

void expect(std::string_view format, Verdict wanted, const std::vector<std::string>& values) {
  for (const std::string& value : values) {
    EXPECT_EQ(verdict(format, value), wanted) << format << ": " << value;
  }
}

// L51, X7
TEST(Format, Names) {
  expect("name", Verdict::good, {"a", "test-7", "0wildgoat", "a.b-c", std::string(63, 'a')});
  expect("name", Verdict::wrong,
         {"", "-a", "a-", ".a", "A", "a_b", "(&%)!@#", "a b", "\u00e9", std::string(64, '1')});
  EXPECT_EQ(check_format("name", "_My Cluster_")[0].hint, "write `my-cluster`");
  EXPECT_EQ(check_format("name", "___")[0].hint, "");
}

// L70, B82
TEST(Format, Regions) {
  expect("region", Verdict::good, {"us-east-1", "ap-southeast-2", "us-gov-west-1", "cn-north-1"});
  expect("region", Verdict::doubtful, {"us-esat-1", "eu-south-9"});
  expect("region", Verdict::wrong, {"us-east-1a", "eu-west-3c"});
}

TEST(Format, InstanceTypes) {
  expect("instance-type", Verdict::good,
         {"t3.xlarge", "g4dn.12xlarge", "m5.metal", "m7i.metal-24xl", "u-6tb1.112xlarge",
          "c7i-flex.large", "p5.48xlarge"});
  expect("instance-type", Verdict::doubtful, {"q9.large", "t33.large"});
  expect("instance-type", Verdict::wrong,
         {"a1.large", "t4g.micro", "m6gd.large", "c6gn.large", "g5g.xlarge", "r6g.large",
          "x2gd.large", "im4gn.large", "t3.hug", "t3.", "t3.xlagre", "t3.1e9xlarge"});
}

TEST(Format, TagsAndLabels) {
  expect("tag-key", Verdict::good,
         {"valohai", "team:cost", "\u00e9", "a b", std::string(128, 'k')});
  expect("tag-key", Verdict::wrong,
         {"", "aws:x", "AWS:x", "byoc.dev/key", "kubernetes.io/cluster/x", "a;b",
          std::string(129, 'k')});
  expect("tag-value", Verdict::good, {"", "1", "a@b"});
  expect("tag-value", Verdict::wrong, {"a;b", "a\"b"});
  expect("label-key", Verdict::good, {"a", "app.kubernetes.io/name", "grid/use"});
  expect("label-key", Verdict::wrong, {"", "/a", "a/", "A/b", "-a", std::string(64, 'a')});
  expect("label-value", Verdict::good, {"", "a", "A_b.c-d"});
  expect("label-value", Verdict::wrong, {"a b", "-a", std::string(64, 'a')});
  expect("node-label-key", Verdict::good, {"grid/use", "node.kubernetes.io/x"});
  expect("node-label-key", Verdict::wrong, {"kubernetes.io/os", "eks.amazonaws.com/x", "k8s.io/x"});
}

TEST(Format, Others) {
  expect("bucket", Verdict::wrong, {"a..b", "10.0.0.1", "xn--a", "a-s3alias"});
  expect("bucket", Verdict::good, {"valohai-data-1"});
  expect("arn", Verdict::good, {"arn:aws:iam::123456789012:role/x", "no arn"});
  expect("arn", Verdict::doubtful, {"arn:aws:iam::1234567890:role/lai-byoc"});
  expect("preset", Verdict::good, {"grid", "lightning@2022-08"});
  expect("preset", Verdict::wrong, {"girds", "lightning@1999"});
  expect("provider", Verdict::good, {"aws", "AWS"});
  expect("provider", Verdict::wrong, {"gcp", "awss", ""});
}

TEST(Format, ValuesInSentencesAreShort) {
  EXPECT_EQ(quoted_value("a\nb"), "`a b`");
  EXPECT_EQ(quoted_value(std::string(70, 'x')), "`" + std::string(60, 'x') + "...`");
  EXPECT_EQ(quoted_value(std::string(59, 'x') + "\u00e9\u00e9"),
            "`" + std::string(59, 'x') + "...`");
}

}  // namespace
}  // namespace byoc
