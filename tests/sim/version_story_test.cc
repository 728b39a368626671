// Stories about Kubernetes versions that go up (F16).
#include "tests/sim/owner_fixture.h"

namespace byoc::sim {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class VersionStory : public OwnerTest {
 protected:
  static Object stack_object(const std::string& kind, const std::string& version) {
    Object object = in_stack(kind);
    object.spec.erase("kubernetesVersion");
    if (!version.empty()) object.spec["kubernetesVersion"] = version;
    return object;
  }
  void make_stack(const std::string& version, const std::string& nodes) {
    keys_ = {apply(in_stack("Role")), apply(stack_object("Cluster", version)),
             apply(stack_object("NodeGroup", nodes))};
    ASSERT_TRUE(converge(keys_)) << status(keys_[1]).dump();
    cloud_.forget_journal();
  }
  [[nodiscard]] EksCluster& cluster() {
    return *cloud_.account("111122223333").regions["us-west-2"].eks.clusters.find("demo");
  }
  // The versions that a cluster was raised to, one after the other.
  [[nodiscard]] std::vector<std::string> cluster_steps() const {
    std::vector<std::string> out;
    for (const Entry* entry : mutations(cloud_.journal())) {
      if (entry->operation == "UpdateClusterVersion") out.push_back(entry->params.at("version"));
    }
    return out;
  }
  [[nodiscard]] std::vector<std::string> refusals() const {
    std::vector<std::string> out;
    for (const Entry* entry : rejected(cloud_.journal())) {
      if (entry->mutates) out.push_back(show(*entry, Time{}));
    }
    return out;
  }
  [[nodiscard]] std::vector<std::string> node_versions() {
    std::vector<std::string> out;
    cluster().nodegroups.each(
        [&](const auto&, const EksNodegroup& nodes) { out.push_back(nodes.body.at("version")); });
    return out;
  }

  std::vector<ObjectKey> keys_;
};

// EKS refuses a step while nodes are behind (nodes_must_match), and it refuses two at once.
TEST_F(VersionStory, WhatByocMakesFollowsEachStep) {
  make_stack("1.30", "");
  ASSERT_TRUE(converge({apply(stack_object("Cluster", "1.33"))})) << status(keys_[1]).dump();
  ASSERT_TRUE(converge(keys_));
  EXPECT_THAT(cluster_steps(), ElementsAre("1.31", "1.32", "1.33"));
  EXPECT_THAT(node_versions(), AllOf(testing::SizeIs(2), Each(std::string("1.33"))));
  EXPECT_THAT(refusals(), IsEmpty());
  cluster().addons.each([&](const auto& name, const EksAddon& addon) {
    const std::string build = name == "kube-proxy" ? "v1.33.0-eksbuild.1" : "-eksbuild.5";
    EXPECT_THAT(addon.body.at("addonVersion").template get<std::string>(), HasSubstr(build));
  });
  cloud_.forget_journal();
  restart();
  ASSERT_TRUE(converge(keys_));
  EXPECT_THAT(changes(), IsEmpty()) << "and then there is nothing to do";
}

TEST_F(VersionStory, NodesThatMustStayHoldTheStepByName) {
  cloud_.account("111122223333").regions["us-west-2"].eks.nodes_must_match = false;
  make_stack("1.30", "1.29");
  const ObjectKey key = apply(stack_object("Cluster", "1.33"));
  ASSERT_TRUE(run_until([&] { return status(key).at("reason") == "NodesTooOld"; }));
  EXPECT_THAT(cluster_steps(), ElementsAre("1.31", "1.32")) << "1.29 is three behind 1.32";
  EXPECT_THAT(message(key), HasSubstr("NodeGroup/workers (1.29)"));
  EXPECT_THAT(refusals(), IsEmpty());
  apply(stack_object("NodeGroup", ""));
  EXPECT_TRUE(converge(keys_)) << message(key);
  EXPECT_THAT(node_versions(), Each(std::string("1.33")));
}

}  // namespace
}  // namespace byoc::sim
