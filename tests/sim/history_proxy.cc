#include <algorithm>

#include "tests/sim/census.h"
#include "tests/sim/history.h"

namespace byoc::sim {
namespace {

constexpr Duration kBehindProxy = std::chrono::minutes(90);

std::vector<std::string> owned_keys(const World& world) {
  std::vector<std::string> keys;
  for (const auto& [key, ids] : owned(world)) keys.push_back(key);
  return keys;
}

}  // namespace

// What is converged has all of its resources; what has left the store has none.
void History::demand_true_claims(const std::vector<std::string>& whole) {
  const std::vector<std::string> there = owned_keys(cloud_.world());
  for (const Object& object : ordinary_stack()) {
    const std::string& uid = object.metadata.uid;
    const auto is_its = [&](const std::string& key) { return key.starts_with(uid); };
    const Standing* standing = controller_->standing(object.key());
    if (!store_->get(object.key()).ok()) {
      if (std::any_of(there.begin(), there.end(), is_its)) {
        complain(to_string(object.key()) + " is said to be gone and is not");
      }
    } else if (standing != nullptr && standing->converged && !whole.empty()) {
      for (const std::string& key : whole) {
        if (is_its(key) && std::find(there.begin(), there.end(), key) == there.end()) {
          complain(to_string(object.key()) + " is said to be complete without " + key);
        }
      }
    }
  }
}

std::vector<std::string> History::run_behind_proxy(const std::string& operation,
                                                   SimWire::Page page) {
  check(options_.below, "the proxy stands below the client");
  std::uint64_t count = 0;
  const auto proxy = [&](const std::string& call, HttpResponse& response) {
    if (call != operation) return SimWire::Page::none;
    constexpr int kStatuses[] = {500, 404, 405, 501};
    response.status = kStatuses[count++ % 4];
    return page;
  };
  const auto never = [] { return false; };
  const Duration limit = std::chrono::hours(3);
  apply_all();
  wire_->page_for = proxy;
  run_until(cloud_.now() + kBehindProxy, never);
  const std::size_t made = count;
  std::vector<std::string> early;
  for (const Object& object : ordinary_stack()) {
    const Standing* standing = controller_->standing(object.key());
    if (standing != nullptr && standing->converged) early.push_back(object.metadata.uid);
  }
  const std::vector<std::string> before = owned_keys(cloud_.world());
  wire_->page_for = nullptr;
  if (!settle(
          "converge without the proxy", [this] { return all_converged(); }, limit)) {
    return complaints_;
  }
  const std::vector<std::string> whole = owned_keys(cloud_.world());
  for (const std::string& key : whole) {
    const bool said = std::any_of(early.begin(), early.end(),
                                  [&](const std::string& uid) { return key.starts_with(uid); });
    if (said && std::find(before.begin(), before.end(), key) == before.end()) {
      complain("said to be complete behind the proxy without " + key);
    }
  }
  demand_converged();
  wire_->page_for = proxy;
  request_deletion();
  run_until(cloud_.now() + kBehindProxy, never);
  demand_true_claims(whole);
  if (made == 0 && count == 0) complain("the story never calls " + operation);
  wire_->page_for = nullptr;
  if (settle(
          "delete without the proxy", [this] { return all_gone(); }, limit)) {
    demand_nothing_left();
  }
  return complaints_;
}

}  // namespace byoc::sim
