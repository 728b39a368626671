#include "cloud/router.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/check.h"

namespace byoc {
namespace {

// A ticket says which target has the call: the lowest bits are its number.
constexpr Ticket kTargetBits = 4;
constexpr std::size_t kTargetsMax = std::size_t{1} << kTargetBits;
// Each target waits for its own answers alone: while several have calls in flight, they wait by
// turns, so long each.
constexpr Duration kTurn = std::chrono::milliseconds(5);

}  // namespace

Router::Router(std::unique_ptr<Cloud> rest) {
  targets_.push_back({std::move(rest), 0});
}

void Router::send(const std::vector<std::string>& services, std::unique_ptr<Cloud> target) {
  check(targets_.size() < kTargetsMax, "a ticket has room for the number of its target");
  for (const std::string& service : services) by_service_[service] = targets_.size();
  targets_.push_back({std::move(target), 0});
}

Ticket Router::start(Call call) {
  const auto found = by_service_.find(call.service);
  const std::size_t index = found == by_service_.end() ? 0 : found->second;
  ++targets_[index].in_flight;
  return (targets_[index].cloud->start(std::move(call)) << kTargetBits) | index;
}

std::optional<Completion> Router::take(std::size_t index, Time until) {
  Target& target = targets_[index];
  auto completion = target.cloud->wait(until);
  if (!completion) return std::nullopt;
  --target.in_flight;
  completion->ticket = (completion->ticket << kTargetBits) | index;
  return completion;
}

bool Router::others_are_busy() const {
  return std::any_of(targets_.begin() + 1, targets_.end(),
                     [](const Target& target) { return target.in_flight > 0; });
}

// The first target is also woken by others than its answers (AwsOptions::wake_fd): that it came
// back with nothing before its turn was over is passed on.
std::optional<Completion> Router::wait(Time until) {
  while (others_are_busy()) {
    turn_ = (turn_ + 1) % targets_.size();
    const Target& target = targets_[turn_];
    if (turn_ > 0 && target.in_flight == 0) continue;
    const Time end = std::min(until, now() + kTurn);
    if (auto completion = take(turn_, end)) return completion;
    const Time then = now();
    if (then >= until || (turn_ == 0 && then < end)) return std::nullopt;
  }
  return take(0, until);
}

}  // namespace byoc
