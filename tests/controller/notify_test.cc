#include "controller/notify.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace byoc {
namespace {

class NotifyTest : public testing::Test {
 protected:
  void TearDown() override {
    for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) unsetenv(name);
  }
};

TEST_F(NotifyTest, NobodyIsTold) {
  unsetenv("NOTIFY_SOCKET");
  EXPECT_FALSE(notify("READY=1"));
  EXPECT_EQ(watchdog_interval(), Duration(0));
}

TEST_F(NotifyTest, TheManagerHearsEveryWord) {
  std::string dir = testing::TempDir() + "byoc-notify-XXXXXX";
  ASSERT_NE(mkdtemp(dir.data()), nullptr);
  const std::string path = dir + "/socket";
  const int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::copy(path.begin(), path.end(), address.sun_path);
  ASSERT_EQ(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  setenv("NOTIFY_SOCKET", path.c_str(), 1);
  EXPECT_TRUE(notify("READY=1\nSTATUS=5 objects"));
  std::array<char, 64> text{};
  const auto size = recv(fd, text.data(), text.size(), MSG_DONTWAIT);
  ASSERT_GT(size, 0);
  EXPECT_EQ(std::string(text.data(), static_cast<std::size_t>(size)), "READY=1\nSTATUS=5 objects");
  close(fd);
  unlink(path.c_str());
  rmdir(dir.c_str());
  EXPECT_FALSE(notify("READY=1")) << "nobody listens any more";
}

TEST_F(NotifyTest, HalfOfTheWatchdogsTime) {
  setenv("WATCHDOG_USEC", "30000000", 1);
  EXPECT_EQ(watchdog_interval(), std::chrono::seconds(15));
  setenv("WATCHDOG_PID", "1", 1);
  EXPECT_EQ(watchdog_interval(), Duration(0)) << "another process is meant";
}

}  // namespace
}  // namespace byoc
