// Workers: many independent pieces of work in forked processes, told of as they end.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace byoc::sim {

struct Work {
  std::uint64_t count = 0;
  int jobs = 1;  // processes; with one, all is done in this process
  std::function<std::string(std::uint64_t index)> task;
  // Called in this process, in the order in which tasks end. When a worker dies, a text says so of
  // the task that it was at, and another worker goes on with the rest.
  std::function<void(std::uint64_t index, const std::string& text)> ended;
};

void share_out(const Work& work);

// One per processor.
[[nodiscard]] int jobs_by_default();

}  // namespace byoc::sim
