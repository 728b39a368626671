#include "reconcilers/answer.h"

#include <gtest/gtest.h>

#include "reconcilers/ownership.h"

namespace byoc {
namespace {

Json item(int number, const char* uid) {
  return {{"Number", number}, {"Tags", tag_list({{std::string(kTagOwnerUid), uid}})}};
}

TEST(LookAnswer, KeepsTheBodyAsItIs) {
  const Json body = {{"Role", {{"Name", "x"}, {"Max", 3600}, {"Ratio", 0.25}, {"None", nullptr}}},
                     {"Empty", Json::array()},
                     {"Truncated", false},
                     {"Lists", {{1, -2, "three"}, {{"a", Json::object()}}}}};
  EXPECT_EQ(LookAnswer({}, body).body(), body);
  EXPECT_EQ(LookAnswer({}, Json("text")).body(), "text");
  EXPECT_EQ(LookAnswer({}, Json()).body(), Json());
  EXPECT_EQ(LookAnswer().body(), Json());
}

// CBOR writes sizes in one byte, two, three or five.
TEST(LookAnswer, KeepsListsAndMapsOfAnySize) {
  for (const std::size_t size : {0U, 23U, 24U, 255U, 256U, 65'535U, 65'536U}) {
    Json list = Json::array();
    for (std::size_t i = 0; i < size; ++i) list.push_back(i);
    const Json body = {{"List", list}};
    EXPECT_EQ(LookAnswer({}, body).body(), body) << size;
  }
  for (const std::size_t size : {23U, 24U, 300U}) {
    Json body = Json::object();
    for (std::size_t i = 0; i < size; ++i) body["member" + std::to_string(i)] = i;
    EXPECT_EQ(LookAnswer({}, body).body(), body) << size;
  }
}

TEST(LookAnswer, KnowsWhoseItemsAre) {
  Json many = Json::array();
  for (int i = 0; i < 300; ++i) many.push_back(item(i, i % 3 == 0 ? "me" : "you"));
  many.push_back({{"Number", 1000}});
  const LookAnswer answer({}, {{"Many", many}, {"More", {item(1001, "me")}}, {"Next", "n"}});
  const std::vector<Json> mine = answer.items_of("me");
  ASSERT_EQ(mine.size(), 101U);
  EXPECT_EQ(mine[1], item(3, "me"));
  EXPECT_EQ(mine[100], item(1001, "me"));
  EXPECT_EQ(answer.items_of("you").size(), 200U);
  EXPECT_TRUE(answer.items_of("").empty());
  EXPECT_TRUE(answer.items_of("nobody").empty());
  EXPECT_TRUE(LookAnswer().items_of("me").empty());
}

TEST(LookAnswer, KeepsAStatus) {
  const LookAnswer answer(error(Code::denied, "no"), {});
  EXPECT_EQ(answer.status.code, Code::denied);
}

}  // namespace
}  // namespace byoc
