#include "manifests/canonical.h"

#include <gtest/gtest.h>

namespace byoc {
namespace {

Json same_meaning(const char* text) {
  return canonical_policy(Json::parse(text));
}

// V8
TEST(CanonicalPolicy, OneStringIsAListOfOne) {
  EXPECT_EQ(same_meaning(R"({"Version":"2012-10-17","Statement":
                {"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}})"),
            same_meaning(R"({"Version":"2012-10-17","Statement":[
                {"Effect":"Allow","Action":["s3:GetObject"],"Resource":["*"]}]})"));
}

// V8
TEST(CanonicalPolicy, OrderAndRepetitionDoNotMatter) {
  EXPECT_EQ(same_meaning(R"({"Statement":[
                {"Effect":"Allow","Action":["b:Y","a:X","a:X"],"Resource":"*"},
                {"Effect":"Deny","Action":"c:Z","Resource":["r2","r1"]}]})"),
            same_meaning(R"({"Statement":[
                {"Effect":"Deny","Action":"c:Z","Resource":["r1","r2"]},
                {"Effect":"Allow","Action":["a:x","b:y"],"Resource":"*","Sid":""}]})"));
}

TEST(CanonicalPolicy, AnAccountNumberIsItsRoot) {
  const auto trust = [](const char* principal) {
    return canonical_policy(
        Json{{"Statement", {{"Effect", "Allow"}, {"Principal", {{"AWS", principal}}}}}});
  };
  EXPECT_EQ(trust("123456789012"), trust("arn:aws:iam::123456789012:root"));
  EXPECT_NE(trust("123456789012"), trust("arn:aws:iam::123456789012:role/root"));
  EXPECT_NE(trust("123456789012"), trust("arn:aws:iam::123456789013:root"));
  EXPECT_EQ(trust("*"), same_meaning(R"({"Statement":[{"Effect":"Allow","Principal":"*"}]})"));
}

TEST(CanonicalPolicy, ConditionsAreTextsAndKeysHaveNoCase) {
  EXPECT_EQ(same_meaning(R"({"Statement":{"Condition":{"Bool":{"aws:SecureTransport":false},
                "NumericLessThan":{"aws:MultiFactorAuthAge":3600}}}})"),
            same_meaning(R"({"Statement":{"Condition":{"Bool":{"aws:securetransport":["false"]},
                "NumericLessThan":{"aws:MultiFactorAuthAge":"3600"}}}})"));
  EXPECT_NE(same_meaning(R"({"Statement":{"Condition":{"Bool":{"a":"x"}}}})"),
            same_meaning(R"({"Statement":{"Condition":{"Bool":{"a":"X"}}}})"));
  EXPECT_EQ(same_meaning(R"({"Statement":{"Effect":"Deny","Condition":{}}})"),
            same_meaning(R"({"Statement":{"Effect":"Deny"}})"));
}

TEST(CanonicalPolicy, DifferentGrantsStayDifferent) {
  EXPECT_NE(same_meaning(R"({"Statement":{"Effect":"Allow","Action":"a:X"}})"),
            same_meaning(R"({"Statement":{"Effect":"Deny","Action":"a:X"}})"));
  EXPECT_NE(same_meaning(R"({"Statement":{"Effect":"Allow","Resource":"A"}})"),
            same_meaning(R"({"Statement":{"Effect":"Allow","Resource":"a"}})"));
  EXPECT_NE(same_meaning(R"({"Version":"2012-10-17","Statement":[]})"),
            same_meaning(R"({"Statement":[]})"));
}

TEST(CanonicalPolicy, TextIsReadAndTheFormIsAFixedPoint) {
  const Json once = canonical_policy(Json(R"({"Statement":{"Action":"A:B","Principal":"*"}})"));
  EXPECT_TRUE(once.is_object());
  EXPECT_EQ(canonical_policy(once), once);
  EXPECT_EQ(canonical_policy(Json("not a document")), Json("not a document"));
  EXPECT_EQ(canonical_policy(Json(7)), Json(7));
}

}  // namespace
}  // namespace byoc
