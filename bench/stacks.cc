#include "bench/stacks.h"

#include <algorithm>
#include <cstdio>

#include "base/check.h"
#include "reconcilers/build.h"
#include "reconcilers/zones.h"
#include "tests/sim/history.h"

namespace byoc::bench {
namespace {

constexpr Duration kPatience = std::chrono::hours(24);

// A uid of its own for each object: its first digits count, because names are made of them.
std::string uid_of(std::size_t serial) {
  char text[40];
  std::snprintf(text, sizeof text, "%08zx-aaaa-4000-8000-%012zx", 0x10000000 + serial, serial);
  return text;
}

Object renamed(Object object, std::string name, std::size_t serial) {
  object.metadata.name = std::move(name);
  object.metadata.uid = uid_of(serial);
  return object;
}

sim::SimOptions options_of(std::uint64_t seed) {
  sim::SimOptions options;
  options.seed = seed;
  return options;
}

// No quota stands in the way of a hundred stacks.
void lift_quotas(sim::SimCloud& cloud) {
  sim::OpContext context = cloud.context(kRegion);
  constexpr int kPlenty = 100000;
  context.region.ec2.quota = {kPlenty, kPlenty, kPlenty};
  context.region.eks.cluster_quota = kPlenty;
  context.account.iam.quota.roles = kPlenty;
  context.account.iam.quota.providers = kPlenty;
  context.account.iam.quota.profiles = kPlenty;
}

}  // namespace

std::vector<Object> stacks(int count) {
  const std::vector<Object> model = sim::ordinary_stack();
  std::vector<Object> all = {renamed(model[0], model[0].metadata.name, 0)};
  for (int i = 0; i < count; ++i) {
    const std::string name = "demo-" + std::to_string(i);
    all.push_back(renamed(model[1], name, all.size()));
    for (const char* group : {"-a", "-b"}) {
      Object nodes = renamed(model[2], name + group, all.size());
      nodes.spec["clusterRef"]["name"] = name;
      all.push_back(std::move(nodes));
    }
  }
  return all;
}

ControllerOptions usual_options() {
  ControllerOptions options;
  options.default_region = kRegion;
  return options;
}

ControllerOptions hasty_options() {
  ControllerOptions options = usual_options();
  options.poll_min = std::chrono::minutes(10);
  options.poll_max = std::chrono::minutes(10);
  options.wait_max = std::chrono::hours(1);
  options.resync = std::chrono::hours(24);
  options.share = std::chrono::seconds(1);
  return options;
}

Rig::Rig(const std::string& path, std::uint64_t seed) : cloud_(options_of(seed)) {
  auto store = open_store(path);
  check(store.ok(), "the store of a benchmark opens");
  store_ = std::move(store).value();
  lift_quotas(cloud_);
  sim::settle_foreigners(cloud_);
}

void Rig::make(std::vector<Object> objects, ControllerOptions options, Cloud* through) {
  for (Object& object : objects) {
    keys_.push_back(object.key());
    check(store_->put(std::move(object), cloud_.now()).ok(), "the store takes an object");
  }
  restart(std::move(options), through);
  run_until_converged();
}

void Rig::restart(ControllerOptions options, Cloud* through) {
  Cloud& cloud = through != nullptr ? *through : cloud_;
  controller_ = std::make_unique<Controller>(*store_, cloud, secrets_, std::move(options));
  for (const ObjectKey& key : keys_) controller_->enqueue(key, cloud_.now());
}

void Rig::run_until_converged() {
  controller_->run(cloud_.now() + kPatience, [this] { return converged(); });
  check(converged(), "the stacks converge");
}

void Rig::run_for(Duration span) {
  controller_->run(cloud_.now() + span, [] { return false; });
}

bool Rig::converged() const {
  return std::all_of(keys_.begin(), keys_.end(), [this](const ObjectKey& key) {
    const Standing* standing = controller_->standing(key);
    return standing != nullptr && standing->converged;
  });
}

std::vector<Object> Rig::objects() {
  auto all = store_->list("");
  check(all.ok(), "the store lists");
  return std::move(all).value();
}

Graph graph_of(Rig& rig, const Object& object) {
  Facts facts;
  facts.account = "111122223333";
  facts.partition = "aws";
  facts.region = kRegion;
  facts.secrets["externalId"] = Secret("dummy");
  const Completion zones = rig.cloud().call("ec2", "DescribeAvailabilityZones");
  read_zones(zones.body, facts);
  facts.decided = object.status.value("decided", Json());
  for (const Object& other : rig.objects()) facts.objects[other.key()] = other;
  Built built = build(object, {object.metadata.uid, object.key()}, facts);
  check(built.reason.empty(), "a graph of a converged object: " + built.message);
  return std::move(built.graph);
}

}  // namespace byoc::bench
