#include "tests/sim/sim_cloud.h"

#include <gmock/gmock.h>

#include "tests/sim/testing.h"

namespace byoc::sim {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Crash {};

Call make_call(const std::string& operation, Json params = Json::object()) {
  Principal principal;
  principal.region = "us-west-2";
  return {"ec2", operation, std::move(params), std::make_shared<const Principal>(principal)};
}

SimOptions with(const Faults& faults, std::uint64_t seed = 1) {
  SimOptions options;
  options.seed = seed;
  options.faults = faults;
  return options;
}

std::string history(std::uint64_t seed) {
  SimCloud cloud(with(stormy(), seed));
  for (int i = 0; i < 30; ++i) {
    cloud.call("ec2", i % 2 == 0 ? "CreateInternetGateway" : "DescribeInternetGateways");
    cloud.advance(seconds(7));
  }
  std::string text = cloud.world().dump().dump();
  for (const Entry& entry : cloud.journal()) text += '\n' + show(entry, Time{});
  return text;
}

TEST(SimCloudTest, EqualSeedsGiveEqualHistories) {
  EXPECT_EQ(history(7), history(7));
  EXPECT_NE(history(7), history(8));
}

TEST(SimCloudTest, WaitMovesTheClockAndNeverBeyondUntil) {
  SimCloud cloud{SimOptions{}};
  const Time start = cloud.now();
  EXPECT_FALSE(cloud.wait(start + minutes(5)).has_value());
  EXPECT_EQ(cloud.now(), start + minutes(5));
  const Ticket ticket = cloud.start(make_call("DescribeVpcs"));
  EXPECT_FALSE(cloud.wait(cloud.now() + Duration(1)).has_value());
  const auto completion = cloud.wait(kNever);
  ASSERT_TRUE(completion.has_value());
  EXPECT_EQ(completion->ticket, ticket);
  EXPECT_LE(cloud.now() - start, minutes(5) + Duration(300));
  EXPECT_FALSE(cloud.wait(kNever).has_value()) << "nothing is under way";
}

TEST(SimCloudTest, CallsInFlightCompleteInTheOrderOfTheirLatency) {
  SimCloud cloud{SimOptions{}};
  for (int i = 0; i < 20; ++i) static_cast<void>(cloud.start(make_call("DescribeVpcs")));
  Time last{};
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(cloud.wait(kNever).has_value());
    EXPECT_GE(cloud.now(), last);
    last = cloud.now();
  }
  EXPECT_THAT(cloud.journal(), SizeIs(20));
}

struct FaultCase {
  const char* name;
  double Faults::*knob;
  Code code;
  std::size_t made;  // internet gateways afterwards
};

TEST(SimCloudTest, FaultsStrikeBeforeOrAfterExecution) {
  const FaultCase cases[] = {
      {"throttle", &Faults::throttle, Code::throttled, 0},
      {"server error", &Faults::server_error, Code::unavailable, 0},
      {"error after", &Faults::error_after, Code::unavailable, 1},
      {"lost before", &Faults::lost_before, Code::unknown_outcome, 0},
      {"lost after", &Faults::lost_after, Code::unknown_outcome, 1},
  };
  for (const FaultCase& one : cases) {
    Faults faults;
    faults.*one.knob = 1;
    SimCloud cloud(with(faults));
    EXPECT_EQ(cloud.call("ec2", "CreateInternetGateway").status.code, one.code) << one.name;
    cloud.calm();
    const Json seen = must(cloud, "ec2", "DescribeInternetGateways");
    EXPECT_EQ(seen["InternetGateways"].size(), one.made) << one.name;
  }
}

TEST(SimCloudTest, ThrottlesHaveTheWordsOfTheirService) {  // K8
  Faults faults;
  faults.throttle = 1;
  SimCloud cloud(with(faults));
  EXPECT_EQ(code_of(cloud, "ec2", "DescribeVpcs"), "RequestLimitExceeded");
  EXPECT_EQ(code_of(cloud, "iam", "ListRoles"), "Throttling");
  EXPECT_EQ(code_of(cloud, "eks", "ListClusters"), "ThrottlingException");
  EXPECT_EQ(code_of(cloud, "s3", "ListBuckets"), "SlowDown");
}

TEST(SimCloudTest, StaleReadsMissNewThingsAndShowDeletedOnes) {  // K5, K6
  Faults faults;
  faults.stale = 1;
  faults.list_window_max = minutes(10);
  SimCloud cloud(with(faults, 3));
  const Json made = must(cloud, "ec2", "CreateInternetGateway");
  const std::string id = made["InternetGateway"]["InternetGatewayId"].get<std::string>();
  const auto seen = [&] {
    return must(cloud, "ec2", "DescribeInternetGateways")["InternetGateways"].size();
  };
  EXPECT_EQ(seen(), 0U);
  cloud.advance(minutes(10));
  EXPECT_EQ(seen(), 1U);
  must(cloud, "ec2", "DeleteInternetGateway", {{"InternetGatewayId", id}});
  EXPECT_EQ(seen(), 1U);
  cloud.advance(minutes(10));
  EXPECT_EQ(seen(), 0U);
}

TEST(SimCloudTest, StaleReadsShowChangedThingsAsTheyWere) {
  Faults faults;
  faults.stale = 1;
  faults.edit_window_max = minutes(1);
  SimCloud cloud(with(faults));
  const Json made = must(cloud, "ec2", "CreateInternetGateway");
  const Json id = made["InternetGateway"]["InternetGatewayId"];
  const auto tags = [&] {
    return must(cloud, "ec2", "DescribeInternetGateways")["InternetGateways"][0].count("Tags");
  };
  must(cloud, "ec2", "CreateTags", {{"Resources", {id}}, {"Tags", {{{"Key", "a"}}}}});
  EXPECT_EQ(tags(), 0U);
  cloud.advance(minutes(1));
  EXPECT_EQ(tags(), 1U);
}

TEST(SimCloudTest, NewIdsAreNotKnownAtOnce) {  // K5
  Faults faults;
  faults.stale = 1;
  faults.id_window_max = minutes(2);
  SimCloud cloud(with(faults));
  const Json made = must(cloud, "ec2", "CreateVpc", {{"CidrBlock", "10.0.0.0/16"}});
  const Json subnet = {{"VpcId", made["Vpc"]["VpcId"]}, {"CidrBlock", "10.0.0.0/24"}};
  EXPECT_EQ(code_of(cloud, "ec2", "CreateSubnet", subnet), "InvalidVpcID.NotFound");
  cloud.advance(minutes(2));
  EXPECT_EQ(code_of(cloud, "ec2", "CreateSubnet", subnet), "ok");
}

TEST(SimCloudTest, CalmClosesTheWindows) {
  Faults faults;
  faults.stale = 1;
  faults.list_window_max = hours(1);
  SimCloud cloud(with(faults));
  must(cloud, "ec2", "CreateInternetGateway");
  cloud.calm();
  EXPECT_THAT(must(cloud, "ec2", "DescribeInternetGateways")["InternetGateways"], SizeIs(1));
}

TEST(SimCloudTest, ACrashBeforeSendingLeavesNoTrace) {
  SimCloud cloud{SimOptions{}};
  cloud.on_point = [](CrashPoint point, const Call&) {
    if (point == CrashPoint::before_send) throw Crash{};
  };
  EXPECT_THROW(static_cast<void>(cloud.start(make_call("CreateInternetGateway"))), Crash);
  cloud.on_point = nullptr;
  cloud.forget_inflight();
  cloud.advance(minutes(1));
  EXPECT_THAT(cloud.journal(), IsEmpty());
}

TEST(SimCloudTest, ACrashAfterSendingDoesNotCallBackWhatWasSent) {
  SimCloud cloud{SimOptions{}};
  cloud.on_point = [](CrashPoint point, const Call&) {
    if (point == CrashPoint::after_send) throw Crash{};
  };
  EXPECT_THROW(static_cast<void>(cloud.start(make_call("CreateInternetGateway"))), Crash);
  cloud.on_point = nullptr;
  cloud.forget_inflight();
  EXPECT_THAT(cloud.journal(), IsEmpty()) << "it is on its way";
  cloud.advance(minutes(1));
  EXPECT_THAT(must(cloud, "ec2", "DescribeInternetGateways")["InternetGateways"], SizeIs(1));
}

TEST(SimCloudTest, ReadsAreRepeatedByTheClient) {
  Faults faults;
  faults.throttle = 0.2;
  SimCloud cloud(with(faults));
  int reads = 0;
  int writes = 0;
  for (int i = 0; i < 1000; ++i) {
    if (code_of(cloud, "ec2", "DescribeVpcs") != "ok") ++reads;
    if (code_of(cloud, "iam", "DeleteRole", {{"RoleName", "none"}}) == "Throttling") ++writes;
  }
  EXPECT_NEAR(reads, 40, 20);
  EXPECT_NEAR(writes, 200, 50);
}

TEST(SimCloudTest, OperationsHaveTheirOwnPace) {
  SimOptions options;
  options.slower_max = 5;
  Duration slowest{0};
  Duration quickest{Duration::max()};
  for (const char* operation : {"DescribeVpcs", "DescribeSubnets", "DescribeAddresses",
                                "DescribeRouteTables", "DescribeSecurityGroups"}) {
    SimCloud cloud(options);
    const Time start = cloud.now();
    for (int i = 0; i < 10; ++i) must(cloud, "ec2", operation);
    slowest = std::max(slowest, cloud.now() - start);
    quickest = std::min(quickest, cloud.now() - start);
  }
  EXPECT_GT(slowest, quickest * 3);
}

TEST(SimCloudTest, ACrashAfterExecutionLosesOnlyTheAnswer) {
  SimCloud cloud{SimOptions{}};
  cloud.on_point = [](CrashPoint point, const Call&) {
    if (point == CrashPoint::after_execute) throw Crash{};
  };
  static_cast<void>(cloud.start(make_call("CreateInternetGateway")));
  static_cast<void>(cloud.start(make_call("CreateInternetGateway")));
  EXPECT_THROW(static_cast<void>(cloud.wait(kNever)), Crash);
  cloud.on_point = nullptr;
  cloud.forget_inflight();
  must(cloud, "ec2", "DescribeVpcs");
  EXPECT_FALSE(cloud.wait(cloud.now() + minutes(1)).has_value()) << "forgotten answers stay away";
  const Json seen = must(cloud, "ec2", "DescribeInternetGateways");
  EXPECT_THAT(seen["InternetGateways"], SizeIs(2)) << "calls that were sent are executed";
}

TEST(SimCloudTest, UnsupportedOperationsAreNeitherPresentNorAbsent) {
  SimOptions options;
  options.unsupported = {"ec2:DescribeVpcs"};
  SimCloud cloud(options);
  EXPECT_EQ(cloud.call("ec2", "DescribeVpcs").status.code, Code::unsupported);
  EXPECT_EQ(code_of(cloud, "ec2", "DescribeSubnets"), "ok");
}

TEST(SimCloudTest, RequestsAreReadStrictly) {
  SimCloud cloud{SimOptions{}};
  const struct {
    Json params;
    const char* code;
  } cases[] = {
      {{{"CidrBlock", "10.0.0.0/16"}, {"Colour", "red"}}, "UnknownParameter"},
      {Json::object(), "MissingParameter"},
      {{{"CidrBlock", 10}}, "InvalidParameterValue"},
      {{{"CidrBlock", "10.0.0.0/16"}, {"TagSpecifications", {1}}}, "InvalidParameterValue"},
      {{{"CidrBlock", "10.0.0.0/16"}, {"DryRun", true}}, "DryRunOperation"},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(code_of(cloud, "ec2", "CreateVpc", one.params), one.code) << one.params;
  }
  EXPECT_EQ(code_of(cloud, "ec2", "CreateTheWorld"), "InvalidAction");
  EXPECT_TRUE(cloud.world().dump().empty());
}

TEST(SimCloudTest, TokensRepeatTheAnswerForADay) {  // D
  SimCloud cloud{SimOptions{}};
  const Json vpc = must(cloud, "ec2", "CreateVpc", {{"CidrBlock", "10.0.0.0/16"}});
  Json params = {{"VpcId", vpc["Vpc"]["VpcId"]}, {"ClientToken", "t1"}};
  const Json first = must(cloud, "ec2", "CreateRouteTable", params);
  EXPECT_EQ(must(cloud, "ec2", "CreateRouteTable", params), first);
  Json other = params;
  other["TagSpecifications"] = {
      {{"ResourceType", "route-table"}, {"Tags", {{{"Key", "a"}, {"Value", "b"}}}}}};
  EXPECT_EQ(code_of(cloud, "ec2", "CreateRouteTable", other), "IdempotentParameterMismatch");
  params["ClientToken"] = "t2";
  EXPECT_NE(must(cloud, "ec2", "CreateRouteTable", params), first);
  params["ClientToken"] = std::string(65, 'x');
  EXPECT_EQ(code_of(cloud, "ec2", "CreateRouteTable", params), "InvalidParameterValue");
  params["ClientToken"] = "t1";
  cloud.advance(hours(25));
  EXPECT_NE(must(cloud, "ec2", "CreateRouteTable", params), first);
}

TEST(SimCloudTest, TheJournalTellsWhatWasDone) {
  SimCloud cloud{SimOptions{}};
  must(cloud, "ec2", "CreateInternetGateway");
  must(cloud, "ec2", "DescribeVpcs");
  code_of(cloud, "ec2", "DeleteVpc", {{"VpcId", "vpc-none"}});
  EXPECT_THAT(mutations(cloud.journal()), SizeIs(1));
  EXPECT_THAT(mutations(cloud.journal(), 1), IsEmpty());
  ASSERT_THAT(rejected(cloud.journal()), SizeIs(1));
  EXPECT_EQ(rejected(cloud.journal())[0]->aws_code, "InvalidVpcID.NotFound");
  EXPECT_EQ(count_calls(cloud.journal(), "ec2", "DescribeVpcs"), 1U);
}

TEST(SimCloudTest, AWorldIsAValue) {
  SimCloud cloud{SimOptions{}};
  const World before = cloud.world();
  const Json made = must(cloud, "ec2", "CreateInternetGateway");
  EXPECT_NE(before.dump(), cloud.world().dump());
  must(cloud, "ec2", "DeleteInternetGateway",
       {{"InternetGatewayId", made["InternetGateway"]["InternetGatewayId"]}});
  EXPECT_EQ(before.dump(), cloud.world().dump());
}

}  // namespace
}  // namespace byoc::sim
