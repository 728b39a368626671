// The rules of IAM: E19-E22 and K1-K2 of the rule book, and the forms of documents.
#include <gtest/gtest.h>

#include "tests/sim/testing.h"

namespace byoc::sim {
namespace {

constexpr const char* kAdmin = "arn:aws:iam::aws:policy/AdministratorAccess";

std::string trust_for(const Json& principal) {
  const Json statement = {
      {"Effect", "Allow"}, {"Principal", principal}, {"Action", "sts:AssumeRole"}};
  return Json({{"Version", "2012-10-17"}, {"Statement", Json::array({statement})}}).dump();
}

std::string ec2_trust() {
  return trust_for({{"Service", "ec2.amazonaws.com"}});
}

std::string allow(const std::string& action) {
  const Json statement = {{"Effect", "Allow"}, {"Action", action}, {"Resource", "*"}};
  return Json({{"Version", "2012-10-17"}, {"Statement", statement}}).dump();
}

struct IamTest : ::testing::Test {
  SimCloud cloud{SimOptions{}};

  Json iam(const std::string& operation, Json params = Json::object()) {
    return must(cloud, "iam", operation, std::move(params));
  }
  std::string code(const std::string& operation, Json params = Json::object()) {
    return code_of(cloud, "iam", operation, std::move(params));
  }
  std::string message(const std::string& operation, Json params) {
    return cloud.call("iam", operation, std::move(params)).status.message;
  }
  std::string role(const std::string& name, Json more = Json::object()) {
    Json params = {{"RoleName", name}, {"AssumeRolePolicyDocument", ec2_trust()}};
    params.update(more);
    return iam("CreateRole", std::move(params))["Role"]["Arn"].get<std::string>();
  }
  std::string policy(const std::string& name) {
    const Json made =
        iam("CreatePolicy", {{"PolicyName", name}, {"PolicyDocument", allow("s3:*")}});
    return made["Policy"]["Arn"].get<std::string>();
  }
};

TEST_F(IamTest, ARoleShowsWhatItWasMadeWith) {
  role("nodes", {{"Path", "/byoc/"},
                 {"Description", "of nodes"},
                 {"MaxSessionDuration", 43200},
                 {"Tags", {{{"Key", "team"}, {"Value", "ml"}}}}});
  const Json shown = iam("GetRole", {{"RoleName", "nodes"}})["Role"];
  EXPECT_EQ(shown["Arn"], "arn:aws:iam::111122223333:role/byoc/nodes");
  EXPECT_EQ(shown["MaxSessionDuration"], 43200);
  EXPECT_EQ(shown["Description"], "of nodes");
  EXPECT_EQ(shown["AssumeRolePolicyDocument"], ec2_trust());
  EXPECT_EQ(shown["Tags"], Json::parse(R"([{"Key": "team", "Value": "ml"}])"));
  EXPECT_TRUE(shown["RoleId"].get<std::string>().starts_with("AROA"));
}

TEST_F(IamTest, RefusesWhatIamRefusesInACreate) {
  struct Case {
    Json change;
    const char* code;
  };
  const Case cases[] = {
      {{{"RoleName", "no spaces"}}, "ValidationError"},
      {{{"RoleName", std::string(65, 'a')}}, "ValidationError"},
      {{{"RoleName", ""}}, "ValidationError"},
      {{{"Path", "byoc/"}}, "ValidationError"},
      {{{"MaxSessionDuration", 3599}}, "ValidationError"},
      {{{"MaxSessionDuration", 43201}}, "ValidationError"},
      {{{"Description", std::string(1001, 'x')}}, "ValidationError"},
      {{{"Tags", {{{"Key", "aws:x"}, {"Value", "y"}}}}}, "InvalidInput"},
      {{{"Tags", {{{"Key", "a"}, {"Value", "1"}}, {{"Key", "A"}, {"Value", "2"}}}}},
       "InvalidInput"},
      {{{"AssumeRolePolicyDocument", "junk"}}, "MalformedPolicyDocument"},
      {{{"AssumeRolePolicyDocument", allow("s3:*")}}, "MalformedPolicyDocument"},
      {{{"AssumeRolePolicyDocument", trust_for({{"AWS", "12345"}})}}, "MalformedPolicyDocument"},
      {{{"AssumeRolePolicyDocument", trust_for({{"Service", "ec2"}})}}, "MalformedPolicyDocument"},
      {{{"PermissionBoundary", "x"}}, "UnknownParameter"},
      {{{"RoleName", 7}}, "ValidationError"},
  };
  for (const Case& test : cases) {
    Json params = {{"RoleName", "r"}, {"AssumeRolePolicyDocument", ec2_trust()}};
    params.update(test.change);
    EXPECT_EQ(code("CreateRole", params), test.code) << test.change;
  }
  EXPECT_EQ(code("CreateRole", {{"RoleName", "r"}}), "ValidationError");
}

TEST_F(IamTest, ATrustPolicyHasAQuota) {
  Json principals = Json::array();
  for (int i = 0; i < 60; ++i) principals.push_back("arn:aws:iam::999988887777:role/a-long-name");
  const Json params = {{"RoleName", "r"},
                       {"AssumeRolePolicyDocument", trust_for({{"AWS", principals}})}};
  EXPECT_EQ(code("CreateRole", params), "LimitExceeded");
}

TEST_F(IamTest, NamesAreTakenWhateverTheirCase) {  // E19
  role("nodes");
  EXPECT_EQ(code("CreateRole", {{"RoleName", "NODES"}, {"AssumeRolePolicyDocument", ec2_trust()}}),
            "EntityAlreadyExists");
  iam("CreateInstanceProfile", {{"InstanceProfileName", "p"}});
  EXPECT_EQ(code("CreateInstanceProfile", {{"InstanceProfileName", "p"}}), "EntityAlreadyExists");
  policy("own");
  EXPECT_EQ(code("CreatePolicy", {{"PolicyName", "own"}, {"PolicyDocument", allow("s3:*")}}),
            "EntityAlreadyExists");
  iam("CreateOpenIDConnectProvider", {{"Url", "https://oidc.example.com/id/A"}});
  EXPECT_EQ(code("CreateOpenIDConnectProvider", {{"Url", "https://oidc.example.com/id/A"}}),
            "EntityAlreadyExists");
}

// G43
TEST_F(IamTest, ARoleGoesAfterEverythingOnIt) {  // E20
  role("r");
  iam("AttachRolePolicy", {{"RoleName", "r"}, {"PolicyArn", kAdmin}});
  iam("PutRolePolicy",
      {{"RoleName", "r"}, {"PolicyName", "own"}, {"PolicyDocument", allow("s3:*")}});
  iam("CreateInstanceProfile", {{"InstanceProfileName", "p"}});
  iam("AddRoleToInstanceProfile", {{"InstanceProfileName", "p"}, {"RoleName", "r"}});
  const Json name = {{"RoleName", "r"}};
  EXPECT_NE(message("DeleteRole", name).find("must detach all policies first"), std::string::npos);
  EXPECT_EQ(code("DeleteRole", name), "DeleteConflict");
  iam("DetachRolePolicy", {{"RoleName", "r"}, {"PolicyArn", kAdmin}});
  EXPECT_NE(message("DeleteRole", name).find("must delete policies first"), std::string::npos);
  iam("DeleteRolePolicy", {{"RoleName", "r"}, {"PolicyName", "own"}});
  EXPECT_NE(message("DeleteRole", name).find("must remove roles from instance profile first"),
            std::string::npos);
  EXPECT_EQ(code("DeleteInstanceProfile", {{"InstanceProfileName", "p"}}),
            "DeleteConflict");  // E21
  iam("RemoveRoleFromInstanceProfile", {{"InstanceProfileName", "p"}, {"RoleName", "r"}});
  iam("DeleteInstanceProfile", {{"InstanceProfileName", "p"}});
  iam("DeleteRole", name);
  EXPECT_EQ(code("GetRole", name), "NoSuchEntity");
  EXPECT_EQ(dump(cloud.account("111122223333").iam), Json::object());
}

TEST_F(IamTest, AProfileTakesOneRole) {  // E22
  role("a");
  role("b");
  iam("CreateInstanceProfile", {{"InstanceProfileName", "p"}});
  iam("AddRoleToInstanceProfile", {{"InstanceProfileName", "p"}, {"RoleName", "a"}});
  EXPECT_EQ(code("AddRoleToInstanceProfile", {{"InstanceProfileName", "p"}, {"RoleName", "b"}}),
            "LimitExceeded");
  EXPECT_EQ(
      code("RemoveRoleFromInstanceProfile", {{"InstanceProfileName", "p"}, {"RoleName", "b"}}),
      "NoSuchEntity");
  const Json shown = iam("ListInstanceProfilesForRole", {{"RoleName", "a"}})["InstanceProfiles"];
  ASSERT_EQ(shown.size(), 1U);
  EXPECT_EQ(shown[0]["Roles"][0]["RoleName"], "a");
}

TEST_F(IamTest, AttachesWhatExists) {
  role("r");
  const auto attach = [&](const std::string& arn) {
    return code("AttachRolePolicy", {{"RoleName", "r"}, {"PolicyArn", arn}});
  };
  EXPECT_EQ(attach(kAdmin), "ok");
  EXPECT_EQ(attach(kAdmin), "ok");
  EXPECT_EQ(attach("arn:aws:iam::aws:policy/NoSuchPolicy"), "NoSuchEntity");
  EXPECT_EQ(attach("AdministratorAccess"), "ValidationError");
  EXPECT_EQ(attach(policy("own")), "ok");
  for (int i = 0; i < 8; ++i) EXPECT_EQ(attach(policy("p" + std::to_string(i))), "ok");
  EXPECT_EQ(attach(policy("p9")), "LimitExceeded");
  EXPECT_EQ(
      code("DetachRolePolicy", {{"RoleName", "r"}, {"PolicyArn", "arn:aws:iam::aws:policy/X"}}),
      "NoSuchEntity");
}

TEST_F(IamTest, InlinePoliciesAreChecked) {
  role("r");
  const auto put = [&](const std::string& document) {
    return code("PutRolePolicy",
                {{"RoleName", "r"}, {"PolicyName", "own"}, {"PolicyDocument", document}});
  };
  EXPECT_EQ(put("junk"), "MalformedPolicyDocument");
  EXPECT_EQ(put(ec2_trust()), "MalformedPolicyDocument");
  EXPECT_EQ(put(allow("everything")), "MalformedPolicyDocument");
  EXPECT_EQ(put(R"({"Statement": [{"Effect": "Allow", "Action": "s3:*"}]})"),
            "MalformedPolicyDocument");
  EXPECT_EQ(put(R"({"Version": "2020-01-01", "Statement": []})"), "MalformedPolicyDocument");
  EXPECT_EQ(put(allow("s3:" + std::string(10240, 'x'))), "LimitExceeded");
  EXPECT_EQ(put(allow("s3:*")), "ok");
  EXPECT_EQ(iam("GetRolePolicy", {{"RoleName", "r"}, {"PolicyName", "own"}})["PolicyDocument"],
            allow("s3:*"));
  EXPECT_EQ(code("GetRolePolicy", {{"RoleName", "r"}, {"PolicyName", "other"}}), "NoSuchEntity");
}

TEST_F(IamTest, AManagedPolicyHasFiveVersions) {  // E21
  role("r");
  const std::string arn = policy("own");
  const Json next = {
      {"PolicyArn", arn}, {"PolicyDocument", allow("ec2:*")}, {"SetAsDefault", true}};
  for (int i = 0; i < 4; ++i) iam("CreatePolicyVersion", next);
  EXPECT_EQ(code("CreatePolicyVersion", next), "LimitExceeded");
  EXPECT_EQ(code("DeletePolicyVersion", {{"PolicyArn", arn}, {"VersionId", "v5"}}),
            "DeleteConflict");
  EXPECT_EQ(code("DeletePolicy", {{"PolicyArn", arn}}), "DeleteConflict");
  for (const char* version : {"v1", "v2", "v3", "v4"}) {
    iam("DeletePolicyVersion", {{"PolicyArn", arn}, {"VersionId", version}});
  }
  iam("AttachRolePolicy", {{"RoleName", "r"}, {"PolicyArn", arn}});
  EXPECT_EQ(code("DeletePolicy", {{"PolicyArn", arn}}), "DeleteConflict");
  iam("DetachRolePolicy", {{"RoleName", "r"}, {"PolicyArn", arn}});
  iam("DeletePolicy", {{"PolicyArn", arn}});
  EXPECT_EQ(code("GetPolicy", {{"PolicyArn", arn}}), "NoSuchEntity");
}

TEST_F(IamTest, TheAccountShowsEverythingButSessionLengths) {
  role("r", {{"Tags", {{{"Key", "a"}, {"Value", "b"}}}}});
  const std::string arn = policy("own");
  iam("AttachRolePolicy", {{"RoleName", "r"}, {"PolicyArn", arn}});
  iam("CreateInstanceProfile", {{"InstanceProfileName", "p"}});
  iam("AddRoleToInstanceProfile", {{"InstanceProfileName", "p"}, {"RoleName", "r"}});
  const Json all = iam("GetAccountAuthorizationDetails");
  const Json& shown = all["RoleDetailList"][0];
  EXPECT_FALSE(shown.contains("MaxSessionDuration"));
  EXPECT_EQ(shown["AttachedManagedPolicies"][0]["PolicyArn"], arn);
  EXPECT_EQ(shown["InstanceProfileList"][0]["InstanceProfileName"], "p");
  EXPECT_EQ(shown["Tags"][0]["Key"], "a");
  EXPECT_EQ(all["Policies"][0]["PolicyVersionList"][0]["Document"], allow("s3:*"));
  EXPECT_EQ(all["Policies"][0]["AttachmentCount"], 1);
  const Json only_roles = iam("GetAccountAuthorizationDetails", {{"Filter", {"Role"}}});
  EXPECT_TRUE(only_roles["Policies"].empty());
  EXPECT_EQ(iam("GetAccountSummary")["SummaryMap"]["Roles"], 1);
}

TEST_F(IamTest, TagKeysAreEqualWhateverTheirCase) {
  role("r", {{"Tags", {{{"Key", "Team"}, {"Value", "a"}}}}});
  iam("TagRole", {{"RoleName", "r"}, {"Tags", {{{"Key", "team"}, {"Value", "b"}}}}});
  EXPECT_EQ(iam("ListRoleTags", {{"RoleName", "r"}})["Tags"],
            Json::parse(R"([{"Key": "team", "Value": "b"}])"));
  iam("UntagRole", {{"RoleName", "r"}, {"TagKeys", {"TEAM"}}});
  EXPECT_FALSE(iam("GetRole", {{"RoleName", "r"}})["Role"].contains("Tags"));
}

TEST_F(IamTest, ProvidersAreKnownByUrl) {
  const Json made = iam("CreateOpenIDConnectProvider",
                        {{"Url", "https://oidc.eks.us-west-2.amazonaws.com/id/ABC"},
                         {"ClientIDList", {"sts.amazonaws.com"}},
                         {"Tags", {{{"Key", "a"}, {"Value", "b"}}}}});
  const Json arn = {{"OpenIDConnectProviderArn", made["OpenIDConnectProviderArn"]}};
  EXPECT_EQ(made["OpenIDConnectProviderArn"],
            "arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/ABC");
  const Json shown = iam("GetOpenIDConnectProvider", arn);
  EXPECT_EQ(shown["Url"], "oidc.eks.us-west-2.amazonaws.com/id/ABC");
  EXPECT_EQ(shown["ClientIDList"], Json::array({"sts.amazonaws.com"}));
  EXPECT_EQ(iam("ListOpenIDConnectProviders")["OpenIDConnectProviderList"].size(), 1U);
  EXPECT_EQ(code("CreateOpenIDConnectProvider", {{"Url", "http://plain"}}), "ValidationError");
  iam("DeleteOpenIDConnectProvider", arn);
  iam("DeleteOpenIDConnectProvider", arn);  // again is no error
  EXPECT_EQ(code("GetOpenIDConnectProvider", arn), "NoSuchEntity");
}

TEST_F(IamTest, ServiceLinkedRolesBelongToAws) {
  const Json params = {{"AWSServiceName", "spot.amazonaws.com"}};
  EXPECT_EQ(iam("CreateServiceLinkedRole", params)["Role"]["RoleName"], "AWSServiceRoleForEC2Spot");
  const Completion again = cloud.call("iam", "CreateServiceLinkedRole", params);
  EXPECT_EQ(again.status.aws_code, "InvalidInput");
  EXPECT_EQ(code("DeleteRole", {{"RoleName", "AWSServiceRoleForEC2Spot"}}), "UnmodifiableEntity");
  EXPECT_EQ(dump(cloud.account("111122223333").iam), Json::object());
}

// A world in which everybody hears of news late.
struct LateIamTest : IamTest {
  LateIamTest() {
    cloud.faults().stale = 1;
    cloud.faults().propagation_window_max = std::chrono::minutes(2);
  }
};

TEST_F(LateIamTest, ANewPrincipalIsDoubted) {  // K1
  const std::string arn = role("a");
  Completion late =
      cloud.call("iam", "CreateRole",
                 {{"RoleName", "b"}, {"AssumeRolePolicyDocument", trust_for({{"AWS", arn}})}});
  EXPECT_EQ(late.status.aws_code, "MalformedPolicyDocument");
  EXPECT_EQ(late.status.code, Code::unavailable);
  EXPECT_TRUE(
      iam("GetRole", {{"RoleName", "a"}})["Role"]["Arn"].get<std::string>().starts_with("AROA"));
  cloud.advance(std::chrono::minutes(2));
  EXPECT_EQ(code("CreateRole",
                 {{"RoleName", "b"}, {"AssumeRolePolicyDocument", trust_for({{"AWS", arn}})}}),
            "ok");
  EXPECT_EQ(iam("GetRole", {{"RoleName", "a"}})["Role"]["Arn"], arn);
}

TEST_F(LateIamTest, AProfileDoubtsANewRole) {  // K2
  role("r");
  iam("CreateInstanceProfile", {{"InstanceProfileName", "p"}});
  const Json params = {{"InstanceProfileName", "p"}, {"RoleName", "r"}};
  EXPECT_EQ(cloud.call("iam", "AddRoleToInstanceProfile", params).status.code, Code::unavailable);
  cloud.advance(std::chrono::minutes(2));
  EXPECT_EQ(code("AddRoleToInstanceProfile", params), "ok");
}

TEST_F(IamTest, ListsAreLate) {
  cloud.faults().stale = 1;
  cloud.faults().list_window_max = std::chrono::minutes(2);
  role("r");
  EXPECT_TRUE(iam("ListRoles")["Roles"].empty());
  cloud.advance(std::chrono::minutes(2));
  EXPECT_EQ(iam("ListRoles")["Roles"].size(), 1U);
  iam("DeleteRole", {{"RoleName", "r"}});
  EXPECT_EQ(iam("ListRoles")["Roles"].size(), 1U);
  cloud.advance(std::chrono::minutes(2));
  EXPECT_TRUE(iam("ListRoles")["Roles"].empty());
}

TEST_F(IamTest, ListsShowTheOldState) {
  role("r");
  cloud.faults().stale = 1;
  cloud.faults().edit_window_max = std::chrono::minutes(2);
  iam("AttachRolePolicy", {{"RoleName", "r"}, {"PolicyArn", kAdmin}});
  const auto attached = [&] {
    return iam("GetAccountAuthorizationDetails")["RoleDetailList"][0]["AttachedManagedPolicies"];
  };
  EXPECT_TRUE(attached().empty());
  EXPECT_EQ(iam("ListAttachedRolePolicies", {{"RoleName", "r"}})["AttachedPolicies"].size(), 1U);
  cloud.advance(std::chrono::minutes(2));
  EXPECT_EQ(attached().size(), 1U);
}

}  // namespace
}  // namespace byoc::sim
