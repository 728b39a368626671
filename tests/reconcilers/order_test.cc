#include "reconcilers/order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/reconcilers/seen.h"

namespace byoc {
namespace {

using testing::ElementsAre;

std::vector<std::string> keys(const Graph& graph) {
  std::vector<std::string> out;
  for (const OrderedNode& node : CreationOrder(graph)) {
    out.push_back(graph.nodes[node.place].key);
  }
  return out;
}

TEST(CreationOrder, ReferencesComeFirst) {
  const Graph graph = graph_of({desired("subnet", "subnet/a", {{"VpcId", ref("vpc", "VpcId")}}),
                                desired("vpc", "vpc"), desired("address", "address/a")});
  EXPECT_EQ(keys(graph), (std::vector<std::string>{"vpc", "subnet/a", "address/a"}));
  EXPECT_THAT(CreationOrder(graph)[1].after, ElementsAre(1U));
}

TEST(CreationOrder, ExplicitKeysAndTypesOfTheRow) {
  Desired addon = desired("addon", "addon/coredns");
  addon.after = {"nodegroup/management", "not in this graph"};
  const Graph graph = graph_of({addon, desired("nat-gateway", "nat-gateway/a"),
                                desired("nodegroup", "nodegroup/management"),
                                desired("internet-gateway-attachment", "attachment")});
  EXPECT_EQ(keys(graph), (std::vector<std::string>{"attachment", "nat-gateway/a",
                                                   "nodegroup/management", "addon/coredns"}));
  EXPECT_THAT(CreationOrder(graph)[3].after, ElementsAre(2U));
}

TEST(CreationOrder, SecretsAreNoResources) {
  const Graph graph = graph_of({desired("role", "role", {{"Description", secret("externalId")}})});
  EXPECT_TRUE(CreationOrder(graph)[0].after.empty());
}

TEST(CreationOrder, BrokenGraphsStopTheProgram) {
  EXPECT_DEATH(keys(graph_of({desired("vpc", "vpc"), desired("vpc", "vpc")})),
               "two desired resources with the key vpc");
  EXPECT_DEATH(keys(graph_of({desired("vpc", "a", {{"X", ref("b", "VpcId")}}),
                              desired("vpc", "b", {{"X", ref("a", "VpcId")}})})),
               "a circle of references through");
}

}  // namespace
}  // namespace byoc
