#include "bench/figures.h"

#include <algorithm>
#include <cstdio>

#include "base/check.h"

namespace byoc::bench {

void show(const std::string& name, double value, const std::string& unit,
          std::optional<double> goal_max) {
  std::printf("%-58s %10.2f %-4s", name.c_str(), value, unit.c_str());
  if (goal_max) {
    std::printf(" goal %6g  %s", *goal_max, value <= *goal_max ? "met" : "MISSED");
  }
  std::printf("\n");
  std::fflush(stdout);
}

double median(std::vector<double> values) {
  check(!values.empty(), "a median of something");
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double ms_of(const rusage& usage) {
  const auto ms = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
  };
  return ms(usage.ru_utime) + ms(usage.ru_stime);
}

namespace {

double used_ms(__rusage_who who) {
  rusage usage{};
  check(getrusage(who, &usage) == 0, "the process knows its own use");
  return ms_of(usage);
}

}  // namespace

double cpu_ms() {
  return used_ms(RUSAGE_SELF);
}

double thread_cpu_ms() {
  return used_ms(RUSAGE_THREAD);
}

}  // namespace byoc::bench
