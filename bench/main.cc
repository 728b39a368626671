// byoc_bench [PART...]: prints the figures of docs/benchmarks.md, all of them or the named parts.
#include <array>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "bench/benches.h"

namespace {

std::string path_of_byocctl() {
  const char* given = std::getenv("BYOCCTL");
  return given != nullptr ? given : BYOC_BYOCCTL;
}

bool wants(const std::vector<std::string_view>& parts, std::string_view part) {
  if (parts.empty()) return true;
  for (const std::string_view one : parts) {
    if (one == part) return true;
  }
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  namespace bench = byoc::bench;
  const std::vector<std::string_view> parts(argv + 1, argv + argc);
  if (parts.size() == 2 && parts[0] == "replay") return bench::keep_replayed(argv[2]);
  if (wants(parts, "start")) bench::bench_start(path_of_byocctl());
  if (wants(parts, "diff")) bench::bench_diff();
  if (wants(parts, "client")) bench::bench_client();
  if (wants(parts, "create")) bench::bench_create();
  if (wants(parts, "memory")) bench::bench_memory(argv[0]);
  if (wants(parts, "directory")) bench::bench_directory();
  if (wants(parts, "calls")) bench::bench_calls();
  return 0;
}
