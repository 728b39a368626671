#include "controller/executor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/controller/scripted_cloud.h"
#include "tests/controller/store_fixture.h"

namespace byoc {
namespace {

using State = ActionOutcome::State;
using testing::ElementsAre;
using testing::IsEmpty;

Action action_of(Verb verb, const std::string& type, const std::string& key,
                 const std::string& operation, Json params = Json::object()) {
  Action action;
  action.verb = verb;
  action.type = type;
  action.key = key;
  action.service = find_row(type).service;
  action.operation = operation;
  action.params = std::move(params);
  return action;
}

Action create_of(const std::string& type, const std::string& key, Json params = Json::object()) {
  Action action =
      action_of(Verb::create, type, key, std::string(find_row(type).create), std::move(params));
  action.token = "token-of-" + key;
  action.params_hash = "hash-of-" + key;
  return action;
}

class ExecutorTest : public StoreTest {
 protected:
  ExecutorTest() : store_(open(path())), cloud_(kNow) {}

  Executor& execute(std::vector<Action> actions, std::map<std::string, Intent> intents = {}) {
    ExecutorInput input;
    input.owner = {"uid-1", {"Cluster", "default", "demo"}};
    input.principal = std::make_shared<const Principal>();
    input.plan.actions = std::move(actions);
    input.known = [](const Reference&) { return Json(); };
    input.intents = std::move(intents);
    input.calls_max = calls_max_;
    input.on_progress = [this](const Progress& progress) {
      told_.push_back(progress.action->key + " " +
                      (progress.outcome->state == State::running ? "runs" : "ends"));
    };
    executor_.emplace(*store_, cloud_, std::move(input));
    executor_->start_ready();
    return *executor_;
  }
  // Answers the n-th call ever started.
  void answer(Ticket ticket, Json body, Status status = {}) {
    EXPECT_TRUE(executor_->take({ticket, std::move(status), std::move(body), "request"}));
    executor_->start_ready();
  }
  void refuse(Ticket ticket, Code code) { answer(ticket, Json(), error(code, "no")); }

  [[nodiscard]] State state(std::size_t index) const { return executor_->outcomes()[index].state; }
  // The promise as another process would read it.
  [[nodiscard]] std::optional<Intent> on_disk(const std::string& key) const {
    const auto other = open(path());
    const auto intents = other->intents("uid-1");
    EXPECT_TRUE(intents.ok());
    for (const Intent& intent : intents.value()) {
      if (intent.key == key) return intent;
    }
    return std::nullopt;
  }

  std::unique_ptr<Store> store_;
  ScriptedCloud cloud_;
  std::optional<Executor> executor_;
  std::vector<std::string> told_;
  int calls_max_ = 16;
};

TEST_F(ExecutorTest, ThePromiseIsOnDiskBeforeTheCall) {
  std::optional<Intent> seen;
  cloud_.on_start = [&](const Call&) { seen = on_disk("vpc"); };
  Action create = create_of("vpc", "vpc");
  create.names = {{"Bucket", "b"}};
  execute({create});
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->state, Intent::State::open);
  EXPECT_EQ(seen->type, "vpc");
  EXPECT_EQ(seen->token, "token-of-vpc");
  EXPECT_EQ(seen->params_hash, "hash-of-vpc");
  EXPECT_EQ(seen->sent, kNow);
  EXPECT_EQ(seen->made, Json({{"Bucket", "b"}}));
}

TEST_F(ExecutorTest, TheAnswerIsWrittenDown) {
  execute({create_of("vpc", "vpc",
                     {{"CidrBlock", "10.0.0.0/16"}, {"TagSpecifications", Json::array()}})});
  answer(1, {{"Vpc", {{"VpcId", "vpc-1"}, {"State", "available"}}}});
  EXPECT_EQ(state(0), State::done);
  EXPECT_EQ(executor_->outcomes()[0].id, "vpc-1");
  const auto intent = on_disk("vpc");
  EXPECT_EQ(intent->state, Intent::State::made);
  EXPECT_EQ(intent->id, "vpc-1");
  EXPECT_EQ(intent->made,
            Json({{"VpcId", "vpc-1"}, {"State", "available"}, {"CidrBlock", "10.0.0.0/16"}}));
  EXPECT_THAT(told_, ElementsAre("vpc runs", "vpc ends"));
  EXPECT_TRUE(executor_->idle());
}

// F2: what no update could have changed tells that another one is meant.
TEST_F(ExecutorTest, AnAnswerAboutAnotherLeavesThePromiseOpen) {
  execute({create_of("subnet", "subnet/a", {{"VpcId", "vpc-1"}, {"CidrBlock", "10.0.0.0/20"}}),
           create_of("role", "role", {{"RoleName", "ops"}, {"MaxSessionDuration", 3600}})});
  answer(1, {{"Subnet", {{"SubnetId", "subnet-2"}, {"CidrBlock", "10.0.16.0/20"}}}});
  answer(2, {{"Role", {{"RoleName", "others"}, {"Arn", "arn:others"}}}});
  for (const auto& [index, key] : {std::pair(0, "subnet/a"), std::pair(1, "role")}) {
    const ActionOutcome& outcome = executor_->outcomes()[static_cast<std::size_t>(index)];
    EXPECT_EQ(outcome.state, State::failed);
    EXPECT_EQ(outcome.status.code, Code::unknown_outcome);
    EXPECT_THAT(outcome.status.message, HasSubstr("it is about another"));
    EXPECT_EQ(on_disk(key)->state, Intent::State::open) << key;
    EXPECT_EQ(on_disk(key)->id, "") << key;
  }
}

TEST_F(ExecutorTest, WithoutAPromiseThereIsNoCall) {
  tamper(path(), "DROP TABLE intents");
  execute({create_of("vpc", "vpc"), create_of("address", "address/a")});
  EXPECT_THAT(cloud_.calls(), IsEmpty());
  EXPECT_EQ(executor_->store_error().code, Code::unavailable);
  EXPECT_TRUE(executor_->idle());
}

TEST_F(ExecutorTest, ALostAnswerLeavesThePromiseOpen) {
  execute({create_of("vpc", "vpc")});
  refuse(1, Code::unknown_outcome);
  EXPECT_EQ(state(0), State::failed);
  EXPECT_EQ(on_disk("vpc")->state, Intent::State::open);
  EXPECT_EQ(on_disk("vpc")->sent, kNow) << "the call may have been heard";
}

TEST_F(ExecutorTest, ARefusedCallWasNeverSent) {
  for (const Code code : {Code::invalid, Code::denied, Code::quota, Code::conflict, Code::throttled,
                          Code::not_found, Code::unsupported}) {
    execute({create_of("vpc", "vpc")});
    EXPECT_EQ(on_disk("vpc")->sent, kNow);
    refuse(cloud_.calls().size(), code);
    EXPECT_EQ(on_disk("vpc")->sent, Time{}) << code_name(code);
    EXPECT_EQ(on_disk("vpc")->state, Intent::State::open);
  }
}

TEST_F(ExecutorTest, AnEarlierCallMayStillHaveBeenHeard) {
  Intent earlier;
  earlier.owner_uid = "uid-1";
  earlier.key = "vpc";
  earlier.type = "vpc";
  earlier.token = "token-of-vpc";
  earlier.created = earlier.sent = kNow - std::chrono::seconds(30);
  earlier.empty_reads = 2;
  execute({create_of("vpc", "vpc")}, {{"vpc", earlier}});
  EXPECT_EQ(on_disk("vpc")->sent, kNow);
  EXPECT_EQ(on_disk("vpc")->empty_reads, 0);
  EXPECT_EQ(on_disk("vpc")->created, earlier.created) << "the same promise";
  refuse(1, Code::throttled);
  EXPECT_EQ(on_disk("vpc")->sent, earlier.sent);
}

TEST_F(ExecutorTest, ANameThatExistsIsNotOursByThat) {
  execute({create_of("role", "role", {{"RoleName", "demo"}})});
  refuse(1, Code::already_exists);
  EXPECT_EQ(state(0), State::failed);
  EXPECT_EQ(on_disk("role")->state, Intent::State::open);
}

TEST_F(ExecutorTest, PartsThatExistAreDone) {
  execute({create_of("role-policy", "role-policy/a", {{"RoleName", "demo"}})});
  refuse(1, Code::already_exists);
  EXPECT_EQ(state(0), State::done);
  EXPECT_FALSE(on_disk("role-policy/a")) << "parts are owned through their parent";
}

TEST_F(ExecutorTest, LaterCallsUseWhatEarlierOnesMade) {
  Action subnet = create_of("subnet", "subnet/a", {{"VpcId", ref("vpc", "VpcId")}});
  subnet.needs = {0};
  execute({create_of("vpc", "vpc"), subnet});
  EXPECT_THAT(cloud_.operations(), ElementsAre("CreateVpc"));
  answer(1, {{"Vpc", {{"VpcId", "vpc-1"}, {"State", "available"}}}});
  ASSERT_THAT(cloud_.operations(), ElementsAre("CreateVpc", "CreateSubnet"));
  EXPECT_EQ(cloud_.calls()[1].params, Json({{"VpcId", "vpc-1"}}));
}

TEST_F(ExecutorTest, WhatTakesItsTimeHoldsUpItsUsers) {
  Action route =
      create_of("route", "route/a", {{"NatGatewayId", ref("nat-gateway/a", "NatGatewayId")}});
  route.needs = {0};
  execute({create_of("nat-gateway", "nat-gateway/a"), route});
  answer(1, {{"NatGateway", {{"NatGatewayId", "nat-1"}, {"State", "pending"}}}});
  EXPECT_EQ(state(0), State::pending);
  EXPECT_EQ(state(1), State::waiting);
  EXPECT_TRUE(executor_->idle());
}

TEST_F(ExecutorTest, WhatIsNotKnownYetIsLeftToTheNextPass) {
  execute({create_of("subnet", "subnet/a", {{"VpcId", ref("vpc", "VpcId")}})});
  EXPECT_EQ(state(0), State::pending);
  EXPECT_THAT(cloud_.calls(), IsEmpty());
  EXPECT_FALSE(on_disk("subnet/a"));
}

TEST_F(ExecutorTest, AFailureStopsOnlyWhatNeedsIt) {
  Action subnet = create_of("subnet", "subnet/a");
  subnet.needs = {0};
  execute({create_of("vpc", "vpc"), subnet, create_of("address", "address/a")});
  EXPECT_EQ(executor_->in_flight(), 2U);
  refuse(1, Code::quota);
  answer(2, {{"AllocationId", "eipalloc-1"}});
  EXPECT_EQ(state(0), State::failed);
  EXPECT_EQ(state(1), State::waiting);
  EXPECT_EQ(state(2), State::done);
}

TEST_F(ExecutorTest, NoMoreCallsAtOnceThanAllowed) {
  calls_max_ = 2;
  execute({create_of("address", "a"), create_of("address", "b"), create_of("address", "c")});
  EXPECT_EQ(executor_->in_flight(), 2U);
  answer(1, {{"AllocationId", "eipalloc-1"}});
  EXPECT_EQ(executor_->in_flight(), 2U);
  EXPECT_EQ(cloud_.calls().size(), 3U);
}

TEST_F(ExecutorTest, OneUpdateAtATimePerPool) {
  const auto update = [](const char* key, const char* cluster) {
    return action_of(Verb::update, "nodegroup", key, "UpdateNodegroupConfig",
                     {{"clusterName", cluster}});
  };
  execute({action_of(Verb::update, "cluster", "cluster", "UpdateClusterConfig", {{"name", "one"}}),
           update("a", "one"), update("b", "two")});
  EXPECT_THAT(cloud_.operations(), ElementsAre("UpdateClusterConfig", "UpdateNodegroupConfig"));
  EXPECT_EQ(cloud_.calls()[1].params.at("clusterName"), "two");
  EXPECT_EQ(state(1), State::pending);
  answer(1, Json::object());
  EXPECT_EQ(cloud_.calls().size(), 2U) << "an update that was accepted is still running";
}

TEST_F(ExecutorTest, AnUpdateThatIsCarriedOutLaterHoldsUpWhatNeedsIt) {
  Action addon = create_of("addon", "addon/a", {{"clusterName", "one"}});
  addon.needs = {0};
  execute({action_of(Verb::update, "cluster", "cluster", "UpdateClusterConfig", {{"name", "one"}}),
           addon});
  answer(1, {{"update", {{"id", "update-1"}, {"status", "InProgress"}}}});
  EXPECT_EQ(state(0), State::done);
  EXPECT_EQ(state(1), State::waiting);
  EXPECT_EQ(cloud_.calls().size(), 1U);
}

TEST_F(ExecutorTest, WhatIsGoneNeedsNoRemoval) {
  execute({action_of(Verb::remove, "vpc", "vpc", "DeleteVpc", {{"VpcId", "vpc-1"}})});
  refuse(1, Code::not_found);
  EXPECT_EQ(state(0), State::done);
}

TEST_F(ExecutorTest, ARemovalThatTakesItsTimeIsPending) {
  Intent made;
  made.owner_uid = "uid-1";
  made.key = "nat-gateway/a";
  made.type = "nat-gateway";
  made.id = "nat-1";
  made.state = Intent::State::made;
  made.empty_reads = 1;
  Action nat = action_of(Verb::remove, "nat-gateway", "nat-gateway/a", "DeleteNatGateway");
  nat.id = "nat-1";
  Action address = action_of(Verb::remove, "address", "address/a", "ReleaseAddress");
  address.needs = {0};
  execute({nat, address}, {{"nat-gateway/a", made}});
  answer(1, Json::object());
  EXPECT_EQ(state(0), State::pending);
  EXPECT_EQ(state(1), State::waiting);
  EXPECT_EQ(on_disk("nat-gateway/a")->state, Intent::State::removing);
  EXPECT_EQ(on_disk("nat-gateway/a")->empty_reads, 0);
}

TEST_F(ExecutorTest, RemovingADuplicateKeepsThePromiseOfTheOther) {
  Intent made;
  made.owner_uid = "uid-1";
  made.key = "vpc";
  made.type = "vpc";
  made.id = "vpc-1";
  made.state = Intent::State::made;
  ASSERT_TRUE(store_->put_intent(made).ok());
  Action remove = action_of(Verb::remove, "vpc", "vpc", "DeleteVpc");
  remove.id = "vpc-2";
  execute({remove}, {{"vpc", made}});
  answer(1, Json::object());
  EXPECT_EQ(state(0), State::done);
  EXPECT_EQ(on_disk("vpc")->state, Intent::State::made);
}

TEST_F(ExecutorTest, WaitsAndBlocksAreNoCalls) {
  Action needs_wait = create_of("vpc", "vpc");
  needs_wait.needs = {0};
  execute({action_of(Verb::wait, "nat-gateway", "n", ""), needs_wait,
           action_of(Verb::blocked, "role", "r", ""), action_of(Verb::keep, "bucket", "b", "")});
  EXPECT_THAT(cloud_.calls(), IsEmpty());
  EXPECT_EQ(state(1), State::waiting);
}

TEST_F(ExecutorTest, OthersCompletionsAreNotTaken) {
  execute({create_of("vpc", "vpc")});
  EXPECT_FALSE(executor_->take({99, {}, Json::object(), ""}));
  EXPECT_EQ(state(0), State::running);
}

}  // namespace
}  // namespace byoc
