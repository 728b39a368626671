#include "controller/wakes.h"

#include <gtest/gtest.h>

#include "controller/mailbox.h"
#include "tests/controller/readable.h"

namespace byoc {
namespace {

TEST(Wakes, RunsWhatBelongsToTheReadyOnes) {
  const auto wakes = std::move(Wakes::make()).value();
  const auto left = std::move(Mailbox::make()).value();
  const auto right = std::move(Mailbox::make()).value();
  int runs = 0;
  const auto run_all = [&](Mailbox& box) {
    for (const auto& task : box.take()) task();
  };
  ASSERT_TRUE(wakes->add(left->fd(), [&] { run_all(*left); }).ok());
  ASSERT_TRUE(wakes->add(right->fd(), [&] { run_all(*right); }).ok());
  wakes->dispatch();
  EXPECT_FALSE(is_readable(wakes->fd()));
  right->post([&] { ++runs; });
  EXPECT_TRUE(is_readable(wakes->fd()));
  wakes->dispatch();
  EXPECT_EQ(runs, 1);
  EXPECT_FALSE(is_readable(wakes->fd()));
}

TEST(Wakes, AClosedDescriptorIsAnError) {
  const auto wakes = std::move(Wakes::make()).value();
  EXPECT_EQ(wakes->add(-1, [] {}).code, Code::unavailable);
}

}  // namespace
}  // namespace byoc
