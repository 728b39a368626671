// What a directory of 500 manifests costs: the first scan, one of unchanged files, and its effects.
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "bench/benches.h"
#include "bench/figures.h"
#include "controller/source.h"
#include "controller/watch.h"

namespace byoc::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kFiles = 500;
constexpr int kFilesPerDirectory = 25;
constexpr int kPassRuns = 21;

// Removed when the benchmark ends.
class WatchedDirectory {
 public:
  WatchedDirectory() {
    std::string pattern = (fs::temp_directory_path() / "byoc-bench-XXXXXX").string();
    check(::mkdtemp(pattern.data()) != nullptr, "a directory to work in");
    path_ = pattern;
    for (int i = 0; i < kFiles; ++i) write(i, "{}");
  }
  ~WatchedDirectory() { fs::remove_all(path_); }
  WatchedDirectory(const WatchedDirectory&) = delete;
  WatchedDirectory& operator=(const WatchedDirectory&) = delete;

  void write(int number, const std::string& spec) const {
    const std::string name = "c" + std::to_string(number);
    const fs::path team =
        path_ / "manifests" / ("team" + std::to_string(number / kFilesPerDirectory));
    fs::create_directories(team);
    std::ofstream(team / (name + ".yaml"))
        << "apiVersion: byoc.dev/v1alpha1\nkind: Cluster\nmetadata:\n  name: " << name
        << "\nspec: " << spec << "\n";
  }
  [[nodiscard]] std::string manifests() const { return (path_ / "manifests").string(); }
  [[nodiscard]] std::string store() const { return (path_ / "state" / "byoc.db").string(); }

 private:
  fs::path path_;
};

template <class Work>
double wall_ms(const Work& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  return took.count();
}

// CPU: one thread, and files that the kernel remembers; it is what the clock shows when idle.
template <class Work>
double median_cpu_ms(const Work& work) {
  std::vector<double> took;
  for (int i = 0; i < kPassRuns; ++i) {
    const double begin = cpu_ms();
    work();
    took.push_back(cpu_ms() - begin);
  }
  return median(std::move(took));
}

Stored read_all(Store& store) {
  auto stored = read_stored(store);
  check(stored.ok(), "the store can be read");
  return std::move(stored).value();
}

Time now() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

}  // namespace

void bench_directory() {
  const WatchedDirectory directory;
  DirectoryWatch watch(directory.manifests());
  show("directory: 500 files, watching them, CPU", median_cpu_ms([&] { watch.rearm(now()); }),
       "ms");

  Scanner scanner(directory.manifests());
  // Later than any change could be, so that the files are known not to have changed since.
  const Time later = now() + std::chrono::seconds(10);
  Scan scan;
  show("directory: 500 files, first scan", wall_ms([&] { scan = scanner.scan(later); }), "ms");
  check(scan.whole && scan.files.size() == kFiles, "all files are read");
  show("directory: 500 files, unchanged, CPU", median_cpu_ms([&] { scan = scanner.scan(later); }),
       "ms", 20);

  auto opened = open_store(directory.store());
  check(opened.ok(), "a store on the disk");
  Store& store = *opened.value();
  const Secrets secrets{""};
  std::set<std::string> told;
  const auto follow = [&] {
    const Applied applied = apply(compare(scan, read_all(store)), store, secrets, told, later);
    check(applied.failures.empty(), "everything can be stored");
    return applied.keys.size();
  };
  show("directory: 500 new objects, compared and stored",
       wall_ms([&] { check(follow() == kFiles, "all objects are new"); }), "ms");
  show("directory: 500 equal objects, compared, CPU",
       median_cpu_ms([&] { check(follow() == 0, "nothing changes"); }), "ms");
  directory.write(7, "{tags: {x: y}}");
  show("directory: one of 500 files changed, scanned and stored", wall_ms([&] {
         scan = scanner.scan(later + std::chrono::seconds(10));
         check(follow() == 1, "one object changes");
       }),
       "ms");
}

}  // namespace byoc::bench
