// Read calls of a converged world, counted in the simulation's journal.
#include <string>
#include <vector>

#include "base/check.h"
#include "bench/benches.h"
#include "bench/figures.h"
#include "bench/stacks.h"

namespace byoc::bench {
namespace {

constexpr int kRounds = 11;  // of the usual resync within the usual full sweep

double calls_since(Rig& rig, std::size_t from) {
  const sim::Journal& journal = rig.cloud().journal();
  check(sim::mutations(journal, from).empty(), "a converged world is left alone");
  return static_cast<double>(journal.size() - from);
}

void bench_stacks(int count, std::optional<double> goal_first, std::optional<double> goal_steady) {
  Rig rig(":memory:");
  rig.make(stacks(count), hasty_options());
  const std::string of =
      "calls: " + std::to_string(count) + (count == 1 ? " stack, " : " stacks, ");

  std::size_t from = rig.cloud().journal().size();
  rig.restart(usual_options());
  rig.run_until_converged();
  show(of + "no-op reconcile of a new process", calls_since(rig, from), "", goal_first);

  std::vector<double> rounds;
  for (int round = 0; round < kRounds; ++round) {
    from = rig.cloud().journal().size();
    rig.run_for(usual_options().resync);
    rounds.push_back(calls_since(rig, from));
  }
  show(of + "one resync round, median of 11", median(rounds), "", goal_steady);

  from = rig.cloud().journal().size();
  rig.run_for(usual_options().full_sweep);
  const auto hour = static_cast<double>(usual_options().full_sweep / usual_options().resync);
  const double per_round = calls_since(rig, from) / hour;
  show(of + "one round, mean of an hour with a full sweep", per_round, "");
}

}  // namespace

void bench_calls() {
  bench_stacks(1, 13, 13);
  bench_stacks(100, std::nullopt, 20);
}

}  // namespace byoc::bench
