#include "tests/sim/history.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "controller/candidate.h"
#include "reconcilers/zones.h"
#include "tests/sim/census.h"
#include "tests/sim/ec2.h"

namespace byoc::sim {
namespace {

constexpr std::size_t kComplaintsMax = 8;
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

SimOptions story_sim_options(const StoryOptions& story) {
  SimOptions options;
  options.seed = story.seed;
  options.attempts = story.below;
  options.slower_max = 5;
  return options;
}

Faults storm_of(Random& random) {
  Faults faults = stormy();
  // Each story has its own weather: some faults not at all, others often.
  for (double* rate :
       {&faults.throttle, &faults.server_error, &faults.lost_before, &faults.error_after,
        &faults.lost_after, &faults.page_before, &faults.page_after, &faults.stale}) {
    if (random.chance(0.3)) *rate = 0;
    if (random.chance(0.2)) *rate *= 4;
  }
  return faults;
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

History::History(StoryOptions options)
    : options_(std::move(options)), random_(options_.seed), cloud_(story_sim_options(options_)) {
  auto store = open_store(":memory:");
  check(store.ok(), "a store in memory opens");
  store_ = std::move(store).value();
  settle_foreigners(cloud_);
  start_ = cloud_.now();
  before_ = cloud_.world().dump();
  cloud_.on_point = [this](CrashPoint point, const Call& call) {
    demand_single();
    if (options_.crash_at) {
      if (crashes_left_ == 0 || !options_.crash_at(point, call)) return;
    } else if (crashes_left_ == 0 || !random_.chance(0.004)) {
      return;
    }
    --crashes_left_;
    throw Crash{};
  };
  restart();
}

void History::restart() {
  ControllerOptions options;
  options.default_region = "us-west-2";
  if (options_.tell) {
    options.on_progress = [this](const Progress& progress) { tell_call(progress); };
  }
  options.on_pass = [this](const Object& object, const Pass& pass) {
    if (options_.tell) tell_pass(object, pass);
    const Planted* bug = options_.planted;
    if (bug != nullptr && bug->after_pass != nullptr) {
      bug->after_pass(*store_, object, pass, cloud_.now());
    }
  };
  Cloud* cloud = &cloud_;
  if (options_.below) {
    const WireBugs bugs = options_.planted == nullptr ? WireBugs{} : options_.planted->into_wire;
    if (!wire_) wire_ = std::make_unique<SimWire>(cloud_, options_.seed, bugs);
    wire_->hang_up();
    client_ = make_client(cloud_, *wire_, random_.next(), nullptr);
    cloud = client_.get();
  }
  if (options_.planted != nullptr) {
    if (options_.planted->into_options != nullptr) options_.planted->into_options(options);
    tampering_ = std::make_unique<TamperingCloud>(*cloud, *options_.planted);
    cloud = tampering_.get();
  }
  controller_ = std::make_unique<Controller>(*store_, *cloud, secrets_, options);
  enqueue_all();
}

void History::tell_call(const Progress& progress) const {
  if (progress.outcome->state == ActionOutcome::State::running) return;
  const Status& status = progress.outcome->status;
  std::printf(
      "%10.1f  %s %s %s %s %s %s\n", static_cast<double>((cloud_.now() - start_).count()) / 1000.0,
      to_string(progress.object).c_str(), progress.action->operation.c_str(),
      progress.action->key.c_str(), progress.outcome->id.c_str(),
      status.ok() ? "ok" : status.aws_code.c_str(), status.ok() ? "" : status.message.c_str());
}

void History::tell_pass(const Object& object, const Pass& pass) const {
  std::printf("%10.1f  %s pass: %s %s %s\n",
              static_cast<double>((cloud_.now() - start_).count()) / 1000.0,
              to_string(object.key()).c_str(), pass.converged() ? "converged" : "",
              pass.reason().c_str(), pass.failure().message.c_str());
  for (const Action& action : pass.plan().actions) {
    if (action.verb == Verb::wait || action.verb == Verb::blocked) {
      std::printf("            %s %s: %s\n", std::string(verb_name(action.verb)).c_str(),
                  action.key.c_str(), action.why.c_str());
    }
  }
}

void History::enqueue_all() {
  auto objects = store_->list("");
  check(objects.ok(), "the store lists");
  for (const Object& object : objects.value()) controller_->enqueue(object.key(), cloud_.now());
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

void History::request_deletion() {
  auto objects = store_->list("");
  check(objects.ok(), "the store lists");
  for (const Object& object : objects.value()) {
    check(mark_deleted(object, *store_, cloud_.now()).ok(), "the store takes a deletion");
  }
  enqueue_all();
}

// Runs the controller; when it dies, another one starts on the same store and world.
void History::run_until(Time until, const std::function<bool()>& done) {
  while (cloud_.now() < until && !done()) {
    try {
      controller_->run(until, done);
      return;
    } catch (const Crash&) {
      cloud_.forget_inflight();
      restart();
    }
  }
}

bool History::settle(const char* what, const std::function<bool()>& done, Duration limit) {
  run_until(cloud_.now() + limit, done);
  if (done()) return true;
  std::string text = std::string(what) + ": not reached in time";
  auto objects = store_->list("");
  for (const Object& object : objects.value()) {
    const Standing* standing = controller_->standing(object.key());
    text += "\n    " + to_string(object.key()) + " " + object.status.value("phase", "?") + " " +
            object.status.value("reason", "?") + ": " + object.status.value("message", "") +
            (standing == nullptr ? "" : " (passes " + std::to_string(standing->passes) + ")");
  }
  complain(std::move(text));
  return false;
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

bool History::all_gone() const {
  const auto objects = store_->list("");
  return objects.ok() && objects.value().empty();
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

// At every moment, not at the end alone: who makes a second one and takes it away again has made
// two. Counted after every change.
void History::demand_single() {
  const std::size_t from = std::exchange(counted_, cloud_.journal().size());
  if (mutations(cloud_.journal(), from).empty()) return;
  for (const auto& [key, ids] : owned(cloud_.world())) {
    if (ids.size() > 1) complain("doubled: " + key + ": " + ids[0] + ", " + ids[1]);
  }
}

// In a calm world everything succeeds at once.
void History::demand_nothing_undone(std::size_t from) {
  for (const Entry* entry : mutations(cloud_.journal(), from)) {
    const std::string_view name = entry->operation;
    for (const std::string_view verb : {"Delete", "Detach", "Disassociate", "Release", "Remove"}) {
      if (name.starts_with(verb)) complain("made and taken away again: " + show(*entry, start_));
    }
  }
}

void History::demand_calm(std::size_t from, const char* when) {
  for (const Entry* entry : rejected(cloud_.journal(), from)) {
    // Looking for what is not there is how absence is seen.
    if (!entry->mutates && entry->code == Code::not_found) continue;
    complain(std::string("rejected ") + when + ": " + show(*entry, start_));
  }
}

void History::demand_nothing_left() {
  cloud_.advance(std::chrono::hours(2));  // what AWS still takes down by itself
  for (const auto& [key, ids] : owned(cloud_.world())) {
    if (!key.starts_with(kForeignUid)) complain("left behind: " + key + " " + ids[0]);
  }
  const Json after = cloud_.world().dump();
  if (after == before_) return;
  const Json patch = Json::diff(before_, after);
  for (const Json& change : patch) complain("the world differs: " + change.dump().substr(0, 300));
}

void History::complain(std::string text) {
  const bool known = std::find(complaints_.begin(), complaints_.end(), text) != complaints_.end();
  if (!known && complaints_.size() < kComplaintsMax) complaints_.push_back(std::move(text));
}

void settle_foreigners(SimCloud& cloud) {
  const auto made = [&](const char* service, const char* operation, Json params) {
    const Completion completion = cloud.call(service, operation, std::move(params));
    check(completion.status.ok(),
          "a foreign " + std::string(operation) + ": " + completion.status.message);
    return completion.body;
  };
  const auto tags = [](const char* type, const char* key) {
    return Json::array(
        {{{"ResourceType", type},
          {"Tags",
           Json::array({{{"Key", "Name"}, {"Value", std::string("demo/") + key}},
                        {{"Key", "byoc.dev/owner-uid"}, {"Value", std::string(kForeignUid)}},
                        {{"Key", "byoc.dev/key"}, {"Value", key}}})}}});
  };
  const Json vpc = made("ec2", "CreateVpc",
                        {{"CidrBlock", "10.0.0.0/16"}, {"TagSpecifications", tags("vpc", "vpc")}});
  const Json& vpc_id = vpc.at("Vpc").at("VpcId");
  made("ec2", "CreateSubnet",
       {{"VpcId", vpc_id},
        {"CidrBlock", "10.0.0.0/20"},
        {"TagSpecifications", tags("subnet", "subnet/private-a")}});
  made("ec2", "CreateSecurityGroup",
       {{"VpcId", vpc_id},
        {"GroupName", "demo-nodes"},
        {"Description", "of somebody else"},
        {"TagSpecifications", tags("security-group", "security-group/nodes")}});
  const Json trust = {{"Version", "2012-10-17"},
                      {"Statement", Json::array({{{"Effect", "Allow"},
                                                  {"Principal", {{"Service", "ec2.amazonaws.com"}}},
                                                  {"Action", "sts:AssumeRole"}}})}};
  made("iam", "CreateRole",
       {{"RoleName", "operator-of-somebody"}, {"AssumeRolePolicyDocument", trust.dump()}});
  made("iam", "AttachRolePolicy",
       {{"RoleName", "operator-of-somebody"},
        {"PolicyArn", "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}});
  made("s3", "CreateBucket",
       {{"Bucket", "byoc-demo-of-somebody"},
        {"CreateBucketConfiguration", {{"LocationConstraint", "us-west-2"}}}});
}

}  // namespace byoc::sim
