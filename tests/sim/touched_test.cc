// A run of byocctl reads again only what a call of it may have changed (F62). So whatever a call
// changes in the answers must be among what it is said to touch.
#include <map>
#include <set>

#include "reconcilers/look.h"
#include "tests/sim/owner_fixture.h"

namespace byoc::sim {
namespace {

using testing::IsEmpty;

SimOptions quick() {
  SimOptions options;
  options.latency_min = options.latency_max = std::chrono::milliseconds(1);
  options.slower_max = 0;
  return options;
}

class TouchedStory : public testing::Test {
 protected:
  TouchedStory() : cloud_(quick()), store_(open_store(":memory:").value()) {
    settle_foreigners(cloud_);
    empty_ = cloud_.world().dump();
    options_.default_region = "us-west-2";
  }

  void watch_calls() {
    cloud_.on_point = [this](CrashPoint point, const Call& call) {
      if (point != CrashPoint::before_send) return;
      const Operation* operation = find_operation(call.service, call.operation);
      if (operation == nullptr || operation->rule.mutates) return;
      Query query = make_query(call.service, call.operation, call.params, false);
      queries_.emplace(query.name, std::move(query));
    };
    options_.on_progress = [this](const Progress& progress) { compare(progress); };
  }

  // One run: everything is made, or everything is taken away.
  void make_all() {
    controller_.emplace(*store_, cloud_, secrets_, options_);
    for (Object& object : ordinary_stack()) {
      if (object.kind == "Cluster") {
        object.spec["storage"]["registry"] = true;
        object.spec["deletionPolicy"]["registry"] = "Delete";
      }
      const auto stored = store_->put(std::move(object), cloud_.now());
      ASSERT_TRUE(stored.ok());
      keys_.push_back(stored.value().key());
      controller_->enqueue(keys_.back(), cloud_.now());
    }
    ASSERT_TRUE(run_until(&Standing::converged)) << shown();
  }
  void delete_all() {
    controller_.emplace(*store_, cloud_, secrets_, options_);
    for (const Object& object : store_->list("").value()) {
      ASSERT_TRUE(mark_deleted(object, *store_, cloud_.now()).ok());
      controller_->enqueue(object.key(), cloud_.now());
    }
    ASSERT_TRUE(run_until(&Standing::gone)) << shown();
  }

  // What AWS would say to each question that was ever asked, in no time.
  [[nodiscard]] std::map<std::string, Json> answers() {
    std::map<std::string, Json> out;
    for (const auto& [name, query] : queries_) {
      OpContext context = cloud_.context("us-west-2");
      const Operation& operation = *find_operation(query.service, query.operation);
      Json body = run_operation(operation, context, query.params).body;
      // Addresses in use come and go with everything in the network; no row reads how many are
      // left.
      const auto subnets = body.find("Subnets");
      if (subnets != body.end()) {
        for (Json& subnet : *subnets) subnet.erase("AvailableIpAddressCount");
      }
      out[name] = std::move(body);
    }
    return out;
  }

  void compare(const Progress& progress) {
    const std::string who = to_string(progress.object) + progress.action->key;
    if (progress.outcome->state == ActionOutcome::State::running) {
      under_way_[who] = *progress.action;
      before_ = answers();
      return;
    }
    under_way_[who] = *progress.action;
    const auto now = answers();
    for (const auto& [name, answer] : now) {
      const auto known = before_.find(name);
      if (known == before_.end() || known->second == answer || is_touched(name)) continue;
      std::string calls;
      for (const auto& [by, action] : under_way_) calls += action.operation + " ";
      untold_.insert(calls + "change " + name);
    }
    before_ = now;
    under_way_.erase(who);
  }

  [[nodiscard]] bool is_touched(const std::string& name) const {
    return std::any_of(under_way_.begin(), under_way_.end(), [&](const auto& item) {
      std::map<std::string, Time> touched;
      for (const std::string& read : reads_touched_by(item.second)) touched[read] = cloud_.now();
      return last_touched(queries_.at(name), touched) != Time{};
    });
  }

  [[nodiscard]] std::string shown() const {
    std::string text;
    const auto objects = store_->list("");
    for (const Object& object : objects.value()) {
      text += to_string(object.key()) + ": " + object.status.value("message", "") + "\n";
    }
    return text;
  }
  [[nodiscard]] bool run_until(bool Standing::*state) {
    const auto done = [&] {
      return std::all_of(keys_.begin(), keys_.end(), [&](const ObjectKey& key) {
        const Standing* standing = controller_->standing(key);
        return standing != nullptr && standing->*state;
      });
    };
    controller_->run(cloud_.now() + std::chrono::hours(3), done);
    return done();
  }

  SimCloud cloud_;
  Json empty_;
  std::vector<ObjectKey> keys_;
  ControllerOptions options_;
  Secrets secrets_{""};
  std::unique_ptr<Store> store_;
  std::map<std::string, Query> queries_;
  std::map<std::string, Action> under_way_;
  std::map<std::string, Json> before_;
  std::set<std::string> untold_;
  std::optional<Controller> controller_;
};

TEST_F(TouchedStory, WhatACallChangesIsSaidToBeTouched) {  // F62
  watch_calls();
  make_all();
  ASSERT_GT(queries_.size(), 20U);
  delete_all();
  EXPECT_THAT(untold_, IsEmpty());
}

// F62: whoever reads less misses nothing, whatever EKS leaves behind.
TEST_F(TouchedStory, ARunMakesAllAndLeavesNothing) {
  cloud_.faults().revived_logs = 1;
  cloud_.faults().leaked_interface = 1;
  options_.run_since = cloud_.now();
  make_all();
  options_.run_since = cloud_.now();
  delete_all();
  cloud_.advance(std::chrono::hours(2));
  EXPECT_EQ(cloud_.world().dump(), empty_);
}

}  // namespace
}  // namespace byoc::sim
