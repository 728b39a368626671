#include "base/join.h"

#include <gtest/gtest.h>

#include <set>
#include <string_view>
#include <vector>

namespace byoc {
namespace {

struct Named {
  std::string name;
};

TEST(Joined, TextsOfAnyKindAndRange) {
  EXPECT_EQ(joined(std::vector<std::string>{}), "");
  EXPECT_EQ(joined(std::vector<std::string>{"one"}), "one");
  EXPECT_EQ(joined(std::set<std::string>{"b", "a"}), "a, b");
  EXPECT_EQ(joined(std::vector<std::string_view>{"a", "b"}), "a, b");
}

TEST(Joined, WhatStandsForAnItem) {
  EXPECT_EQ(joined(std::vector<Named>{{"a"}, {"b"}}, &Named::name), "a, b");
  EXPECT_EQ(joined(std::vector<int>{1, 2}, [](int n) { return std::to_string(n); }), "1, 2");
}

}  // namespace
}  // namespace byoc
