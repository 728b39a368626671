// The bearer token that an EKS API server takes: a presigned sts:GetCallerIdentity in base64.
#pragma once

#include <string_view>

#include "base/secret.h"
#include "base/status.h"
#include "base/time.h"
#include "cloud/aws/endpoint.h"
#include "cloud/aws/sigv4.h"

namespace byoc {

// EKS takes a token for 15 minutes after its signature; one minute is left for clocks.
inline constexpr Duration kEksTokenLife = std::chrono::minutes(14);

// "k8s-aws-v1." and the presigned URL for `cluster` (a name, in the region of the cluster), as
// aws-iam-authenticator and `aws eks get-token` make it.
[[nodiscard]] Result<Secret> eks_token(std::string_view cluster, std::string_view region,
                                       const Credentials& credentials,
                                       const EndpointSettings& settings, Time now);

}  // namespace byoc
