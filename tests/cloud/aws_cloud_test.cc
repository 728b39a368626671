#include "cloud/aws/aws_cloud.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <thread>

#include "cloud/aws/process.h"
#include "tests/cloud/fake_server.h"

namespace byoc {
namespace {

constexpr const char* kEmptyVpcs =
    "<DescribeVpcsResponse><requestId>r</requestId><vpcSet/></DescribeVpcsResponse>";

std::string ec2_error(const char* code) {
  return std::string("<Response><Errors><Error><Code>") + code +
         "</Code><Message>m</Message></Error></Errors><RequestID>r</RequestID></Response>";
}

// As the service answers: with a request id.
FakeReply reply(int status, std::string body, Fields headers = {}) {
  headers.emplace_back("x-amzn-requestid", "r");
  return {status, std::move(body), std::move(headers), false};
}

// A client of one fake server, with repeats that do not wait.
struct Client {
  explicit Client(const FakeServer& server,
                  std::map<std::string, std::string> variables = {{"AWS_ACCESS_KEY_ID", "A"},
                                                                  {"AWS_SECRET_ACCESS_KEY", "S"}}) {
    AwsOptions options;
    options.environment = {};
    options.environment.variables = std::move(variables);
    options.environment.variables["AWS_ENDPOINT_URL"] = server.url();
    options.retry.delay_first = Duration{1};
    options.attempt_max = std::chrono::seconds(20);
    options.on_attempt = [this](const Attempt& attempt) { attempts.push_back(attempt); };
    cloud = make_aws_cloud(std::move(options)).value();
  }

  Ticket start(const char* service, const char* operation, Json params = Json::object(),
               std::string role_arn = {}) {
    auto principal = std::make_shared<Principal>();
    principal->region = "us-west-2";
    principal->role_arn = std::move(role_arn);
    return cloud->start({service, operation, std::move(params), principal});
  }

  Completion call(const char* service, const char* operation, Json params = Json::object(),
                  std::string role_arn = {}) {
    const Ticket ticket = start(service, operation, std::move(params), std::move(role_arn));
    auto done = cloud->wait(cloud->now() + std::chrono::seconds(60));
    EXPECT_TRUE(done && done->ticket == ticket);
    return done ? std::move(*done) : Completion{};
  }

  std::unique_ptr<Cloud> cloud;
  std::vector<Attempt> attempts;
};

TEST(AwsCloud, ACallGoesOutSignedAndComesBackParsed) {
  FakeServer server([](const FakeRequest&) { return reply(200, kEmptyVpcs); });
  Client client(server);
  const Completion done = client.call("ec2", "DescribeVpcs");
  EXPECT_TRUE(done.status.ok()) << done.status.message;
  EXPECT_EQ(done.body, Json::parse(R"({"Vpcs": []})"));
  EXPECT_EQ(done.request_id, "r");
  const FakeRequest request = server.seen().at(0);
  EXPECT_EQ(request.method + request.target, "POST/");
  EXPECT_EQ(request.body, "Action=DescribeVpcs&Version=2016-11-15&MaxResults=1000");
  EXPECT_EQ(find_field(request.headers, "User-Agent"), "byoc/0.1");
  EXPECT_TRUE(
      find_field(request.headers, "Authorization").starts_with("AWS4-HMAC-SHA256 Credential=A/"));
  ASSERT_EQ(client.attempts.size(), 1U);
  EXPECT_EQ(client.attempts[0].http_status, 200);
}

TEST(AwsCloud, WhatCannotBeSentCompletesWithItsReason) {
  FakeServer server([](const FakeRequest&) { return reply(200, kEmptyVpcs); });
  Client client(server);
  EXPECT_EQ(client.call("ec2", "DescribeVpcs", {{"VpcId", "x"}}).status.code, Code::invalid);
  EXPECT_EQ(client.call("ec2", "NoSuchThing").status.code, Code::invalid);
  EXPECT_EQ(client.cloud->start({"ec2", "DescribeVpcs", Json::object(), nullptr}), 3U);
  EXPECT_EQ(client.cloud->wait(client.cloud->now())->status.code, Code::invalid);
  EXPECT_TRUE(server.seen().empty());
}

TEST(AwsCloud, ThrottlesAndOutagesAreRepeated) {
  int count = 0;
  FakeServer server([&](const FakeRequest&) {
    switch (++count) {
      case 1: return reply(503, ec2_error("RequestLimitExceeded"));
      case 2: return reply(503, "");
      case 3: return FakeReply{0, "", {}, true};
      default: return reply(200, kEmptyVpcs);
    }
  });
  Client client(server);
  EXPECT_TRUE(client.call("ec2", "DescribeVpcs").status.ok());
  EXPECT_EQ(client.attempts.size(), 4U);
}

TEST(AwsCloud, AttemptsEnd) {
  FakeServer server([](const FakeRequest&) { return reply(400, ec2_error("Throttling")); });
  Client client(server);
  const Completion done = client.call("sts", "GetCallerIdentity");
  EXPECT_EQ(done.status.code, Code::throttled);
  EXPECT_EQ(client.attempts.size(), 5U);
}

TEST(AwsCloud, ALostCreateIsNotRepeated) {
  FakeServer server([](const FakeRequest&) { return FakeReply{0, "", {}, true}; });
  Client client(server);
  EXPECT_EQ(client.call("ec2", "CreateVpc").status.code, Code::unknown_outcome);
  EXPECT_EQ(server.seen().size(), 1U);
  EXPECT_EQ(client.call("ec2", "CreateNatGateway", {{"ClientToken", "t"}}).status.code,
            Code::unknown_outcome);
  EXPECT_EQ(server.seen().size(), 6U);
  EXPECT_EQ(client.call("ec2", "DeleteVpc", {{"VpcId", "v"}}).status.code, Code::unavailable);
  EXPECT_EQ(server.seen().size(), 11U);
}

TEST(AwsCloud, ACreateThatWasNeverSentIsRepeatedAndThenUnavailable) {
  auto server = std::make_unique<FakeServer>([](const FakeRequest&) { return reply(200, ""); });
  Client client(*server);
  server.reset();  // nobody listens there now
  EXPECT_EQ(client.call("ec2", "CreateVpc").status.code, Code::unavailable);
  EXPECT_EQ(client.attempts.size(), 5U);
}

// F27
TEST(AwsCloud, ARefusedRepeatSaysNothingAboutALostAttempt) {
  struct Case {
    const char* code;
    Code of_create;
    Code of_delete;
  };
  for (const Case& wanted :
       {Case{"UnauthorizedOperation", Code::unknown_outcome, Code::denied},
        Case{"VpcLimitExceeded", Code::unknown_outcome, Code::quota},
        Case{"InvalidParameterValue", Code::unknown_outcome, Code::invalid},
        Case{"InvalidVpcID.NotFound", Code::unknown_outcome, Code::not_found},
        Case{"DependencyViolation", Code::unknown_outcome, Code::conflict},
        Case{"Resource.AlreadyAssociated", Code::already_exists, Code::already_exists}}) {
    for (const int lost : {0, 500}) {  // no answer at all, or an error in the middle of it
      int count = 0;
      FakeServer server([&](const FakeRequest&) {
        if (count++ > 0) return reply(400, ec2_error(wanted.code));
        return lost == 0 ? FakeReply{0, "", {}, true} : reply(lost, ec2_error("InternalError"));
      });
      Client client(server);
      const Json token = {{"ClientToken", "t"}};
      EXPECT_EQ(client.call("ec2", "CreateNatGateway", token).status.code, wanted.of_create)
          << wanted.code << lost;
      EXPECT_EQ(server.seen().size(), 2U);
      EXPECT_EQ(client.call("ec2", "CreateNatGateway", token).status.code, wanted.of_delete)
          << "without a lost attempt a refusal is one: " << wanted.code;
      count = 0;
      EXPECT_EQ(client.call("ec2", "DeleteVpc", {{"VpcId", "v"}}).status.code, wanted.of_delete);
    }
  }
}

// F26
TEST(AwsCloud, PagesOfOthersProveNothing) {
  int status = 404;
  FakeServer server([&](const FakeRequest&) {
    return FakeReply{
        status, "<html><title>Not Found</title></html>", {{"Content-Type", "text/html"}}, false};
  });
  for (status = 200; status < 600; ++status) {
    if (status / 100 == 3 || status == 204) continue;
    Client client(server);
    const Status read = client.call("ec2", "DescribeVpcs").status;
    EXPECT_EQ(read.code, Code::unavailable) << status;
    EXPECT_EQ(client.call("ec2", "CreateVpc").status.code, Code::unknown_outcome) << status;
    EXPECT_EQ(client.call("ec2", "DeleteVpc", {{"VpcId", "v"}}).status.code, Code::unavailable);
    if (status < 500) status += 11;
  }
}

// F26
TEST(AwsCloud, AnEmulatorLacksOnlyWhatItNeverAnswered) {
  bool knows = true;
  FakeServer server([&](const FakeRequest&) {
    return knows ? reply(200, kEmptyVpcs) : FakeReply{500, "<html></html>", {}, false};
  });
  const std::map<std::string, std::string> variables = {
      {"AWS_ACCESS_KEY_ID", "A"}, {"AWS_SECRET_ACCESS_KEY", "S"}, {"BYOC_EMULATOR", "1"}};
  Client client(server, variables);
  EXPECT_TRUE(client.call("ec2", "DescribeVpcs").status.ok());
  knows = false;
  EXPECT_EQ(client.call("ec2", "DescribeVpcs").status.code, Code::unavailable);
  EXPECT_EQ(client.call("ec2", "DescribeSubnets").status.code, Code::unsupported);
  EXPECT_EQ(client
                .call("eks", "CreateAddon",
                      {{"clusterName", "c"}, {"addonName", "a"}, {"clientRequestToken", "t"}})
                .status.code,
            Code::unsupported);
  Client real(server);
  EXPECT_EQ(real.call("ec2", "DescribeSubnets").status.code, Code::unavailable);
}

// F26
TEST(AwsCloud, AWSItselfIsNoEmulator) {
  const auto made = [](std::map<std::string, std::string> variables) {
    AwsOptions options;
    options.environment = {};
    options.environment.variables = std::move(variables);
    const auto cloud = make_aws_cloud(std::move(options));
    return cloud.ok() ? Code::ok : cloud.status().code;
  };
  EXPECT_EQ(made({{"BYOC_EMULATOR", "1"}}), Code::invalid);
  EXPECT_EQ(made({{"BYOC_EMULATOR", "0"}}), Code::ok);
  EXPECT_EQ(made({{"BYOC_EMULATOR", "1"}, {"AWS_ENDPOINT_URL", "http://127.0.0.1:1"}}), Code::ok);
  EXPECT_EQ(made({{"BYOC_EMULATOR", "moto"}, {"AWS_ENDPOINT_URL", "http://127.0.0.1:1"}}),
            Code::invalid);
}

TEST(AwsCloud, PagesAreFollowed) {
  FakeServer server([](const FakeRequest& request) {
    EXPECT_NE(request.body.find("MaxResults=100"), std::string::npos);
    const bool second = request.body.find("NextToken=n%2F1") != std::string::npos;
    return reply(
        200, std::string("<DescribeRouteTablesResponse><routeTableSet><item><routeTableId>") +
                 (second ? "b" : "a") + "</routeTableId></item></routeTableSet>" +
                 (second ? "" : "<nextToken>n/1</nextToken>") + "</DescribeRouteTablesResponse>");
  });
  Client client(server);
  const Completion done = client.call("ec2", "DescribeRouteTables");
  EXPECT_EQ(done.body, Json::parse(R"({"RouteTables": [{"RouteTableId": "a"},
                                                       {"RouteTableId": "b"}]})"));
}

TEST(AwsCloud, RolesAreAssumedOnceForAllCalls) {
  FakeServer server([](const FakeRequest& request) {
    if (request.body.find("Action=AssumeRole") == std::string::npos) {
      EXPECT_NE(find_field(request.headers, "Authorization").find("Credential=ROLE/"),
                std::string_view::npos);
      EXPECT_EQ(find_field(request.headers, "X-Amz-Security-Token"), "tok");
      return reply(200, kEmptyVpcs);
    }
    EXPECT_NE(find_field(request.headers, "Authorization").find("Credential=A/"),
              std::string_view::npos);
    return reply(
        200,
        "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ROLE</AccessKeyId>"
        "<SecretAccessKey>k</SecretAccessKey><SessionToken>tok</SessionToken>"
        "<Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult>"
        "</AssumeRoleResponse>");
  });
  Client client(server);
  for (int i = 0; i < 3; ++i) (void)client.start("ec2", "DescribeVpcs", Json::object(), "arn:r");
  for (int i = 0; i < 3; ++i) {
    const auto done = client.cloud->wait(client.cloud->now() + std::chrono::seconds(60));
    ASSERT_TRUE(done);
    EXPECT_TRUE(done->status.ok()) << done->status.message;
  }
  EXPECT_EQ(server.seen().size(), 4U);
}

TEST(AwsCloud, AnExpiredSessionIsRenewedOnce) {
  int calls = 0;
  FakeServer server([&](const FakeRequest& request) {
    if (request.body.find("Action=AssumeRole") != std::string::npos) {
      return reply(
          200,
          "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ROLE"
          "</AccessKeyId><SecretAccessKey>k</SecretAccessKey><SessionToken>t</SessionToken>"
          "<Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult>"
          "</AssumeRoleResponse>");
    }
    return ++calls == 1 ? reply(400, ec2_error("ExpiredToken")) : reply(200, kEmptyVpcs);
  });
  Client client(server);
  EXPECT_TRUE(client.call("ec2", "DescribeVpcs", Json::object(), "arn:r").status.ok());
  EXPECT_EQ(server.seen().size(), 4U);
}

TEST(AwsCloud, AWrongClockIsSetByTheService) {
  std::vector<std::string> dates;
  FakeServer server([&](const FakeRequest& request) {
    dates.emplace_back(find_field(request.headers, "X-Amz-Date"));
    if (dates.size() > 1) return reply(200, kEmptyVpcs);
    return reply(403, ec2_error("RequestTimeTooSkewed"),
                 {{"Date", "Wed, 01 Jan 2042 00:00:00 GMT"}});
  });
  Client client(server);
  EXPECT_TRUE(client.call("ec2", "DescribeVpcs").status.ok());
  EXPECT_TRUE(dates.at(1).starts_with("20420101T0000")) << dates.at(1);
}

TEST(AwsCloud, MissingCredentialsCompleteTheCall) {
  FakeServer server([](const FakeRequest&) { return reply(404, "no"); });
  Client client(server, {{"AWS_EC2_METADATA_DISABLED", "true"}});
  const Completion done = client.call("ec2", "DescribeVpcs");
  EXPECT_EQ(done.status.code, Code::denied);
  EXPECT_TRUE(done.status.message.starts_with("no AWS credentials found; tried environment"));
}

TEST(AwsCloud, ContainerAndMetadataCredentials) {
  FakeServer agent([](const FakeRequest& request) {
    if (request.target == "/latest/api/token") return reply(200, "tok");
    if (request.target == "/latest/meta-data/iam/security-credentials/") return reply(200, "r");
    return reply(200, R"({"AccessKeyId": "AGENT", "SecretAccessKey": "s", "Token": "t",
                          "Expiration": "2999-01-01T00:00:00Z"})");
  });
  FakeServer server([](const FakeRequest& request) {
    EXPECT_NE(find_field(request.headers, "Authorization").find("Credential=AGENT/"),
              std::string_view::npos);
    return reply(200, kEmptyVpcs);
  });
  Client metadata(server, {{"AWS_EC2_METADATA_SERVICE_ENDPOINT", agent.url()}});
  EXPECT_TRUE(metadata.call("ec2", "DescribeVpcs").status.ok());
  EXPECT_EQ(agent.seen().size(), 3U);
  Client container(server, {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", agent.url() + "/keys"}});
  EXPECT_TRUE(container.call("ec2", "DescribeVpcs").status.ok());
  EXPECT_EQ(agent.seen().size(), 4U);
}

// L19
TEST(AwsCloud, CredentialProcess) {
  FakeServer server([](const FakeRequest& request) {
    EXPECT_NE(find_field(request.headers, "Authorization").find("Credential=PROC/"),
              std::string_view::npos);
    return reply(200, kEmptyVpcs);
  });
  AwsOptions options;
  options.environment = {};
  options.environment.variables = {{"HOME", "/h"}};
  options.environment.read_file = [](const std::string& path) -> std::optional<std::string> {
    if (path != "/h/.aws/config") return std::nullopt;
    return R"([default]
credential_process = echo '{"Version": 1, "AccessKeyId": "PROC", "SecretAccessKey": "s"}')";
  };
  options.endpoint_url = server.url();
  const auto cloud = make_aws_cloud(std::move(options)).value();
  auto principal = std::make_shared<Principal>();
  principal->region = "us-west-2";
  (void)cloud->start({"ec2", "DescribeVpcs", Json::object(), principal});
  const auto done = cloud->wait(cloud->now() + std::chrono::seconds(60));
  ASSERT_TRUE(done);
  EXPECT_TRUE(done->status.ok()) << done->status.message;
}

TEST(AwsCloud, MakesKubernetesTokensWithoutACall) {
  FakeServer server([](const FakeRequest&) { return reply(500, ""); });
  Client client(server);
  const Completion done = client.call("eks", "GetToken", {{"clusterName", "c"}});
  ASSERT_TRUE(done.status.ok()) << done.status.message;
  EXPECT_TRUE(done.body["token"].get<std::string>().starts_with("k8s-aws-v1.aHR0c"));
  EXPECT_GT(parse_time(done.body["expirationTimestamp"].get<std::string>()), client.cloud->now());
  EXPECT_EQ(client.call("eks", "GetToken").status.code, Code::invalid);
  EXPECT_TRUE(server.seen().empty());
}

TEST(AwsCloud, WaitEndsInTimeAndWhenItIsWoken) {
  FakeServer server([](const FakeRequest&) { return reply(200, kEmptyVpcs); });
  Client client(server);
  EXPECT_FALSE(client.cloud->wait(client.cloud->now()).has_value());
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  AwsOptions options;
  options.environment = {};
  options.wake_fd = ends[0];
  const auto cloud = make_aws_cloud(std::move(options)).value();
  ASSERT_EQ(write(ends[1], "x", 1), 1);
  EXPECT_FALSE(cloud->wait(cloud->now() + std::chrono::hours(1)).has_value());
  close(ends[0]);
  close(ends[1]);
}

TEST(AwsCloud, EndpointsThatAreNoUrlsAreRefusedAtTheStart) {
  AwsOptions options;
  options.environment = {};
  options.environment.variables = {{"AWS_ENDPOINT_URL_EC2", "localhost:5000"}};
  EXPECT_EQ(make_aws_cloud(std::move(options)).status().code, Code::invalid);
}

TEST(Transport, TooLargeAnswersAreCutOff) {
  FakeServer server([](const FakeRequest&) { return reply(200, std::string(100'000, 'x')); });
  Transport transport;
  HttpRequest request;
  request.scheme = "http";
  request.host = server.url().substr(7);
  SendOptions options;
  options.body_bytes_max = 1000;
  const std::uint64_t id = transport.start(std::move(request), options);
  std::vector<Exchange> ended;
  while (ended.empty()) ended = transport.wait(std::chrono::seconds(20));
  EXPECT_EQ(ended[0].id, id);
  EXPECT_EQ(ended[0].fault, Fault::too_large);
  EXPECT_EQ(transport.in_flight(), 0U);
}

TEST(Transport, BeforeTheFirstExchangeItIsWoken) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  ASSERT_EQ(write(ends[1], "x", 1), 1);
  Transport transport;
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(transport.wait(std::chrono::seconds(50), {ends[0]}).empty());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(40));
  close(ends[0]);
  close(ends[1]);
}

TEST(Process, OutputAndFailure) {
  const Time deadline{std::chrono::hours(1)};
  const auto run = [&](const char* command, Time now) {
    auto process = ChildProcess::start(command, deadline).value();
    while (!process->advance(now)) std::this_thread::yield();
    return process;
  };
  // F36: a process that closes its output and runs on does not keep us busy.
  auto quiet = ChildProcess::start("exec 1>/dev/null; exec tail -f /dev/null", deadline).value();
  pollfd ends{quiet->fd(), POLLIN, 0};
  ASSERT_EQ(poll(&ends, 1, 20'000), 1) << "its output is closed";
  EXPECT_FALSE(quiet->advance(Time{}));
  ends.fd = quiet->fd();
  EXPECT_EQ(poll(&ends, 1, 0), 0) << "nothing to be read until it ends";
  auto leaves = ChildProcess::start("exec 1>/dev/null; true", deadline).value();
  while (!leaves->advance(Time{})) {
    ends.fd = leaves->fd();
    ASSERT_EQ(poll(&ends, 1, 20'000), 1);
  }
  EXPECT_TRUE(leaves->succeeded());
  EXPECT_EQ(run("printf 'a\\nb'", Time{})->output(), "a\nb");
  EXPECT_TRUE(run("true", Time{})->succeeded());
  EXPECT_FALSE(run("exit 3", Time{})->succeeded());
  EXPECT_FALSE(run("cat /dev/zero", Time{})->succeeded()) << "too talkative";
  EXPECT_FALSE(run("read -r never < /dev/tty || exec tail -f /dev/null", deadline)->succeeded());
}

}  // namespace
}  // namespace byoc
