// Sweeper: looks for what dangles, without waiting: its calls are in flight beside the others.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cloud/cloud.h"
#include "controller/secrets.h"
#include "controller/store.h"
#include "reconcilers/sweep.h"

namespace byoc {

// Where to look: each account and region that objects work in, once.
using Scopes = std::vector<std::shared_ptr<const Principal>>;
[[nodiscard]] Scopes sweep_scopes(const std::vector<Object>& objects, const Secrets& secrets,
                                  const std::string& default_region);

// One look through all scopes.
class Sweep {
 public:
  // `live`: the uids of everything that is known.
  Sweep(Cloud& cloud, const Scopes& scopes, std::set<std::string> live);

  // False when the completion answers none of its calls.
  [[nodiscard]] bool take(Completion& completion);
  [[nodiscard]] bool finished() const { return flying_.empty(); }

  // After the end. Reads that failed are said: what they would show is not in the list.
  [[nodiscard]] const std::vector<Status>& failures() const { return failures_; }
  // The same for reads that the endpoint does not have: "us-east-1: tagging:GetResources".
  [[nodiscard]] const std::set<std::string>& unread() const { return unread_; }
  // Where it looked: "us-east-1", "us-west-2 as arn:aws:iam::...".
  [[nodiscard]] std::vector<std::string> places() const;
  [[nodiscard]] std::vector<Stray> strays() const;

 private:
  struct Asked {
    std::size_t scope;
    std::string query;
  };

  Scopes scopes_;
  std::set<std::string> live_;
  std::vector<Answers> answers_;  // by scope
  std::map<Ticket, Asked> flying_;
  std::vector<Status> failures_;
  std::set<std::string> unread_;
};

// Takes the answers until all are there. False when that takes five minutes, or is interrupted.
[[nodiscard]] bool finish(Sweep& sweep, Cloud& cloud, const std::function<bool()>& interrupted);

// Remembers strays from look to look: one that is new may belong to a create whose promise is in
// another process, or to a deletion whose news has not spread. It dangles when it was seen twice,
// so far apart.
class StrayMemory {
 public:
  explicit StrayMemory(Duration age_min) : age_min_(age_min) {}

  // What dangles, of those that a look has found. Those that it did not find are forgotten.
  [[nodiscard]] std::vector<Stray> take(const std::vector<Stray>& seen, Time now);

 private:
  Duration age_min_;
  std::map<std::string, Time> since_;  // by region, type and id
};

enum class LeftBy { any, willing };  // willing: objects with kSweepAnnotation

// Those strays that objects of this store have left: whatever else carries byoc's tags may belong
// to another store. Without buckets, which hold data, and what no row knows how to delete.
[[nodiscard]] Result<std::vector<Stray>> own_strays(Records& store,
                                                    const std::vector<Stray>& strays,
                                                    LeftBy whose = LeftBy::any);

// Stores records under which the controller deletes them. Answers with the records' keys.
[[nodiscard]] Result<std::vector<ObjectKey>> reclaim_all(Store& store,
                                                         const std::vector<Stray>& strays,
                                                         Time now);

}  // namespace byoc
