// A story in which one operation answers with anything for a while: nothing that byoc concludes
// from it may be wrong, and afterwards all is as ever.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>
#include <utility>

#include "controller/candidate.h"
#include "controller/controller.h"
#include "tests/sim/census.h"
#include "tests/sim/history.h"
#include "tests/sim/odd_answer.h"
#include "tests/sim/random.h"

namespace byoc::sim {
namespace {

// Another answer, or the answer with a member that is lost or of another type.
Json damaged(Json answer, Random& random) {
  if (!answer.is_object() || answer.empty() || random.chance(0.3)) return any_value(random, 2);
  auto part = answer.begin();
  std::advance(part, static_cast<std::ptrdiff_t>(random.below(answer.size())));
  if (random.chance(0.3)) {
    answer.erase(part);
  } else {
    *part = any_value(random, 2);
  }
  return answer;
}

bool is_read(const std::string& operation) {
  return operation.starts_with("Describe") || operation.starts_with("Get") ||
         operation.starts_with("List");
}

// The simulated AWS, some of whose answers are anything.
class OddCloud final : public Cloud {
 public:
  explicit OddCloud(SimCloud& cloud) : cloud_(cloud) {}

  // Whether the answer to this call, the n-th of its operation, is anything.
  std::function<bool(const std::string& operation, int nth)> odd;

  [[nodiscard]] Ticket start(Call call) override {
    const std::string operation = call.service + ":" + call.operation;
    const bool hit = odd && odd(call.operation, ++counts_[operation]);
    const Ticket ticket = cloud_.start(std::move(call));
    if (hit) tickets_.insert(ticket);
    return ticket;
  }
  [[nodiscard]] std::optional<Completion> wait(Time until) override {
    auto completion = cloud_.wait(until);
    if (completion && tickets_.erase(completion->ticket) > 0 && completion->status.ok()) {
      completion->body = damaged(std::move(completion->body), random_);
    }
    return completion;
  }
  [[nodiscard]] Time now() const override { return cloud_.now(); }
  [[nodiscard]] const std::map<std::string, int>& counts() const { return counts_; }

 private:
  SimCloud& cloud_;
  Random random_{1};
  std::map<std::string, int> counts_;
  std::set<Ticket> tickets_;
};

class OddAnswersTest : public testing::Test {
 protected:
  OddAnswersTest() : store_(open_store(":memory:").value()) { settle_foreigners(cloud_); }

  void apply() {
    for (const Object& object : ordinary_stack()) {
      ASSERT_TRUE(store_->put(object, cloud_.now()).ok());
    }
    begin();
  }
  void request_deletion() {
    const auto objects = store_->list("");
    for (const Object& object : objects.value()) {
      ASSERT_TRUE(mark_deleted(object, *store_, cloud_.now()).ok());
    }
    begin();
  }
  void begin() {
    ControllerOptions options;
    options.default_region = "us-west-2";
    controller_.emplace(*store_, odd_, secrets_, options);
    const auto objects = store_->list("");
    for (const Object& object : objects.value()) controller_->enqueue(object.key(), odd_.now());
  }
  void run_for(Duration span) {
    controller_->run(cloud_.now() + span, [] { return false; });
  }
  bool run_until(const std::function<bool()>& done) {
    controller_->run(cloud_.now() + std::chrono::hours(4), done);
    return done();
  }
  bool converge() {
    return run_until([this] {
      const auto objects = store_->list("");
      for (const Object& object : objects.value()) {
        const Standing* standing = controller_->standing(object.key());
        if (standing == nullptr || !standing->converged) return false;
      }
      return true;
    });
  }
  void demand_single() {
    for (const auto& [key, ids] : owned(cloud_.world())) {
      EXPECT_EQ(ids.size(), 1U) << "a second " << key;
    }
  }
  void demand_gone() {
    EXPECT_TRUE(run_until([this] { return store_->list("").value().empty(); }));
    cloud_.advance(std::chrono::hours(2));
    for (const auto& [key, ids] : owned(cloud_.world())) {
      EXPECT_TRUE(key.starts_with(kForeignUid)) << "left " << key << " " << ids[0];
    }
  }

  SimCloud cloud_{SimOptions{}};
  OddCloud odd_{cloud_};
  Secrets secrets_{""};
  std::unique_ptr<Store> store_;
  std::optional<Controller> controller_;
};

// F2: the first answer to every operation that changes something is anything.
TEST_F(OddAnswersTest, NothingIsMadeTwiceAndNothingIsLeft) {
  odd_.odd = [](const std::string& operation, int nth) { return !is_read(operation) && nth == 1; };
  apply();
  ASSERT_TRUE(converge());
  demand_single();
  request_deletion();
  demand_gone();
}

// F2: the answers to every read, one operation after the other, of a world that is as it should be.
TEST_F(OddAnswersTest, ASettledWorldStaysAsItIs) {
  apply();
  ASSERT_TRUE(converge());
  const auto before = owned(cloud_.world());
  const std::map<std::string, int> used = odd_.counts();
  for (const auto& [name, count] : used) {
    const std::string wanted = name.substr(name.find(':') + 1);
    if (!is_read(wanted)) continue;
    odd_.odd = [&](const std::string& operation, int) { return operation == wanted; };
    begin();
    run_for(std::chrono::minutes(12));
    EXPECT_EQ(owned(cloud_.world()), before) << name;
  }
  odd_.odd = nullptr;
  begin();
  EXPECT_TRUE(converge());
  EXPECT_EQ(owned(cloud_.world()), before);
}

// F2: while everything goes, the first answers to every read are anything.
TEST_F(OddAnswersTest, ADeletionLeavesNothing) {
  apply();
  ASSERT_TRUE(converge());
  std::map<std::string, int> asked;
  odd_.odd = [&](const std::string& operation, int) {
    return is_read(operation) && ++asked[operation] <= 3;
  };
  request_deletion();
  demand_gone();
}

}  // namespace
}  // namespace byoc::sim
