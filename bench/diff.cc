// The pure difference of a converged object, and how it grows with the number of resources.
#include "reconcilers/diff.h"

#include <set>
#include <string>
#include <vector>

#include "base/check.h"
#include "bench/benches.h"
#include "bench/figures.h"
#include "bench/stacks.h"
#include "reconcilers/reference.h"

namespace byoc::bench {
namespace {

// What a wide network has many of; the rest of the stack stays as it is.
const std::set<std::string_view> kMultiplied = {"subnet",         "route-table",
                                                "route",          "route-table-association",
                                                "security-group", "security-group-ingress",
                                                "launch-template"};

struct Case {
  Owner owner;
  Graph graph;
  Snapshot snapshot;
};

// The Cluster of a converged stack, as its last pass saw it.
Case converged_cluster() {
  Rig rig(":memory:");
  Case out;
  ControllerOptions options = usual_options();
  options.on_pass = [&out](const Object& object, const Pass& pass) {
    if (object.kind == "Cluster") out.snapshot = pass.snapshot();
  };
  rig.make(stacks(1), options);
  for (const Object& object : rig.objects()) {
    if (object.kind != "Cluster") continue;
    out.owner = {object.metadata.uid, object.key()};
    out.graph = graph_of(rig, object);
  }
  return out;
}

// Gives every resource of the multiplied types another key, id and name, everywhere.
class Multiplier {
 public:
  explicit Multiplier(const Case& from) : from_(from) {
    for (const Desired& node : from.graph.nodes) {
      if (kMultiplied.contains(node.type)) keys_.insert(node.key);
    }
    for (const Observed& observed : from.snapshot.observed) {
      if (kMultiplied.contains(observed.row->type)) ids_.insert(observed.id);
    }
  }

  [[nodiscard]] std::size_t size() const { return keys_.size(); }

  void add(int copy, Case& out) const {
    const std::string suffix = "~" + std::to_string(copy);
    for (const Desired& node : from_.graph.nodes) {
      if (!kMultiplied.contains(node.type)) continue;
      Desired another = node;
      another.key += suffix;
      another.params = renamed(node.params, suffix);
      for (std::string& key : another.after) key += keys_.contains(key) ? suffix : "";
      out.graph.nodes.push_back(std::move(another));
    }
    for (const Observed& observed : from_.snapshot.observed) {
      if (kMultiplied.contains(observed.row->type)) add_observed(observed, suffix, out);
    }
    for (const auto& [key, intent] : from_.snapshot.intents) {
      if (!keys_.contains(key)) continue;
      Intent another = intent;
      another.key += suffix;
      another.id += suffix;
      another.made = renamed(intent.made, suffix);
      out.snapshot.intents[another.key] = std::move(another);
    }
  }

 private:
  void add_observed(const Observed& observed, const std::string& suffix, Case& out) const {
    Observed another = observed;
    if (!another.key.empty()) another.key += suffix;
    if (ids_.contains(another.id)) another.id += suffix;
    if (ids_.contains(another.parent_id)) another.parent_id += suffix;
    another.fields = renamed(observed.fields, suffix);
    for (const char* tag : {"byoc.dev/key", "Name"}) {
      const auto found = another.tags.find(tag);
      if (found != another.tags.end()) found->second += suffix;
    }
    out.snapshot.observed.push_back(std::move(another));
  }

  Json renamed(Json value, const std::string& suffix) const {
    if (value.is_binary()) return renamed_reference(value, suffix);
    if (value.is_string()) {
      const auto& text = value.get_ref<const std::string&>();
      return ids_.contains(text) ? Json(text + suffix) : value;
    }
    if (value.is_structured()) {
      for (Json& part : value) part = renamed(std::move(part), suffix);
    }
    return value;
  }

  // Texts with references in them name nothing that is multiplied.
  Json renamed_reference(const Json& value, const std::string& suffix) const {
    const auto reference = sole_reference(value);
    const std::string key(reference ? reference->key : "");
    return keys_.contains(key) ? ref(key + suffix, reference->member) : value;
  }

  const Case& from_;
  std::set<std::string> keys_;
  std::set<std::string> ids_;
};

// At least `resources` of them.
Case wide(const Case& from, std::size_t resources) {
  Case out = from;
  const Multiplier multiplier(from);
  check(multiplier.size() > 0, "there is something to multiply");
  for (int copy = 0; out.graph.nodes.size() < resources; ++copy) multiplier.add(copy, out);
  return out;
}

double diff_ms(const Case& one) {
  const double begin = cpu_ms();  // one thread, no I/O: CPU is what the clock shows when idle
  const Plan plan = diff(one.owner, one.graph, one.snapshot, {});
  const double took = cpu_ms() - begin;
  for (const Action& action : plan.actions) {
    check(action.verb == Verb::keep, "no difference, but " + action.key + " " + action.why);
  }
  return took;
}

double median_diff_ms(const Case& from, std::size_t resources, int runs) {
  const Case one = wide(from, resources);
  std::vector<double> took;
  for (int i = 0; i < runs; ++i) took.push_back(diff_ms(one));
  return median(std::move(took));
}

// The same number of resources in objects as people have them, each made anew and diffed at once,
// as the controller does: it never looks at two objects before it has compared one.
double median_objects_ms(const Case& from, std::size_t objects, std::size_t resources, int runs) {
  std::vector<double> took;
  for (int i = 0; i < runs; ++i) {
    double sum = 0;
    for (std::size_t object = 0; object < objects; ++object) sum += diff_ms(wide(from, resources));
    took.push_back(sum);
  }
  return median(std::move(took));
}

}  // namespace

void bench_diff() {
  const Case from = converged_cluster();
  const double thousand = median_diff_ms(from, 1000, 11);
  const double ten_thousand = median_diff_ms(from, 10000, 7);
  const double hundred_thousand = median_diff_ms(from, 100000, 3);
  show("diff: 1,000 resources", thousand, "ms");
  show("diff: 10,000 resources", ten_thousand, "ms", 10);
  show("diff: 10,000 resources in 100 objects", median_objects_ms(from, 100, 100, 7), "ms", 10);
  show("diff: 100,000 resources", hundred_thousand, "ms");
  show("diff: growth, 10,000 over 1,000", ten_thousand / thousand, "x");
  show("diff: growth, 100,000 over 10,000", hundred_thousand / ten_thousand, "x");
}

}  // namespace byoc::bench
