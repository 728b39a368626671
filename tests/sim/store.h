// What S3's and CloudWatch Logs' operation files share, and what EKS does in them.
#pragma once

#include <string>

#include "tests/sim/op.h"

namespace byoc::sim {

// The bucket that a call names, in its own region and account, or why not.
struct BucketAnswer {
  S3Bucket* bucket = nullptr;  // null: see `error`
  Answer error{};
};
[[nodiscard]] BucketAnswer find_bucket(OpContext& context, const Json& params);

// A service writes into a log group and makes it, without retention and tags, where it is missing.
void write_log_group(OpContext& context, const std::string& name);

}  // namespace byoc::sim
