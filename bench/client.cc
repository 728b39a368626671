// CPU of the AWS client for one call: build, sign and send the request, read and parse the answer.
// The other end is a server on loopback in a thread of its own, whose CPU does not count; it closes
// after each answer, so every call also pays for a connection (without TLS).
#include <map>
#include <string>

#include "base/check.h"
#include "bench/benches.h"
#include "bench/figures.h"
#include "cloud/aws/aws_cloud.h"
#include "tests/cloud/fake_server.h"

namespace byoc::bench {
namespace {

constexpr int kCalls = 600;
constexpr int kInFlight = 8;

const std::map<std::string, std::string> kTags = {
    {"Name", "demo/subnet/private-a"},
    {"byoc.dev/owner", "Cluster/demo"},
    {"byoc.dev/owner-uid", "22222222-bbbb-4000-8000-000000000002"},
    {"byoc.dev/key", "subnet/private-a"},
    {"byoc.dev/intent", "mzxw6ytboi4dknrqgezdgnbvgy3tqojqgezdgnbvgy3tqojqgeza"},
    {"team", "ml"}};

std::string element(const std::string& name, const std::string& content) {
  return "<" + name + ">" + content + "</" + name + ">";
}

// The four subnets of an ordinary stack, by the EC2 protocol.
std::string subnets() {
  std::string tags;
  for (const auto& [key, value] : kTags) {
    tags += element("item", element("key", key) + element("value", value));
  }
  std::string items;
  for (const char* id : {"subnet-1", "subnet-2", "subnet-3", "subnet-4"}) {
    items +=
        element("item", element("subnetId", id) + element("vpcId", "vpc-0123456789abcdef0") +
                            element("state", "available") + element("cidrBlock", "10.0.0.0/20") +
                            element("availabilityZone", "us-west-2a") +
                            element("availableIpAddressCount", "4091") +
                            element("mapPublicIpOnLaunch", "false") + element("tagSet", tags));
  }
  return element("DescribeSubnetsResponse",
                 element("requestId", "r") + element("subnetSet", items));
}

// A role, by the query protocol.
std::string role() {
  const std::string body =
      element("RoleName", "operator") + element("RoleId", "AROAEXAMPLE") +
      element("Arn", "arn:aws:iam::111122223333:role/operator") + element("Path", "/") +
      element("CreateDate", "2026-01-31T09:30:00Z") + element("MaxSessionDuration", "43200") +
      element("AssumeRolePolicyDocument", "%7B%22Version%22%3A%222012-10-17%22%7D");
  return element("GetRoleResponse", element("GetRoleResult", element("Role", body)) +
                                        element("ResponseMetadata", element("RequestId", "r")));
}

// A node group, as JSON.
std::string nodegroup() {
  return Json({{"nodegroup",
                {{"nodegroupName", "workers"},
                 {"clusterName", "demo"},
                 {"status", "ACTIVE"},
                 {"subnets", {"subnet-1", "subnet-2"}},
                 {"scalingConfig", {{"minSize", 1}, {"maxSize", 4}, {"desiredSize", 2}}},
                 {"labels", {{"tier", "work"}}},
                 {"tags", kTags}}}})
      .dump();
}

FakeReply answer(const FakeRequest& request) {
  FakeReply reply;
  const bool json = request.method == "GET";
  reply.body = json                                                        ? nodegroup()
               : request.body.find("DescribeSubnets") != std::string::npos ? subnets()
                                                                           : role();
  reply.headers = {{"Content-Type", json ? "application/json" : "text/xml"},
                   {"x-amzn-RequestId", "r"}};
  return reply;
}

std::unique_ptr<Cloud> client_of(const FakeServer& server) {
  AwsOptions options;
  options.environment = {};
  options.environment.variables = {{"AWS_ACCESS_KEY_ID", "dummy"},
                                   {"AWS_SECRET_ACCESS_KEY", "dummy"},
                                   {"AWS_ENDPOINT_URL", server.url()}};
  auto cloud = make_aws_cloud(std::move(options));
  check(cloud.ok(), "the client of a benchmark starts");
  return std::move(cloud).value();
}

void make_calls(Cloud& cloud, int count) {
  Principal us;
  us.region = "us-west-2";
  const auto principal = std::make_shared<const Principal>(us);
  const std::vector<Call> kinds = {{"ec2", "DescribeSubnets", Json::object(), principal},
                                   {"iam", "GetRole", {{"RoleName", "operator"}}, principal},
                                   {"eks",
                                    "DescribeNodegroup",
                                    {{"clusterName", "demo"}, {"nodegroupName", "workers"}},
                                    principal}};
  int started = 0;
  for (int ended = 0; ended < count; ++ended) {
    while (started < count && started - ended < kInFlight) {
      static_cast<void>(cloud.start(kinds[static_cast<std::size_t>(started++) % kinds.size()]));
    }
    const auto completion = cloud.wait(cloud.now() + std::chrono::minutes(1));
    check(completion && completion->status.ok(), "a call of a benchmark is answered");
  }
}

}  // namespace

void bench_client() {
  FakeServer server(answer);
  const auto cloud = client_of(server);
  make_calls(*cloud, kInFlight);  // loads the models and the library
  const double before = thread_cpu_ms();
  make_calls(*cloud, kCalls);
  show("cpu: the client, per call", (thread_cpu_ms() - before) / kCalls, "ms", 0.4);
}

}  // namespace byoc::bench
