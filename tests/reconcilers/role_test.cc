#include <gtest/gtest.h>

#include <algorithm>

#include "reconcilers/build.h"
#include "reconcilers/order.h"
#include "tests/reconcilers/kinds.h"

namespace byoc {
namespace {

Built built_role(const Object& object, Facts facts = facts_of_tests()) {
  return build_role(object, owner_of(object), facts);
}

Json role_params(const Object& object, const Facts& facts = facts_of_tests()) {
  return built_role(object, facts).graph.nodes.front().params;
}

// G45
TEST(BuildRole, NameFromSpecPrefixOrMetadata) {
  EXPECT_EQ(role_params(object_of("Role", {{"name", "ops"}})).at("RoleName"), "ops");
  EXPECT_EQ(role_params(object_of("Role", {{"namePrefix", "grid"}})).at("RoleName"),
            "grid-0a1b2c3d");
  EXPECT_EQ(role_params(object_of("Role", Json::object())).at("RoleName"), "demo");
}

// L12, G45, B4, V1, V10, V75
TEST(BuildRole, TrustOfAccountsUnderTheExternalId) {
  const Object object =
      object_of("Role", {{"trust",
                          {{"accounts", Json::array({"123456789012"})},
                           {"principals", Json::array({"arn:aws:iam::210987654321:role/x"})},
                           {"services", Json::array({"ec2.amazonaws.com"})}}}});
  Facts facts = facts_of_tests();
  facts.secrets["externalId"] = Secret("dummy-external-id");
  const std::string text = with_marks(role_params(object, facts)).at("AssumeRolePolicyDocument");
  const Json statements = Json::parse(text).at("Statement");
  ASSERT_EQ(statements.size(), 2U);
  EXPECT_EQ(statements[0].at("Principal"),
            Json({{"AWS", Json::array({"arn:aws:iam::123456789012:root",
                                       "arn:aws:iam::210987654321:role/x"})}}));
  EXPECT_EQ(statements[0].at("Condition"),
            Json({{"StringEquals", {{"sts:ExternalId", "$(secret.externalId)"}}}}));
  EXPECT_EQ(statements[1].at("Principal"), Json({{"Service", Json::array({"ec2.amazonaws.com"})}}));
  EXPECT_FALSE(statements[1].contains("Condition"));
  EXPECT_EQ(text.find("dummy-external-id"), std::string::npos);
}

// F3: a user's text is passed on as it stands, and a secret has one place.
TEST(BuildRole, TextOfUsersIsNoReference) {
  const std::string text = "see $(secret.externalId) and $(role.Arn)";
  const Json document = {
      {"Version", "2012-10-17"},
      {"Statement",
       Json::array({{{"Effect", "Allow"}, {"Action", "s3:*"}, {"Resource", "$(team.budget)"}}})}};
  const Object object = object_of(
      "Role",
      {{"trust", {{"accounts", {"123456789012"}}}},
       {"description", text},
       {"tags", {{"costs", "$(team.budget)"}}},
       {"policies", {{"inline", Json::array({{{"name", "own"}, {"document", document}}})}}}});
  Facts facts = facts_of_tests();
  facts.secrets["externalId"] = Secret("dummy-external-id");
  const Built built = build(object, owner_of(object), facts);
  ASSERT_EQ(built.reason, "") << built.message;
  const Desired& role = *find_node(built.graph, "role");
  EXPECT_EQ(role.params.at("Description"), text);
  EXPECT_EQ(role.tags.at("costs"), "$(team.budget)");
  EXPECT_EQ(find_node(built.graph, "inline-policy/own")->params.at("PolicyDocument"),
            document.dump());
  Graph elsewhere = built.graph;
  elsewhere.nodes[0].params["Description"] = secret("externalId");
  EXPECT_NE(check_graph(elsewhere).message.find("may not hold the secret externalId"),
            std::string::npos);
}

TEST(BuildRole, PartitionsOfChinaAndGovCloud) {
  Facts facts = facts_of_tests();
  facts.partition = "aws-cn";
  const Object object =
      object_of("Role", {{"trust", {{"accounts", Json::array({"123456789012"})}}},
                         {"policies", {{"managed", Json::array({"ReadOnlyAccess"})}}}});
  const Graph graph = built_role(object, facts).graph;
  EXPECT_NE(graph.nodes[0].params.dump().find("arn:aws-cn:iam::123456789012:root"),
            std::string::npos);
  EXPECT_EQ(find_node(graph, "role-policy/arn:aws-cn:iam::aws:policy/ReadOnlyAccess")
                ->params.at("PolicyArn"),
            "arn:aws-cn:iam::aws:policy/ReadOnlyAccess");
}

// B10, V15
TEST(BuildRole, PoliciesOfEveryForm) {
  const Json document = {{"Version", "2012-10-17"}, {"Statement", Json::array()}};
  const Object object = object_of(
      "Role",
      {{"policies",
        {{"managed", Json::array({"ReadOnlyAccess", "arn:aws:iam::aws:policy/ReadOnlyAccess"})},
         {"inline", Json::array({{{"name", "own"}, {"document", document}}})},
         {"customer", Json::array({{{"name", "ours"}, {"document", document.dump()}}})}}}});
  const Graph graph = built_role(object).graph;
  ASSERT_EQ(graph.nodes.size(), 5U) << "the same policy twice is attached once";
  EXPECT_EQ(find_node(graph, "inline-policy/own")->params.at("PolicyDocument"), document.dump());
  EXPECT_EQ(find_node(graph, "policy/ours")->params.at("Arn"),
            "arn:aws:iam::111122223333:policy/ours");
  EXPECT_EQ(
      find_node(graph, "role-policy/arn:aws:iam::111122223333:policy/ours")->params.at("PolicyArn"),
      ref("policy/ours", "Arn"));
}

// L71
TEST(BuildRole, PresetPoliciesCarryTheUid) {
  const Graph graph =
      built_role(object_of("Role", {{"policies", {{"preset", "lightning"}}}})).graph;
  EXPECT_NE(find_node(graph, "policy/lightning-cloud-0a1b2c3d"), nullptr);
  const Built unknown = built_role(object_of("Role", {{"policies", {{"preset", "moon"}}}}));
  EXPECT_EQ(unknown.reason, "UnknownPreset");
  EXPECT_TRUE(unknown.wrong);
}

TEST(BuildRole, DurationInSecondsOrAsText) {
  EXPECT_EQ(role_params(object_of("Role", {{"maxSessionDuration", 7200}})).at("MaxSessionDuration"),
            7200);
  EXPECT_EQ(
      role_params(object_of("Role", {{"maxSessionDuration", "12h"}})).at("MaxSessionDuration"),
      43200);
  EXPECT_EQ(role_params(object_of("Role", Json::object())).at("MaxSessionDuration"), 3600);
}

// V12
TEST(BuildRole, AnInstanceProfileOnRequest) {
  const Graph graph = built_role(object_of("Role", {{"instanceProfile", true}})).graph;
  ASSERT_EQ(graph.nodes.size(), 3U);
  EXPECT_EQ(graph.nodes[1].params, Json({{"InstanceProfileName", "demo"}}));
  EXPECT_EQ(graph.nodes[2].key, "instance-profile-role");
}

// L10, B5, B20
TEST(BuildRole, AnObservedRoleIsNamedByItsArnAndNothingElse) {
  const Graph graph =
      built_role(object_of("Role", {{"managementPolicy", "Observe"},
                                    {"arn", "arn:aws:iam::123456789012:role/path/ops"},
                                    {"policies", {{"managed", Json::array({"ReadOnlyAccess"})}}}}))
          .graph;
  ASSERT_EQ(graph.nodes.size(), 1U);
  EXPECT_EQ(graph.nodes[0].params, Json({{"RoleName", "ops"}}));
  EXPECT_TRUE(graph.nodes[0].observe_only);
}

// B81, V16
TEST(BuildRole, RolesNamedInDocumentsAreWaitedFor) {
  const Object object = object_of(
      "Role",
      {{"policies",
        {{"inline", Json::array({{{"name", "pass"},
                                  {"document", "${role.worker.arn} and ${role.worker.arn}"}}})}}}});
  const std::vector<ObjectKey> keys = references_of(object);
  ASSERT_FALSE(keys.empty());
  EXPECT_EQ(keys[0], (ObjectKey{"Role", "default", "worker"}));
  const Built waiting = built_role(object);
  EXPECT_EQ(waiting.reason, "WaitingForRole");
  EXPECT_FALSE(waiting.wrong);
  Facts facts = facts_of_tests();
  Object worker = object_of("Role", Json::object(), "worker");
  worker.status["arn"] = "arn:worker";
  facts.objects[worker.key()] = worker;
  const Built done = built_role(object, facts);
  EXPECT_EQ(done.reason, "");
  EXPECT_EQ(find_node(done.graph, "inline-policy/pass")->params.at("PolicyDocument"),
            "arn:worker and arn:worker");
}

// F52: byoc works as a role of its own only when that trusts byoc's account.
// F1: IAM allows any printable character in a path.
TEST(BuildRole, APathInADocumentIsAText) {
  Object worker = object_of("Role", Json::object(), "worker");
  const std::string arn = R"(arn:aws:iam::111122223333:role/${role.worker.arn}/","*/worker)";
  worker.status["arn"] = arn;
  const Object object = object_of(
      "Role",
      {{"policies",
        {{"inline",
          Json::array({{{"name", "use"},
                        {"document",
                         {{"Version", "2012-10-17"},
                          {"Statement", Json::array({{{"Effect", "Allow"},
                                                      {"Action", "iam:PassRole"},
                                                      {"Resource",
                                                       {"${role.worker.arn}",
                                                        "${role.worker.arn}"}}}})}}}}})}}}});
  Facts facts = facts_of_tests();
  facts.objects[worker.key()] = worker;
  const Graph graph = build_role(object, owner_of(object), facts).graph;
  const auto policy = std::find_if(graph.nodes.begin(), graph.nodes.end(), [](const Desired& one) {
    return one.type == "role-inline-policy";
  });
  ASSERT_NE(policy, graph.nodes.end());
  const Json document = Json::parse(policy->params.at("PolicyDocument").get<std::string>());
  EXPECT_EQ(document.at("Statement")[0].at("Resource"), Json({arn, arn}));
}

TEST(BuildRole, TheOwnAccountIsTheOneThatTheRoleIsIn) {
  const Graph graph =
      built_role(
          object_of("Role", {{"trust", {{"ownAccount", true}, {"accounts", {"222222222222"}}}}}))
          .graph;
  const Json trust = Json::parse(
      find_node(graph, "role")->params.at("AssumeRolePolicyDocument").get<std::string>());
  EXPECT_EQ(trust.at("Statement").at(0).at("Principal").at("AWS"),
            Json::array({"arn:aws:iam::111122223333:root", "arn:aws:iam::222222222222:root"}));
}

// V33
TEST(Management, FlagsAndTagsReachEveryNode) {
  const Graph graph = built_role(object_of("Role", {{"instanceProfile", true},
                                                    {"adopt", true},
                                                    {"allowReplace", true},
                                                    {"tags", {{"team", "ml"}}}}))
                          .graph;
  for (const Desired& node : graph.nodes) {
    EXPECT_TRUE(node.adopt);
    EXPECT_TRUE(node.replace);
    EXPECT_FALSE(node.observe_only);
    EXPECT_EQ(node.tags.at("team"), "ml");
  }
}

}  // namespace
}  // namespace byoc
