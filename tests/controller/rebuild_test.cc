#include "controller/rebuild.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/controller/scripted_cloud.h"
#include "tests/controller/store_fixture.h"

namespace byoc {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

Object object_named(const char* kind, const char* name) {
  Object object;
  object.kind = kind;
  object.metadata.name = name;
  return object;
}

Stray owned_by(const std::string& owner, const std::string& uid) {
  return {"vpc", "vpc-" + uid, owner, "vpc", uid, "us-west-2", Json::object()};
}

TEST(FindOwners, ByNameAndUid) {
  const Object demo = object_named("Cluster", "demo");
  const Owners owners =
      find_owners({demo, object_named("Cluster", "new")},
                  {owned_by("Cluster/demo", "a"), owned_by("Cluster/demo", "a"),
                   owned_by("Cluster/demo", "c"), owned_by("Cluster/other", "b")});
  ASSERT_THAT(owners.sets, SizeIs(1));
  EXPECT_THAT(owners.sets.at(demo.key()).at("a"), SizeIs(2));
  EXPECT_THAT(owners.sets.at(demo.key()).at("c"), SizeIs(1));
  ASSERT_THAT(owners.others, SizeIs(1));
  EXPECT_EQ(owners.others[0].uid, "b");
}

class RebuildTest : public StoreTest {};

TEST_F(RebuildTest, AReadThatFailsStoresNothing) {
  ScriptedCloud cloud(kNow);
  cloud.answer = [](const Call& call) -> Reply {
    if (call.operation == "DescribeVpcs") return {error(Code::denied, "no"), {}};
    if (call.operation != "GetAccountAuthorizationDetails") return nothing_of(call);
    const Json tags = {{{"Key", "byoc.dev/owner-uid"}, {"Value", "uid-1"}},
                       {{"Key", "byoc.dev/owner"}, {"Value", "Role/ops"}}};
    return {{}, {{"RoleDetailList", {{{"RoleName", "ops"}, {"Tags", tags}}}}}};
  };
  const auto store = open(":memory:");
  const Secrets secrets("");
  const auto owners = rebuild({*store, cloud, secrets, "us-east-1"}, {object_named("Role", "ops")});
  EXPECT_EQ(owners.status().code, Code::denied);
  EXPECT_THAT(store->list("").value(), IsEmpty());
}

// Two Roles may name each other in their policies: one was there first.
TEST_F(RebuildTest, ObjectsThatReferToEachOtherAreRestored) {
  ScriptedCloud cloud(kNow);
  cloud.answer = [](const Call& call) { return nothing_of(call); };
  const auto naming = [](const char* name, const char* other) {
    Object role = object_named("Role", name);
    const std::string text = "${role." + std::string(other) + ".arn}";
    role.spec["policies"]["inline"] = Json::array({{{"name", "p"}, {"document", text}}});
    return role;
  };
  const auto store = open(":memory:");
  const Secrets secrets("");
  const auto result =
      rebuild({*store, cloud, secrets, "us-east-1"}, {naming("a", "b"), naming("b", "a")});
  ASSERT_TRUE(result.ok()) << result.status().message;
  EXPECT_EQ(result.value().objects.size(), 2U);
}

}  // namespace
}  // namespace byoc
