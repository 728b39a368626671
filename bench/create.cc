// What byoc adds to the making of a stack, in virtual time.
//
// The stack cannot be there before the longest chain of AWS's own times is over: the calls that
// make and set up each resource, and the time until AWS calls it ready, along the dependencies.
// Everything beyond that is byoc's: looks, polling, passes, an order that is worse than need be.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/check.h"
#include "bench/benches.h"
#include "bench/figures.h"
#include "bench/stacks.h"
#include "reconcilers/order.h"
#include "reconcilers/row.h"
#include "tests/sim/history.h"

namespace byoc::bench {
namespace {

constexpr int kCreateRuns = 7;

// The simulation, watched: when did what become ready?
class Watch final : public Cloud {
 public:
  explicit Watch(sim::SimCloud& inner) : inner_(inner) {}

  [[nodiscard]] Ticket start(Call call) override { return inner_.start(std::move(call)); }
  [[nodiscard]] Time now() const override { return inner_.now(); }

  // Stops at everything that AWS does by itself, to look at once what it did.
  [[nodiscard]] std::optional<Completion> wait(Time until) override {
    while (true) {
      const auto& due = inner_.world().due;
      const Time next = due.empty() ? until : std::min(until, due.begin()->first);
      auto completion = inner_.wait(next);
      look();
      if (completion || inner_.now() >= until) return completion;
    }
  }

  // The time by which the thing was ready; it must be.
  [[nodiscard]] Time ready_at(const std::string& type, const std::string& id) const {
    const auto found = ready_.find(type + " " + id);
    check(found != ready_.end(), "nobody saw how " + type + " " + id + " became ready");
    return found->second;
  }

 private:
  void look() {
    for (const auto& [id, account] : inner_.world().accounts) {
      for (const auto& [name, region] : account.regions) look_at(region);
    }
  }

  void look_at(const sim::Region& region) {
    region.ec2.vpcs.each([&](const std::string& id, const sim::Vpc&) { note("vpc " + id, true); });
    region.ec2.nat_gateways.each([&](const std::string& id, const sim::NatGateway& nat) {
      note("nat-gateway " + id, nat.state == "available");
    });
    region.eks.clusters.each([&](const std::string& name, const sim::EksCluster& cluster) {
      note("cluster " + name, cluster.status == "ACTIVE");
      cluster.nodegroups.each([&](const std::string& group, const sim::EksNodegroup& nodes) {
        note("nodegroup " + group, nodes.status == "ACTIVE");
      });
      cluster.addons.each([&](const std::string& addon, const sim::EksAddon& value) {
        note("addon " + addon, value.status == "ACTIVE");
      });
    });
  }

  void note(const std::string& thing, bool ready) {
    if (ready) ready_.emplace(thing, inner_.now());
  }

  sim::SimCloud& inner_;
  std::map<std::string, Time> ready_;
};

// AWS's own time for one resource: its calls, and its slow state.
struct Work {
  Duration calls{0};
  Time begun{};
  Time answered{};
  std::string type;
  std::string id;
  bool slow = false;
};
using Works = std::map<std::string, Work>;  // by object and graph key

std::string place(const ObjectKey& object, const std::string& key) {
  return to_string(object) + " " + key;
}

void take_progress(const Progress& progress, Works& works) {
  Work& work = works[place(progress.object, progress.action->key)];
  const auto state = progress.outcome->state;
  if (state == ActionOutcome::State::running) {
    work.begun = progress.at;
    return;
  }
  check(progress.outcome->status.ok(), "a calm world refuses nothing");
  work.calls += progress.at - work.begun;
  work.type = progress.action->type;
  if (state != ActionOutcome::State::pending) return;
  work.slow = true;
  work.id = progress.outcome->id;
  work.answered = progress.at;
}

Duration time_of(const Work& work, const Watch& watch) {
  if (!work.slow) return work.calls;
  return work.calls + std::max(Duration(0), watch.ready_at(work.type, work.id) - work.answered);
}

// When each resource could be ready at the earliest: after `since` and what it depends on.
Duration add_object(Rig& rig, const Object& object, const Works& works, const Watch& watch,
                    Duration since, std::map<std::string, Duration>& ends) {
  const Graph graph = graph_of(rig, object);
  Duration last = since;
  for (const OrderedNode& node : CreationOrder(graph)) {
    Duration begin = since;
    for (const std::uint32_t after : node.after) {
      begin = std::max(begin, ends.at(place(object.key(), graph.nodes[after].key)));
    }
    const auto work = works.find(place(object.key(), graph.nodes[node.place].key));
    const Duration took = work == works.end() ? Duration(0) : time_of(work->second, watch);
    last = std::max(last, begin + took);
    ends[place(object.key(), graph.nodes[node.place].key)] = begin + took;
  }
  return last;
}

// What a nodegroup needs of its Cluster: what the Cluster's own first nodegroup needs.
Duration nodes_may_begin(Rig& rig, const Object& cluster,
                         const std::map<std::string, Duration>& ends) {
  Duration begin{0};
  const Graph graph = graph_of(rig, cluster);
  for (const OrderedNode& node : CreationOrder(graph)) {
    if (node.row->type != "nodegroup") continue;
    for (const std::uint32_t after : node.after) {
      begin = std::max(begin, ends.at(place(cluster.key(), graph.nodes[after].key)));
    }
  }
  check(begin > Duration(0), "a Cluster has a nodegroup of its own");
  return begin;
}

Duration longest_chain(Rig& rig, const Works& works, const Watch& watch) {
  std::map<std::string, Duration> ends;
  std::map<std::string, Object> by_kind;
  for (const Object& object : rig.objects()) by_kind[object.kind] = object;
  const Duration role = add_object(rig, by_kind.at("Role"), works, watch, Duration(0), ends);
  const Object& cluster = by_kind.at("Cluster");
  const Duration whole = add_object(rig, cluster, works, watch, role, ends);
  const Duration nodes = nodes_may_begin(rig, cluster, ends);
  return std::max(whole, add_object(rig, by_kind.at("NodeGroup"), works, watch, nodes, ends));
}

double seconds(Duration span) {
  return static_cast<double>(span.count()) / 1000;
}

}  // namespace

void bench_create() {
  std::vector<double> totals;
  std::vector<double> chains;
  std::vector<double> shares;
  for (int run = 0; run < kCreateRuns; ++run) {
    Rig rig(":memory:", static_cast<std::uint64_t>(run + 1));
    Watch watch(rig.cloud());
    Works works;
    ControllerOptions options = usual_options();
    options.on_progress = [&works](const Progress& progress) { take_progress(progress, works); };
    const Time begin = rig.cloud().now();
    rig.make(sim::ordinary_stack(), std::move(options), &watch);
    const Duration total = rig.cloud().now() - begin;
    const Duration chain = longest_chain(rig, works, watch);
    totals.push_back(seconds(total));
    chains.push_back(seconds(chain));
    shares.push_back(100 * (seconds(total) / seconds(chain) - 1));
  }
  show("create: ordinary stack, virtual time, median of 7 seeds", median(totals), "s");
  show("create: longest chain of AWS's own times", median(chains), "s");
  show("create: what byoc adds", median(shares), "%", 2);
}

}  // namespace byoc::bench
