#include "tests/sim/history.h"

#include <algorithm>
#include <utility>

#include "controller/candidate.h"
#include "reconcilers/zones.h"
#include "tests/sim/census.h"
#include "tests/sim/ec2.h"

namespace byoc::sim {
namespace {

constexpr std::string_view kStoryAccount = "111122223333";

Object object_of(const char* kind, const char* name, const char* uid, Json spec) {
  Object object;
  object.kind = kind;
  object.metadata.name = name;
  object.metadata.uid = uid;
  object.metadata.finalizers = {std::string(kFinalizer)};
  object.spec = std::move(spec);
  return object;
}

}  // namespace

std::vector<Object> ordinary_stack() {
  return {
      object_of("Role", "operator", "11111111-aaaa-4000-8000-000000000001",
                {{"name", "operator"},
                 {"trust", {{"accounts", {"111122223333"}}, {"externalId", "dummy"}}},
                 {"maxSessionDuration", 43200},
                 {"instanceProfile", true},
                 {"policies", {{"preset", "lightning"}, {"managed", {"AmazonS3ReadOnlyAccess"}}}}}),
      object_of(
          "Cluster", "demo", "22222222-bbbb-4000-8000-000000000002",
          {{"region", "us-west-2"},
           {"roleRef", {{"name", "operator"}}},
           {"kubernetesVersion", "1.33"},
           {"deletionPolicy", {{"bucket", "Delete"}}},
           {"access",
            Json::array({{{"principalArn", "arn:aws:iam::111122223333:role/operator-of-somebody"},
                          {"policies", Json::array({{{"name", "AmazonEKSViewPolicy"}}})}}})},
           {"tags", {{"team", "ml"}}}}),
      object_of("NodeGroup", "workers", "33333333-cccc-4000-8000-000000000003",
                {{"clusterRef", {{"name", "demo"}}},
                 {"instanceTypes", {"t3.xlarge"}},
                 {"min", 1},
                 {"max", 4},
                 {"labels", {{"tier", "work"}}}}),
  };
}

void History::apply_all() {
  for (Object& object : ordinary_stack()) {
    if (object.metadata.name == "demo") {
      object.spec["storage"]["registry"] = true;
      object.spec["deletionPolicy"]["registry"] = "Delete";
    }
    check(store_->put(std::move(object), cloud_.now()).ok(), "the store takes an object");
  }
  enqueue_all();
}

void History::storm() {
  cloud_.faults() = storm_of(random_);
  crashes_left_ = options_.crashes_max;
  const auto never = [] { return false; };
  const auto some_time = [&] { return random_.between(options_.hurt_max / 12, options_.hurt_max); };
  run_until(cloud_.now() + some_time(), never);
  if (options_.delete_while_hurt) {
    request_deletion();
    run_until(cloud_.now() + some_time(), never);
  }
  crashes_left_ = 0;
  cloud_.calm();
  // What drifted since the last look is seen by the next: of a new controller, or by resyncs.
  if (random_.chance(0.5)) {
    restart();
  } else {
    run_until(cloud_.now() + std::chrono::minutes(70), never);
  }
}

std::vector<std::string> History::run() {
  change_facts(kZonesMin);
  apply_all();
  if (options_.hurt) storm();
  if (options_.crash_at) crashes_left_ = 1;
  const Duration limit = std::chrono::hours(3);
  if (!options_.delete_while_hurt) {
    const std::size_t from = cloud_.journal().size();
    if (!settle(
            "converge", [this] { return all_converged(); }, limit))
      return complaints_;
    if (!options_.hurt) {
      demand_calm(from, "while converging");
      demand_nothing_undone(from);
    }
    if (options_.crash_at && crashes_left_ > 0) complain("the crash never came");
    demand_converged();
    change_facts(0);
    demand_converged();
    if (options_.crash_at) crashes_left_ = 1;
    request_deletion();
  }
  const std::size_t from = cloud_.journal().size();
  if (!settle(
          "delete", [this] { return all_gone(); }, limit))
    return complaints_;
  if (!options_.delete_while_hurt && !options_.crash_at) demand_calm(from, "while deleting");
  demand_nothing_left();
  return complaints_;
}

bool History::all_converged() const {
  for (const Object& object : ordinary_stack()) {
    const Standing* standing = controller_->standing(object.key());
    if (standing == nullptr || !standing->converged) return false;
  }
  return true;
}

// What the region says of its zones is news for new things only (F5).
void History::change_facts(std::size_t usable_min) {
  auto& states = cloud_.account(std::string(kStoryAccount)).regions["us-west-2"].ec2.zone_states;
  std::size_t usable = 0;
  do {
    states.clear();
    usable = 0;
    for (const std::string& zone : zones_of("us-west-2")) {
      const bool open = random_.chance(0.4);
      usable += open ? 1 : 0;
      if (!open) states[zone] = random_.chance(0.5) ? std::string(kHiddenZone) : "impaired";
    }
  } while (usable < usable_min);
}

// Others use what is ours, too: a policy on our role, a tag on our subnets. None of it is ours to
// take away while the objects live (F10).
void History::others_add_things() {
  // These are no calls of the program's: it neither dies at them nor has calls of its own under
  // way, for another one starts afterwards.
  cloud_.forget_inflight();
  const auto at_points = std::exchange(cloud_.on_point, nullptr);
  const auto attempt = [this](const char* service, const char* operation, Json params) {
    const Completion completion = cloud_.call(service, operation, std::move(params));
    check(completion.status.ok(), "somebody's " + std::string(operation));
    return completion.body;
  };
  attempt("iam", "AttachRolePolicy",
          {{"RoleName", "operator"},
           {"PolicyArn", "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"}});
  const Json cluster = {{"Name", "tag:byoc.dev/owner"}, {"Values", Json::array({"Cluster/demo"})}};
  const Json subnets = attempt("ec2", "DescribeSubnets", {{"Filters", Json::array({cluster})}});
  for (const Json& subnet : subnets.at("Subnets")) {
    attempt("ec2", "CreateTags",
            {{"Resources", {subnet.at("SubnetId")}},
             {"Tags", Json::array({{{"Key", "CreatedBy"}, {"Value", "auto-tagger"}}})}});
  }
  cloud_.on_point = at_points;
}

void History::demand_converged() {
  others_add_things();
  // Nothing is believed from memory: a new controller looks at everything again.
  restart();
  const std::size_t from = cloud_.journal().size();
  if (!settle(
          "second pass", [this] { return all_converged(); }, std::chrono::minutes(10)))
    return;
  for (const Entry* entry : mutations(cloud_.journal(), from)) {
    complain("the second pass changes something: " + show(*entry, start_));
  }
  demand_calm(from, "in the second pass");
  if (owned(cloud_.world()).empty()) complain("converged, but nothing is there");
}

}  // namespace byoc::sim
