// sim: many stories. `simulate --seeds=N` tells N of them, `--seed=K` one; a failing one says how
// to replay it.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "tests/sim/history.h"

namespace {

std::uint64_t number_after(std::string_view argument, std::string_view flag,
                           std::uint64_t fallback) {
  if (!argument.starts_with(flag)) return fallback;
  return std::strtoull(argument.data() + flag.size(), nullptr, 10);
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t seeds = 200;
  std::uint64_t first = 1;
  bool tell = false;
  for (int i = 1; i < argc; ++i) {
    seeds = number_after(argv[i], "--seeds=", seeds);
    first = number_after(argv[i], "--first=", first);
    tell = tell || std::string_view(argv[i]) == "--tell";
    const std::uint64_t one = number_after(argv[i], "--seed=", 0);
    if (one == 0) continue;
    first = one;
    seeds = 1;
  }
  std::uint64_t failed = 0;
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    byoc::sim::StoryOptions options;
    options.seed = seed;
    options.tell = tell;
    options.hurt = seed % 8 != 0;
    options.delete_while_hurt = options.hurt && seed % 3 == 0;
    byoc::sim::History history(options);
    const auto complaints = history.run();
    if (complaints.empty()) continue;
    ++failed;
    std::printf("seed %llu:\n", static_cast<unsigned long long>(seed));
    for (const std::string& text : complaints) std::printf("  %s\n", text.c_str());
    std::printf("  replay: make sim SEED=%llu\n", static_cast<unsigned long long>(seed));
  }
  std::printf("%llu passed, %llu failed\n", static_cast<unsigned long long>(seeds - failed),
              static_cast<unsigned long long>(failed));
  return failed == 0 ? 0 : 1;
}
