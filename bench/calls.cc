// Read calls of a converged world, counted in the simulation's journal.
#include <optional>
#include <string>
#include <vector>

#include "base/check.h"
#include "bench/benches.h"
#include "bench/figures.h"
#include "bench/stacks.h"

namespace byoc::bench {
namespace {

double calls_since(Rig& rig, std::size_t from) {
  const sim::Journal& journal = rig.cloud().journal();
  check(sim::mutations(journal, from).empty(), "a converged world is left alone");
  return static_cast<double>(journal.size() - from);
}

void bench_stacks(int count, int rounds, std::optional<double> goal_first, double goal_steady) {
  Rig rig(":memory:");
  rig.make(stacks(count), hasty_options());
  const std::string of =
      "calls: " + std::to_string(count) + (count == 1 ? " stack, " : " stacks, ");

  std::size_t from = rig.cloud().journal().size();
  rig.restart(usual_options());
  rig.run_until_converged();
  show(of + "no-op reconcile of a new process", calls_since(rig, from), "", goal_first);

  std::vector<double> calls;
  for (int round = 0; round < rounds; ++round) {
    from = rig.cloud().journal().size();
    rig.run_for(usual_options().resync);
    calls.push_back(calls_since(rig, from));
  }
  const std::string median_of = "median of " + std::to_string(rounds);
  show(of + "one resync round, " + median_of, median(calls), "", goal_steady);
}

}  // namespace

void bench_calls() {
  bench_stacks(1, 11, 13, 13);
  bench_stacks(100, 3, std::nullopt, 20);
}

}  // namespace byoc::bench
