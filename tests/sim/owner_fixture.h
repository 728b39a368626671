// What the stories about ownership share: a world, a controller over one store, and somebody else's
// hands.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "controller/candidate.h"
#include "controller/controller.h"
#include "tests/sim/census.h"
#include "tests/sim/history.h"

namespace byoc::sim {

class OwnerTest : public testing::Test {
 protected:
  OwnerTest() {
    settle_foreigners(cloud_);
    new_store();
  }

  // Another byoc: it knows nothing of what the first one made.
  void new_store() {
    controller_.reset();
    store_ = open_store(":memory:").value();
    restart();
  }
  void restart() {
    ControllerOptions options;
    options.default_region = "us-west-2";
    controller_.emplace(*store_, cloud_, secrets_, options);
  }

  static Object object_of(const std::string& kind, const std::string& name, Json spec) {
    Object object;
    object.kind = kind;
    object.metadata.name = name;
    object.metadata.finalizers = {std::string(kFinalizer)};
    object.spec = std::move(spec);
    return object;
  }
  static Object in_stack(const std::string& kind) {
    for (Object& object : ordinary_stack()) {
      if (object.kind == kind) return std::move(object);
    }
    return {};
  }

  // Stores the object or its new spec and asks for a pass.
  ObjectKey apply(const Object& object) {
    const ObjectKey key = object.key();
    Result<Object> known = store_->get(key);
    Object next = known.ok() ? known.value() : object;
    next.spec = object.spec;
    EXPECT_TRUE(store_->put(std::move(next), cloud_.now()).ok());
    controller_->enqueue(key, cloud_.now());
    return key;
  }
  void request_deletion(const ObjectKey& key) {
    EXPECT_TRUE(mark_deleted(store_->get(key).value(), *store_, cloud_.now()).ok());
    controller_->enqueue(key, cloud_.now());
  }
  bool run_until(const std::function<bool()>& done, Duration limit = std::chrono::hours(3)) {
    controller_->run(cloud_.now() + limit, done);
    return done();
  }
  // Whether all of them converge, each in a pass that begins from now on.
  bool converge(const std::vector<ObjectKey>& keys) {
    std::map<ObjectKey, int> before;
    for (const ObjectKey& key : keys) {
      const Standing* standing = controller_->standing(key);
      before[key] = standing == nullptr ? 0 : standing->passes;
      controller_->enqueue(key, cloud_.now());
    }
    return run_until([&] {
      return std::all_of(keys.begin(), keys.end(), [&](const ObjectKey& key) {
        const Standing* standing = controller_->standing(key);
        return standing != nullptr && standing->converged && standing->passes > before[key];
      });
    });
  }
  // One more pass, from a look of its own.
  void one_pass(const ObjectKey& key) {
    const Standing* standing = controller_->standing(key);
    const int before = standing == nullptr ? 0 : standing->passes;
    controller_->enqueue(key, cloud_.now());
    EXPECT_TRUE(run_until([&] {
      const Standing* now = controller_->standing(key);
      return now != nullptr && now->passes > before;
    }));
  }
  bool gone(const ObjectKey& key) {
    return run_until([&] {
      const Result<Object> object = store_->get(key);
      return !object.ok() && object.status().code == Code::not_found;
    });
  }
  [[nodiscard]] std::vector<ObjectKey> apply_stack() {
    std::vector<ObjectKey> keys;
    for (const Object& object : ordinary_stack()) keys.push_back(apply(object));
    return keys;
  }
  [[nodiscard]] Json status(const ObjectKey& key) const { return store_->get(key).value().status; }
  [[nodiscard]] std::string message(const ObjectKey& key) const {
    return status(key).value("message", "");
  }
  [[nodiscard]] std::vector<std::string> events(const ObjectKey& key) const {
    std::vector<std::string> out;
    const auto all = store_->events(key);
    for (const Event& event : all.value()) out.push_back(event.reason + ": " + event.message);
    return out;
  }

  // Somebody else's call, which AWS must take.
  Json by_hand(const std::string& service, const std::string& operation, Json params) {
    Completion completion = cloud_.call(service, operation, std::move(params));
    EXPECT_TRUE(completion.status.ok()) << operation << ": " << completion.status.message;
    return std::move(completion.body);
  }
  // The calls that changed something since the journal was forgotten, as "Operation".
  [[nodiscard]] std::vector<std::string> changes() const {
    std::vector<std::string> out;
    for (const Entry* entry : mutations(cloud_.journal())) out.emplace_back(entry->operation);
    return out;
  }

  SimCloud cloud_{SimOptions{}};
  Secrets secrets_{""};
  std::unique_ptr<Store> store_;
  std::optional<Controller> controller_;
};

}  // namespace byoc::sim
