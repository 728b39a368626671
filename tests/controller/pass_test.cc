#include "controller/pass.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/controller/store_fixture.h"
#include "tests/controller/tiny_iam.h"

namespace byoc {
namespace {

using testing::IsEmpty;

Object object_of(const char* kind, const char* name, Json spec, Json status = Json::object()) {
  Object object;
  object.kind = kind;
  object.metadata.name = name;
  object.metadata.uid = std::string("uid-of-") + name;
  object.spec = std::move(spec);
  object.status = std::move(status);
  return object;
}

class PassTest : public StoreTest {
 protected:
  PassTest() : store_(open(":memory:")), cloud_(kNow), reader_(cloud_), secrets_("") {
    cloud_.answer = [this](const Call& call) {
      seen_.push_back(call.principal);
      if (call.operation == "DescribeAvailabilityZones") return zones();
      if (call.operation == "DescribeInstanceTypeOfferings") return offers_;
      if (call.service == "iam" || call.service == "sts") return iam_(call);
      if (call.service != "ec2") return Reply{error(Code::not_found, "no"), {}};
      return nothing_of(call);
    };
  }

  static Reply zones() {
    Json list = Json::array();
    for (const char* name : {"us-west-2b", "us-west-2a", "us-west-2-lax-1a"}) {
      const bool local = std::string(name).find("lax") != std::string::npos;
      list.push_back({{"ZoneName", name},
                      {"State", "available"},
                      {"ZoneType", local ? "local-zone" : "availability-zone"}});
    }
    return {{}, {{"AvailabilityZones", list}}};
  }

  Pass& run(Object object, const std::vector<Object>& related = {}, bool dry_run = false) {
    PassInput input;
    input.object = std::move(object);
    for (const Object& one : related) input.related[one.key()] = one;
    input.default_region = "us-east-1";
    input.dry_run = dry_run;
    pass_ = std::make_unique<Pass>(*store_, cloud_, reader_, secrets_, std::move(input));
    pass_->advance();
    while (!pass_->finished()) {
      auto completion = cloud_.wait(cloud_.now());
      EXPECT_TRUE(completion) << "waits for nothing";
      if (!completion) break;
      const bool taken = reader_.take(*completion) || pass_->take(*completion);
      EXPECT_TRUE(taken);
      pass_->advance();
    }
    return *pass_;
  }

  std::unique_ptr<Store> store_;
  ScriptedCloud cloud_;
  Reader reader_;
  Secrets secrets_;
  TinyIam iam_;
  Reply offers_{
      {},
      {{"InstanceTypeOfferings", {{{"InstanceType", "t3.large"}, {"Location", "us-west-2a"}}}}}};
  std::vector<std::shared_ptr<const Principal>> seen_;
  std::unique_ptr<Pass> pass_;
};

const Json kByRole = {{"region", "us-west-2"}, {"roleRef", {{"name", "ops"}}}};
constexpr const char* kOpsArn = "arn:aws:iam::111122223333:role/ops";

// L2, L21, L33, L34, G27
TEST_F(PassTest, AClusterWorksAsItsRoleUnderTheExternalId) {
  const Object role = object_of("Role", "ops", {{"trust", {{"externalId", "dummy-external-id"}}}},
                                {{"arn", kOpsArn}});
  run(object_of("Cluster", "demo", kByRole), {role}, /*dry_run=*/true);
  ASSERT_FALSE(seen_.empty());
  for (const auto& principal : seen_) {
    EXPECT_EQ(principal->role_arn, kOpsArn);
    EXPECT_EQ(principal->region, "us-west-2");
    EXPECT_EQ(principal->external_id.reveal(), "dummy-external-id");
    EXPECT_EQ(principal->session_name, "byoc-demo");
  }
  EXPECT_EQ(pass_->account(), "111122223333");
}

TEST_F(PassTest, ANodeGroupWorksAsItsClusterDoes) {
  const Object role = object_of("Role", "ops", Json::object(), {{"arn", kOpsArn}});
  const Object cluster = object_of("Cluster", "demo", kByRole);
  run(object_of("NodeGroup", "gpu", {{"clusterRef", {{"name", "demo"}}}}), {role, cluster});
  ASSERT_FALSE(seen_.empty());
  EXPECT_EQ(seen_[0]->role_arn, kOpsArn);
  EXPECT_EQ(pass_->reason(), "WaitingForCluster");
  EXPECT_TRUE(pass_->waiting());
}

TEST_F(PassTest, ARoleWorksAsWeAre) {
  run(object_of("Role", "ops", {{"trust", {{"externalId", "dummy-external-id"}}}}), {}, true);
  EXPECT_EQ(seen_.at(0)->role_arn, "");
  EXPECT_TRUE(seen_[0]->external_id.empty());
  EXPECT_EQ(seen_[0]->region, "us-east-1");
}

// L7, L25, B3
TEST_F(PassTest, WithoutItsRoleAClusterWaitsAndAsksNothing) {
  run(object_of("Cluster", "demo", kByRole));
  EXPECT_EQ(pass_->reason(), "RoleNotReady");
  EXPECT_TRUE(pass_->waiting());
  run(object_of("Cluster", "demo", kByRole), {object_of("Role", "ops", Json::object())});
  EXPECT_EQ(pass_->failure().message, "waiting for Role/ops to be ready");
  EXPECT_THAT(cloud_.calls(), IsEmpty());
}

// L34
TEST_F(PassTest, AnExternalIdThatCannotBeReadStopsIt) {
  run(object_of("Role", "ops", {{"trust", {{"externalIdFrom", {{"file", "/nowhere/id"}}}}}}));
  EXPECT_EQ(pass_->reason(), "ExternalIdUnavailable");
  EXPECT_FALSE(pass_->waiting());
  EXPECT_THAT(cloud_.calls(), IsEmpty());
}

// B19, B84
TEST_F(PassTest, ADeniedRoleIsNamed) {
  iam_.instead["GetCallerIdentity"] = {error(Code::denied, "not authorized"), {}};
  run(object_of("Cluster", "demo", {{"region", "us-west-2"}, {"roleArn", kOpsArn}}));
  EXPECT_EQ(pass_->reason(), "AccessDenied");
  EXPECT_EQ(pass_->failure().message,
            std::string("cannot work as ") + kOpsArn + ": not authorized");
}

TEST_F(PassTest, LocalZonesAreNoZones) {
  run(object_of("Cluster", "demo", {{"region", "us-west-2"}}), {}, /*dry_run=*/true);
  std::set<std::string> zones;
  for (const Action& action : pass_->plan().actions) {
    if (action.operation == "CreateSubnet") {
      zones.insert(action.params.at("AvailabilityZone").get<std::string>());
    }
  }
  EXPECT_EQ(zones, (std::set<std::string>{"us-west-2a", "us-west-2b"}));
}

// F64: a plan tells what nobody offers.
TEST_F(PassTest, InstanceTypesAreLookedUpBeforeAnythingIsMade) {
  const Object cluster = object_of("Cluster", "demo", {{"region", "us-west-2"}});
  offers_ = {{}, {{"InstanceTypeOfferings", Json::array()}}};
  run(object_of("NodeGroup", "gpu", {{"clusterRef", {{"name", "demo"}}}}), {cluster}, true);
  EXPECT_EQ(pass_->reason(), "InstanceTypeNotOffered");
  EXPECT_EQ(pass_->failure().code, Code::invalid);
}

TEST_F(PassTest, WithoutTheRightToLookUpInstanceTypesItGoesOn) {
  const Object cluster = object_of("Cluster", "demo", {{"region", "us-west-2"}});
  offers_ = {error(Code::denied, "no"), {}};
  run(object_of("NodeGroup", "gpu", {{"clusterRef", {{"name", "demo"}}}}), {cluster}, true);
  EXPECT_EQ(pass_->reason(), "");
}

TEST_F(PassTest, ADryRunOfANodeGroupSaysWhatItWillKnowLater) {
  const Object cluster = object_of("Cluster", "demo", {{"region", "us-west-2"}});
  run(object_of("NodeGroup", "gpu", {{"clusterRef", {{"name", "demo"}}}}), {cluster}, true);
  EXPECT_EQ(pass_->reason(), "");
  ASSERT_EQ(pass_->plan().actions.size(), 2U);
  EXPECT_EQ(pass_->plan().actions[1].params.at("clusterName"), "(known after Cluster/demo)");
  EXPECT_TRUE(store_->intents("uid-of-gpu").value().empty());
}

TEST_F(PassTest, AWrongManifestStopsBeforeTheLook) {
  run(object_of("Cluster", "demo",
                {{"region", "us-west-2"}, {"network", {{"zones", Json::array({"a", "z"})}}}}));
  EXPECT_EQ(pass_->reason(), "UnknownZone");
  EXPECT_EQ(pass_->failure().code, Code::invalid);
  EXPECT_FALSE(pass_->looked());
}

TEST_F(PassTest, WhatWasNeverMadeNeedsNoLookToBeGone) {
  Object cluster = object_of("Cluster", "demo", kByRole);
  cluster.metadata.deleted = kNow;
  run(cluster);
  EXPECT_TRUE(pass_->converged());
  EXPECT_THAT(cloud_.calls(), IsEmpty());
  Intent intent;
  intent.owner_uid = "uid-of-demo";
  intent.key = "vpc";
  intent.type = "vpc";
  ASSERT_TRUE(store_->put_intent(intent).ok());
  run(cluster);
  EXPECT_FALSE(pass_->converged()) << "something was promised";
  EXPECT_EQ(pass_->reason(), "RoleNotReady");
}

TEST_F(PassTest, WithoutARoleWhatIsListedKeepsTheRecord) {  // F13: as rebuild leaves it
  Object cluster = object_of(
      "Cluster", "demo", kByRole,
      {{"inventory", {{{"key", "vpc"}, {"type", "vpc"}, {"id", "vpc-1"}, {"state", "Ready"}}}}});
  cluster.metadata.deleted = kNow;
  run(cluster);
  EXPECT_FALSE(pass_->converged());
  EXPECT_EQ(pass_->reason(), "RoleNotReady");
  EXPECT_THAT(pass_->failure().message, testing::HasSubstr("its record stays"));
  EXPECT_THAT(pass_->failure().message, testing::HasSubstr("Role/ops does not exist"));
}

TEST_F(PassTest, AStoreThatCannotBeReadStopsIt) {
  store_ = open(path());
  tamper(path(), "DROP TABLE intents");
  run(object_of("Role", "ops", Json::object()));
  EXPECT_EQ(pass_->reason(), "StoreUnavailable");
  EXPECT_EQ(cloud_.count("CreateRole"), 0U) << "without promises nothing is made";
}

}  // namespace
}  // namespace byoc
