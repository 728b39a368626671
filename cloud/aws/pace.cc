#include "cloud/aws/pace.h"

#include <algorithm>

namespace byoc {
namespace {

constexpr Duration kWindow = std::chrono::seconds(1);

}  // namespace

void Pace::measure(Time now) {
  ++in_window_;
  const Duration passed = now - window_;
  if (passed < kWindow) return;
  const double seconds = std::chrono::duration<double>(passed).count();
  measured_ = std::max(measured_ / 2, in_window_ / seconds);
  window_ = now;
  in_window_ = 0;
}

Duration Pace::take(Time now) {
  measure(now);
  if (rate_ <= 0) return Duration{0};
  const Time turn = std::max(now, next_);
  next_ = turn + Duration(static_cast<Duration::rep>(1000 / rate_));
  return turn - now;
}

void Pace::on_success(Time) {
  if (rate_ <= 0) return;
  rate_ *= kGrowth;
  if (rate_ > kRateMax) rate_ = 0;
}

void Pace::on_throttle(Time now) {
  // Calls that were in flight together are throttled together: they count once.
  if (rate_ > 0 && now - throttled_at_ < kWindow) return;
  throttled_at_ = now;
  const double current = rate_ > 0 ? rate_ : std::max<double>(measured_, in_window_);
  rate_ = std::clamp(current * kShare, kRateMin, kRateMax);
}

}  // namespace byoc
