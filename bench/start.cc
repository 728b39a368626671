// How long `byocctl version` takes, from spawning it to its end.
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <chrono>
#include <utility>
#include <vector>

#include "base/check.h"
#include "bench/benches.h"
#include "bench/figures.h"

extern char** environ;

namespace byoc::bench {
namespace {

constexpr int kStarts = 50;

struct Took {
  double wall_ms = 0;
  double cpu_ms = 0;
};

Took one_start(std::string program) {
  std::string verb = "version";
  char* arguments[] = {program.data(), verb.data(), nullptr};
  posix_spawn_file_actions_t actions;
  check(posix_spawn_file_actions_init(&actions) == 0, "file actions");
  check(posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) == 0,
        "nobody reads the version");
  const auto begin = std::chrono::steady_clock::now();
  pid_t child = 0;
  const int failed = posix_spawn(&child, program.c_str(), &actions, nullptr, arguments, environ);
  check(failed == 0, "spawning " + program);
  int status = 0;
  rusage usage{};
  check(wait4(child, &status, 0, &usage) == child && status == 0, program + " version succeeds");
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  posix_spawn_file_actions_destroy(&actions);
  return {took.count(), ms_of(usage)};
}

}  // namespace

void bench_start(const std::string& byocctl) {
  std::vector<double> wall;
  std::vector<double> cpu;
  for (int i = 0; i < kStarts; ++i) {
    const Took took = one_start(byocctl);
    wall.push_back(took.wall_ms);
    cpu.push_back(took.cpu_ms);
  }
  show("start: byocctl version, median of 50", median(std::move(wall)), "ms", 5);
  show("start: CPU of it", median(std::move(cpu)), "ms");
}

}  // namespace byoc::bench
