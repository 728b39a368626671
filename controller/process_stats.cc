#include "controller/process_stats.h"

#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <system_error>

namespace byoc {
namespace {

constexpr int kStartField = 22;  // of /proc/self/stat: when it began, in ticks since the boot
constexpr int kFirstField = 3;   // the first one after the name, which may hold anything

double seconds_of(clockid_t clock) {
  timespec time{};
  return ::clock_gettime(clock, &time) == 0
             ? static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9
             : 0;
}

// By the clock of today: /proc/stat, which knows the moment of the boot, may be hidden from us.
std::optional<double> start_time() {
  std::string line;
  std::getline(std::ifstream("/proc/self/stat"), line);
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(line.substr(name_end + 1));
  std::string skipped;
  for (int i = kFirstField; i < kStartField; ++i) fields >> skipped;
  double ticks = 0;
  if (!(fields >> ticks)) return std::nullopt;
  const double boot = seconds_of(CLOCK_REALTIME) - seconds_of(CLOCK_BOOTTIME);
  return boot + ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

void set_memory(Metrics& metrics) {
  double pages = 0;
  double resident_pages = 0;
  if (!(std::ifstream("/proc/self/statm") >> pages >> resident_pages)) return;
  const auto page_bytes = static_cast<double>(::sysconf(_SC_PAGESIZE));
  metrics.set("process_virtual_memory_bytes", {}, pages * page_bytes);
  metrics.set("process_resident_memory_bytes", {}, resident_pages * page_bytes);
}

void set_descriptors(Metrics& metrics) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    metrics.set("process_max_fds", {}, static_cast<double>(limit.rlim_cur));
  }
  std::error_code failed;
  std::filesystem::directory_iterator entry("/proc/self/fd", failed);
  int count = -1;  // the one that reads the directory does not count
  for (; !failed && entry != std::filesystem::directory_iterator(); entry.increment(failed)) {
    ++count;
  }
  if (!failed) metrics.set("process_open_fds", {}, count);
}

}  // namespace

void set_process_stats(Metrics& metrics) {
  static const std::optional<double> started = start_time();
  if (started) metrics.set("process_start_time_seconds", {}, *started);
  metrics.set_total("process_cpu_seconds_total", {}, seconds_of(CLOCK_PROCESS_CPUTIME_ID));
  set_memory(metrics);
  set_descriptors(metrics);
}

}  // namespace byoc
