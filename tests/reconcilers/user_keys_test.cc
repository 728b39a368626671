// What users may write never makes two graph nodes of one key, and what cannot be is an answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "reconcilers/former.h"
#include "reconcilers/order.h"
#include "tests/reconcilers/kinds.h"

namespace byoc {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kAdminOfOne = "arn:aws:iam::111111111111:role/Admin";
constexpr const char* kAdminOfTwo = "arn:aws:iam::222222222222:role/Admin";

Built built_of(const char* kind, Json spec) {
  const Object object = object_of(kind, std::move(spec));
  return build(object, owner_of(object), facts_of_tests());
}

std::vector<const Desired*> nodes_of(const Built& built, const std::string& type) {
  std::vector<const Desired*> out;
  for (const Desired& node : built.graph.nodes) {
    if (node.type == type) out.push_back(&node);
  }
  return out;
}

Json role_spec(Json policies) {
  return {{"trust", {{"services", Json::array({"ec2.amazonaws.com"})}}},
          {"policies", std::move(policies)}};
}

// F1
TEST(UserKeys, PrincipalsOfOneNameInTwoAccountsAreTwo) {
  const Json views = Json::array({{{"name", "AmazonEKSViewPolicy"}}});
  const Built built = built_of(
      "Cluster", {{"access", Json::array({{{"principalArn", kAdminOfOne}, {"policies", views}},
                                          {{"principalArn", kAdminOfTwo}, {"policies", views}}})}});
  EXPECT_EQ(built.reason, "") << built.message;
  EXPECT_THAT(nodes_of(built, "access-entry"), SizeIs(2));
  EXPECT_THAT(nodes_of(built, "access-policy"), SizeIs(2));
}

// F1: EKS has one scope per principal and policy; what is listed apart is one association.
TEST(UserKeys, OneAccessPolicyForTwoNamespacesIsOneAssociation) {
  const auto scope_of = [](Json policies) {
    const Built built =
        built_of("Cluster", {{"access", Json::array({{{"principalArn", kAdminOfOne},
                                                      {"policies", std::move(policies)}}})}});
    EXPECT_EQ(built.reason, "") << built.message;
    const auto nodes = nodes_of(built, "access-policy");
    EXPECT_THAT(nodes, SizeIs(1));
    return nodes.empty() ? Json() : nodes[0]->params.at("accessScope");
  };
  const Json one = {{"name", "AmazonEKSViewPolicy"}, {"namespaces", {"a", "b"}}};
  const Json two = {{"name", "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"},
                    {"namespaces", {"b", "c"}}};
  EXPECT_EQ(scope_of(Json::array({one, two})),
            (Json{{"type", "namespace"}, {"namespaces", {"a", "b", "c"}}}));
  EXPECT_EQ(scope_of(Json::array({one, {{"name", "AmazonEKSViewPolicy"}}})),
            (Json{{"type", "cluster"}}));
}

// F1
TEST(UserKeys, APresetAndTheRoleMayHaveInlinePoliciesOfOneName) {
  const Built preset = built_of("Role", role_spec({{"preset", "bodo"}}));
  ASSERT_EQ(preset.reason, "") << preset.message;
  const auto own = nodes_of(preset, "role-inline-policy");
  ASSERT_FALSE(own.empty());
  const auto name = own[0]->params.at("PolicyName").get<std::string>();
  const Json document = {{"Version", "2012-10-17"}, {"Statement", Json::array()}};
  const Built both = built_of(
      "Role", role_spec({{"preset", "bodo"},
                         {"inline", Json::array({{{"name", name}, {"document", document}}})}}));
  EXPECT_EQ(both.reason, "") << both.message;
  std::set<std::string> names;
  for (const Desired* node : nodes_of(both, "role-inline-policy")) {
    names.insert(node->params.at("PolicyName").get<std::string>());
  }
  EXPECT_THAT(names, SizeIs(own.size() + 1));
  EXPECT_TRUE(names.contains(name) && names.contains(name + "-preset"));
}

// F1: account, partition and path are part of what a policy is.
TEST(UserKeys, ManagedPoliciesOfOneNameAreTwo) {
  const Built built = built_of(
      "Role",
      role_spec(
          {{"managed",
            {"arn:aws:iam::111111111111:policy/ops", "arn:aws:iam::222222222222:policy/ops",
             "arn:aws:iam::222222222222:policy/team/ops", "ops", "arn:aws:iam::aws:policy/ops"}}}));
  EXPECT_EQ(built.reason, "") << built.message;
  EXPECT_THAT(nodes_of(built, "role-policy"), SizeIs(4));
}

// F1
TEST(UserKeys, AnImpossibleGraphNamesTheTwoThings) {
  const Json document = {{"Version", "2012-10-17"}, {"Statement", Json::array()}};
  const Json policy = {{"name", "own"}, {"document", document}};
  const Built built = built_of("Role", role_spec({{"inline", Json::array({policy, policy})}}));
  EXPECT_TRUE(built.wrong);
  EXPECT_EQ(built.reason, "ImpossibleGraph");
  EXPECT_THAT(built.message, AllOf(HasSubstr("role-inline-policy own"), HasSubstr("twice")));

  Graph graph;
  graph.nodes.resize(2);
  graph.nodes[0].type = graph.nodes[1].type = "access-entry";
  graph.nodes[0].key = graph.nodes[1].key = "access-entry/role/Admin";
  graph.nodes[0].params["principalArn"] = kAdminOfOne;
  graph.nodes[1].params["principalArn"] = kAdminOfTwo;
  EXPECT_THAT(check_graph(graph).message, AllOf(HasSubstr(kAdminOfOne), HasSubstr(kAdminOfTwo)));
}

// F1
TEST(UserKeys, UnknownTypesCirclesAndKindsAreAnswers) {
  Graph graph;
  graph.nodes.resize(2);
  graph.nodes[0].key = "a";
  graph.nodes[1].key = "b";
  graph.nodes[0].type = graph.nodes[1].type = "vpc";
  graph.nodes[0].after = {"b"};
  graph.nodes[1].after = {"a"};
  EXPECT_THAT(check_graph(graph).message, HasSubstr("circle"));
  graph.nodes[1].type = "moon";
  EXPECT_THAT(check_graph(graph).message, HasSubstr("moon"));
  EXPECT_EQ(built_of("Moon", Json::object()).reason, "UnknownKind");
  EXPECT_EQ(built_of("Role", role_spec({{"inline", Json::array({{{"name", 5}}})}})).reason,
            "InvalidSpec");
}

// F1
TEST(UserKeys, PartsOfKeysAreInjectiveAndFitIntoTags) {
  EXPECT_EQ(key_part("arn:aws:iam::1:role/a.b@c"), "arn:aws:iam::1:role/a.b@c");
  EXPECT_EQ(key_part("a=b,c d"), "a=3Db=2Cc=20d");
  EXPECT_NE(key_part("a=2Cb"), key_part("a,b"));
  const std::string lengthy(400, 'x');
  EXPECT_NE(key_part(lengthy + "1"), key_part(lengthy + "2"));
  EXPECT_LE(key_part(lengthy).size(), 160U);
  EXPECT_THAT(key_part(lengthy), HasSubstr("=="));
}

// F1, a property: whatever the words are, equal ones or such that look alike in a key, a graph
// comes out that can be compared, or an error of the object.
TEST(UserKeys, AnyWordsGiveAGraphOrAnError) {
  std::mt19937 random(1);
  const std::vector<std::string> words = {"a",   "a,b", "a=2Cb", "a/b",    "own",     "own-preset",
                                          "a-b", "a.b", "node",  "$(a.b)", "cluster", "management"};
  const auto word = [&] { return words[random() % words.size()]; };
  const Json document = {{"Version", "2012-10-17"}, {"Statement", Json::array()}};
  for (int i = 0; i < 500; ++i) {
    Json policies = {{"inline", Json::array()}, {"customer", Json::array()}};
    Json access = Json::array();
    Json addons = Json::array();
    for (int n = 0; n < 3; ++n) {
      policies["inline"].push_back({{"name", word()}, {"document", document}});
      policies["customer"].push_back({{"name", word()}, {"document", document}});
      policies["managed"].push_back("arn:aws:iam::" + word() + ":policy/" + word());
      access.push_back({{"principalArn", "arn:aws:iam::" + word() + ":role/" + word()},
                        {"policies", Json::array({{{"name", word()}}, {{"name", word()}}})}});
      addons.push_back({{"name", word()}});
    }
    for (const Built& built : {built_of("Role", role_spec(policies)),
                               built_of("Cluster", {{"access", access}, {"addons", addons}})}) {
      if (!built.reason.empty()) {
        EXPECT_EQ(built.reason, "ImpossibleGraph") << built.message;
        continue;
      }
      EXPECT_TRUE(check_graph(built.graph).ok());
    }
  }
}

Intent record_of(const std::string& key, const char* type, Json made) {
  Intent intent;
  intent.owner_uid = "uid";
  intent.key = key;
  intent.type = type;
  intent.token = "token";
  intent.state = Intent::State::made;
  intent.made = std::move(made);
  return intent;
}

// F1: records that an earlier version wrote.
TEST(UserKeys, RecordsUnderFormerKeysAreFoundAgain) {
  const Built built =
      built_of("Cluster", {{"access", Json::array({{{"principalArn", kAdminOfOne}},
                                                   {{"principalArn", kAdminOfTwo}}})}});
  const std::string former = "access-entry/role/Admin";
  std::map<std::string, Intent> intents = {
      {former, record_of(former, "access-entry",
                         {{"clusterName", "demo"}, {"principalArn", kAdminOfTwo}})}};
  const auto changed = rekeyed(built.graph, intents);
  ASSERT_THAT(changed, SizeIs(1));
  EXPECT_EQ(changed[0].from, former);
  EXPECT_EQ(changed[0].intent.key, std::string("access-entry/") + kAdminOfTwo);
  EXPECT_EQ(changed[0].intent.token, "token");
  intents.at(former).made["principalArn"] = "arn:aws:iam::333333333333:role/Admin";
  EXPECT_THAT(rekeyed(built.graph, intents), IsEmpty()) << "of somebody who has no access any more";
}

}  // namespace
}  // namespace byoc
