#include "cloud/aws/retry.h"

#include <algorithm>

#include "cloud/aws/errors.h"

namespace byoc {
namespace {

// Gateway and internal errors come after the request has reached someone.
bool is_half_done(int http_status) {
  return http_status == 500 || http_status == 502 || http_status == 504;
}

}  // namespace

bool RetryQuota::take(int cost) {
  if (left_ < cost) return false;
  left_ -= cost;
  return true;
}

void RetryQuota::give_back(int amount) {
  left_ = std::min(kTotal, left_ + amount);
}

Verdict judge(const Status& status, int http_status, bool foreign, bool repeatable) {
  if (status.code == Code::throttled) return Verdict::again_rested;
  if (is_expired_session(status.aws_code) || is_clock_skew(status.aws_code, status.message)) {
    return Verdict::again_resigned;
  }
  if (foreign) {
    const bool may_pass = http_status >= 500 || http_status == 429;
    return status.code == Code::unavailable && repeatable && may_pass ? Verdict::again
                                                                      : Verdict::finished;
  }
  if (is_transient(status.aws_code)) return Verdict::again;
  // 4xx that heal by themselves (propagation) take longer than a call may: the next pass looks.
  if (status.code != Code::unavailable || http_status < 500) return Verdict::finished;
  return repeatable || !is_half_done(http_status) ? Verdict::again : Verdict::finished;
}

Status fault_status(std::string_view call, const Exchange& exchange, bool repeatable) {
  Status status;
  status.message = std::string(call) + ": " + exchange.problem;
  switch (exchange.fault) {
    case Fault::none: break;
    case Fault::not_sent: status.code = Code::unavailable; break;
    case Fault::lost: status.code = repeatable ? Code::unavailable : Code::unknown_outcome; break;
    case Fault::too_large:
      status.code = repeatable ? Code::invalid : Code::unknown_outcome;
      status.message = std::string(call) + ": the answer is too large";
      break;
  }
  return status;
}

bool may_have_acted(Fault fault, int http_status, bool foreign) {
  if (fault != Fault::none) return fault != Fault::not_sent;
  return foreign || http_status / 100 == 2 || is_half_done(http_status);
}

Status of_last_attempt_only(Status status) {
  if (status.code == Code::unknown_outcome || status.code == Code::already_exists) return status;
  status.code = Code::unknown_outcome;
  status.message += " (an earlier attempt was not answered and may have been carried out)";
  return status;
}

Status settle(Status status, int http_status, bool foreign, bool repeatable) {
  const bool unsure = may_have_acted(Fault::none, http_status, foreign);
  if (!repeatable && status.code == Code::unavailable && unsure) {
    status.code = Code::unknown_outcome;
  }
  return status;
}

Duration backoff(const RetryLimits& limits, int attempt, double chance, Duration asked_for) {
  const auto doubled = limits.delay_first.count() << std::min(attempt, 16);
  const auto ceiling = std::min<Duration::rep>(limits.delay_max.count(), doubled);
  const Duration jittered(static_cast<Duration::rep>(chance * static_cast<double>(ceiling)));
  return std::max(jittered, std::min(asked_for, limits.delay_max));
}

}  // namespace byoc
