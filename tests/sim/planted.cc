#include "tests/sim/planted.h"

#include <algorithm>

#include "base/check.h"
#include "reconcilers/kinds.h"
#include "reconcilers/row.h"

namespace byoc::sim {
namespace {

// The table is constant for the program; only a planted bug may touch it.
Row& row_of(std::string_view type) {
  return const_cast<Row&>(find_row(type));
}

// Both: the gateway refers to its address, and what the address waits for the gateway waits for.
void forget_edges_of_nat() {
  row_of("nat-gateway").after.clear();
  row_of("address").after.clear();
}

// Neither the ARN that its users name nor their rows keep a role and its policies any longer.
void forget_users_of_roles() {
  row_of("role").arn = {};
  for (const char* type : {"cluster", "nodegroup"}) {
    std::erase(row_of(type).after, std::string_view("role-policy"));
  }
}

void swap_delete_order() {
  std::erase(row_of("nodegroup").remove_before, std::string_view("cluster"));
  row_of("cluster").remove_before.emplace_back("nodegroup");
  std::erase(row_of("addon").remove_before, std::string_view("cluster"));
  std::erase(row_of("addon").remove_before, std::string_view("nodegroup"));
}

// F10
void remove_what_others_set() {
  row_of("role-policy").only_ours = true;
}

void believe_absence(ControllerOptions& options) {
  options.absence_grace = Duration(0);
}

// F8
void repeat_at_once(ControllerOptions& options) {
  options.pace_repeats = false;
}

void change_tokens(Call& call, std::uint64_t nth) {
  for (const char* name : {"ClientToken", "clientRequestToken"}) {
    const auto token = call.params.find(name);
    if (token != call.params.end()) *token = "t" + std::to_string(nth);
  }
}

void drop_record_on_error(Store& store, const Object& object, const Pass& pass, Time now) {
  const auto& outcomes = pass.outcomes();
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const bool refused = outcomes[i].state == ActionOutcome::State::failed;
    if (pass.plan().actions[i].verb != Verb::remove || !refused || !object.deleting()) continue;
    auto stored = store.get(object.key());
    check(stored.ok(), "the object is there");
    stored.value().metadata.finalizers.clear();
    check(store.put(std::move(stored).value(), now).ok(), "its finalizer is dropped");
    return check(store.remove(object.key(), now).ok(), "its record is dropped");
  }
}

// What comes after a lost attempt is taken for all that happened.
void forget_lost_attempt(Completion& completion) {
  Status& status = completion.status;
  const bool refused = status.message.find("(an earlier attempt") != std::string::npos;
  if (status.code == Code::unknown_outcome && refused) status.code = Code::throttled;
}

// A page of a proxy is taken for an answer: there is no such thing.
void believe_page(Completion& completion) {
  Status& status = completion.status;
  if (status.message.find(") is not from ") != std::string::npos) status.code = Code::not_found;
}

// Who may not look finds nothing.
void believe_denial(Completion& completion) {
  Status& status = completion.status;
  if (status.code == Code::denied) status.code = Code::not_found;
}

// Two parts of one cluster have one key.
void share_a_key() {
  const auto& kind = *find_kind("Cluster");
  const_cast<ObjectKind&>(kind).build = [](const Object& object, const Owner& owner,
                                           const Facts& facts) {
    Built built = build_cluster(object, owner, facts);
    std::string_view first;
    for (Desired& one : built.graph.nodes) {
      if (one.type != "security-group" && one.type != "subnet") continue;
      if (!first.empty()) one.key = first;
      first = one.key;
    }
    return built;
  };
}

// What was decided before is forgotten: zones are taken as the region shows them now.
void let_facts_choose() {
  const auto& kind = *find_kind("Cluster");
  const_cast<ObjectKind&>(kind).build = [](const Object& object, const Owner& owner,
                                           const Facts& facts) {
    Facts forgetful = facts;
    forgetful.decided = nullptr;
    return build_cluster(object, owner, forgetful);
  };
}

constexpr Planted kBugs[] = {
    {.name = "edge", .what = "a missing dependency edge", .into_rows = forget_edges_of_nat},
    {.name = "token", .what = "a token that changes on retry", .into_call = change_tokens},
    {.name = "absence", .what = "absence believed too early", .into_options = believe_absence},
    {.name = "finalizer",
     .what = "a finalizer dropped on error",
     .after_pass = drop_record_on_error},
    {.name = "role", .what = "a role deleted before its users", .into_rows = forget_users_of_roles},
    {.name = "facts", .what = "facts choose identity", .into_rows = let_facts_choose},
    {.name = "others", .what = "a removal of what others set", .into_rows = remove_what_others_set},
    {.name = "order", .what = "a swapped delete order", .into_rows = swap_delete_order},
    {.name = "pace",
     .what = "an update without effect is repeated at once",
     .into_options = repeat_at_once,
     .in_drawn = true},
    {.name = "refused",
     .what = "a refusal after a lost answer forgets it",
     .into_completion = forget_lost_attempt},
    {.name = "right",
     .what = "the absence of a right is believed to be an absence",
     .into_completion = believe_denial,
     .in_drawn = true},
    {.name = "shared", .what = "two things share a key", .into_rows = share_a_key},
    {.name = "odd", .what = "an odd answer is believed", .into_completion = believe_page},
    {.name = "pages", .what = "only first pages are read", .into_wire = {.first_page_only = true}},
    {.name = "session",
     .what = "a session is never renewed",
     .into_wire = {.first_session_only = true}},
};

}  // namespace

std::span<const Planted> planted_bugs() {
  return kBugs;
}

const Planted* find_planted(std::string_view name) {
  for (const Planted& bug : kBugs) {
    if (bug.name == name) return &bug;
  }
  return nullptr;
}

}  // namespace byoc::sim
