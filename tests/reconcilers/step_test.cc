#include "reconcilers/step.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "manifests/topics.h"
#include "tests/reconcilers/kinds.h"
#include "tests/reconcilers/settled.h"

namespace byoc {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// A Cluster that stands at 1.30, and whose manifest says `wanted`.
struct Raised {
  Object object = byoc::object_of("Cluster", {{"kubernetesVersion", "1.30"}});
  Facts facts = byoc::facts_of_tests();
  std::vector<Observed> world;

  explicit Raised(const char* wanted) {
    object.status["kubernetesVersion"] = "1.30";
    facts.decided = {{"addons", {{"for", "1.30"}, {"versions", {{"coredns", "v1.11.0"}}}}}};
    world = settled(owner_of(object), graph());
    object.spec["kubernetesVersion"] = wanted;
  }

  [[nodiscard]] Graph graph() const { return build(object, owner_of(object), facts).graph; }
  Json& fields(const std::string& key) {
    const auto found = std::find_if(world.begin(), world.end(),
                                    [&](const Observed& one) { return one.key == key; });
    EXPECT_NE(found, world.end()) << key;
    return found->fields;
  }
  // A NodeGroup that refers to it, with a version of its own or without ("").
  void add_nodes(const char* version, const char* pinned) {
    Object nodes = byoc::object_of("NodeGroup", {{"clusterRef", {{"name", "demo"}}}});
    nodes.metadata.name = "workers";
    if (*pinned != '\0') nodes.spec["kubernetesVersion"] = pinned;
    nodes.status["kubernetesVersion"] = version;
    facts.dependents = {nodes};
  }
  [[nodiscard]] Plan plan() const {
    return diff(owner_of(object), graph(), snapshot_of(world), {});
  }
  // What is done, or waited for, about the cluster itself.
  [[nodiscard]] Action step() const {
    Action found;
    found.verb = Verb::keep;
    for (const Action& action : plan().actions) {
      if (action.key == "cluster" && found.verb == Verb::keep) found = action;
    }
    return found;
  }
};

TEST(Step, VersionsCompareNumberByNumber) {
  EXPECT_TRUE(is_older("1.9", "1.10"));
  EXPECT_FALSE(is_older("1.10", "1.9"));
  EXPECT_FALSE(is_older("1.30", "1.30"));
  EXPECT_TRUE(is_older("v1.11.4-eksbuild.2", "v1.11.4-eksbuild.10"));
  EXPECT_EQ(skew_max(27), 2);
  EXPECT_EQ(skew_max(28), 3);
}

// F16
TEST(Step, OneMinorVersionAtATime) {
  const Action step = Raised("1.33").step();
  EXPECT_EQ(step.operation, "UpdateClusterVersion");
  EXPECT_EQ(step.params.at("version"), "1.31");
  EXPECT_EQ(step.changes.at(0).to, "1.31");
  EXPECT_THAT(step.why, HasSubstr("1.33"));
  EXPECT_EQ(Raised("1.31").step().params.at("version"), "1.31");
  EXPECT_EQ(Raised("1.30").step().verb, Verb::keep);
}

// F16
TEST(Step, WhatByocMakesFollowsFirst) {
  Raised behind("1.33");
  behind.fields("nodegroup/management")["version"] = "1.29";
  EXPECT_EQ(behind.step().verb, Verb::wait);
  EXPECT_THAT(behind.step().why,
              AllOf(HasSubstr("nodegroup/management"), Not(HasSubstr("coredns"))));
  const auto follows = index_of(behind.plan(), Verb::update, "nodegroup/management");
  ASSERT_TRUE(follows) << "and the wait does not hold it";
  EXPECT_EQ(behind.plan().actions[*follows].params.at("version"), "1.30");

  Raised addon("1.33");
  addon.fields("addon/coredns")["addonVersion"] = "v1.10.2";
  EXPECT_THAT(addon.step().why, HasSubstr("addon/coredns"));
  EXPECT_TRUE(index_of(addon.plan(), Verb::update, "addon/coredns"));
  addon.fields("addon/coredns")["addonVersion"] = "v1.12.0";
  EXPECT_EQ(addon.step().verb, Verb::update);
  EXPECT_FALSE(index_of(addon.plan(), Verb::update, "addon/coredns")) << "never lowered";
}

// F16
TEST(Step, NodesOfOtherObjectsAreWaitedForByName) {
  Raised raised("1.33");
  raised.add_nodes("1.29", "");
  EXPECT_EQ(raised.step().verb, Verb::wait);
  EXPECT_THAT(raised.step().why, HasSubstr("NodeGroup/workers (1.29)"));
  raised.add_nodes("1.30", "");
  EXPECT_EQ(raised.step().verb, Verb::update);
  raised.add_nodes("1.28", "1.28");
  EXPECT_EQ(raised.step().verb, Verb::update) << "three versions older is allowed";
  raised.add_nodes("1.27", "1.27");
  EXPECT_EQ(raised.step().verb, Verb::blocked);
  EXPECT_EQ(raised.step().reason, "NodesTooOld");
  EXPECT_THAT(raised.step().why, HasSubstr("NodeGroup/workers (1.27)"));
}

// F16
TEST(Step, WhatIsBuiltForAnotherVersionWaitsForTheNextLook) {
  Raised raised("1.33");
  raised.fields("cluster")["version"] = "1.31";
  for (const char* key : {"nodegroup/management"}) raised.fields(key)["version"] = "1.31";
  const auto waits = index_of(raised.plan(), Verb::wait, "cluster");
  ASSERT_TRUE(waits) << "add-ons were chosen for 1.30";
}

TEST(Step, AVersionIsNotLowered) {
  const Action step = Raised("1.29").step();
  EXPECT_EQ(step.verb, Verb::blocked);
  EXPECT_EQ(step.reason, "CannotBeLowered");
}

// F16
TEST(Step, NodesGoUpWithTheirClusterAndNeverPastIt) {
  Facts facts = byoc::facts_of_tests();
  Object cluster = byoc::running_cluster();
  cluster.status["kubernetesVersion"] = "1.31";
  facts.objects[cluster.key()] = cluster;
  const auto version = [&](Json spec) {
    spec["clusterRef"] = {{"name", "demo"}};
    const Object nodes = byoc::object_of("NodeGroup", std::move(spec));
    return build(nodes, owner_of(nodes), facts).graph.nodes.at(1).params.value("version", "");
  };
  EXPECT_EQ(version({}), "1.31");
  EXPECT_EQ(version({{"kubernetesVersion", "1.30"}}), "1.30");
  EXPECT_EQ(version({{"kubernetesVersion", "1.33"}}), "1.31");
  EXPECT_EQ(version({{"amiType", "CUSTOM"}}), "") << "an image of its own";
}

}  // namespace
}  // namespace byoc
