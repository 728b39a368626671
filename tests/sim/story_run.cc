#include "tests/sim/story_run.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "controller/candidate.h"
#include "tests/sim/census.h"

namespace byoc::sim {
namespace {

constexpr std::size_t kComplaintsMax = 8;

SimOptions story_sim_options(const StoryOptions& story) {
  SimOptions options;
  options.seed = story.seed;
  options.attempts = story.below;
  options.slower_max = story.slower_max;
  options.settle_spread = story.settle_spread;
  return options;
}

}  // namespace

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

StoryRun::StoryRun(StoryOptions options, std::string secrets_dir)
    : options_(std::move(options)),
      random_(options_.seed),
      cloud_(story_sim_options(options_)),
      secrets_(std::move(secrets_dir)) {
  StoreOptions store_options;
  store_options.make_uid = [this] { return next_uid(); };
  auto store = open_store(":memory:", std::move(store_options));
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

// Equal seeds give equal histories: uids are no chance of their own. Names in AWS end with their
// first eight digits.
std::string StoryRun::next_uid() {
  const std::string number = std::to_string(++uids_);
  check(number.size() <= 4, "a story has few objects");
  return "5eed" + std::string(4 - number.size(), '0') + number + "-cccc-4000-8000-000000000000";
}

void StoryRun::restart() {
  ControllerOptions options;
  options.default_region = "us-west-2";
  if (options_.tell) {
    options.on_progress = [this](const Progress& progress) { tell_call(progress); };
  }
  options.on_pass = [this](const Object& object, const Pass& pass) {
    if (options_.tell) tell_pass(object, pass);
    hear(object, pass);
    demand_remembered(pass);
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

void StoryRun::tell_call(const Progress& progress) const {
  if (progress.outcome->state == ActionOutcome::State::running) return;
  const Status& status = progress.outcome->status;
  std::printf(
      "%10.1f  %s %s %s %s %s %s\n", static_cast<double>((cloud_.now() - start_).count()) / 1000.0,
      to_string(progress.object).c_str(), progress.action->operation.c_str(),
      progress.action->key.c_str(), progress.outcome->id.c_str(),
      status.ok() ? "ok" : status.aws_code.c_str(), status.ok() ? "" : status.message.c_str());
  for (const Change& change : progress.action->changes) {
    std::printf("            %s: %s -> %s\n", change.field.c_str(), change.from.dump().c_str(),
                change.to.dump().c_str());
  }
}

void StoryRun::tell_pass(const Object& object, const Pass& pass) const {
  std::printf("%10.1f  %s pass: %s %s %s\n",
              static_cast<double>((cloud_.now() - start_).count()) / 1000.0,
              to_string(object.key()).c_str(), pass.converged() ? "converged" : "",
              pass.reason().c_str(), pass.failure().message.c_str());
  const auto& actions = pass.plan().actions;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    const Action& action = actions[i];
    const bool unsent =
        i < pass.outcomes().size() && pass.outcomes()[i].state == ActionOutcome::State::waiting;
    if (action.verb == Verb::wait || action.verb == Verb::blocked || unsent) {
      std::printf("            %s %s %s: %s\n", std::string(verb_name(action.verb)).c_str(),
                  action.operation.c_str(), action.key.c_str(), action.why.c_str());
    }
  }
}

void StoryRun::enqueue_all() {
  auto objects = store_->list("");
  check(objects.ok(), "the store lists");
  for (const Object& object : objects.value()) controller_->enqueue(object.key(), cloud_.now());
}

void StoryRun::request_deletion() {
  auto objects = store_->list("");
  check(objects.ok(), "the store lists");
  for (const Object& object : objects.value()) {
    check(mark_deleted(object, *store_, cloud_.now()).ok(), "the store takes a deletion");
  }
  enqueue_all();
}

// Runs the controller; when it dies, another one starts on the same store and world.
void StoryRun::run_until(Time until, const std::function<bool()>& done) {
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

bool StoryRun::settle(const char* what, const std::function<bool()>& done, Duration limit) {
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

bool StoryRun::all_gone() const {
  const auto objects = store_->list("");
  return objects.ok() && objects.value().empty();
}

// At every moment, not at the end alone: who makes a second one and takes it away again has made
// two. Counted after every change.
void StoryRun::demand_single() {
  const std::size_t from = std::exchange(counted_, cloud_.journal().size());
  if (mutations(cloud_.journal(), from).empty()) return;
  for (const auto& [key, ids] : owned(cloud_.world())) {
    if (ids.size() > 1) complain("doubled: " + key + ": " + ids[0] + ", " + ids[1]);
  }
}

void StoryRun::demand_remembered(const Pass& pass) {
  const auto& outcomes = pass.outcomes();
  if (std::none_of(outcomes.begin(), outcomes.end(), [](const ActionOutcome& outcome) {
        return outcome.state == ActionOutcome::State::failed;
      })) {
    return;
  }
  const auto promised = store_->intents(pass.object().metadata.uid);
  check(promised.ok(), "the store tells its promises");
  for (const Intent& intent : promised.value()) {
    if (intent.state != Intent::State::open || intent.sent != Time{}) continue;
    const auto living = owned(cloud_.world());
    const auto found = living.find(intent.owner_uid + "/" + intent.key);
    if (found == living.end()) continue;
    complain("is there, and was never sent by its promise: " + found->first + " " +
             found->second[0]);
  }
}

// In a calm world everything succeeds at once.
void StoryRun::demand_nothing_undone(std::size_t from) {
  for (const Entry* entry : mutations(cloud_.journal(), from)) {
    const std::string_view name = entry->operation;
    for (const std::string_view verb : {"Delete", "Detach", "Disassociate", "Release", "Remove"}) {
      if (name.starts_with(verb)) complain("made and taken away again: " + show(*entry, start_));
    }
  }
}

void StoryRun::demand_calm(std::size_t from, const char* when) {
  for (const Entry* entry : rejected(cloud_.journal(), from)) {
    // Looking for what is not there is how absence is seen.
    if (!entry->mutates && entry->code == Code::not_found) continue;
    if (is_expected(*entry)) continue;
    complain(std::string("rejected ") + when + ": " + show(*entry, start_));
  }
}

void StoryRun::demand_nothing_left() {
  cloud_.advance(std::chrono::hours(2));  // what AWS still takes down by itself
  for (const auto& [key, ids] : owned(cloud_.world())) {
    if (!key.starts_with(kForeignUid)) complain("left behind: " + key + " " + ids[0]);
  }
  const Json after = cloud_.world().dump();
  if (after == before_) return;
  const Json patch = Json::diff(before_, after);
  for (const Json& change : patch) complain("the world differs: " + change.dump().substr(0, 300));
}

void StoryRun::complain(std::string text) {
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
