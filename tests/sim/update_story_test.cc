// Stories about calls that AWS accepts and that come to nothing (F8).
#include <algorithm>

#include "tests/sim/owner_fixture.h"

namespace byoc::sim {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Le;

class UpdateStory : public OwnerTest {
 protected:
  [[nodiscard]] Eks& eks() { return cloud_.account("111122223333").regions["us-west-2"].eks; }
  [[nodiscard]] std::size_t count(std::string_view operation) const {
    return count_calls(cloud_.journal(), "", operation);
  }
  void work_for(Duration span) {
    static_cast<void>(run_until([] { return false; }, span));
  }
  // How many of the events say it.
  [[nodiscard]] long said(const ObjectKey& key, const std::string& text) const {
    const auto all = events(key);
    return std::count_if(all.begin(), all.end(), [&](const std::string& one) {
      return one.find(text) != std::string::npos;
    });
  }
  static Object labelled(const char* value) {
    Object nodes = in_stack("NodeGroup");
    nodes.spec["labels"]["tier"] = value;
    return nodes;
  }
};

TEST_F(UpdateStory, AnUpdateThatFailsLaterIsToldAndNotSentWithoutPause) {
  ASSERT_TRUE(converge(apply_stack()));
  eks().failing_updates["nodegroup/workers"] = {"NodeCreationFailure", "Nodes did not join",
                                                std::chrono::seconds(1)};
  cloud_.forget_journal();
  const ObjectKey nodes = apply(labelled("other"));
  work_for(std::chrono::seconds(75));
  EXPECT_THAT(count("UpdateNodegroupConfig"), AllOf(testing::Ge(2U), Le(4U)));
  EXPECT_EQ(status(nodes).at("reason"), "UpdateFailed");
  EXPECT_THAT(message(nodes), HasSubstr("NodeCreationFailure: Nodes did not join"));
  EXPECT_THAT(events(nodes), Contains(AllOf(HasSubstr("UpdateFailed"), HasSubstr("did not join"))));
  work_for(std::chrono::hours(1));
  EXPECT_THAT(count("UpdateNodegroupConfig"), Le(12U)) << "pauses grow";
  eks().failing_updates.clear();
  EXPECT_TRUE(run_until([&] { return status(nodes).at("reason") == "Converged"; }));
  EXPECT_FALSE(status(nodes).contains("updates"));
}

TEST_F(UpdateStory, AnUpdateIsFollowedByWhoeverComesNext) {
  ASSERT_TRUE(converge(apply_stack()));
  cloud_.forget_journal();
  const ObjectKey nodes = apply(labelled("other"));
  ASSERT_TRUE(run_until([&] { return count("UpdateNodegroupConfig") == 1; }));
  ASSERT_TRUE(run_until([&] { return status(nodes).contains("updates"); }));
  EXPECT_TRUE(status(nodes).at("updates").at(0).at("params").contains("updateId"));
  restart();
  EXPECT_TRUE(converge({nodes}));
  EXPECT_EQ(count("UpdateNodegroupConfig"), 1U);
  EXPECT_GE(count("DescribeUpdate"), 2U);
}

TEST_F(UpdateStory, ACallWithoutEffectIsRepeatedLessAndLess) {
  ASSERT_TRUE(converge(apply_stack()));
  const ObjectKey stack = in_stack("Cluster").key();
  const Json ours = {{"Name", "tag:byoc.dev/owner"}, {"Values", Json::array({"Cluster/demo"})}};
  const Json tables =
      by_hand("ec2", "DescribeRouteTables", {{"Filters", Json::array({ours})}}).at("RouteTables");
  const Json& moved = tables.at(0).at("Associations").at(0);
  const Json other = by_hand("ec2", "CreateRouteTable", {{"VpcId", tables.at(0).at("VpcId")}});
  by_hand("ec2", "ReplaceRouteTableAssociation",
          {{"AssociationId", moved.at("RouteTableAssociationId")},
           {"RouteTableId", other.at("RouteTable").at("RouteTableId")}});
  cloud_.forget_journal();
  restart();
  controller_->enqueue(stack, cloud_.now());
  work_for(std::chrono::seconds(60));
  EXPECT_THAT(count("AssociateRouteTable"), AllOf(testing::Ge(2U), Le(7U)));
  // At this very moment it may be under way again.
  EXPECT_TRUE(
      run_until([&] { return status(stack).at("reason") == "NoEffect"; }, std::chrono::minutes(2)));
  EXPECT_THAT(message(stack), HasSubstr("AssociateRouteTable"));
  work_for(std::chrono::hours(1));
  EXPECT_THAT(count("AssociateRouteTable"), Le(18U));
  EXPECT_EQ(said(stack, "NoEffect"), 1);
}

}  // namespace
}  // namespace byoc::sim
