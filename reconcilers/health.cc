#include "reconcilers/health.h"

#include <algorithm>
#include <cctype>
#include <functional>
#include <utility>

#include "base/join.h"
#include "base/json.h"
#include "reconcilers/reference.h"
#include "reconcilers/row.h"

namespace byoc {
namespace {

constexpr int kPauseMax = 600;  // seconds
constexpr const char* kFailures = "failures";
constexpr const char* kIssues = "issues";

// EC2's words inside the messages of EKS's issues.
// Source: EKS user guide, "Managed node group errors"; EC2, "Error codes".
struct Meaning {
  std::string_view word;
  std::string_view reason;
};
constexpr Meaning kMeanings[] = {
    {"InsufficientInstanceCapacity", kNoCapacity},
    {"InsufficientCapacity", kNoCapacity},
    {"UnfulfillableCapacity", kNoCapacity},
    {"InsufficientFreeAddresses", kNoCapacity},
    {"VcpuLimitExceeded", kQuota},
    {"InstanceLimitExceeded", kQuota},
    {"MaxSpotInstanceCountExceeded", kQuota},
    {"VolumeLimitExceeded", kQuota},
};

std::string instance_of(const Observed& observed) {
  return observed.id + " " + format_time(observed.created);
}

bool is_unwell(const Observed& observed) {
  return !observed.healthy || observed.life == Life::failed || !observed.issues.empty();
}

Json issue_json(const std::string& key, const Issue& issue) {
  Json out = {{"key", key}, {"code", issue.code}, {"message", issue.message}};
  if (!issue.resources.empty()) out["resources"] = issue.resources;
  return out;
}

Json failure_json(const std::string& key, const Failure& failure) {
  return {
      {"key", key}, {"of", failure.of}, {"count", failure.count}, {"at", format_time(failure.at)}};
}

// A condition's reason is one word.
std::string as_reason(const std::string& code) {
  const bool fits = !code.empty() && std::isalpha(static_cast<unsigned char>(code[0])) != 0 &&
                    std::all_of(code.begin(), code.end(),
                                [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
  return fits ? code : "Unhealthy";
}

void write_failures(Object& object, const std::map<std::string, const Observed*>& by_key,
                    Time now) {
  const auto before = failures_of(object);
  Json list = Json::array();
  for (const auto& [key, failure] : before) {
    const auto seen = by_key.find(key);
    // One that is not there is about to be made again; one that works has left its failures behind.
    const bool over = seen != by_key.end() && seen->second->life == Life::ready;
    const bool again = seen != by_key.end() && seen->second->life == Life::failed;
    if (over || again) continue;
    list.push_back(failure_json(key, failure));
  }
  for (const auto& [key, observed] : by_key) {
    if (observed->life != Life::failed || !observed->row->recreate_failed) continue;
    const auto known = before.find(key);
    Failure failure = known == before.end() ? Failure{} : known->second;
    if (failure.of != instance_of(*observed)) {
      failure = {instance_of(*observed), failure.count + 1, now};
    }
    list.push_back(failure_json(key, failure));
  }
  set_unless_empty(object.status, kFailures, std::move(list));
}

}  // namespace

std::string issues_text(const std::vector<Issue>& issues) {
  std::string text;
  for (const Issue& issue : issues) {
    if (!text.empty()) text += "; ";
    text += issue.code;
    if (!issue.message.empty()) text += (issue.code.empty() ? "" : ": ") + issue.message;
    if (!issue.resources.empty()) text += " (" + joined(issue.resources) + ")";
  }
  return text;
}

std::string trouble_word(const Observed& observed, std::string_view otherwise) {
  for (const Meaning& meaning : kMeanings) {
    if (observed.reason.find(meaning.word) != std::string::npos) return std::string(meaning.reason);
  }
  return std::string(otherwise);
}

int pause_seconds(int count, std::string_view whose, int first) {
  int pause = first;
  for (int i = 1; i < count && pause < kPauseMax; ++i) pause *= 2;
  pause = std::min(pause, kPauseMax);
  const std::size_t drawn = std::hash<std::string>{}(std::string(whose) + std::to_string(count));
  return pause - static_cast<int>(drawn % static_cast<std::size_t>(pause / 4 + 1));
}

std::map<std::string, Failure> failures_of(const Object& object) {
  std::map<std::string, Failure> failures;
  for (const Json& item : member(object.status, kFailures)) {
    Failure& failure = failures[text_member(item, "key")];
    failure.of = text_member(item, "of");
    failure.count = item.value("count", 0);
    failure.at = parse_time(text_member(item, "at"));
  }
  return failures;
}

int pause_left(const std::map<std::string, Failure>& failures, const std::string& key,
               const Observed& observed, Time now) {
  const auto known = failures.find(key);
  const int count = known == failures.end() ? 0 : known->second.count;
  const std::string instance = instance_of(observed);
  if (count == 0 || known->second.of != instance) return pause_seconds(count + 1, instance);
  const Duration passed = now - known->second.at;
  const Duration pause = std::chrono::seconds(pause_seconds(count, instance));
  return static_cast<int>(std::chrono::ceil<std::chrono::seconds>(pause - passed).count());
}

void write_health(Object& object, const std::map<std::string, const Observed*>& by_key, Time now) {
  bool any = false;
  Json issues = Json::array();
  Condition condition{"Healthy", "True", "Healthy", "AWS reports no issues"};
  for (const auto& [key, observed] : by_key) {
    if (observed->row->issues.empty() && observed->row->why.empty()) continue;
    any = true;
    if (!is_unwell(*observed)) continue;
    for (const Issue& issue : observed->issues) issues.push_back(issue_json(key, issue));
    const bool first = condition.status == "True";
    const std::string what =
        observed->issues.empty() ? observed->reason : issues_text(observed->issues);
    condition.message = (first ? "" : condition.message + "; ") + key + ": " + what;
    if (!first) continue;
    condition.status = "False";
    condition.reason =
        as_reason(observed->issues.empty() ? observed->reason : observed->issues.front().code);
  }
  write_failures(object, by_key, now);
  set_unless_empty(object.status, kIssues, std::move(issues));
  if (any) {
    set_condition(object, condition, now);
  } else {
    remove_condition(object, "Healthy");
  }
}

}  // namespace byoc
