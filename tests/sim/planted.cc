#include "tests/sim/planted.h"

#include <algorithm>

#include "reconcilers/row.h"

namespace byoc::sim {
namespace {

// The table is constant for the program; only a planted bug may touch it.
Row& row_of(std::string_view type) {
  return const_cast<Row&>(find_row(type));
}

void forget_edges_of_nat() {
  row_of("nat-gateway").after.clear();
}

void forget_role_policies() {
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

void believe_absence(ControllerOptions& options) {
  options.absence_grace = Duration(0);
}

void change_tokens(Call& call, std::uint64_t nth) {
  for (const char* name : {"ClientToken", "clientRequestToken"}) {
    const auto token = call.params.find(name);
    if (token != call.params.end()) *token = "t" + std::to_string(nth);
  }
}

constexpr Planted kBugs[] = {
    {"edge", "a missing dependency edge", forget_edges_of_nat, nullptr, nullptr},
    {"token", "a token that changes on retry", nullptr, nullptr, change_tokens},
    {"absence", "absence believed too early", nullptr, believe_absence, nullptr},
    {"role", "a role's policies taken away before its users", forget_role_policies, nullptr,
     nullptr},
    {"order", "a swapped delete order", swap_delete_order, nullptr, nullptr},
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
