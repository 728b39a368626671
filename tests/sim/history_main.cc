// simulate: tells stories and says which of them end badly.
//
//   simulate --seeds=N [--first=K]   N stories; a failing one says how to replay it
//   simulate --seed=K [--tell]       one story; --tell prints every call and every pass
//   simulate --crash-points          a crash before and after every kind of creating call
//   simulate --planted[=NAME]        each planted bug must be caught within 50 stories
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "tests/sim/history.h"

namespace byoc::sim {
namespace {

constexpr std::uint64_t kPlantedSeedsMax = 50;

StoryOptions story_of(std::uint64_t seed) {
  StoryOptions options;
  options.seed = seed;
  options.hurt = seed % 8 != 0;
  options.delete_while_hurt = options.hurt && seed % 3 == 0;
  return options;
}

bool ends_well(const StoryOptions& options, const std::string& title) {
  History history(options);
  const auto complaints = history.run();
  if (complaints.empty()) return true;
  std::printf("%s:\n", title.c_str());
  for (const std::string& text : complaints) std::printf("  %s\n", text.c_str());
  return false;
}

int conclude(std::uint64_t passed, std::uint64_t failed) {
  std::printf("%llu passed, %llu failed\n", static_cast<unsigned long long>(passed),
              static_cast<unsigned long long>(failed));
  return failed == 0 ? 0 : 1;
}

int tell_stories(std::uint64_t first, std::uint64_t seeds, bool tell) {
  std::uint64_t failed = 0;
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    StoryOptions options = story_of(seed);
    options.tell = tell;
    const std::string number = std::to_string(seed);
    if (ends_well(options, "seed " + number)) continue;
    ++failed;
    std::printf("  replay: make sim SEED=%s\n", number.c_str());
  }
  return conclude(seeds - failed, failed);
}

// The kinds of calls that make something in a calm story.
std::set<std::string> creating_calls() {
  StoryOptions options = story_of(8);
  History history(options);
  static_cast<void>(history.run());
  std::set<std::string> names;
  for (const Entry* entry : mutations(history.cloud().journal())) {
    const std::string_view name = entry->operation;
    for (const std::string_view verb :
         {"Create", "Allocate", "Attach", "Associate", "Authorize", "Add", "Put", "Run"}) {
      if (name.starts_with(verb)) names.insert(entry->service + ":" + entry->operation);
    }
  }
  return names;
}

// A crash after the call was executed leaves the same store whether the answer was lost on the
// way or heard and not yet recorded: one point stands for both.
int crash_everywhere() {
  std::uint64_t passed = 0;
  std::uint64_t failed = 0;
  for (const std::string& name : creating_calls()) {
    for (const CrashPoint point : {CrashPoint::before_send, CrashPoint::after_execute}) {
      StoryOptions options = story_of(8);
      options.crash_at = [&](CrashPoint at, const Call& call) {
        return at == point && call.service + ":" + call.operation == name;
      };
      const char* when = point == CrashPoint::before_send ? " before " : " after ";
      ends_well(options, "crash" + std::string(when) + name) ? ++passed : ++failed;
    }
  }
  return conclude(passed, failed);
}

bool catches(const Planted& bug) {
  if (bug.into_rows != nullptr) bug.into_rows();
  for (std::uint64_t seed = 1; seed <= kPlantedSeedsMax; ++seed) {
    StoryOptions options = story_of(seed);
    options.planted = &bug;
    History history(options);
    if (history.run().empty()) continue;
    std::printf("planted: %s: caught by seed %llu\n", std::string(bug.what).c_str(),
                static_cast<unsigned long long>(seed));
    return true;
  }
  std::printf("planted: %s: NOT caught within %llu seeds\n", std::string(bug.what).c_str(),
              static_cast<unsigned long long>(kPlantedSeedsMax));
  return false;
}

// One bug a process: the rows stay as the bug leaves them.
int plant(const std::string& name) {
  const Planted* bug = find_planted(name);
  if (bug == nullptr) {
    for (const Planted& known : planted_bugs()) {
      std::printf("%s: %s\n", std::string(known.name).c_str(), std::string(known.what).c_str());
    }
    return 1;
  }
  const bool caught = catches(*bug);
  return conclude(caught ? 1 : 0, caught ? 0 : 1);
}

int run(int argc, char** argv) {
  std::uint64_t seeds = 200;
  std::uint64_t first = 1;
  bool tell = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const auto value = [&](std::string_view flag) { return std::string(word.substr(flag.size())); };
    if (word == "--crash-points") return crash_everywhere();
    if (word.starts_with("--planted")) return plant(word.size() > 10 ? value("--planted=") : "");
    if (word == "--tell") tell = true;
    if (word.starts_with("--seeds=")) seeds = std::strtoull(value("--seeds=").c_str(), nullptr, 10);
    if (word.starts_with("--first=")) first = std::strtoull(value("--first=").c_str(), nullptr, 10);
    if (!word.starts_with("--seed=")) continue;
    first = std::strtoull(value("--seed=").c_str(), nullptr, 10);
    seeds = 1;
  }
  return tell_stories(first, seeds, tell);
}

}  // namespace
}  // namespace byoc::sim

int main(int argc, char** argv) {
  return byoc::sim::run(argc, argv);
}
