#include "tests/sim/sts.h"

#include "tests/sim/testing.h"

namespace byoc::sim {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr const char* kTheirs = "444455556666";

Json trust(const Json& principal, const std::string& external_id) {
  Json statement = {{"Effect", "Allow"}, {"Principal", principal}, {"Action", "sts:AssumeRole"}};
  if (!external_id.empty()) {
    statement["Condition"] = {{"StringEquals", {{"sts:ExternalId", external_id}}}};
  }
  return {{"Version", "2012-10-17"}, {"Statement", Json::array({std::move(statement)})}};
}

// A role that their account has for us.
void give_role(SimCloud& cloud, const std::string& name, const Json& policy) {
  IamRole role;
  role.name = name;
  role.path = "/";
  role.arn = std::string("arn:aws:iam::") + kTheirs + ":role/" + name;
  role.trust = policy.dump();
  const std::string key = role.name;
  cloud.account(kTheirs).iam.roles.add(key, std::move(role), Lag{});
}

Completion identify(SimCloud& cloud, const std::string& role, const std::string& external_id) {
  Principal principal;
  principal.region = "us-west-2";
  principal.role_arn = std::string("arn:aws:iam::") + kTheirs + ":role/" + role;
  principal.external_id = Secret(external_id);
  principal.session_name = "byoc-test";
  const Call call = {"sts", "GetCallerIdentity", Json::object(),
                     std::make_shared<const Principal>(principal)};
  static_cast<void>(cloud.start(call));
  return *cloud.wait(kNever);
}

TEST(StsTest, TellsWhoCalls) {
  SimCloud cloud{SimOptions{}};
  EXPECT_EQ(must(cloud, "sts", "GetCallerIdentity")["Account"], "111122223333");
}

TEST(StsTest, TrustPoliciesDecide) {
  SimCloud cloud{SimOptions{}};
  const Json root = {{"AWS", "arn:aws:iam::111122223333:root"}};
  give_role(cloud, "open", trust(root, ""));
  give_role(cloud, "secret", trust(root, "x-1"));
  give_role(cloud, "listed", trust({{"AWS", {"arn:aws:iam::1:root", "111122223333"}}}, ""));
  give_role(cloud, "service", trust({{"Service", "eks.amazonaws.com"}}, ""));
  give_role(cloud, "stranger", trust({{"AWS", "arn:aws:iam::777788889999:root"}}, ""));
  Json deny = trust(root, "");
  deny["Statement"][0]["Effect"] = "Deny";
  give_role(cloud, "deny", deny);
  const struct {
    const char* role;
    const char* external_id;
    const char* code;
  } cases[] = {
      {"open", "", ""},
      {"open", "unneeded", ""},
      {"secret", "x-1", ""},
      {"secret", "x-2", "AccessDenied"},
      {"secret", "", "AccessDenied"},
      {"listed", "", ""},
      {"service", "", "AccessDenied"},
      {"stranger", "", "AccessDenied"},
      {"deny", "", "AccessDenied"},
      {"missing", "", "AccessDenied"},
  };
  for (const auto& one : cases) {
    const Completion seen = identify(cloud, one.role, one.external_id);
    EXPECT_EQ(seen.status.aws_code, one.code) << one.role << ' ' << one.external_id;
    if (seen.status.ok()) {
      EXPECT_EQ(seen.body["Account"], kTheirs);
    }
  }
}

TEST(StsTest, CallsOfARoleLandInItsAccount) {
  SimCloud cloud{SimOptions{}};
  give_role(cloud, "open", trust({{"AWS", "arn:aws:iam::111122223333:root"}}, ""));
  EXPECT_TRUE(identify(cloud, "open", "").status.ok());
  EXPECT_EQ(cloud.journal().back().account, kTheirs);
}

TEST(StsTest, ASessionOutlivesItsRoleForAnHour) {
  SimCloud cloud{SimOptions{}};
  give_role(cloud, "open", trust({{"AWS", "arn:aws:iam::111122223333:root"}}, ""));
  EXPECT_TRUE(identify(cloud, "open", "").status.ok());
  cloud.account(kTheirs).iam.roles.remove("open", cloud.now(), cloud.now());
  EXPECT_TRUE(identify(cloud, "open", "").status.ok());
  cloud.advance(hours(1));
  EXPECT_EQ(identify(cloud, "open", "").status.code, Code::denied);
}

TEST(StsTest, AFreshTrustPolicyIsBelievedLater) {  // K1
  SimOptions options;
  options.faults.stale = 1;
  options.faults.propagation_window_max = minutes(2);
  SimCloud cloud(options);
  give_role(cloud, "open", trust({{"AWS", "arn:aws:iam::111122223333:root"}}, ""));
  cloud.account(kTheirs).iam.roles.row("open")->lag.believed_at = cloud.now() + minutes(1);
  EXPECT_EQ(identify(cloud, "open", "").status.code, Code::denied);
  cloud.advance(minutes(1));
  EXPECT_TRUE(identify(cloud, "open", "").status.ok());
}

}  // namespace
}  // namespace byoc::sim
