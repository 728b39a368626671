#include "controller/plan_desk.h"

#include <sstream>
#include <utility>

namespace byoc {
namespace {

// 0 when it is no name.
std::uint64_t number_in(const std::string& name) {
  std::uint64_t number = 0;
  std::istringstream(name) >> number;
  return number;
}

}  // namespace

std::string PlanDesk::begin() {
  const std::lock_guard lock(mutex_);
  plans_[++last_] = std::nullopt;
  if (plans_.size() > kPlansMax) plans_.erase(plans_.begin());
  return std::to_string(last_);
}

void PlanDesk::finish(const std::string& name, Json document) {
  const std::lock_guard lock(mutex_);
  const auto found = plans_.find(number_in(name));
  if (found != plans_.end()) found->second = std::move(document);
}

bool PlanDesk::knows(const std::string& name) {
  const std::lock_guard lock(mutex_);
  return plans_.contains(number_in(name));
}

std::optional<Json> PlanDesk::take(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto found = plans_.find(number_in(name));
  if (found == plans_.end() || !found->second) return std::nullopt;
  return std::move(plans_.extract(found).mapped());
}

}  // namespace byoc
