// Whether and when to send a call again. Pure: time and chance come from outside.
#pragma once

#include <string_view>

#include "base/json.h"
#include "base/status.h"
#include "base/time.h"
#include "cloud/aws/model.h"
#include "cloud/transport.h"

namespace byoc {

struct RetryLimits {
  int attempts_max = 5;  // per page of a call
  Duration delay_first{500};
  Duration delay_max{20'000};
};

// Repeats of all calls draw from one purse, so that an outage is not answered with a flood.
class RetryQuota {
 public:
  [[nodiscard]] bool take(int cost);
  void give_back(int amount);
  [[nodiscard]] int left() const { return left_; }

  static constexpr int kTotal = 500;
  static constexpr int kCost = 5;
  static constexpr int kCostOfLost = 10;  // timeouts hold connections longer

 private:
  int left_ = kTotal;
};

// How an attempt ended, and what follows from it.
enum class Verdict : std::uint8_t {
  finished,       // with its status, good or bad
  again,          // after a delay
  again_rested,   // throttled: after a delay, and slower from now on
  again_resigned  // the clock or the session was wrong: once, at once
};

// `repeatable`: a second effect does no harm. A call that is not is sent again only when the
// service surely did nothing with it. After an answer that is not the service's own (`foreign`)
// that is never sure.
[[nodiscard]] Verdict judge(const Status& status, int http_status, bool foreign, bool repeatable);

// The status of an attempt without an answer.
[[nodiscard]] Status fault_status(std::string_view call, const Exchange& exchange, bool repeatable);

// The status of an attempt after which nobody knows: unknown_outcome in place of `status` when
// the call is not repeatable and the service failed in the middle of it, or was not heard.
[[nodiscard]] Status settle(Status status, int http_status, bool foreign, bool repeatable);

// Whether the service may have done what was asked although nobody heard so.
[[nodiscard]] bool may_have_acted(Fault fault, int http_status, bool foreign);

// The status of a call of which an earlier attempt may have acted: what came last is only about the
// last attempt.
[[nodiscard]] Status of_last_attempt_only(Status status);

// Full jitter: chance in [0, 1) of min(delay_max, delay_first * 2^attempt), and never less than
// the service asked for (within delay_max). The first repeat has attempt 0.
[[nodiscard]] Duration backoff(const RetryLimits& limits, int attempt, double chance,
                               Duration asked_for);

}  // namespace byoc
