// Stories about what is not ours: only looked at, taken over, or left alone.
#include "tests/sim/owner_fixture.h"

namespace byoc::sim {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kTrust =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow",)"
    R"("Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]})";

constexpr const char* kPolicy =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]})";

class AdoptionStory : public OwnerTest {
 protected:
  static Object adopting_role(const std::string& name) {
    return object_of("Role", name,
                     {{"name", name},
                      {"adopt", true},
                      {"trust", {{"services", {"ec2.amazonaws.com"}}}},
                      {"policies", {{"managed", {"AmazonS3ReadOnlyAccess"}}}}});
  }
  void role_of_somebody(const std::string& name) {
    by_hand("iam", "CreateRole", {{"RoleName", name}, {"AssumeRolePolicyDocument", kTrust}});
    by_hand("iam", "AttachRolePolicy",
            {{"RoleName", name}, {"PolicyArn", "arn:aws:iam::aws:policy/ReadOnlyAccess"}});
    by_hand("iam", "PutRolePolicy",
            {{"RoleName", name}, {"PolicyName", "theirs"}, {"PolicyDocument", kPolicy}});
    cloud_.forget_journal();
  }
};

// F11, L10
TEST_F(AdoptionStory, WhatIsOnlyObservedIsNeverChanged) {
  ASSERT_TRUE(converge(apply_stack()));
  new_store();  // somebody else's cluster and node group, to this one
  cloud_.forget_journal();
  const auto before = owned(cloud_.world());
  const ObjectKey cluster = apply(
      object_of("Cluster", "demo", {{"region", "us-west-2"}, {"managementPolicy", "Observe"}}));
  const ObjectKey nodes = apply(object_of(
      "NodeGroup", "workers",
      {{"clusterRef", {{"name", "demo"}}}, {"managementPolicy", "Observe"}, {"max", 99}}));
  ASSERT_TRUE(converge({cluster, nodes})) << status(cluster).dump() << status(nodes).dump();
  EXPECT_EQ(status(cluster).at("phase"), "Running");
  EXPECT_EQ(status(cluster).at("kubernetesVersion"), "1.33");
  EXPECT_TRUE(status(cluster).contains("endpoint"));
  EXPECT_FALSE(status(cluster).at("network").at("nodeSubnets").empty());
  EXPECT_TRUE(status(cluster).at("network").contains("vpcId"));
  EXPECT_EQ(status(nodes).at("phase"), "Running");
  EXPECT_TRUE(status(nodes).contains("desired"));
  request_deletion(nodes);
  ASSERT_TRUE(gone(nodes));
  request_deletion(cluster);
  ASSERT_TRUE(gone(cluster));
  EXPECT_THAT(changes(), IsEmpty());
  EXPECT_EQ(owned(cloud_.world()), before);
  EXPECT_THAT(store_->tombstones().value(), IsEmpty()) << "no sweep takes it for left behind";
}

// F11
TEST_F(AdoptionStory, ADifferenceOfWhatIsObservedIsToldAndNoFailure) {
  ASSERT_TRUE(converge(apply_stack()));
  new_store();
  const ObjectKey cluster = apply(object_of(
      "Cluster", "demo",
      {{"region", "us-west-2"}, {"managementPolicy", "Observe"}, {"kubernetesVersion", "1.31"}}));
  ASSERT_TRUE(converge({cluster}));
  EXPECT_EQ(status(cluster).at("reason"), "Differs");
  EXPECT_THAT(message(cluster), HasSubstr("version"));
}

// F11
TEST_F(AdoptionStory, WhatByocMadeIsLeftWhenItsObjectOnlyLooks) {
  ASSERT_TRUE(converge(apply_stack()));
  const auto before = owned(cloud_.world());
  Object cluster = in_stack("Cluster");
  Object nodes = in_stack("NodeGroup");
  cluster.spec["managementPolicy"] = "Observe";
  nodes.spec["managementPolicy"] = "Observe";
  cloud_.forget_journal();
  ASSERT_TRUE(converge({apply(nodes), apply(cluster)}));
  request_deletion(nodes.key());
  ASSERT_TRUE(gone(nodes.key()));
  request_deletion(cluster.key());
  ASSERT_TRUE(gone(cluster.key()));
  EXPECT_THAT(changes(), IsEmpty());
  EXPECT_EQ(owned(cloud_.world()), before);
}

// F11
TEST_F(AdoptionStory, WhatALivingObjectOwnsIsNeverTaken) {
  ASSERT_TRUE(converge(apply_stack()));
  cloud_.forget_journal();
  const ObjectKey thief = apply(
      object_of("NodeGroup", "management", {{"clusterRef", {{"name", "demo"}}}, {"adopt", true}}));
  one_pass(thief);
  one_pass(thief);
  EXPECT_EQ(status(thief).at("reason"), "NameConflict");
  EXPECT_THAT(message(thief), HasSubstr("belongs to Cluster/demo"));
  EXPECT_THAT(message(thief), Not(HasSubstr("adopt: true")));
  EXPECT_THAT(changes(), IsEmpty()) << "not even its launch template is made";
}

// F11
TEST_F(AdoptionStory, AClusterOfOthersIsRefusedBeforeAnythingIsMade) {
  ASSERT_TRUE(converge(apply_stack()));
  const std::string arn = status(in_stack("Cluster").key()).at("arn");
  new_store();
  for (const bool tagged : {true, false}) {
    if (!tagged) {
      by_hand("eks", "UntagResource",
              {{"resourceArn", arn}, {"tagKeys", {"byoc.dev/owner-uid", "byoc.dev/owner"}}});
    }
    cloud_.forget_journal();
    restart();  // it looks at everything anew
    Object thief = object_of("Cluster", "demo", {{"region", "us-west-2"}, {"adopt", true}});
    thief.metadata.ns = "others";  // the same name in EKS, and not the same object
    const ObjectKey key = apply(thief);
    one_pass(key);
    one_pass(key);
    EXPECT_THAT(changes(), IsEmpty());
    EXPECT_EQ(status(key).at("reason"), tagged ? "NameConflict" : "CannotAdopt");
    EXPECT_THAT(message(key), HasSubstr(tagged ? "belongs to Cluster/demo" : "Observe"));
  }
}

// F11
TEST_F(AdoptionStory, TheFirstPassShowsAndASecondOneActs) {
  role_of_somebody("theirs");
  const ObjectKey key = apply(adopting_role("theirs"));
  one_pass(key);
  EXPECT_THAT(changes(), IsEmpty());
  EXPECT_EQ(status(key).at("reason"), "AdoptionShown");
  EXPECT_THAT(message(key), HasSubstr("apply once more"));
  EXPECT_FALSE(status(key).at("adoption").at("shown").empty());
  EXPECT_THAT(events(key), Contains(HasSubstr("tag byoc.dev/owner-uid")));
  restart();  // what was shown is known to whoever comes next
  ASSERT_TRUE(converge({key})) << status(key).dump();
  EXPECT_THAT(changes(), Contains("TagRole"));
  EXPECT_THAT(changes(), Not(Contains("CreateRole")));
  EXPECT_FALSE(status(key).contains("adoption"));
}

// F11
TEST_F(AdoptionStory, AnotherManifestIsShownAgain) {
  role_of_somebody("theirs");
  Object role = adopting_role("theirs");
  const ObjectKey key = apply(role);
  one_pass(key);
  role.spec["tags"] = {{"team", "ml"}};
  apply(role);
  one_pass(key);
  EXPECT_THAT(changes(), IsEmpty());
  EXPECT_THAT(status(key).at("adoption").dump(), HasSubstr("tag team"));
}

// F11
TEST_F(AdoptionStory, WhatADeletedObjectLeftMayBeTaken) {
  const std::string name = "left-behind";
  Object first = adopting_role(name);
  first.spec.erase("adopt");
  const ObjectKey key = apply(first);
  ASSERT_TRUE(converge({key}));
  Object record = store_->get(key).value();
  record.metadata.finalizers.clear();  // as --force does
  ASSERT_TRUE(store_->put(record, cloud_.now()).ok());
  ASSERT_TRUE(store_->remove(key, cloud_.now()).ok());
  restart();
  apply(adopting_role(name));
  ASSERT_TRUE(converge({key})) << status(key).dump();
}

}  // namespace
}  // namespace byoc::sim
