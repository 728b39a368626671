#include <gtest/gtest.h>

#include "manifests/duration.h"
#include "manifests/validate.h"

namespace byoc {
namespace {

Json defaulted(const char* kind, const char* spec) {
  Object object;
  object.kind = kind;
  object.metadata.name = "x";
  object.spec = Json::parse(spec);
  apply_defaults(object);
  const Json once = object.spec;
  apply_defaults(object);
  EXPECT_EQ(object.spec, once) << "defaults are idempotent";
  return once;
}

// L37, L52, G31, V25, V54
TEST(Defaults, AnEmptyClusterIsWhole) {
  const Json spec = defaulted("Cluster", "{}");
  EXPECT_EQ(spec["provider"], "aws");
  EXPECT_FALSE(spec.contains("region")) << "B22: whoever makes it says";
  EXPECT_FALSE(spec.contains("managementNodes")) << "L37: it follows from costSavings";
  EXPECT_EQ(spec["network"]["cidr"], "10.0.0.0/16");
  EXPECT_EQ(spec["network"]["nat"], "Single");
  EXPECT_EQ(spec["endpoint"]["publicCidrs"], Json::array({"0.0.0.0/0"}));
  EXPECT_EQ(spec["storage"]["bucket"]["versioning"], true);
  EXPECT_EQ(spec["logging"]["retentionDays"], 30);
  EXPECT_EQ(spec["deletionPolicy"]["bucket"], "Retain");
  EXPECT_EQ(spec["addons"].size(), 4U);
  EXPECT_FALSE(spec.contains("roleRef"));
  EXPECT_FALSE(spec.contains("externalIdFrom"));
}

// B22, F49: once it is stored it stays, whatever the next process says.
TEST(Defaults, WhatTheProcessSaysIsSaidOnce) {
  Object object;
  object.kind = "Cluster";
  object.spec = Json::object();
  apply_defaults(object, nullptr, {{"region", "eu-west-1"}});
  EXPECT_EQ(object.spec["region"], "eu-west-1");
  const Object stored = object;
  object.spec = Json::object();
  apply_defaults(object, &stored, {{"region", "us-west-2"}});
  EXPECT_EQ(object.spec["region"], "eu-west-1");
  object.spec = {{"region", "us-west-2"}};
  apply_defaults(object, &stored, {{"region", "eu-west-1"}});
  EXPECT_EQ(object.spec["region"], "us-west-2") << "for the check of what may change to see";
}

// F49
TEST(Defaults, WhatSomebodySaidIsLeft) {
  Object role;
  role.kind = "Role";
  role.metadata.name = "ops";
  role.spec = Json::parse(
      R"({"policies":{"preset":"lightning"},"maxSessionDuration":7200,"tags":{"a":"b"}})");
  const Json said = role.spec;
  apply_defaults(role);
  ASSERT_NE(role.spec, said);
  EXPECT_EQ(without_defaults(role), said);
  Object cluster;
  cluster.kind = "Cluster";
  cluster.spec = Json::parse(R"({"region":"eu-west-1","network":{"nat":"None"}})");
  const Json written = cluster.spec;
  apply_defaults(cluster);
  EXPECT_EQ(without_defaults(cluster), Json::parse(R"({"network":{"nat":"None"}})"))
      << "the region is as it is stored";
  EXPECT_EQ(cluster.spec["region"], written["region"]);
}

// L32, G33
TEST(Defaults, WhatIsWrittenStays) {
  const Json spec =
      defaulted("Cluster", R"({"costSavings":false,"provider":"AWS","addons":[{"name":"a"}],
      "network":{"nat":"None"},"instanceTypes":["t3.large",{"name":"m5.large"}]})");
  EXPECT_FALSE(spec.contains("managementNodes"));
  EXPECT_EQ(spec["provider"], "aws");
  EXPECT_EQ(spec["network"]["nat"], "None");
  EXPECT_EQ(spec["network"]["mode"], "dedicated");
  EXPECT_EQ(spec["addons"], Json::parse(R"([{"name":"a","phase":"AfterCompute"}])"));
  EXPECT_EQ(spec["instanceTypes"][1]["overprovisioned"], 0);
}

// L13, L71, L73
TEST(Defaults, ARoleTakesWhatItsPresetSays) {
  const Json spec = defaulted("Role", R"({"policies":{"preset":"lightning"}})");
  EXPECT_EQ(spec["name"], "x");
  EXPECT_EQ(spec["trust"]["accounts"], Json::array({"748115360335"}));
  EXPECT_EQ(spec["maxSessionDuration"], 43200);
  const Json worker = defaulted("Role", R"({"policies":{"preset":"valohai-worker"},
      "trust":{"services":["eks.amazonaws.com"]},"tags":{"valohai":"2"}})");
  EXPECT_EQ(worker["trust"]["services"], Json::array({"eks.amazonaws.com"}));
  EXPECT_EQ(worker["tags"]["valohai"], "2");
  EXPECT_EQ(worker["instanceProfile"], true);
}

TEST(Defaults, ARoleOfItsOwn) {
  EXPECT_EQ(defaulted("Role", "{}")["maxSessionDuration"], 3600);
  EXPECT_EQ(defaulted("Role", R"({"maxSessionDuration":"1h 30m"})")["maxSessionDuration"], 5400);
  EXPECT_FALSE(defaulted("Role", R"({"namePrefix":"a"})").contains("name"));
  EXPECT_FALSE(defaulted("Role", R"({"managementPolicy":"Observe"})").contains("name"));
  const Json generated = defaulted("Role", R"({"trust":{"externalIdFrom":{"generate":{}}}})");
  EXPECT_EQ(generated["trust"]["externalIdFrom"]["generate"]["length"], 30);
}

// F46: what is stored is valid as a manifest, also when it is sent to byocd.
TEST(Defaults, WhereOneIsChosenNoOtherIsMade) {
  Object role;
  role.kind = "Role";
  role.metadata.name = "ops";
  role.spec = {
      {"trust",
       {{"services", Json::array({"ec2.amazonaws.com"})}, {"externalIdFrom", {{"file", "id"}}}}}};
  apply_defaults(role);
  const Json chosen = {{"file", "id"}};
  EXPECT_EQ(role.spec["trust"]["externalIdFrom"], chosen);
}

TEST(Defaults, OneInstanceTypeIsAListOfOne) {
  const Json spec =
      defaulted("NodeGroup", R"({"clusterRef":{"name":"c"},"instanceType":"m5.large"})");
  EXPECT_EQ(spec["instanceTypes"], Json::array({"m5.large"}));
  EXPECT_FALSE(spec.contains("instanceType"));
  EXPECT_EQ(spec["max"], 10);
  EXPECT_EQ(spec["disk"]["sizeGiB"], 50);
  EXPECT_FALSE(spec.contains("desired"));
}

TEST(Duration, ReadsWhatPeopleWrite) {
  const auto seconds = [](const char* text) {
    const auto duration = parse_duration(text);
    return duration ? duration->count() / 1000 : -1;
  };
  EXPECT_EQ(seconds("1h 30m 5s"), 5405);
  EXPECT_EQ(seconds("1h30m"), 5400);
  EXPECT_EQ(seconds("15m"), 900);
  EXPECT_EQ(seconds("2d"), 172800);
  EXPECT_EQ(seconds("90"), 90);
  EXPECT_EQ(seconds("0"), 0);
  for (const char* wrong : {"", "h", "1x", "1m 1h", "1h 30", "-1s", "1h  1m", "1h ", "1.5h",
                            "99999999999999999999s", "9223372036854775807d"}) {
    EXPECT_EQ(seconds(wrong), -1) << wrong;
  }
}

// F44: what defaults make of a spec is a valid spec.
TEST(Defaults, NothingIsAddedWhereOneFieldIsChosen) {
  Object object;
  object.kind = "Role";
  object.metadata.name = "r";
  object.spec = {{"trust", {{"externalIdFrom", {{"env", "BYOC_EXTERNAL_ID"}}}}}};
  apply_defaults(object);
  EXPECT_EQ(object.spec["trust"]["externalIdFrom"], Json({{"env", "BYOC_EXTERNAL_ID"}}));
  object.spec["trust"]["externalIdFrom"] = {{"generate", Json::object()}};
  apply_defaults(object);
  EXPECT_EQ(object.spec["trust"]["externalIdFrom"]["generate"], Json({{"length", 30}}));
}

}  // namespace
}  // namespace byoc
