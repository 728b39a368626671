#include "controller/process_stats.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <sstream>
#include <string>

namespace byoc {
namespace {

double value_of(const Metrics& metrics, const std::string& name) {
  std::istringstream text(metrics.text());
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with(name + " ")) return std::stod(line.substr(name.size()));
  }
  return -1;
}

double stat(const std::string& name) {
  Metrics metrics;
  set_process_stats(metrics);
  return value_of(metrics, name);
}

TEST(ProcessStats, MemoryAndTime) {
  const double resident = stat("process_resident_memory_bytes");
  EXPECT_GT(resident, 1 << 20);
  EXPECT_GT(stat("process_virtual_memory_bytes"), resident);
  const double before = stat("process_cpu_seconds_total");
  EXPECT_GT(before, 0);
  while (stat("process_cpu_seconds_total") <= before) continue;  // looking costs time, too
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const double wall = std::chrono::duration<double>(now).count();
  const double started = stat("process_start_time_seconds");
  EXPECT_LE(started, wall + 1);
  EXPECT_GT(started, wall - 24 * 3600);
  EXPECT_EQ(started, stat("process_start_time_seconds"));
}

TEST(ProcessStats, ADescriptorCounts) {
  const double before = stat("process_open_fds");
  EXPECT_GE(before, 3);
  EXPECT_GT(stat("process_max_fds"), before);
  const int copy = ::dup(STDERR_FILENO);
  EXPECT_EQ(stat("process_open_fds"), before + 1);
  ::close(copy);
  EXPECT_EQ(stat("process_open_fds"), before);
}

}  // namespace
}  // namespace byoc
