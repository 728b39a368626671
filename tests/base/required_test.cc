#include "base/required.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace byoc {
namespace {

struct Entry {
  Required<std::string_view> name;
  Required<std::vector<std::string_view>> words;
  Required<int (*)(int)> twice;
  Required<bool> last;
};

// What does not compile can only be asked of a template.
template <class T>
concept MayBeEmpty = requires {
  T{};
};
template <class T>
concept MayForgetTheFirst = requires {
  T{.words = {"x"}, .twice = nullptr, .last = true};
};
template <class T>
concept MayForgetAList = requires {
  T{.name = "a", .twice = nullptr, .last = true};
};
template <class T>
concept MayForgetTheLast = requires {
  T{.name = "a", .words = {"x"}, .twice = nullptr};
};
template <class T>
concept MayBeWhole = requires {
  T{.name = "a", .words = {"x"}, .twice = nullptr, .last = true};
};

TEST(Required, AnEntryThatForgetsAMemberDoesNotCompile) {
  EXPECT_FALSE(MayBeEmpty<Entry>);
  EXPECT_FALSE(MayForgetTheFirst<Entry>);
  EXPECT_FALSE(MayForgetAList<Entry>);
  EXPECT_FALSE(MayForgetTheLast<Entry>);
  EXPECT_TRUE(MayBeWhole<Entry>);
}

TEST(Required, ReadsLikeWhatItHolds) {
  const Entry entry = {
      .name = "a", .words = {"x", "y"}, .twice = [](int n) { return 2 * n; }, .last = false};
  EXPECT_TRUE(entry.name == "a");
  EXPECT_EQ(entry.words->size(), 2U);
  std::string joined;
  for (const std::string_view word : entry.words) joined += word;
  EXPECT_EQ(joined, "xy");
  EXPECT_EQ(entry.twice(2), 4);
  EXPECT_FALSE(entry.last);
}

}  // namespace
}  // namespace byoc
