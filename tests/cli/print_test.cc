#include "cli/print.h"

#include <gtest/gtest.h>

#include "tests/cli/now.h"

namespace byoc {
namespace {

Object object_of(const std::string& kind, const std::string& name, Json spec, Json status) {
  Object object;
  object.kind = kind;
  object.metadata.name = name;
  object.metadata.created = kNow - std::chrono::minutes(5);
  object.spec = std::move(spec);
  object.status = std::move(status);
  return object;
}

Object demo_cluster() {
  return object_of(
      "Cluster", "demo",
      {{"provider", "aws"},
       {"region", "us-west-2"},
       {"kubernetesVersion", "1.33"},
       {"managementNodes", 1}},
      {{"phase", "Pending"},
       {"inventory", {{{"key", "vpc"}, {"type", "vpc"}, {"id", "vpc-0a"}, {"state", "ready"}}}},
       {"conditions", {{{"type", "Ready"}, {"status", "False"}, {"reason", "WaitingForRole"}}}}});
}

std::string print(const std::vector<Object>& objects, std::string_view output,
                  bool single = false) {
  Result<OutputFormat> format = parse_output_format(output);
  EXPECT_TRUE(format.ok()) << format.status().message;
  const Result<std::string> text = print_objects(objects, format.value(), kNow, single);
  EXPECT_TRUE(text.ok());
  return text.ok() ? text.value() : text.status().message;
}

// L62, G35, G36
TEST(PrintObjects, Clusters) {
  EXPECT_EQ(print({demo_cluster()}, ""),
            "NAME   TYPE   PHASE     REGION      AGE\n"
            "demo   aws    Pending   us-west-2   5m\n");
  EXPECT_EQ(
      print({demo_cluster()}, "wide"),
      "NAME   TYPE   PHASE     REGION      AGE   VERSION   VPC      ENDPOINT   NODES   REASON\n"
      "demo   aws    Pending   us-west-2   5m    1.33      vpc-0a   <none>     1       "
      "WaitingForRole\n");
}

TEST(PrintObjects, WhatWasSeenComesBeforeWhatWasAsked) {
  Object object = demo_cluster();
  object.status["kubernetesVersion"] = "1.34";
  object.status["network"]["vpcId"] = "vpc-0b";
  object.status["endpoint"] = "https://x";
  object.status["conditions"] = {{{"type", "Ready"}, {"status", "True"}, {"reason", "Converged"}}};
  EXPECT_EQ(
      print({object}, "wide"),
      "NAME   TYPE   PHASE     REGION      AGE   VERSION   VPC      ENDPOINT    NODES   REASON\n"
      "demo   aws    Pending   us-west-2   5m    1.34      vpc-0b   https://x   1       <none>\n");
}

TEST(PrintObjects, AnObjectBeforeItsFirstPass) {
  Object bare;
  bare.kind = "Cluster";
  bare.metadata.name = "new";
  EXPECT_EQ(print({bare}, "table"),
            "NAME   TYPE     PHASE    REGION   AGE\n"
            "new    <none>   <none>   <none>   <unknown>\n");
}

// L55
TEST(PrintObjects, ADeletingObjectIsTerminating) {
  Object object = demo_cluster();
  object.metadata.deleted = kNow;
  EXPECT_EQ(print({object}, ""),
            "NAME   TYPE   PHASE         REGION      AGE\n"
            "demo   aws    Terminating   us-west-2   5m\n");
}

// B15
TEST(PrintObjects, Roles) {
  const Object role = object_of("Role", "research", {{"accountId", "123456789012"}},
                                {{"phase", "Ready"}, {"arn", "arn:aws:iam::123456789012:role/r"}});
  const Object observed =
      object_of("Role", "theirs", {{"arn", "arn:aws:iam::123456789012:role/t"}}, Json::object());
  EXPECT_EQ(print({role, observed}, ""),
            "NAME       PHASE    ARN                                AGE\n"
            "research   Ready    arn:aws:iam::123456789012:role/r   5m\n"
            "theirs     <none>   arn:aws:iam::123456789012:role/t   5m\n");
}

TEST(PrintObjects, NodeGroups) {
  const Object fixed = object_of("NodeGroup", "cpu",
                                 {{"clusterRef", {{"name", "demo"}}},
                                  {"instanceTypes", {"t3.xlarge", "t3a.xlarge"}},
                                  {"capacityType", "Spot"},
                                  {"min", 0},
                                  {"max", 10}},
                                 {{"phase", "Running"}});
  Object scaled = fixed;
  scaled.metadata.name = "gpu";
  scaled.status["desired"] = 2;
  EXPECT_EQ(print({fixed, scaled}, ""),
            "NAME   CLUSTER   PHASE     TYPES                  CAPACITY   MIN/DESIRED/MAX   AGE\n"
            "cpu    demo      Running   t3.xlarge,t3a.xlarge   Spot       0/-/10            5m\n"
            "gpu    demo      Running   t3.xlarge,t3a.xlarge   Spot       0/2/10            5m\n");
}

TEST(PrintObjects, SeveralKindsGiveSeveralTables) {
  const Object app = object_of("App", "web", Json::object(), {{"phase", "Running"}});
  EXPECT_EQ(print({demo_cluster(), app}, ""),
            "NAME           TYPE   PHASE     REGION      AGE\n"
            "cluster/demo   aws    Pending   us-west-2   5m\n"
            "\n"
            "NAME      PHASE     AGE\n"
            "app/web   Running   5m\n");
}

TEST(PrintObjects, NamespacesAndNoHeaders) {
  OutputFormat format;
  format.namespaces = true;
  Object object = demo_cluster();
  object.metadata.ns = "team-a";
  EXPECT_EQ(print_objects({object}, format, kNow, false).value(),
            "NAMESPACE   NAME   TYPE   PHASE     REGION      AGE\n"
            "team-a      demo   aws    Pending   us-west-2   5m\n");
  format.headers = false;
  EXPECT_EQ(print_objects({object}, format, kNow, false).value(),
            "team-a   demo   aws   Pending   us-west-2   5m\n");
}

TEST(PrintObjects, Names) {
  EXPECT_EQ(print({demo_cluster(), object_of("NodeGroup", "cpu", {}, {})}, "name"),
            "cluster/demo\nnodegroup/cpu\n");
  EXPECT_EQ(print({}, "name"), "");
  EXPECT_EQ(print({}, ""), "");
}

TEST(PrintObjects, JsonOfOneAndOfMany) {
  Object role;
  role.kind = "Role";
  role.metadata.name = "r";
  const Json one = Json::parse(print({role}, "json", true));
  EXPECT_EQ(one, to_json(role));
  const Json many = Json::parse(print({role}, "json"));
  EXPECT_EQ(many["kind"], "List");
  EXPECT_EQ(many["items"], Json::array({to_json(role)}));
  EXPECT_EQ(print({}, "json"),
            "{\n"
            "    \"apiVersion\": \"v1\",\n"
            "    \"items\": [],\n"
            "    \"kind\": \"List\",\n"
            "    \"metadata\": {\n"
            "        \"resourceVersion\": \"\"\n"
            "    }\n"
            "}\n");
}

TEST(PrintObjects, Yaml) {
  const std::string text = print({demo_cluster()}, "yaml", true);
  EXPECT_NE(text.find("\nkind: Cluster\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\n  region: us-west-2\n"), std::string::npos) << text;
  EXPECT_NE(print({demo_cluster()}, "yaml").find("\nkind: List\n"), std::string::npos);
}

TEST(PrintObjects, JsonPathSeesTheObjectOrTheList) {
  EXPECT_EQ(print({demo_cluster()}, "jsonpath={.status.phase}", true), "Pending");
  EXPECT_EQ(print({demo_cluster(), demo_cluster()}, "jsonpath={.items[*].metadata.name}"),
            "demo demo");
}

TEST(ParseOutputFormat, NamesWhatIsPossible) {
  EXPECT_EQ(parse_output_format("xml").status().message,
            "unknown output format \"xml\"; use table, wide, json, yaml, name or "
            "jsonpath=TEMPLATE");
  const Status bad = parse_output_format("jsonpath={.a").status();
  EXPECT_EQ(bad.code, Code::invalid);
  EXPECT_EQ(bad.message, "jsonpath: expected } at character 4 of {.a");
}

}  // namespace
}  // namespace byoc
