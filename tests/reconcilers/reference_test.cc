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
  const Json value = {
      {"a", ref("vpc", "VpcId")},
      {"b",
       {{"c",
         Json::array({concat({"x", ref("subnet/a", "SubnetId"), "y", secret("externalId")})})}}},
      {"d", ref("cluster", "identity/oidc/issuer")}};
  EXPECT_TRUE(has_references(value));
  EXPECT_EQ(spelled(value),
            (std::vector<std::string>{"vpc | VpcId", "subnet/a | SubnetId", " | externalId",
                                      "cluster | identity/oidc/issuer"}));
  EXPECT_TRUE(references(value)[2].secret);
  EXPECT_FALSE(references(value)[0].secret);
}

// F3: no text is a reference, whatever it looks like, however it came here.
TEST(References, TextIsNever) {
  for (const char* text : {"", "$", "$(vpc.VpcId)", "$(secret.externalId)", "x$(vpc.VpcId)y",
                           "${role.a.arn}", "@id", "{\"$ref\":[\"vpc\",\"VpcId\"]}"}) {
    const Json values = {{"text", text}, {text, Json::array({text})}};
    bool complete = true;
    const auto none = [](const Reference&) -> Json { return "resolved"; };
    EXPECT_TRUE(references(values).empty()) << text;
    EXPECT_FALSE(has_references(values)) << text;
    EXPECT_EQ(resolve(values, none, complete), values) << text;
    EXPECT_EQ(with_marks(values), values) << text;
    EXPECT_EQ(json_text(values), values.dump()) << text;
    EXPECT_TRUE(complete);
  }
  const Json answer = Json::parse(R"({"bytes":[114,1,0,0,0,97],"subtype":null,"$ref":["a","b"]})");
  EXPECT_FALSE(has_references(answer)) << "what JSON text can say of bytes is an object";
}

TEST(Resolve, AReferenceTakesTheTypeOfItsValue) {
  bool complete = true;
  const Json value = resolve({{"n", ref("a", "n")}, {"list", ref("a", "list")}, {"same", 7}},
                             from({{"a.n", 3}, {"a.list", Json::array({1, 2})}}), complete);
  EXPECT_TRUE(complete);
  EXPECT_EQ(value, Json({{"n", 3}, {"list", Json::array({1, 2})}, {"same", 7}}));
}

TEST(Resolve, InsideTextTheValueIsSpelled) {
  bool complete = true;
  EXPECT_EQ(resolve(concat({"arn:", ref("a", "id"), "/", ref("a", "n"), "!"}),
                    from({{"a.id", "x"}, {"a.n", 3}}), complete),
            "arn:x/3!");
  EXPECT_TRUE(complete);
}

TEST(Resolve, WhatIsNotKnownStays) {
  bool complete = true;
  const Json half = concat({"-", ref("b", "id"), "-", ref("a", "id"), "-"});
  const Json value =
      resolve(Json::array({ref("a", "id"), ref("b", "id"), half}), from({{"a.id", "x"}}), complete);
  EXPECT_FALSE(complete);
  EXPECT_EQ(value, Json::array({"x", ref("b", "id"), half}));
  EXPECT_EQ(with_marks(value), Json::array({"x", "$(b.id)", "-$(b.id)-$(a.id)-"}));
}

// F3: JSON text is made first and filled later; what fills it cannot end its string.
TEST(JsonText, ValuesAreEscaped) {
  const Json document = {{"b", Json::array({1, true, nullptr, "q\"$(x.y)"})},
                         {"id", secret("externalId")},
                         {"arn", concat({"a\"", ref("role", "Arn")})}};
  const Json text = json_text(document);
  bool complete = true;
  const Lookup known = [](const Reference& reference) -> Json {
    return reference.secret ? R"(",\"evil":")" : "arn:x";
  };
  const Json filled = Json::parse(resolve(text, known, complete).get<std::string>());
  EXPECT_EQ(filled, (Json{{"b", document.at("b")}, {"id", R"(",\"evil":")"}, {"arn", "a\"arn:x"}}));
  const Json marked = {
      {"arn", "a\"$(role.Arn)"}, {"b", document.at("b")}, {"id", "$(secret.externalId)"}};
  EXPECT_EQ(with_marks(text), marked.dump());
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
