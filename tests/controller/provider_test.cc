#include "controller/provider.h"

#include <gtest/gtest.h>

#include <map>

namespace byoc {
namespace {

class ProviderTest : public testing::Test {
 protected:
  const Object& add(const char* kind, const char* name, Json spec) {
    Object object;
    object.kind = kind;
    object.metadata.name = name;
    object.spec = std::move(spec);
    return objects_[object.key()] = std::move(object);
  }

  Object& role() { return objects_.at({"Role", "default", "ops"}); }

  [[nodiscard]] const Object* find(const ObjectKey& key) const {
    const auto found = objects_.find(key);
    return found == objects_.end() ? nullptr : &found->second;
  }

  Access access(const Object& object, bool dry_run = false) {
    const ObjectKind& kind = *find_kind(object.kind);
    const auto look = [this](const ObjectKey& key) { return find(key); };
    return provider_of(kind).access_of(kind, {object, look, "us-east-1", secrets_, dry_run});
  }

  // A Role "ops", a Cluster that works as it, and a NodeGroup of that.
  const Object& add_all() {
    add("Role", "ops", Json::object());
    add("Cluster", "demo", {{"region", "eu-west-1"}, {"roleRef", {{"name", "ops"}}}});
    return add("NodeGroup", "gpu", {{"clusterRef", {{"name", "demo"}}}});
  }

  std::map<ObjectKey, Object> objects_;
  Secrets secrets_{""};
};

TEST_F(ProviderTest, ARoleIsWorkedOnAsByocItself) {
  const Access got = access(add("Role", "ops", {{"trust", {{"externalId", "of-the-role"}}}}));
  ASSERT_NE(got.principal, nullptr);
  EXPECT_EQ(got.principal->role_arn, "");
  EXPECT_EQ(got.principal->region, "us-east-1");
  EXPECT_EQ(got.secrets.at("externalId").reveal(), "of-the-role");
}

TEST_F(ProviderTest, WhatRefersToAClusterWorksAsItsRole) {
  const Object& group = add_all();
  role().status["arn"] = "arn:aws:iam::111122223333:role/ops";
  role().spec["trust"] = {{"externalId", "of-the-role"}};
  const Access got = access(group);
  ASSERT_NE(got.principal, nullptr);
  EXPECT_EQ(got.principal->role_arn, "arn:aws:iam::111122223333:role/ops");
  EXPECT_EQ(got.principal->region, "eu-west-1");
  EXPECT_EQ(got.principal->session_name, "byoc-demo");
  EXPECT_EQ(got.principal->external_id.reveal(), "of-the-role");
  EXPECT_TRUE(got.secrets.empty());
}

TEST_F(ProviderTest, NobodyWorksBeforeTheRoleIsThere) {
  const Object& group = add_all();
  Access got = access(group);
  EXPECT_EQ(got.principal, nullptr);
  EXPECT_EQ(got.reason, "RoleNotReady");
  EXPECT_EQ(got.failure.message, "waiting for Role/ops to be ready");
  EXPECT_TRUE(got.waiting);
  EXPECT_NE(access(group, /*dry_run=*/true).principal, nullptr);
  objects_.erase({"Role", "default", "ops"});
  got = access(group, /*dry_run=*/true);
  EXPECT_EQ(got.reason, "RoleNotReady");
  EXPECT_EQ(got.failure.message, "Role/ops does not exist (yet)");
  objects_.erase({"Cluster", "default", "demo"});
  got = access(group);
  EXPECT_EQ(got.reason, "WaitingForCluster");
  EXPECT_TRUE(got.waiting);
}

TEST_F(ProviderTest, FactsAreAskedAsTheKindSays) {
  const auto asked = [&](const Object& object) {
    const ObjectKind& kind = *find_kind(object.kind);
    std::string text;
    for (const Query& query : provider_of(kind).fact_queries(kind, object)) {
      text += (text.empty() ? "" : " ") + query.service + ":" + query.operation;
    }
    return text;
  };
  add_all();
  EXPECT_EQ(asked(role()), "sts:GetCallerIdentity");
  const Object& cluster = *find({"Cluster", "default", "demo"});
  EXPECT_EQ(asked(cluster), "sts:GetCallerIdentity ec2:DescribeAvailabilityZones");
  EXPECT_EQ(asked(add("Cluster", "seen", {{"managementPolicy", "Observe"}})),
            "sts:GetCallerIdentity");
}

TEST_F(ProviderTest, AnAnswerWithoutItsListIsNoFact) {
  const Object& cluster = add("Cluster", "demo", {{"region", "eu-west-1"}});
  const ObjectKind& kind = *find_kind("Cluster");
  const Provider& provider = provider_of(kind);
  const auto queries = provider.fact_queries(kind, cluster);
  Answers answers;
  answers[queries[0].name] = LookAnswer(
      {}, {{"Account", "111122223333"}, {"Arn", "arn:aws-cn:sts::111122223333:assumed-role/a/b"}});
  answers[queries[1].name] = LookAnswer({}, Json::object());
  Facts facts;
  FactsOutcome outcome = provider.read_facts(queries, answers, {}, facts);
  EXPECT_EQ(outcome.reason, "CannotReachAws");
  EXPECT_EQ(outcome.query, queries[1].name);
  EXPECT_EQ(outcome.failure.message, "the answer to ec2:DescribeAvailabilityZones lists no zones");
  EXPECT_EQ(facts.partition, "aws-cn");
  const Json zone = {{"ZoneName", "eu-west-1a"}, {"State", "available"}};
  answers[queries[1].name] = LookAnswer({}, {{"AvailabilityZones", Json::array({zone})}});
  facts = {};
  outcome = provider.read_facts(queries, answers, {}, facts);
  EXPECT_TRUE(outcome.failure.ok());
  EXPECT_EQ(facts.account, "111122223333");
  EXPECT_EQ(facts.zones, (std::vector<std::string>{"eu-west-1a"}));
}

}  // namespace
}  // namespace byoc
