// The one table from AWS's error codes to byoc's: (service, operation, code, message) -> Code.
//
// No other place in the program matches the text of an AWS error. Sources: the error lists of the
// service references, of botocore's retry tables and of what operators of EKS have seen.
#pragma once

#include <string_view>

#include "base/status.h"

namespace byoc {

// Never ok. `aws_code` may be empty (then the HTTP status decides) and may carry the dressing of
// the wire ("com.amazonaws.sqs#QueueDoesNotExist", "Foo:http://..."). The Status keeps the bare
// code and says "ec2:CreateVpc: VpcLimitExceeded: <message>".
[[nodiscard]] Status classify(std::string_view service, std::string_view operation,
                              std::string_view aws_code, int http_status, std::string_view message);

// The bare error code: without a "prefix#" and without a ":http..." suffix.
[[nodiscard]] std::string_view bare_error_code(std::string_view aws_code);

// Whether the code says that our clock is wrong (the request's date was refused).
[[nodiscard]] bool is_clock_skew(std::string_view aws_code, std::string_view message);

// Whether new credentials may heal it: an expired session.
[[nodiscard]] bool is_expired_session(std::string_view aws_code);

// Whether the service gave up on a request that it had not read whole: worth a repeat although its
// status says that the fault is ours (botocore's "TransientRetryableChecker").
[[nodiscard]] bool is_transient(std::string_view aws_code);

// Whether the refusal is about who signs, and not about what that one may do.
[[nodiscard]] bool is_about_credentials(std::string_view aws_code);

// Whether a region that is not enabled in the account answers so to good credentials.
[[nodiscard]] bool may_be_region_trouble(std::string_view aws_code);

}  // namespace byoc
