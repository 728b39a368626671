// Stories about hands that delete what byoc made: it is made again, once, and the rest stays as it
// is.
#include <algorithm>
#include <map>
#include <set>

#include "tests/sim/owner_fixture.h"

namespace byoc::sim {
namespace {

using testing::IsEmpty;

struct Deletion {
  const char* type;
  const char* service;
  const char* operation;
  const char* member;  // that takes the id; EKS: of what is in a cluster
};

// What AWS lets people delete although others use it.
constexpr Deletion kDeletions[] = {
    {"ec2:natgateway", "ec2", "DeleteNatGateway", "NatGatewayId"},
    {"eks:nodegroup", "eks", "DeleteNodegroup", "nodegroupName"},
    {"eks:addon", "eks", "DeleteAddon", "addonName"},
    {"eks:access-entry", "eks", "DeleteAccessEntry", "principalArn"},
    {"iam:oidc-provider", "iam", "DeleteOpenIDConnectProvider", "OpenIDConnectProviderArn"},
    {"logs:log-group", "logs", "DeleteLogGroup", "logGroupName"},
};

class VanishStory : public OwnerTest {
 protected:
  [[nodiscard]] std::vector<Thing> ours(std::string_view type) const {
    std::vector<Thing> out;
    each_thing(cloud_.world(), Sight{}, [&](const Thing& thing) {
      const auto owner = thing.tags->find(std::string(kOwnerTag));
      if (thing.type != type || owner == thing.tags->end() || owner->second == kForeignUid) return;
      out.push_back(thing);
    });
    return out;
  }

  void remove(const Deletion& one, const Thing& thing) {
    Json params = {{one.member, thing.id}};
    if (std::string_view(one.service) == "eks") {
      const auto slash = thing.id.find('/');
      params = {{"clusterName", thing.id.substr(0, slash)},
                {one.member, thing.id.substr(slash + 1)}};
    }
    by_hand(one.service, one.operation, std::move(params));
  }

  // Keys that are missing, doubled or new.
  [[nodiscard]] std::vector<std::string> odd(
      const std::map<std::string, std::vector<std::string>>& before) const {
    std::vector<std::string> out;
    const auto now = owned(cloud_.world());
    for (const auto& [key, ids] : before) {
      const auto found = now.find(key);
      const std::size_t count = found == now.end() ? 0 : found->second.size();
      if (count != ids.size()) out.push_back(key + ": " + std::to_string(count));
    }
    for (const auto& [key, ids] : now) {
      if (!before.contains(key)) out.push_back(key + " is new");
    }
    return out;
  }
};

TEST_F(VanishStory, WhatPeopleDeleteIsMadeAgainOnce) {
  const auto keys = apply_stack();
  ASSERT_TRUE(converge(keys));
  const auto before = owned(cloud_.world());
  for (const Deletion& one : kDeletions) {
    const auto things = ours(one.type);
    ASSERT_THAT(things, testing::Not(IsEmpty())) << one.type;
    for (const Thing& thing : things) remove(one, thing);
    static_cast<void>(run_until([] { return false; }, std::chrono::hours(3)));
    EXPECT_TRUE(converge(keys)) << one.type << ": " << message(keys[1]) << message(keys[2]);
    EXPECT_THAT(odd(before), IsEmpty()) << one.type;
  }
}

// A launch template goes while the nodes that were made from it stand: EKS takes another template
// at creation only, and nodes are not made again unasked.
TEST_F(VanishStory, NodesStandWithoutTheirTemplate) {
  const auto keys = apply_stack();
  ASSERT_TRUE(converge(keys));
  const Deletion deletion = {"", "ec2", "DeleteLaunchTemplate", "LaunchTemplateId"};
  for (const Thing& thing : ours("ec2:launch-template")) remove(deletion, thing);
  cloud_.forget_journal();
  static_cast<void>(run_until([] { return false; }, std::chrono::hours(3)));
  EXPECT_THAT(changes(), testing::Not(testing::Contains("DeleteNodegroup")));
  EXPECT_EQ(status(keys[2]).at("reason"), "ReplacementNeeded");
  Object nodes = in_stack("NodeGroup");
  nodes.spec["allowReplace"] = true;
  apply(nodes);
  EXPECT_TRUE(converge({keys[2]})) << message(keys[2]);
}

}  // namespace
}  // namespace byoc::sim
