#include "cloud/aws/identity.h"

#include <gtest/gtest.h>

#include "tests/cloud/now.h"

namespace byoc {
namespace {

Environment with(std::map<std::string, std::string> variables) {
  Environment environment;
  environment.variables = std::move(variables);
  environment.read_file = [](const std::string& path) -> std::optional<std::string> {
    return path == "/token" ? std::optional<std::string>("jwt\n") : std::nullopt;
  };
  return environment;
}

Environment with_keys() {
  return with({{"AWS_ACCESS_KEY_ID", "A"}, {"AWS_SECRET_ACCESS_KEY", "S"}});
}

Principal role() {
  Principal principal;
  principal.region = "us-west-2";
  principal.role_arn = "arn:aws:iam::1:role/r";
  principal.external_id = Secret("x");
  principal.session_name = "byoc-c";
  return principal;
}

Json session(const char* id, Time expires) {
  return {{"Credentials",
           {{"AccessKeyId", id},
            {"SecretAccessKey", "s"},
            {"SessionToken", "t"},
            {"Expiration", format_time(expires)}}}};
}

Exchange exchange_of(int status, std::string body) {
  Exchange exchange;
  exchange.response.status = status;
  exchange.response.body = std::move(body);
  return exchange;
}

TEST(Identity, StaticKeysAreThereAtOnce) {
  Identities identities(with_keys());
  const auto look = identities.look(identities.key_of({}), kNow);
  ASSERT_NE(look.credentials, nullptr);
  EXPECT_EQ(look.credentials->access_key_id, "A");
  EXPECT_TRUE(identities.take_asks().empty());
}

// L3, X4
TEST(Identity, ARoleIsAssumedOnceAndRefreshedInTime) {
  Identities identities(with_keys());
  const IdentityKey key = identities.key_of(role());
  EXPECT_EQ(key, identities.key_of(role()));
  EXPECT_EQ(key.find("x|"), std::string::npos) << "the external id is not in the key";
  EXPECT_EQ(identities.look(key, kNow).credentials, nullptr);
  EXPECT_TRUE(identities.look(key, kNow).status.ok());
  const auto asks = identities.take_asks();
  ASSERT_EQ(asks.size(), 1U);
  const auto& ask = std::get<ApiAsk>(asks[0].second);
  EXPECT_EQ(ask.operation, "AssumeRole");
  EXPECT_EQ(ask.signer, IdentityKey());
  EXPECT_EQ(ask.params, Json::parse(R"({"RoleArn": "arn:aws:iam::1:role/r", "ExternalId": "x",
      "RoleSessionName": "byoc-c", "DurationSeconds": 3600})"));
  identities.on_api(key, {}, session("R1", kNow + std::chrono::hours(1)), kNow);
  EXPECT_EQ(identities.look(key, kNow).credentials->access_key_id, "R1");
  EXPECT_TRUE(identities.take_asks().empty());
  // At 80 % of the life: the old ones sign on while new ones are fetched.
  const Time later = kNow + std::chrono::minutes(48);
  EXPECT_EQ(identities.look(key, later).credentials->access_key_id, "R1");
  ASSERT_EQ(identities.take_asks().size(), 1U);
  identities.on_api(key, {}, session("R2", later + std::chrono::hours(1)), later);
  EXPECT_EQ(identities.look(key, later).credentials->access_key_id, "R2");
}

TEST(Identity, AFailedRefreshKeepsWhatIsValid) {
  Identities identities(with_keys());
  const IdentityKey key = identities.key_of(role());
  (void)identities.look(key, kNow);
  (void)identities.take_asks();
  identities.on_api(key, {}, session("R1", kNow + std::chrono::hours(1)), kNow);
  const Time later = kNow + std::chrono::minutes(50);
  (void)identities.look(key, later);
  ASSERT_EQ(identities.take_asks().size(), 1U);
  identities.on_api(key, error(Code::unavailable, "down"), Json::object(), later);
  EXPECT_EQ(identities.look(key, later).credentials->access_key_id, "R1");
  EXPECT_TRUE(identities.take_asks().empty()) << "rests before it asks again";
  const Time end = kNow + std::chrono::minutes(61);
  EXPECT_EQ(identities.look(key, end).credentials, nullptr);
  EXPECT_EQ(identities.take_asks().size(), 1U);
}

TEST(Identity, ARefusedRoleSaysWhyAndIsAskedForAgainLater) {
  Identities identities(with_keys());
  const IdentityKey key = identities.key_of(role());
  (void)identities.look(key, kNow);
  (void)identities.take_asks();
  identities.on_api(key, error(Code::denied, "AccessDenied"), Json::object(), kNow);
  const auto look = identities.look(key, kNow);
  EXPECT_EQ(look.status.code, Code::denied);
  EXPECT_EQ(look.status.message, "no credentials from role arn:aws:iam::1:role/r: AccessDenied");
  EXPECT_TRUE(identities.take_asks().empty());
  (void)identities.look(key, kNow + std::chrono::seconds(6));
  EXPECT_EQ(identities.take_asks().size(), 1U);
}

TEST(Identity, MetadataIsAskedInThreeSteps) {
  Identities identities(with({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1338"}}));
  (void)identities.look("", kNow);
  const auto next = [&] {
    auto asks = identities.take_asks();
    EXPECT_EQ(asks.size(), 1U);
    return std::get<HttpAsk>(asks.at(0).second).request;
  };
  HttpRequest request = next();
  EXPECT_EQ(request.method + " " + request.path, "PUT /latest/api/token");
  identities.on_http("", exchange_of(200, "tok"), kNow);
  request = next();
  EXPECT_EQ(request.path, "/latest/meta-data/iam/security-credentials/");
  EXPECT_EQ(find_field(request.headers, "X-aws-ec2-metadata-token"), "tok");
  identities.on_http("", exchange_of(200, "node-role\n"), kNow);
  request = next();
  EXPECT_EQ(request.path, "/latest/meta-data/iam/security-credentials/node-role");
  identities.on_http("", exchange_of(200, R"({"Code": "Success", "AccessKeyId": "I",
      "SecretAccessKey": "s", "Token": "t", "Expiration": "2026-01-31T15:30:00Z"})"),
                     kNow);
  EXPECT_EQ(identities.look("", kNow).credentials->access_key_id, "I");
}

TEST(Identity, NoMetadataServiceEndsTheChainWithAllThatWasTried) {
  Identities identities(with({}));
  (void)identities.look("", kNow);
  Exchange silence;
  silence.fault = Fault::not_sent;
  silence.problem = "Connection refused";
  for (int tries = 0; tries < 3; ++tries) {
    ASSERT_EQ(identities.take_asks().size(), 1U);
    identities.on_http("", silence, kNow);
  }
  const Status status = identities.look("", kNow).status;
  EXPECT_EQ(status.code, Code::denied);
  EXPECT_NE(status.message.find("environment ("), std::string::npos) << status.message;
  EXPECT_NE(status.message.find("no answer from http://169.254.169.254 about the token: Connection "
                                "refused"),
            std::string::npos)
      << status.message;
}

// F36
TEST(Identity, EachStepOfMetadataHasItsOwnRepeats) {
  Identities identities(with({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1338"}}));
  (void)identities.look("", kNow);
  std::vector<std::string> paths;
  const auto answer = [&](int status, const char* body) {
    auto asks = identities.take_asks();
    ASSERT_EQ(asks.size(), 1U);
    paths.push_back(std::get<HttpAsk>(asks[0].second).request.path);
    identities.on_http("", exchange_of(status, body), kNow);
  };
  for (const char* good : {"tok", "role", R"({"AccessKeyId": "I", "SecretAccessKey": "s"})"}) {
    answer(503, "");
    answer(503, "");
    answer(200, good);
  }
  EXPECT_EQ(paths.at(0), paths.at(2));
  EXPECT_EQ(paths.at(8), "/latest/meta-data/iam/security-credentials/role");
  EXPECT_EQ(identities.look("", kNow).credentials->access_key_id, "I");
}

// F36
TEST(Identity, OddAnswersOfTheMetadataServiceAreErrorsWithTheirText) {
  const auto problem = [](std::vector<std::string> answers) {
    Identities identities(with({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1338"}}));
    (void)identities.look("", kNow);
    for (const std::string& body : answers) {
      (void)identities.take_asks();
      identities.on_http("", exchange_of(200, body), kNow);
    }
    return identities.look("", kNow).status.message;
  };
  EXPECT_NE(problem({"<html>login</html>"}).find("the token is none"), std::string::npos);
  EXPECT_NE(problem({"tok", ""}).find("the role's name is none"), std::string::npos);
  EXPECT_NE(
      problem({"tok", "r", R"({"Code": "AssumeRoleUnauthorizedAccess", "Message": "EC2 cannot"})"})
          .find("AssumeRoleUnauthorizedAccess: EC2 cannot"),
      std::string::npos);
}

// F36
TEST(Identity, OnlyTheFormatOfProcessesIsTaken) {
  for (const char* output :
       {R"({"AccessKeyId": "P", "SecretAccessKey": "s"})",
        R"({"Version": 2, "AccessKeyId": "P", "SecretAccessKey": "s"})",
        R"({"Version": "1", "AccessKeyId": "P", "SecretAccessKey": "s"})", "[]", "no"}) {
    Environment environment = with({{"HOME", "/h"}});
    environment.read_file = [](const std::string&) {
      return std::optional<std::string>("[default]\ncredential_process = get keys\n");
    };
    Identities process(environment);
    (void)process.look("", kNow);
    (void)process.take_asks();
    process.on_process("", true, output, kNow);
    EXPECT_NE(process.look("", kNow).status.message.find("\"Version\": 1"), std::string::npos);
  }
}

TEST(Identity, WebIdentityIsNotSigned) {
  Identities identities(
      with({{"AWS_WEB_IDENTITY_TOKEN_FILE", "/token"}, {"AWS_ROLE_ARN", "arn:r"}}));
  (void)identities.look("", kNow);
  const auto asks = identities.take_asks();
  const auto& ask = std::get<ApiAsk>(asks.at(0).second);
  EXPECT_EQ(ask.operation, "AssumeRoleWithWebIdentity");
  EXPECT_EQ(ask.signer, std::nullopt);
  EXPECT_EQ(ask.params["WebIdentityToken"], "jwt");
}

TEST(Identity, ContainersAndProcesses) {
  Identities container(with({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:9/a?b=c"},
                             {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "auth"}}));
  (void)container.look("", kNow);
  const auto asks = container.take_asks();
  const HttpRequest& request = std::get<HttpAsk>(asks.at(0).second).request;
  EXPECT_EQ(request_url(request), "http://127.0.0.1:9/a?b=c");
  EXPECT_EQ(find_field(request.headers, "Authorization"), "auth");
  container.on_http("", exchange_of(500, "no"), kNow);
  EXPECT_EQ(container.look("", kNow).status.code, Code::denied);

  Environment environment = with({{"HOME", "/h"}});
  environment.read_file = [](const std::string&) {
    return std::optional<std::string>("[default]\ncredential_process = get keys\n");
  };
  Identities process(environment);
  (void)process.look("", kNow);
  const auto commands = process.take_asks();
  EXPECT_EQ(std::get<ProcessAsk>(commands.at(0).second).command, "get keys");
  process.on_process("", true, R"({"Version": 1, "AccessKeyId": "P", "SecretAccessKey": "s"})",
                     kNow);
  EXPECT_EQ(process.look("", kNow).credentials->access_key_id, "P");
}

TEST(Identity, ExpiredAnswersAreNoCredentials) {
  Identities identities(with_keys());
  const IdentityKey key = identities.key_of(role());
  (void)identities.look(key, kNow);
  (void)identities.take_asks();
  identities.on_api(key, {}, session("R", kNow - std::chrono::hours(1)), kNow);
  EXPECT_EQ(identities.look(key, kNow).status.code, Code::denied);
}

// X4
TEST(Identity, RefreshTimes) {
  using std::chrono::minutes;
  EXPECT_EQ(refresh_time(kNow, kNow + minutes(60)), kNow + minutes(48));
  EXPECT_EQ(refresh_time(kNow, kNow + minutes(15)), kNow + minutes(10));
  EXPECT_EQ(refresh_time(kNow, kNow + minutes(5)), kNow + minutes(4));
}

}  // namespace
}  // namespace byoc
