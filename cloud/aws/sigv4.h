// AWS Signature Version 4: in headers, and in the query of a presigned URL.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"
#include "base/time.h"
#include "cloud/http.h"

namespace byoc {

struct Credentials {
  std::string access_key_id;
  Secret secret_key;
  Secret session_token;         // empty for long-lived keys
  std::optional<Time> expires;  // nothing: they do not
};

struct SigningScope {
  std::string region;   // "us-west-2"
  std::string service;  // "ec2"
};

// Adds x-amz-date, x-amz-security-token, for S3 x-amz-content-sha256, and Authorization. All
// headers of the request are signed; what the transport adds later is not.
void sign(HttpRequest& request, const Credentials& credentials, const SigningScope& scope,
          Time now);

// The URL of a request that anyone may send within `seconds`. Its headers are signed with it.
[[nodiscard]] std::string presign(HttpRequest request, const Credentials& credentials,
                                  const SigningScope& scope, Time now, int seconds);

}  // namespace byoc
