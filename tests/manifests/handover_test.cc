#include "manifests/handover.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace byoc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Object object_of(const char* kind, const std::string& ns, const std::string& name,
                 Json spec = Json::object()) {
  Object object;
  object.kind = kind;
  object.metadata.ns = ns;
  object.metadata.name = name;
  object.metadata.uid = "uid-of-" + name;
  object.spec = std::move(spec);
  return object;
}

// "Role/a -> Role/b": what changes its name when these objects are all that manifests name.
std::vector<std::string> handed_over(const std::vector<Object>& existing,
                                     const std::vector<Object>& named) {
  std::vector<Manifest> manifests;
  std::set<ObjectKey> leaving;
  for (const Object& object : existing) leaving.insert(object.key());
  for (const Object& object : named) {
    manifests.emplace_back();
    manifests.back().object = object;
    leaving.erase(object.key());
  }
  std::vector<std::string> out;
  for (const Handover& one : find_handovers(manifests, existing, leaving)) {
    out.push_back(to_string(one.from) + " -> " + to_string(one.to));
  }
  return out;
}

// F22
TEST(Handover, ARoleOfOneNameInAwsGoesOnUnderAnotherName) {
  const Object old = object_of("Role", "default", "old", {{"name", "ops"}});
  const Object now = object_of("Role", "default", "now", {{"name", "ops"}});
  EXPECT_THAT(handed_over({old}, {now}), ElementsAre("Role/old -> Role/now"));
  EXPECT_THAT(handed_over({old}, {old, now}), IsEmpty()) << "a file names it";
  EXPECT_THAT(handed_over({old, now}, {now}), IsEmpty()) << "it is there already";
  const Object other = object_of("Role", "default", "now", {{"name", "Ops"}});
  EXPECT_THAT(handed_over({old}, {other}), IsEmpty()) << "another name for IAM to make";
  Object elsewhere = now;
  elsewhere.spec["accountId"] = "444455556666";
  Object here = old;
  here.status["accountId"] = "111122223333";
  EXPECT_THAT(handed_over({here}, {elsewhere}), IsEmpty()) << "of another account";
}

// B22: the manifest never named one, and this process may work in another.
TEST(Handover, ARegionThatNobodyWritesIsTheFormerOne) {
  const Object old = object_of("Cluster", "default", "demo", {{"region", "eu-west-1"}});
  Object now = object_of("Cluster", "team", "demo");
  EXPECT_THAT(handed_over({old}, {now}), ElementsAre("Cluster/demo -> Cluster/team/demo"));
  now.spec["region"] = "us-west-2";
  EXPECT_THAT(handed_over({old}, {now}), IsEmpty());
}

TEST(Handover, OnlyOneTakesOver) {
  const Object old = object_of("Role", "default", "old", {{"name", "ops"}});
  const Object one = object_of("Role", "default", "one", {{"name", "ops"}});
  const Object two = object_of("Role", "default", "two", {{"name", "ops"}});
  EXPECT_THAT(handed_over({old}, {one, two}), ElementsAre("Role/old -> Role/one"));
}

// F22: a whole stack moves to another namespace.
TEST(Handover, WhatRefersToEachOtherMovesTogether) {
  const auto stack = [](const std::string& ns) {
    return std::vector<Object>{
        object_of("NodeGroup", ns, "workers", {{"clusterRef", {{"name", "demo"}}}}),
        object_of("Cluster", ns, "demo", {{"region", "us-west-2"}, {"roleRef", {{"name", "ops"}}}}),
        object_of("Role", ns, "ops", {{"name", "ops"}}),
    };
  };
  EXPECT_THAT(handed_over(stack("default"), stack("team")),
              ElementsAre("Role/ops -> Role/team/ops", "Cluster/demo -> Cluster/team/demo",
                          "NodeGroup/workers -> NodeGroup/team/workers"));
}

TEST(Handover, ExistingObjectsAreSeenUnderTheirNewNames) {
  const Object old = object_of("Role", "default", "old");
  const std::vector<Handover> handovers = {{old.key(), {"Role", "team", "now"}}};
  const std::vector<Object> seen = under_new_names({old}, handovers);
  EXPECT_EQ(to_string(seen[0].key()), "Role/team/now");
  EXPECT_EQ(seen[0].metadata.uid, "uid-of-old");
  EXPECT_EQ(*former_name(handovers, seen[0].key()), old.key());
  EXPECT_EQ(former_name(handovers, old.key()), nullptr);
}

}  // namespace
}  // namespace byoc
