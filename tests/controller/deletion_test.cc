#include "controller/deletion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/candidate.h"
#include "tests/controller/api_fixture.h"

namespace byoc {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::string kClusters = "/apis/byoc.dev/v1alpha1/namespaces/default/clusters";
const std::string kGroups = "/apis/byoc.dev/v1alpha1/namespaces/default/nodegroups";

Object protected_cluster(const std::string& name) {
  Object object = byoc::cluster(name);
  object.metadata.finalizers = {std::string(kFinalizer)};
  object.spec["deletionProtection"] = true;
  return object;
}

Object group_of(const std::string& name, const std::string& cluster_name) {
  Object object;
  object.kind = "NodeGroup";
  object.metadata.name = name;
  object.metadata.finalizers = {std::string(kFinalizer)};
  object.spec = {{"clusterRef", {{"name", cluster_name}}}};
  return object;
}

std::vector<std::string> names_of(const std::vector<Object>& objects) {
  std::vector<std::string> out;
  for (const Object& object : objects) out.push_back(to_string(object.key()));
  return out;
}

TEST(Deletion, AProtectedObjectRefusesTheWholeCommand) {  // F19, V63
  const std::vector<Object> all = {protected_cluster("a"), group_of("g", "a"), byoc::cluster("b"),
                                   group_of("h", "b")};
  const Status refused = check_protection({all[1], all[0]}, all);
  EXPECT_EQ(refused.code, Code::denied);
  EXPECT_THAT(refused.message, AllOf(HasSubstr("nothing is deleted"), HasSubstr("Cluster/a"),
                                     HasSubstr("deletionProtection"), HasSubstr("apply")));
  EXPECT_TRUE(check_protection({all[1]}, all).ok()) << "a node group goes alone";
  EXPECT_TRUE(check_protection({all[2], all[3]}, all).ok());
}

TEST(Deletion, WhatAProtectedObjectNeedsStaysToo) {  // F19
  Object user = protected_cluster("a");
  user.spec["roleRef"] = {{"name", "ops"}};
  Object role;
  role.kind = "Role";
  role.metadata.name = "ops";
  Object group = group_of("g", "b");
  group.spec["deletionProtection"] = true;
  const std::vector<Object> all = {user, role, byoc::cluster("b"), group};
  EXPECT_THAT(check_protection({role}, all).message, HasSubstr("Cluster/a"));
  EXPECT_THAT(check_protection({all[2]}, all).message, HasSubstr("NodeGroup/g"));
  EXPECT_TRUE(check_protection({role}, {role}).ok()) << "its record alone";
}

TEST(Deletion, OddValuesProtectNothingAndStopNothing) {
  Object odd = byoc::cluster("a");
  for (const Json& value : {Json("true"), Json(1), Json(nullptr), Json::array({true})}) {
    odd.spec = {{"deletionProtection", value}, {"deletionPolicy", value}};
    EXPECT_TRUE(check_protection({odd}, {odd}).ok()) << value;
    EXPECT_FALSE(cascades(odd)) << value;
  }
  odd.spec = {{"deletionPolicy", {{"cascade", true}}}};
  EXPECT_TRUE(cascades(odd));
}

// L63
TEST(Deletion, WhatCascadesIsAdded) {
  Object policy = byoc::cluster("a");
  policy.spec["deletionPolicy"] = {{"cascade", true}};
  const std::vector<Object> all = {policy, group_of("g", "a"), group_of("h", "b")};
  std::vector<Object> targets = {policy};
  add_cascaded(all, targets);
  EXPECT_THAT(names_of(targets), testing::ElementsAre("Cluster/a", "NodeGroup/g"));
}

class DeletionApiTest : public ApiTest {
 protected:
  bool deleting(const ObjectKey& key) { return store_->get(key).value().deleting(); }
};

TEST_F(DeletionApiTest, TheStoreMarksNothingProtected) {  // F19: the last line of all of them
  const Object stored = put(*store_, protected_cluster("a"));
  EXPECT_EQ(mark_deleted(stored, *store_, kNow).code, Code::denied);
  EXPECT_FALSE(deleting(stored.key()));
}

TEST_F(DeletionApiTest, AProtectedObjectIsForbiddenToDelete) {  // F19
  put(*store_, protected_cluster("a"));
  put(*store_, group_of("g", "a"));
  for (const Json& options : {Json(), Json{{"propagationPolicy", "Orphan"}}}) {
    const Json refusal = expect(403, "DELETE", kClusters + "/a", options);
    EXPECT_EQ(refusal.at("reason"), "Forbidden");
    EXPECT_THAT(refusal.at("message"), HasSubstr("spec.deletionProtection is true"));
  }
  expect(403, "DELETE", kClusters + "/a?dryRun=All");
  EXPECT_FALSE(deleting({"Cluster", "default", "a"}));
  expect(200, "DELETE", kGroups + "/g");
  EXPECT_TRUE(deleting({"NodeGroup", "default", "g"}));
}

TEST_F(DeletionApiTest, ACascadeIsRefusedOrDoneWhole) {  // F19, L63
  Object policy = byoc::cluster("a");
  policy.metadata.finalizers = {std::string(kFinalizer)};
  policy.spec["deletionPolicy"] = {{"cascade", true}};
  put(*store_, policy);
  put(*store_, group_of("f", "a"));
  Object group = group_of("g", "a");
  group.spec["deletionProtection"] = true;
  group = put(*store_, group);
  expect(403, "DELETE", kClusters + "/a");
  EXPECT_FALSE(deleting({"NodeGroup", "default", "f"}));
  group.spec["deletionProtection"] = false;
  put(*store_, group);
  expect(200, "DELETE", kClusters + "/a?dryRun=All");
  EXPECT_FALSE(deleting({"NodeGroup", "default", "f"}));
  expect(200, "DELETE", kClusters + "/a");
  EXPECT_TRUE(deleting({"Cluster", "default", "a"}));
  EXPECT_TRUE(deleting({"NodeGroup", "default", "f"}));
  EXPECT_TRUE(deleting({"NodeGroup", "default", "g"}));
}

TEST_F(DeletionApiTest, ADeletionThatWaitsForProtectionIsLetGo) {  // V63
  Json manifest = role_manifest("ops");
  manifest["spec"]["deletionProtection"] = true;
  expect(201, "POST", kRoles, manifest);
  const ObjectKey key{"Role", "default", "ops"};
  tamper(path(),
         "UPDATE objects SET body = json_set(body, '$.metadata.deletionTimestamp', "
         "'2026-01-31T09:30:00Z')");
  ASSERT_TRUE(deleting(key)) << "as an older byoc marked it";
  Json other = {{"spec", {{"deletionProtection", false}, {"path", "/x/"}}}};
  EXPECT_THAT(expect(422, "PATCH", kRoles + "/ops", other).at("message"),
              HasSubstr("set spec.deletionProtection to false"));
  expect(200, "PATCH", kRoles + "/ops", {{"spec", {{"deletionProtection", false}}}});
  const Object stored = store_->get(key).value();
  EXPECT_TRUE(stored.deleting());
  EXPECT_EQ(stored.spec.at("deletionProtection"), false);
}

}  // namespace
}  // namespace byoc
