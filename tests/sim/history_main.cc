// simulate: tells stories and says which of them end badly.
//
//   simulate --seeds=N [--first=K]   N stories; a failing one says how to replay it
//   simulate --seed=K [--tell]       one story; --tell prints every call and every pass
//   simulate --drawn ...             stories whose manifests, edits, drift and facts are drawn, too
//   simulate --crash-points          a crash around every kind of creating call
//   simulate --soak=HOURS [--seed=K] one world and one byocd for many hours of virtual time
//   simulate --record=DIR            what this version makes of DIR/manifests.yaml, for upgrades
//   simulate --below ...             the same below the client: it runs on a simulated network
//   simulate --proxy                 a proxy has a page for every operation, one after another
//   simulate --odd [--every]         answers of every operation are well formed and wrong, in two
//                                    ways or in every one; --only=WORDS some stories, of --proxy,
//                                    too
//   simulate --planted[=NAME]        a planted bug must be caught within --seeds=50 stories
//                                    (one of the client below it, or of drawn stories, within 200)
//
// Many stories are shared out to --jobs=N processes, by default one per processor.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sim/drawn_story.h"
#include "tests/sim/history.h"
#include "tests/sim/op.h"
#include "tests/sim/soak.h"
#include "tests/sim/upgrade.h"
#include "tests/sim/workers.h"

namespace byoc::sim {
namespace {

constexpr std::uint64_t kSeeds = 200;
constexpr std::uint64_t kPlantedSeeds = 50;
constexpr std::uint64_t kPlantedRare = 200;

// Which stories are told, and how.
struct Wish {
  std::uint64_t first = 1;
  std::uint64_t seeds = 0;
  int jobs = jobs_by_default();
  bool tell = false;
  bool below = false;
  bool drawn = false;
  std::string only;  // troubles whose names hold it
};

StoryOptions story_of(std::uint64_t seed) {
  StoryOptions options;
  options.seed = seed;
  options.hurt = seed % 4 != 0;
  options.delete_while_hurt = options.hurt && seed % 3 == 0;
  return options;
}

std::string lines_of(const std::vector<std::string>& complaints) {
  std::string text;
  for (const std::string& complaint : complaints) text += "  " + complaint + '\n';
  return text;
}

// What is wrong at the end, one line each; empty when it ends well.
std::string told(const StoryOptions& options) {
  History history(options);
  return lines_of(history.run());
}

std::string told_drawn(const StoryOptions& options) {
  DrawnStory story(options);
  return lines_of(story.run());
}

// Counts stories, prints the failing ones and, from time to time, how far it has come.
class Tally {
 public:
  explicit Tally(std::uint64_t count) : count_(count) {}

  void add(const std::string& title, const std::string& complaints) {
    ++(complaints.empty() ? passed_ : failed_);
    if (!complaints.empty()) std::printf("%s:\n%s", title.c_str(), complaints.c_str());
    std::fflush(stdout);
    const auto now = std::chrono::steady_clock::now();
    if (now - told_at_ < kTellEvery) return;
    told_at_ = now;
    std::fprintf(stderr, "%llu of %llu, %llu failed\n", passed_ + failed_, count_, failed_);
  }
  // The exit code.
  [[nodiscard]] int conclude() const {
    std::printf("%llu passed, %llu failed\n", passed_, failed_);
    return failed_ == 0 ? 0 : 1;
  }

 private:
  static constexpr auto kTellEvery = std::chrono::seconds(20);
  unsigned long long count_;
  unsigned long long passed_ = 0;
  unsigned long long failed_ = 0;
  std::chrono::steady_clock::time_point told_at_ = std::chrono::steady_clock::now();
};

int tell_stories(const Wish& wish) {
  Tally tally(wish.seeds);
  const auto task = [&](std::uint64_t i) {
    StoryOptions options = story_of(wish.first + i);
    options.tell = wish.tell;
    options.below = wish.below;
    return wish.drawn ? told_drawn(options) : told(options);
  };
  const auto ended = [&](std::uint64_t i, const std::string& complaints) {
    const std::string number = std::to_string(wish.first + i);
    const std::string replay = "  replay: make sim SEED=" + number +
                               (wish.below ? " BELOW=1" : "") + (wish.drawn ? " DRAWN=1" : "") +
                               '\n';
    tally.add("seed " + number, complaints.empty() ? complaints : complaints + replay);
  };
  share_out({wish.seeds, wish.tell || wish.seeds == 1 ? 1 : wish.jobs, task, ended});
  return tally.conclude();
}

// The kinds of calls of the program's own in a calm story; others call, too.
std::set<std::string> calls_of_the_program() {
  std::set<std::string> names;
  StoryOptions options = story_of(8);
  options.crash_at = [&names](CrashPoint, const Call& call) {
    names.insert(call.service + ":" + call.operation);
    return false;
  };
  History history(options);
  static_cast<void>(history.run());
  return names;
}

// Those of them that make something.
std::set<std::string> creating_calls() {
  std::set<std::string> names = calls_of_the_program();
  std::erase_if(names, [](const std::string& call) {
    const std::string_view name = std::string_view(call).substr(call.find(':') + 1);
    for (const std::string_view verb :
         {"Create", "Allocate", "Attach", "Associate", "Authorize", "Add", "Put", "Run"}) {
      if (name.starts_with(verb)) return false;
    }
    return true;
  });
  return names;
}

// A crash after the call was executed leaves the same store whether the answer was lost on the
// way or heard and not yet recorded: one point stands for both.
int crash_everywhere(int jobs) {
  struct Crashing {
    std::string name;
    CrashPoint point;
    const char* when;
  };
  std::vector<Crashing> crashes;
  for (const std::string& name : creating_calls()) {
    crashes.push_back({name, CrashPoint::before_send, "before sending "});
    crashes.push_back({name, CrashPoint::after_send, "after sending "});
    crashes.push_back({name, CrashPoint::after_execute, "before recording "});
  }
  Tally tally(crashes.size());
  const auto task = [&](std::uint64_t i) {
    StoryOptions options = story_of(8);
    options.crash_at = [&one = crashes[i]](CrashPoint at, const Call& call) {
      return at == one.point && call.service + ":" + call.operation == one.name;
    };
    return told(options);
  };
  const auto ended = [&](std::uint64_t i, const std::string& complaints) {
    tally.add(std::string("crash ") + crashes[i].when + crashes[i].name, complaints);
  };
  share_out({crashes.size(), jobs, task, ended});
  return tally.conclude();
}

struct Trouble {
  std::string name;
  WrongAnswers wrong;
};

// F26: a page for every operation. Of what only reads, before and after are the same.
std::vector<Trouble> troubles_of_a_proxy() {
  std::vector<Trouble> out;
  for (const std::string& name : calls_of_the_program()) {
    const std::size_t colon = name.find(':');
    const Operation* operation = find_operation(name.substr(0, colon), name.substr(colon + 1));
    out.push_back({"a page before " + name, {name, SimWire::Page::before}});
    if (operation == nullptr || !operation->rule.mutates) continue;
    out.push_back({"a page after " + name, {name, SimWire::Page::after}});
  }
  return out;
}

// F2: answers to every operation that are well formed and wrong, in every way or in two of the six.
std::vector<Trouble> troubles_of_a_service(bool every) {
  constexpr std::size_t kWays = std::size(kOddities);
  std::vector<Trouble> out;
  std::size_t turn = 0;
  for (const std::string& name : calls_of_the_program()) {
    const std::size_t first = turn++;
    for (std::size_t i = 0; i < kWays; i += every ? 1 : kWays / 2) {
      const Oddity oddity = kOddities[(first + i) % kWays];
      const std::string what = std::string(oddity_name(oddity)) + " from " + name;
      out.push_back({what, {name, SimWire::Page::none, oddity}});
    }
  }
  return out;
}

// Whatever is answered, nothing is said to be made or gone that is not. --only=WORDS: some of them.
int tell_with_wrong_answers(std::vector<Trouble> troubles, const Wish& wish) {
  std::erase_if(troubles, [&](const Trouble& trouble) {
    return trouble.name.find(wish.only) == std::string::npos;
  });
  Tally tally(troubles.size());
  const auto task = [&](std::uint64_t i) {
    StoryOptions options = story_of(wish.seeds == 1 ? wish.first : 8);
    options.below = true;
    options.tell = wish.tell;
    History history(options);
    std::string text;
    for (const std::string& complaint : history.run_with(troubles[i].wrong)) {
      text += "  " + complaint + '\n';
    }
    return text;
  };
  const auto ended = [&](std::uint64_t i, const std::string& complaints) {
    tally.add(troubles[i].name, complaints);
  };
  share_out({troubles.size(), wish.jobs, task, ended});
  return tally.conclude();
}

// Whether one of the stories ends badly.
bool catches(const Planted& bug, const Wish& wish) {
  if (bug.into_rows != nullptr) bug.into_rows();
  for (std::uint64_t seed = wish.first; seed < wish.first + wish.seeds; ++seed) {
    StoryOptions options = story_of(seed);
    options.planted = &bug;
    options.tell = wish.tell;
    options.below = wish.below || is_in_client(bug);
    const bool drawn = wish.drawn || bug.in_drawn;
    const std::string complaints = drawn ? told_drawn(options) : told(options);
    if (complaints.empty()) continue;
    std::printf("%s: caught by seed %s\n%s", std::string(bug.what).c_str(),
                std::to_string(seed).c_str(), complaints.c_str());
    return true;
  }
  std::printf("%s: NOT caught by %s stories\n", std::string(bug.what).c_str(),
              std::to_string(wish.seeds).c_str());
  return false;
}

// One bug a process: the rows stay as the bug leaves them.
int plant(const std::string& name, const Wish& wish) {
  if (const Planted* bug = find_planted(name)) return catches(*bug, wish) ? 0 : 1;
  for (const Planted& known : planted_bugs()) {
    std::printf("%s: %s\n", std::string(known.name).c_str(), std::string(known.what).c_str());
  }
  return 1;
}

int soak(std::uint64_t seed, std::uint64_t length) {
  SoakOptions options;
  options.seed = seed;
  options.length = std::chrono::hours(length);
  const auto begun = std::chrono::steady_clock::now();
  const std::vector<std::string> complaints = Soak(options).run();
  for (const std::string& complaint : complaints) std::printf("  %s\n", complaint.c_str());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  std::printf("soak of seed %llu %s, in %.0f s\n", static_cast<unsigned long long>(seed),
              complaints.empty() ? "passed" : "failed", took.count());
  return complaints.empty() ? 0 : 1;
}

int keep_recording(const std::string& dir) {
  const std::string trouble = record(dir);
  std::printf("%s\n", trouble.empty() ? "recorded" : trouble.c_str());
  return trouble.empty() ? 0 : 1;
}

int run(int argc, char** argv) {
  Wish wish;
  bool crash_points = false;
  bool proxy = false;
  bool odd = false;
  bool every = false;
  std::uint64_t soak_hours = 0;
  std::optional<std::string> planted;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const auto value = [&](std::string_view flag) {
      return std::string(word.substr(std::min(flag.size(), word.size())));
    };
    const auto number = [&](std::string_view flag) {
      return std::strtoull(value(flag).c_str(), nullptr, 10);
    };
    if (word.starts_with("--planted")) planted = value("--planted=");
    if (word.starts_with("--record=")) return keep_recording(value("--record="));
    if (word == "--crash-points") crash_points = true;
    if (word == "--proxy") proxy = true;
    if (word == "--odd") odd = true;
    if (word == "--every") every = true;
    if (word.starts_with("--only=")) wish.only = value("--only=");
    if (word == "--below") wish.below = true;
    if (word == "--drawn") wish.drawn = true;
    if (word.starts_with("--soak=")) soak_hours = number("--soak=");
    if (word == "--tell") wish.tell = true;
    if (word.starts_with("--jobs=")) wish.jobs = static_cast<int>(number("--jobs="));
    if (word.starts_with("--seeds=")) wish.seeds = number("--seeds=");
    if (word.starts_with("--first=")) wish.first = number("--first=");
    if (!word.starts_with("--seed=")) continue;
    wish.first = number("--seed=");
    wish.seeds = 1;
  }
  if (soak_hours > 0) return soak(wish.first, soak_hours);
  if (crash_points) return crash_everywhere(wish.jobs);
  if (proxy) return tell_with_wrong_answers(troubles_of_a_proxy(), wish);
  if (odd) return tell_with_wrong_answers(troubles_of_a_service(every), wish);
  if (wish.seeds == 0 && planted) {
    const Planted* bug = find_planted(*planted);
    const bool rare = bug != nullptr && (is_in_client(*bug) || bug->in_drawn);
    wish.seeds = rare ? kPlantedRare : kPlantedSeeds;
  }
  if (wish.seeds == 0) wish.seeds = kSeeds;
  return planted ? plant(*planted, wish) : tell_stories(wish);
}

}  // namespace
}  // namespace byoc::sim

int main(int argc, char** argv) {
  return byoc::sim::run(argc, argv);
}
