// properties: draws sets of manifests and says for which of them something does not hold.
//
//   properties --cases=N [--first=K]   N cases; a failing one is made smaller and printed
//   properties --seed=K                one case
//   properties --seed=K --tell         one case, printed whole
//
// Cases are shared out to --jobs=N processes, by default one per processor.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "manifests/schema.h"
#include "tests/properties/properties.h"
#include "tests/sim/workers.h"

namespace byoc::properties {
namespace {

constexpr std::uint64_t kCases = 2000;
constexpr int kFailuresShown = 3;
constexpr double kInvalidShare = 0.05;  // of all cases at most: more say that the drawing is wrong
constexpr const char* kInvalid = "invalid";
constexpr const char* kReached = "reached ";    // a line of a result: a field and what came of it
constexpr std::uint64_t kCasesForReach = 1500;  // so many reach every field

struct Wish {
  std::uint64_t first = 1;
  std::uint64_t cases = kCases;
  int jobs = sim::jobs_by_default();
  bool tell = false;
};

// What steers byoc itself (its order, its rights, what it leaves to others or takes from them), or
// the identity that it works with: AWS holds nothing of it.
bool is_steering(std::string_view field) {
  constexpr std::string_view kSteering[] = {"Role/spec/trust/externalId",
                                            "Role/spec/trust/unsafeNoExternalId",
                                            "Role/spec/arn",
                                            "Role/spec/policies/exclusive",
                                            "Cluster/spec/roleRef",
                                            "Cluster/spec/roleArn",
                                            "Cluster/spec/externalId",
                                            "Cluster/spec/deletionPolicy",
                                            "Cluster/spec/network/exclusive",
                                            "Cluster/spec/addons/0/phase",
                                            "NodeGroup/spec/scalingOwner"};
  constexpr std::string_view kOfAll[] = {
      "managementPolicy", "paused", "deletionProtection", "adopt", "allowReplace", "ignoreTags"};
  return std::any_of(std::begin(kSteering), std::end(kSteering),
                     [&](std::string_view known) { return field.starts_with(known); }) ||
         std::any_of(std::begin(kOfAll), std::end(kOfAll), [&](std::string_view known) {
           return field.substr(field.find('/')) == "/spec/" + std::string(known);
         });
}

// Whether the field, or what it is part of, keeps the value that the object was made with.
bool is_fixed(const std::string& kind, const std::string& field) {
  for (std::size_t end = field.find('/', 1); end != std::string::npos;) {
    end = field.find('/', end + 1);
    const Json* schema = schema_at(kind, field.substr(0, end));
    if (schema != nullptr && schema->value("x-immutable", false)) return true;
  }
  return false;
}

// F53: fields that no edit could make matter are accepted and not done.
int report_unread(const std::set<std::string>& reached) {
  int unread = 0;
  for (const std::string& kind : schema_kinds()) {
    for (const std::string& field : fields_of(kind)) {
      if (reached.contains(kind + field) || is_steering(kind + field) || is_fixed(kind, field)) {
        continue;
      }
      ++unread;
      std::printf("%s%s: whatever it says, nothing becomes another\n", kind.c_str(), field.c_str());
    }
  }
  return unread;
}

std::string result_of(std::uint64_t seed) {
  const Case one = draw_case(seed);
  Reach reach;
  const Verdict verdict = check_case(one, reach);
  if (!verdict.valid || one.documents.empty()) return kInvalid;
  std::string text = verdict.complaint;
  for (const auto& [field, what] : reach) {
    if (text.empty() || text.starts_with(kReached)) {
      if (what.contains("changes")) text += kReached + field + "\n";
    }
  }
  return text;
}

void add_reached(const std::string& text, std::set<std::string>& reached) {
  const std::string_view word = kReached;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    reached.insert(text.substr(at + word.size(), end - at - word.size()));
    at = end + 1;
  }
}

void show_failure(std::uint64_t seed, const std::string& complaint) {
  const Case small = shrunk(draw_case(seed));
  Reach reach;
  std::printf("seed %llu: %s\n%s  replay: make properties SEED=%llu\n",
              static_cast<unsigned long long>(seed), complaint.c_str(), to_text(small).c_str(),
              static_cast<unsigned long long>(seed));
  std::fflush(stdout);
}

int run_cases(const Wish& wish) {
  std::uint64_t invalid = 0;
  int failed = 0;
  std::set<std::string> reached;
  sim::Work work;
  work.count = wish.cases;
  work.jobs = wish.jobs;
  work.task = [&](std::uint64_t i) { return result_of(wish.first + i); };
  work.ended = [&](std::uint64_t i, const std::string& text) {
    if (text.empty()) return;
    if (text.starts_with(kReached)) {
      add_reached(text, reached);
    } else if (text == kInvalid) {
      ++invalid;
    } else if (++failed <= kFailuresShown) {
      show_failure(wish.first + i, text);
    } else {
      std::printf("seed %llu: %s\n", static_cast<unsigned long long>(wish.first + i), text.c_str());
    }
  };
  sim::share_out(work);
  std::printf("%llu cases, %llu invalid, %d failed\n", static_cast<unsigned long long>(wish.cases),
              static_cast<unsigned long long>(invalid), failed);
  if (wish.cases >= kCasesForReach) failed += report_unread(reached);
  const bool few = static_cast<double>(invalid) <= kInvalidShare * static_cast<double>(wish.cases);
  return failed == 0 && few ? 0 : 1;
}

int run(int argc, char** argv) {
  Wish wish;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const auto number = [&](std::string_view flag) {
      return std::strtoull(std::string(word.substr(flag.size())).c_str(), nullptr, 10);
    };
    if (word == "--tell") wish.tell = true;
    if (word.starts_with("--cases=")) wish.cases = number("--cases=");
    if (word.starts_with("--first=")) wish.first = number("--first=");
    if (word.starts_with("--jobs=")) wish.jobs = static_cast<int>(number("--jobs="));
    if (!word.starts_with("--seed=")) continue;
    wish.first = number("--seed=");
    wish.cases = 1;
  }
  if (wish.tell) std::printf("%s", to_text(draw_case(wish.first)).c_str());
  return run_cases(wish);
}

}  // namespace
}  // namespace byoc::properties

int main(int argc, char** argv) {
  return byoc::properties::run(argc, argv);
}
