// S3 buckets, ECR repositories and CloudWatch log groups of the simulated AWS: plain values, by
// name.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "tests/sim/table.h"
#include "tests/sim/world_ec2.h"

namespace byoc::sim {

struct S3Version {
  std::string key;
  std::string version_id;  // "null" in a bucket that never had versions
  bool delete_marker = false;
  std::int64_t size_bytes = 0;
  Time modified{};
};

struct S3Bucket {
  std::string name;
  std::string account;
  std::string region;
  std::string versioning;  // "", "Enabled" or "Suspended"
  Json encryption;         // ServerSideEncryptionConfiguration; new buckets have AES256
  Json public_access;      // PublicAccessBlockConfiguration; null: none
  Time created{};
  Tags tags;
  std::vector<S3Version> versions;  // newest last
};

// Bucket names are unique in the partition: all accounts and regions share one table.
struct S3 {
  Table<S3Bucket> buckets;
  int bucket_quota = 10000;  // per account
};

struct EcrRepository {
  std::string arn;
  int images = 0;
  Time created{};
  Tags tags;
};

struct Ecr {
  Table<EcrRepository> repositories;
};

struct LogGroup {
  std::string name;
  std::string arn;         // without the ":*" at its end
  int retention_days = 0;  // 0: kept for ever
  Time created{};
  Tags tags;
};

struct Logs {
  Table<LogGroup> groups;
};

}  // namespace byoc::sim
