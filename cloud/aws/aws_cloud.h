// The real AWS behind the seam of cloud/cloud.h.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/status.h"
#include "base/time.h"
#include "cloud/aws/environment.h"
#include "cloud/aws/retry.h"
#include "cloud/cloud.h"
#include "cloud/transport.h"

namespace byoc {

// One finished HTTP attempt, for metrics and logs. Holds no parameters and no secrets.
struct Attempt {
  std::string service;
  std::string operation;
  std::string region;
  int number = 0;       // of this page, from 0
  int http_status = 0;  // 0: no answer
  Code code = Code::ok;
  std::string aws_code;
  std::string request_id;
  std::size_t bytes_sent = 0;
  std::size_t bytes_received = 0;
  Duration took{0};
};

struct AwsOptions {
  Environment environment = system_environment();
  std::string endpoint_url;  // for all services; before AWS_ENDPOINT_URL and its kin
  Duration connect_max = std::chrono::seconds(5);
  Duration attempt_max = std::chrono::seconds(60);
  RetryLimits retry;
  std::function<void(const Attempt&)> on_attempt;  // may be empty; must not call back
  int wake_fd = -1;  // wait() returns early, with nothing, when it can be read
  // In place of the network, the clock and chance: for histories in virtual time. All or none.
  Wire* wire = nullptr;
  std::function<Time()> clock;
  std::uint64_t seed = 0;
};

// One operation is not AWS's: eks:GetToken {"clusterName"} makes a bearer token for the cluster's
// Kubernetes API with the principal's credentials, without a call to EKS, and answers
// {"token", "expirationTimestamp"} as `aws eks get-token` does. The token is a secret.

// Code::unsupported is only said of a given endpoint that BYOC_EMULATOR=1 calls an emulator of AWS.
// Nothing else may take an answer for "this operation does not exist".

// A Cloud on the credentials, endpoints and proxy of the environment (HTTPS_PROXY and NO_PROXY
// for https, AWS_CA_BUNDLE). No network is touched before the first call. Adaptive slow-down
// starts with the first throttle; how many calls are in flight is the caller's business.
[[nodiscard]] Result<std::unique_ptr<Cloud>> make_aws_cloud(AwsOptions options = {});

}  // namespace byoc
