// Figures: the table that the benchmarks print, each number with its goal beside it.
#pragma once

#include <sys/resource.h>

#include <optional>
#include <string>
#include <vector>

namespace byoc::bench {

// Prints "name  value unit  goal  met|MISSED" as soon as it is known; without a goal, the number
// alone. A missed goal is told, and is no failure of the program: machines differ.
void show(const std::string& name, double value, const std::string& unit,
          std::optional<double> goal_max = std::nullopt);

// The middle value; the lower of the two middle ones for an even count. `values` is not empty.
[[nodiscard]] double median(std::vector<double> values);

// Milliseconds of CPU (user and system) in a process's account of itself.
[[nodiscard]] double ms_of(const rusage& usage);

// Milliseconds of CPU (user and system) that this process, or this thread, has used so far.
[[nodiscard]] double cpu_ms();
[[nodiscard]] double thread_cpu_ms();

}  // namespace byoc::bench
