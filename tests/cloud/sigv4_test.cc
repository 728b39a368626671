#include "cloud/aws/sigv4.h"

#include <gtest/gtest.h>

#include "base/percent.h"
#include "cloud/aws/encoding.h"
#include "cloud/aws/presign.h"

namespace byoc {
namespace {

Credentials keys(const char* id, const char* key, const char* token = "") {
  Credentials credentials;
  credentials.access_key_id = id;
  credentials.secret_key = Secret(key);
  credentials.session_token = Secret(token);
  return credentials;
}

// AWS's own published test vectors.
TEST(SigV4, PublishedVectors) {
  const Credentials example = keys("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
  const Time time = parse_time("2015-08-30T12:36:00Z");
  HttpRequest vanilla;
  vanilla.host = "example.amazonaws.com";
  sign(vanilla, example, {"us-east-1", "service"}, time);
  EXPECT_EQ(find_field(vanilla.headers, "Authorization"),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
            "SignedHeaders=host;x-amz-date, "
            "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  HttpRequest query;
  query.host = "example.amazonaws.com";
  query.query = {{"Param2", "value2"}, {"Param1", "value1"}};
  sign(query, example, {"us-east-1", "service"}, time);
  EXPECT_TRUE(find_field(query.headers, "Authorization")
                  .ends_with("b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"));
}

TEST(SigV4, S3SignsTheDigestOfTheBody) {
  HttpRequest request;
  request.host = "b.s3.us-east-1.amazonaws.com";
  sign(request, keys("A", "k", "t"), {"us-east-1", "s3"}, parse_time("2026-01-31T09:30:00Z"));
  EXPECT_EQ(find_field(request.headers, "x-amz-content-sha256"),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_NE(find_field(request.headers, "Authorization").find("x-amz-content-sha256"),
            std::string_view::npos);
  EXPECT_NE(find_field(request.headers, "Authorization").find("x-amz-security-token"),
            std::string_view::npos);
}

// Signatures made by botocore 1.43 for the same request.
TEST(SigV4, EksTokenIsBotocoresPresignedUrl) {
  const Time time = parse_time("2026-01-31T09:30:00Z");
  const auto url_of = [&](const char* session) {
    const auto token = eks_token("my-cluster", "eu-west-1",
                                 keys("AKIDEXAMPLE", "wJalr/XUtn+FEMI", session), {}, time);
    std::string text = token.value().reveal();
    EXPECT_TRUE(text.starts_with("k8s-aws-v1."));
    text = text.substr(text.find('.') + 1);
    while (text.size() % 4 != 0) text += '=';
    for (char& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
    return base64_decode(text).value_or("");
  };
  const std::string start =
      "https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15"
      "&X-Amz-Algorithm=AWS4-HMAC-SHA256"
      "&X-Amz-Credential=AKIDEXAMPLE%2F20260131%2Feu-west-1%2Fsts%2Faws4_request"
      "&X-Amz-Date=20260131T093000Z&X-Amz-Expires=60";
  EXPECT_EQ(url_of(""), start +
                            "&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&X-Amz-Signature="
                            "6ebb8c0f61582c0456be30cbcba33d5f3f3613923f98ce86b035c306c7085a49");
  EXPECT_TRUE(url_of("tok/en+==")
                  .ends_with("6d378ff63df38dc6082e8950b6120a33c0635a4e876cce203ddcd775b89e4d3d"));
}

TEST(Encoding, RoundTrips) {
  EXPECT_EQ(percent_encode("a b/ü~*", "/"), "a%20b/%C3%BC~%2A");
  EXPECT_EQ(percent_decode("a%20b%2"), "a b%2");
  EXPECT_EQ(base64_encode(""), "");
  EXPECT_EQ(base64_decode("aGk="), "hi");
  EXPECT_EQ(base64_decode("aGk"), std::nullopt);
  EXPECT_EQ(base64_decode("a*k="), std::nullopt);
  EXPECT_EQ(base64url_encode("\xff\xfe"), "__4");
}

TEST(Encoding, Timestamps) {
  const Time time = parse_time("2026-01-31T09:30:00Z");
  for (const char* text :
       {"2026-01-31T09:30:00Z", "2026-01-31T09:30:00.000Z", "2026-01-31T10:30:00+01:00",
        "2026-01-31T04:00:00-0530", "Sat, 31 Jan 2026 09:30:00 GMT", "1769851800", "1.7698518e9"}) {
    EXPECT_EQ(read_timestamp(std::string_view(text)), time) << text;
  }
  for (const char* text : {"", "soon", "2026-13-01T00:00:00Z", "2026-01-31T09:30:00 CET", "-1",
                           "1e300", "nan", "Sat, 31 Foo 2026 09:30:00 GMT"}) {
    EXPECT_EQ(read_timestamp(std::string_view(text)), std::nullopt) << text;
  }
  EXPECT_EQ(write_timestamp(time, TimeFormat::rfc822), "Sat, 31 Jan 2026 09:30:00 GMT");
  EXPECT_EQ(write_timestamp(time, TimeFormat::unix_seconds), "1769851800");
}

}  // namespace
}  // namespace byoc
