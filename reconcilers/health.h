// Health: what AWS says of a resource that exists and does not work as it should.
//
// What was never healthy is replaced with growing pauses, and its issues are in status and event
// before it is taken away. How often that was in vain stands in status.failures.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "manifests/object.h"
#include "reconcilers/snapshot.h"

namespace byoc {

// The reason of a condition for want of capacity, and for a quota.
inline constexpr std::string_view kNoCapacity = "InsufficientCapacity";
inline constexpr std::string_view kQuota = "QuotaExceeded";

// A resource that failed to be made, once or several times in a row.
struct Failure {
  std::string of;  // which one of those under its key
  int count = 0;
  Time at{};  // when it was first seen
};

// "AsgInstanceLaunchFailures: could not launch (asg-1); ..."; empty without issues.
[[nodiscard]] std::string issues_text(const std::vector<Issue>& issues);
// The reason of a condition: InsufficientCapacity or QuotaExceeded where the issues say so.
[[nodiscard]] std::string trouble_word(const Observed& observed, std::string_view otherwise);

// Seconds before it is tried once more after so many failures: growing, and not the same for all.
[[nodiscard]] int pause_seconds(int count, std::string_view whose, int first = 30);

// What status.failures tells, by key.
[[nodiscard]] std::map<std::string, Failure> failures_of(const Object& object);
// Seconds left before a failed resource is replaced.
[[nodiscard]] int pause_left(const std::map<std::string, Failure>& failures, const std::string& key,
                             const Observed& observed, Time now);

// Writes the condition Healthy, status.issues and status.failures; nothing of what has no states.
void write_health(Object& object, const std::map<std::string, const Observed*>& by_key, Time now);

}  // namespace byoc
