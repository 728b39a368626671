// What a process needs that keeps stacks converged: memory, and CPU per call, without the world.
#include <stdlib.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/check.h"
#include "bench/benches.h"
#include "bench/figures.h"
#include "bench/replay.h"
#include "bench/stacks.h"
#include "cloud/transport.h"

namespace byoc::bench {
namespace {

constexpr int kRounds = 11;

struct Use {
  double peak_mib = 0;
  double own_mib = 0;    // at the end, without the pages of programs and libraries
  double start_mib = 0;  // before the controller's first look: the program and its libraries
  double cpu_ms = 0;
  double passes = 0;
};

// A "VmHWM:    1234 kB" line of /proc/self/status, in MiB. (ru_maxrss would count what the parent
// had before exec.)
double memory_mib(const std::string& field) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word != field + ":") continue;
    double kib = 0;
    status >> kib;
    return kib / 1024;
  }
  check(false, "the kernel tells " + field);
  return 0;
}

class Directory {
 public:
  Directory() {
    std::string path = std::filesystem::temp_directory_path() / "byoc-bench-XXXXXX";
    check(mkdtemp(path.data()) != nullptr, "a directory for a benchmark");
    path_ = path;
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory() { std::filesystem::remove_all(path_); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Makes the stacks in this process, and measures another one that keeps them.
Use measure(const std::string& program, int count) {
  const Directory dir;
  Rig rig(dir.path() + "/store.db");
  rig.make(stacks(count), hasty_options());
  Recorder recorder(rig.cloud(), dir.path());
  rig.restart(usual_options(), &recorder);
  rig.run_until_converged();

  FILE* pipe = popen(("'" + program + "' replay '" + dir.path() + "'").c_str(), "r");
  check(pipe != nullptr, "the measured process starts");
  Use use;
  const int read = std::fscanf(pipe, "%lf %lf %lf %lf %lf", &use.peak_mib, &use.own_mib,
                               &use.start_mib, &use.cpu_ms, &use.passes);
  check(pclose(pipe) == 0 && read == 5, "the measured process tells its use");
  return use;
}

}  // namespace

int keep_replayed(const std::string& dir) {
  auto store = open_store(dir + "/store.db");
  check(store.ok(), "the store opens");
  const Secrets secrets{""};
  Replay cloud(dir);
  Transport transport;  // the library that the real client has loaded
  HttpRequest request;
  request.scheme = "http";
  request.host = "127.0.0.1:9";
  check(transport.start(std::move(request), {}) != 0, "an exchange begins");
  Controller controller(*store.value(), cloud, secrets, usual_options());
  const double start_mib = memory_mib("VmRSS");
  std::vector<ObjectKey> keys;
  {
    const auto objects = store.value()->list("");
    check(objects.ok(), "the store lists");
    for (const Object& object : objects.value()) keys.push_back(object.key());
  }
  for (const ObjectKey& key : keys) controller.enqueue(key, cloud.now());
  const double before_ms = cpu_ms();
  controller.run(cloud.now() + kRounds * usual_options().resync, [] { return false; });
  const double used_ms = cpu_ms() - before_ms;
  int passes = 0;
  for (const ObjectKey& key : keys) {
    const Standing* standing = controller.standing(key);
    check(standing != nullptr && standing->converged, "the replayed world is converged");
    passes += standing->passes;
  }
  std::printf("%f %f %f %f %d\n", memory_mib("VmHWM"), memory_mib("RssAnon"), start_mib, used_ms,
              passes);
  return 0;
}

void bench_memory(const std::string& program) {
  const Use one = measure(program, 1);
  const Use fifty = measure(program, 50);
  show("memory: peak RSS of a process that keeps 1 stack", one.peak_mib, "MiB");
  show("memory: peak RSS of a process that keeps 50 stacks", fifty.peak_mib, "MiB", 15);
  show("memory: of that, the program before its first look", fifty.start_mib, "MiB");
  show("memory: of that, its own at the end, without libraries", fifty.own_mib, "MiB");
  show("memory: growth per stack", (fifty.peak_mib - one.peak_mib) / 49, "MiB");
  show("cpu: a look at a converged object, 1 stack", one.cpu_ms / one.passes, "ms");
  show("cpu: a look at a converged object, 50 stacks", fifty.cpu_ms / fifty.passes, "ms");
}

}  // namespace byoc::bench
