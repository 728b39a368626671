#include <gtest/gtest.h>
#include <unistd.h>

#include "controller/store.h"
#include "tests/controller/store_fixture.h"

namespace byoc {
namespace {

// B83
TEST_F(StoreTest, TheLockIsHeldOnce) {
  const std::string dir = dir_ / "state";
  {
    const Result<std::unique_ptr<Lock>> held = Lock::take(dir);
    ASSERT_TRUE(held.ok()) << held.status().message;
    const std::string expected = "another byoc, with pid " + std::to_string(::getpid()) +
                                 ", works in " + dir + "; wait for it or stop it";
    EXPECT_EQ(in_child([&] {
                const Result<std::unique_ptr<Lock>> second = Lock::take(dir);
                if (second.ok() || second.status().code != Code::conflict) return 1;
                return second.status().message == expected ? 0 : 2;
              }),
              0);
  }
  EXPECT_TRUE(Lock::take(dir).ok());  // let go
}

TEST_F(StoreTest, ADeadProcessHoldsNoLock) {
  const std::string dir = dir_ / "state";
  EXPECT_EQ(in_child([&] {
              Result<std::unique_ptr<Lock>> held = Lock::take(dir);
              if (!held.ok()) return 1;
              static_cast<void>(std::move(held).value().release());  // dies with it
              return 0;
            }),
            0);
  EXPECT_TRUE(Lock::take(dir).ok());
}

}  // namespace
}  // namespace byoc
