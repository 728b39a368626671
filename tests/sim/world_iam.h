// The IAM of one simulated account: plain values, by name or by ARN.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "tests/sim/table.h"
#include "tests/sim/world_ec2.h"

namespace byoc::sim {

struct IamRole {
  std::string name;
  std::string path;  // "/" or "/a/b/"
  std::string id;    // "AROA..."
  std::string arn;
  std::string trust;  // the trust policy as JSON text
  std::string description;
  int max_session_s = 3600;
  bool service_linked = false;
  Time created{};
  Tags tags;
  std::set<std::string> attached;                    // policy ARNs
  std::map<std::string, std::string> inline_policy;  // name -> document as JSON text
};

struct IamPolicyVersion {
  std::string document;  // JSON text
  Time created{};
};

struct IamPolicy {
  std::string name;
  std::string path;
  std::string id;  // "ANPA..."
  std::string arn;
  std::string description;
  int default_version = 1;
  int next_version = 2;
  std::map<int, IamPolicyVersion> versions;  // n stands for "v<n>"
  Time created{};
  Time updated{};
  Tags tags;
};

struct IamProfile {
  std::string name;
  std::string path;
  std::string id;  // "AIPA..."
  std::string arn;
  std::string role;  // its name as made; empty: none; AWS allows one
  Time created{};
  Tags tags;
};

struct IamOidcProvider {
  std::string arn;
  std::string url;  // without "https://", as GetOpenIDConnectProvider shows it
  std::vector<std::string> clients;
  std::vector<std::string> thumbprints;
  Time created{};
  Tags tags;
};

// The quotas of a new account.
struct IamQuota {
  int roles = 1000;
  int policies = 1500;
  int profiles = 1000;
  int providers = 100;
  int policies_per_role = 10;
};

struct Iam {
  Table<IamRole> roles;              // by lower(name): IAM names are unique whatever their case
  Table<IamPolicy> policies;         // by ARN; customer managed only
  Table<IamProfile> profiles;        // by lower(name)
  Table<IamOidcProvider> providers;  // by ARN
  IamQuota quota;
};

}  // namespace byoc::sim
