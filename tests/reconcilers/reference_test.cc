#include "reconcilers/reference.h"

#include <gtest/gtest.h>

#include <map>
#include <utility>

namespace byoc {
namespace {

Lookup from(std::map<std::string, Json> known) {
  return [known = std::move(known)](const Reference& reference) {
    const auto found = known.find(std::string(reference.key) + "." + std::string(reference.member));
    return found == known.end() ? Json() : found->second;
  };
}

std::vector<std::string> spelled(const Json& value) {
  std::vector<std::string> out;
  for (const Reference& reference : references(value)) {
    out.push_back(std::string(reference.key) + " | " + std::string(reference.member));
  }
  return out;
}

TEST(References, InOrderAtAnyDepth) {
  const Json value = {{"a", "$(vpc.VpcId)"},
                      {"b", {{"c", Json::array({"x$(subnet/a.SubnetId)y$(secret.externalId)"})}}},
                      {"d", "$(cluster.identity/oidc/issuer)"}};
  EXPECT_TRUE(has_references(value));
  EXPECT_EQ(spelled(value),
            (std::vector<std::string>{"vpc | VpcId", "subnet/a | SubnetId", "secret | externalId",
                                      "cluster | identity/oidc/issuer"}));
}

TEST(References, KeysMayHoldDots) {
  EXPECT_EQ(spelled("$(policy/s3.read.only.Arn)"),
            std::vector<std::string>{"policy/s3.read.only | Arn"});
}

TEST(References, OtherTextIsLeftAlone) {
  for (const char* text : {"", "$", "$(", "$(vpc.VpcId", "$(vpc)", "$(.VpcId)", "${role.a.arn}"}) {
    EXPECT_TRUE(spelled(text).empty()) << text;
    EXPECT_FALSE(has_references(text)) << text;
  }
  EXPECT_EQ(spelled("$(none) $(vpc.VpcId)"), std::vector<std::string>{"vpc | VpcId"});
}

TEST(Resolve, AWholeStringTakesTheTypeOfItsValue) {
  bool complete = true;
  const Json value = resolve({{"n", "$(a.n)"}, {"list", "$(a.list)"}, {"same", 7}},
                             from({{"a.n", 3}, {"a.list", Json::array({1, 2})}}), complete);
  EXPECT_TRUE(complete);
  EXPECT_EQ(value, Json({{"n", 3}, {"list", Json::array({1, 2})}, {"same", 7}}));
}

TEST(Resolve, InsideTextTheValueIsSpelled) {
  bool complete = true;
  EXPECT_EQ(resolve("arn:$(a.id)/$(a.n)!", from({{"a.id", "x"}, {"a.n", 3}}), complete),
            "arn:x/3!");
  EXPECT_TRUE(complete);
}

TEST(Resolve, WhatIsNotKnownStays) {
  bool complete = true;
  const Json value = resolve(Json::array({"$(a.id)", "$(b.id)", "-$(b.id)-$(a.id)-"}),
                             from({{"a.id", "x"}}), complete);
  EXPECT_FALSE(complete);
  EXPECT_EQ(value, Json::array({"x", "$(b.id)", "-$(b.id)-x-"}));
}

TEST(Member, ByPath) {
  const Json object = {{"a", {{"b", Json::array({{{"c", 1}}, {{"c", 2}}})}}}, {"x", nullptr}};
  EXPECT_EQ(member(object, "a/b/1/c"), 2);
  EXPECT_EQ(member(object, "/a/b/0/c"), 1);
  EXPECT_EQ(member(object, "a"), object["a"]);
  for (const char* path :
       {"b", "a/c", "a/b/2/c", "a/b/-1", "a/b/c", "a/b//c", "x/y", "a/b/0/c/d"}) {
    EXPECT_TRUE(member(object, path).is_null()) << path;
  }
}

}  // namespace
}  // namespace byoc
