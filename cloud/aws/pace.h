// Adaptive slow-down: one token bucket per identity, region and API class.
#pragma once

#include "base/time.h"

namespace byoc {

// Without throttles there is no limit: how many calls are in flight is bounded above. The first
// throttle sets the rate to a share of what was measured; success raises it again until the
// bucket disappears.
class Pace {
 public:
  // Takes a turn: how long to wait before sending (0: at once).
  [[nodiscard]] Duration take(Time now);
  void on_success(Time now);
  void on_throttle(Time now);

  // Calls per second; 0: unlimited.
  [[nodiscard]] double rate() const { return rate_; }

  static constexpr double kRateMin = 0.5;
  static constexpr double kRateMax = 100;  // above it the limit is lifted
  static constexpr double kShare = 0.7;    // of the measured rate after a throttle
  static constexpr double kGrowth = 1.05;  // per success

 private:
  void measure(Time now);

  double rate_ = 0;
  Time next_{};  // when the next turn is free
  // Calls sent in the running second, and the rate of the seconds before.
  double measured_ = 0;
  Time window_{};
  int in_window_ = 0;
  Time throttled_at_{};
};

}  // namespace byoc
