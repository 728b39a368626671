// A zone without room for a control plane: EKS says so when its network stands already (E23).
#include "tests/sim/owner_fixture.h"

namespace byoc::sim {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class ZoneStory : public OwnerTest {
 protected:
  Eks& eks() { return cloud_.context("us-west-2").region.eks; }
  std::vector<std::string> zones_of_subnets() {
    std::set<std::string> zones;
    const Json network = status(in_stack("Cluster").key()).at("network");
    for (const Json& subnet : network.at("nodeSubnets")) zones.insert(subnet.at("zone"));
    return {zones.begin(), zones.end()};
  }
};

// F29
TEST_F(ZoneStory, TheZonesOfTheRefusalAreNamedAndTheNetworkMovesThere) {
  eks().full_zones = {"us-west-2a"};
  const std::vector<ObjectKey> keys = apply_stack();
  const ObjectKey key = in_stack("Cluster").key();
  ASSERT_TRUE(run_until([&] { return message(key).find("CreateCluster") != std::string::npos; }));
  EXPECT_THAT(message(key), AllOf(HasSubstr("us-west-2b, us-west-2c, us-west-2d"),
                                  HasSubstr("Write two or more of these zones into "
                                            "spec.network.zones and apply")));
  run_until([] { return false; }, std::chrono::minutes(30));
  EXPECT_THAT(zones_of_subnets(), ElementsAre("us-west-2a", "us-west-2b")) << "nobody moves it";

  Object moved = in_stack("Cluster");
  moved.spec["network"]["zones"] = {"b", "c"};
  apply(moved);
  ASSERT_TRUE(converge(keys)) << message(key);
  EXPECT_THAT(zones_of_subnets(), ElementsAre("us-west-2b", "us-west-2c"));
  for (const auto& [name, ids] : owned(cloud_.world())) {
    if (name.starts_with(kForeignUid)) continue;
    EXPECT_THAT(name, Not(testing::EndsWith("-a"))) << "nothing is left in the full zone";
  }
}

// F29: a lack that ends needs nobody.
TEST_F(ZoneStory, AZoneThatGetsRoomIsUsed) {
  eks().full_zones = {"us-west-2a"};
  const std::vector<ObjectKey> keys = apply_stack();
  const ObjectKey key = in_stack("Cluster").key();
  ASSERT_TRUE(run_until([&] { return message(key).find("CreateCluster") != std::string::npos; }));
  EXPECT_EQ(status(key).at("reason"), "InsufficientCapacity");
  eks().full_zones.clear();
  EXPECT_TRUE(converge(keys)) << message(key);
  EXPECT_THAT(zones_of_subnets(), ElementsAre("us-west-2a", "us-west-2b"));
}

}  // namespace
}  // namespace byoc::sim
