// Sweep: what carries our tags and belongs to no object that is known. Pure: the controller makes
// the calls.
//
// Three sources: the bulk looks of the rows (EC2 shows all of a region's resources), the tagging
// API (EKS, logs, S3: names from ARNs), and looks that rows have for sweeps alone (IAM's account
// details: the tagging API leaves IAM out).
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "reconcilers/look.h"

namespace byoc {

struct Stray {
  std::string type;  // row type; "arn" when no row knows the ARN
  std::string id;
  std::string owner;  // tag byoc.dev/owner: "Cluster/demo"
  std::string key;    // tag byoc.dev/key
  std::string uid;    // tag byoc.dev/owner-uid
  std::string region;
  Json names = Json::object();  // the identity fields of a type that is looked up by name
};

// The read calls of one region; IAM is the same in all of them, and asked in each.
[[nodiscard]] std::vector<Query> sweep_queries();

// Whether the answer to one of them has the list that it should.
[[nodiscard]] bool is_sound(const std::string& query, const LookAnswer& answer);

// What the answers show, less what belongs to `live` uids. Each once.
[[nodiscard]] std::vector<Stray> find_strays(const Answers& answers, const std::string& region,
                                             const std::set<std::string>& live);

// A record under which the controller takes strays of one uid away like those of any object that
// is being deleted: in the same order, with the same promises. Buckets are left (data).
struct Reclaim {
  Object object;
  std::vector<Intent> intents;
};
// `strays` are of one uid and region, at least one. The record works as `role_arn`, if any.
[[nodiscard]] Reclaim reclaim(const std::vector<Stray>& strays, Time now);

// The name fields that a row reads from an ARN; null when the ARN is not of its type.
[[nodiscard]] Json names_in_arn(const Row& row, const std::string& arn);

}  // namespace byoc
