// Looking: which read calls show an object's resources, and what their answers mean. Pure: the
// controller makes the calls, until no question is open.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"
#include "reconcilers/answer.h"
#include "reconcilers/graph.h"
#include "reconcilers/ownership.h"
#include "reconcilers/plan.h"
#include "reconcilers/reference.h"
#include "reconcilers/row.h"
#include "reconcilers/snapshot.h"

namespace byoc {

struct Query {
  std::string name;  // service, operation and parameters as one text: equal queries, one call
  std::string service;
  std::string operation;
  Json params;
  bool detail = false;  // may be served from memory while nothing changes
};

struct LookInput {
  const Owner& owner;
  const Graph& graph;  // of the whole object, also while it is being deleted (for its names)
  const std::map<std::string, Intent>& intents;
  const std::vector<std::string_view>& types;  // all row types that the object's kind may have
  bool deleting = false;
  const std::set<std::string>& retain;  // row types that are kept: nobody looks inside them
  // Nothing of it was ever made: look, too, for what another uid left under its name.
  bool first = false;
  bool global = false;  // its resources belong to no region
};

struct LookResult {
  std::vector<Query> open;  // to be asked before the picture is complete
  std::vector<Observed> observed;
  std::vector<Observed> namesakes;  // tagged with the object's kind and name, and another uid
  std::set<std::string> unsettled;  // names of those whose answer will change by itself
  std::set<std::string> lacking;    // names of those whose operation the endpoint lacks
  std::map<std::string, std::string> unsupported;
  std::optional<Status> error;        // a read that failed: the picture cannot be trusted
  std::map<std::string, Time> asked;  // see Snapshot
};

// A look that goes on as answers come; each is read once. What the input names must outlive it.
class Looker {
 public:
  explicit Looker(const LookInput& input);

  // Reads the answers that are new and says what is to be asked before the picture is complete.
  // All of that must be answered before it is called again.
  [[nodiscard]] const std::vector<Query>& go_on(const Answers& answers);
  [[nodiscard]] const std::optional<Status>& error() const { return result_.error; }
  // The picture, and what is still open. The look is over.
  [[nodiscard]] LookResult take();

 private:
  using Subject = std::pair<const Look*, std::string>;  // a look, and whom it asks about

  [[nodiscard]] bool is_read(const Look& one, const std::string& about) const;
  [[nodiscard]] const LookAnswer* ask(const Row& row, const Look& one, const std::string& about,
                                      Json params);
  [[nodiscard]] std::optional<Json> ask_body(const Row& row, const Look& one,
                                             const std::string& about, Json params);
  void note_asked(const Row& row, const Look& one, Time asked);
  void fail(Status status);
  template <class Step>
  void read_safely(const Row& row, Step&& step);
  void look_bulk(const Row& row, const Look& one);
  void look_promised(const Row& row, const Look& one);
  void look_named(const Row& row, const Look& one);
  void look_named(const Row& row, const Look& one, const std::string& key, const Json& name);
  void look_each(Observed& observed, const std::string& about);
  [[nodiscard]] bool leftovers_come(const Row& row) const;
  void look_parents(const Row& row, const Look& one);
  void look_inside(const Row& row, const Look& one, std::size_t parent);
  [[nodiscard]] bool parts_matter(const Row& row, const Observed& parent) const;
  [[nodiscard]] bool holds_what_nobody_desires(const Observed& parent) const;
  [[nodiscard]] bool is_as_recorded(const Row& row, const Json& asked,
                                    const std::vector<Observed>& parts) const;
  void look_for_namesakes(const Row& row, const Look& one, const LookAnswer& answer);
  void note_namesake(const Observed& observed);
  void add(Observed observed);
  void take_key_of_today(Observed& observed) const;
  void take_key_of_record(Observed& observed) const;
  void add_refused(const Row& row, const std::string& key, const Json& name);
  [[nodiscard]] std::optional<Json> name_of(const Row& row, const Desired& desired) const;
  [[nodiscard]] Lookup ready_lookup() const;
  void settle_ownership(Observed& observed, bool complete) const;
  [[nodiscard]] static bool is_as_old_as(const Observed& observed, const Intent& promise);

  LookInput in_;
  const Answers* answers_ = nullptr;
  std::vector<const Row*> rows_;
  std::multimap<std::string_view, const Desired*> former_;  // by a key that it had formerly
  std::vector<Observed> found_;
  std::multimap<std::string, std::size_t, std::less<>> by_key_;  // places in found_
  std::set<Subject> read_;                                       // what is answered and read
  std::set<std::string> opened_;
  std::string asked_;                   // the name of the question whose answer is read
  std::optional<std::string> refusal_;  // of the last question, of looks that may be refused
  LookResult result_;
};

// The reads whose answers an action may change: "ec2:DescribeVpcs", or of what has a name
// "iam:GetRole?RoleName=demo". Beyond the type's own: those of its parts and its parents, and of
// what its row says that it shows in.
[[nodiscard]] std::vector<std::string> reads_touched_by(const Action& action);

// When an action touched what a query asks, by such reads and their times; the epoch: never.
[[nodiscard]] Time last_touched(const Query& query, const std::map<std::string, Time>& touched);

// The same with all answers at hand.
[[nodiscard]] LookResult look(const LookInput& input, const Answers& answers);

[[nodiscard]] Query make_query(std::string_view service, std::string_view operation, Json params,
                               bool detail);

}  // namespace byoc
