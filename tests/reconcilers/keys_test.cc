#include "reconcilers/keys.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace byoc {
namespace {

TEST(Keys, NumbersInTheOrderOfAdding) {
  Keys keys;
  EXPECT_EQ(keys.add("vpc"), 0U);
  EXPECT_EQ(keys.add("subnet/a"), 1U);
  EXPECT_EQ(keys.add("vpc"), 0U) << "an old text keeps its number";
  EXPECT_EQ(keys.size(), 2U);
  EXPECT_EQ(keys[1], "subnet/a");
  EXPECT_EQ(keys.find("subnet/a"), 1U);
  EXPECT_EQ(keys.find("subnet/b"), Keys::kNone);
}

TEST(Keys, GrowAsTheyMust) {
  std::vector<std::string> texts;
  for (int i = 0; i < 1000; ++i) texts.push_back("route/" + std::to_string(i));
  Keys keys(3);
  for (std::uint32_t i = 0; i < 1000; ++i) ASSERT_EQ(keys.add(texts[i]), i);
  for (std::uint32_t i = 0; i < 1000; ++i) ASSERT_EQ(keys.find(texts[i]), i);
  EXPECT_EQ(keys.find("route/1000"), Keys::kNone);
}

}  // namespace
}  // namespace byoc
