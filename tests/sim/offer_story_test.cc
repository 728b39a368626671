// An instance type that AWS does not offer is told at the first look, not minutes later.
#include "tests/sim/owner_fixture.h"

namespace byoc::sim {
namespace {

class OfferStory : public OwnerTest {};

// F64
TEST_F(OfferStory, AnUnknownTypeIsToldBeforeTheClusterIsMade) {
  Object nodes = in_stack("NodeGroup");
  const Json types = nodes.spec.at("instanceTypes");
  nodes.spec["instanceTypes"] = {"m99.large"};
  ASSERT_TRUE(converge({apply(in_stack("Role"))}));
  cloud_.forget_journal();
  apply(in_stack("Cluster"));
  const ObjectKey key = apply(nodes);
  ASSERT_TRUE(
      run_until([&] { return status(key).value("reason", "") == "InstanceTypeNotOffered"; }));
  EXPECT_THAT(message(key), testing::HasSubstr("us-west-2 does not offer the instance type m99"));
  for (const std::string& operation : changes()) {
    EXPECT_NE(operation, "CreateCluster");
    EXPECT_NE(operation, "CreateLaunchTemplate");
  }
  nodes.spec["instanceTypes"] = types;
  EXPECT_TRUE(converge({apply(nodes)})) << message(key);
}

}  // namespace
}  // namespace byoc::sim
