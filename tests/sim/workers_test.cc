#include "tests/sim/workers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <map>

namespace byoc::sim {
namespace {

using testing::HasSubstr;

std::map<std::uint64_t, std::string> texts(std::uint64_t count, int jobs,
                                           const std::function<std::string(std::uint64_t)>& task) {
  std::map<std::uint64_t, std::string> out;
  share_out({count, jobs, task, [&](std::uint64_t i, const std::string& text) {
               EXPECT_TRUE(out.emplace(i, text).second) << "told twice: " << i;
             }});
  return out;
}

TEST(Workers, EveryTaskIsToldOnce) {
  const auto task = [](std::uint64_t i) { return std::string(i * 1000, 'x'); };
  for (const int jobs : {1, 3, 20}) {
    const auto told = texts(10, jobs, task);
    ASSERT_EQ(told.size(), 10U) << jobs;
    for (const auto& [i, text] : told) EXPECT_EQ(text.size(), i * 1000);
  }
  EXPECT_TRUE(texts(0, 3, task).empty());
}

TEST(Workers, OneThatDiesIsReplaced) {
  const auto told = texts(10, 2, [](std::uint64_t i) {
    if (i == 3) std::raise(SIGKILL);
    return std::string();
  });
  ASSERT_EQ(told.size(), 10U);
  for (const auto& [i, text] : told) {
    if (i == 3) {
      EXPECT_THAT(text, HasSubstr("signal 9"));
    } else {
      EXPECT_EQ(text, "") << i;
    }
  }
}

}  // namespace
}  // namespace byoc::sim
