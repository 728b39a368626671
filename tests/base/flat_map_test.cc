#include "base/flat_map.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <string_view>

#include "base/json.h"

namespace byoc {
namespace {

using Map = FlatMap<std::string, int>;

TEST(FlatMap, DoesWhatAMapDoes) {
  std::mt19937 random(42);
  Map flat;
  std::map<std::string, int> tree;
  for (int i = 0; i < 20'000; ++i) {
    const std::string key = "key-" + std::to_string(random() % 200);
    switch (random() % 5) {
      case 0: EXPECT_EQ(flat.emplace(key, i).second, tree.emplace(key, i).second); break;
      case 1: flat[key] = tree[key] = i; break;
      case 2: EXPECT_EQ(flat.erase(key), tree.erase(key)); break;
      case 3: EXPECT_EQ(flat.contains(key), tree.contains(key)); break;
      default:
        const auto found = flat.find(key);
        const auto expected = tree.find(key);
        ASSERT_EQ(found == flat.end(), expected == tree.end());
        if (found != flat.end()) {
          EXPECT_EQ(found->second, expected->second);
        }
    }
  }
  ASSERT_EQ(flat.size(), tree.size());
  EXPECT_TRUE(std::equal(flat.begin(), flat.end(), tree.begin(), [](const auto& a, const auto& b) {
    return a.first == b.first && a.second == b.second;
  }));
}

TEST(FlatMap, FindsTextsOfOtherTypes) {
  Map map = {{"b", 2}, {"a", 1}, {"b", 3}};
  EXPECT_EQ(map.size(), 2U);
  EXPECT_EQ(map.at("b"), 2) << "the first one stays";
  EXPECT_EQ(map.at(std::string_view("a")), 1);
  EXPECT_EQ(map.count("c"), 0U);
  EXPECT_THROW(static_cast<void>(map.at("c")), std::out_of_range);
  EXPECT_EQ(map.erase("a"), 1U);
  EXPECT_EQ(map.erase(map.begin()), map.end());
  EXPECT_TRUE(map.empty());
}

TEST(FlatMap, ComparesLikeAMap) {
  EXPECT_EQ((Map{{"a", 1}, {"b", 2}}), (Map{{"b", 2}, {"a", 1}}));
  EXPECT_LT((Map{{"a", 1}}), (Map{{"a", 1}, {"b", 0}}));
  EXPECT_LT((Map{{"a", 1}, {"z", 9}}), (Map{{"b", 0}}));
}

// An entry may be made of another one that moves away while it is made.
TEST(FlatMap, TakesValuesFromItself) {
  FlatMap<std::string, std::string> map = {{"m", std::string(100, 'm')}};
  for (const char* key : {"a", "z", "b", "c"}) map.emplace(key, map.at("m"));
  for (const auto& [key, value] : map) EXPECT_EQ(value, std::string(100, 'm')) << key;
}

TEST(FlatMap, MakesJsonSorted) {
  const Json json = Json::parse(R"({"b": 1, "a": {"d": null, "c": []}, "b": 2})");
  EXPECT_EQ(json.dump(), R"({"a":{"c":[],"d":null},"b":2})");
  Json other = {{"a", {{"c", Json::array()}, {"d", nullptr}}}, {"b", 2}};
  EXPECT_EQ(json, other);
  other.erase("b");
  EXPECT_FALSE(other.contains("b"));
  other.update({{"0", 0}});
  EXPECT_EQ(other.begin().key(), "0");
  EXPECT_EQ(Json::from_cbor(Json::to_cbor(json)), json);
}

}  // namespace
}  // namespace byoc
