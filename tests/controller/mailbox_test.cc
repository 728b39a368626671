#include "controller/mailbox.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/controller/readable.h"

namespace byoc {
namespace {

TEST(Mailbox, TasksRunInTheirOrderWhereTheyAreTaken) {
  const auto mailbox = std::move(Mailbox::make()).value();
  EXPECT_FALSE(is_readable(mailbox->fd()));
  std::vector<int> done;
  std::thread other([&] {
    mailbox->post([&] { done.push_back(1); });
    mailbox->post([&] { done.push_back(2); });
  });
  other.join();
  EXPECT_TRUE(is_readable(mailbox->fd()));
  EXPECT_TRUE(done.empty()) << "nothing runs on the other thread";
  for (const auto& task : mailbox->take()) task();
  EXPECT_EQ(done, (std::vector<int>{1, 2}));
  EXPECT_FALSE(is_readable(mailbox->fd()));
  EXPECT_TRUE(mailbox->take().empty());
}

TEST(Mailbox, NothingIsLostAmongManyThreads) {
  const auto mailbox = std::move(Mailbox::make()).value();
  std::vector<std::thread> threads;
  int done = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 100; ++n) mailbox->post([&] { ++done; });
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& task : mailbox->take()) task();
  EXPECT_EQ(done, 800);
}

}  // namespace
}  // namespace byoc
