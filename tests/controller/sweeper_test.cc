#include "controller/sweeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/controller/scripted_cloud.h"
#include "tests/controller/store_fixture.h"

namespace byoc {
namespace {

using std::chrono::minutes;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Stray stray_named(const std::string& id, const std::string& uid = "uid-1") {
  return {"vpc", id, "Cluster/demo", "vpc", uid, "us-west-2", Json::object()};
}

// G42
TEST(StrayMemory, DanglesWhenSeenTwiceSoFarApart) {
  StrayMemory memory(minutes(30));
  EXPECT_THAT(memory.take({stray_named("a")}, kNow), IsEmpty());
  EXPECT_THAT(memory.take({stray_named("a"), stray_named("b")}, kNow + minutes(10)), IsEmpty());
  EXPECT_THAT(memory.take({stray_named("a"), stray_named("b")}, kNow + minutes(35)), SizeIs(1));
  EXPECT_THAT(memory.take({stray_named("b")}, kNow + minutes(45)), SizeIs(1));
  EXPECT_THAT(memory.take({stray_named("a")}, kNow + minutes(50)), IsEmpty())
      << "it was away: counted anew";
}

class SweeperTest : public StoreTest {
 protected:
  SweeperTest() : store_(open(":memory:")) {}
  std::unique_ptr<Store> store_;
};

TEST_F(SweeperTest, EachAccountAndRegionOnce) {
  Object role;
  role.kind = "Role";
  role.metadata.name = "ops";
  role.status = {{"arn", "arn:aws:iam::1:role/ops"}};
  Object one = cluster("one");
  one.spec["roleRef"]["name"] = "ops";
  Object two = cluster("two");
  two.spec["roleRef"]["name"] = "ops";
  const Scopes scopes = sweep_scopes({role, one, two, cluster("three")}, Secrets(""), "eu-west-1");
  std::vector<std::string> said;
  for (const auto& scope : scopes) said.push_back(scope->region + " " + scope->role_arn);
  EXPECT_THAT(said, ElementsAre("eu-west-1 ", "us-west-2 arn:aws:iam::1:role/ops", "us-west-2 "));
}

TEST_F(SweeperTest, ItLooksWithoutWaitingAndTellsWhatFailed) {
  ScriptedCloud cloud(kNow);
  cloud.answer = [](const Call& call) -> Reply {
    if (call.operation == "DescribeVpcs") {
      return {{},
              {{"Vpcs",
                {{{"VpcId", "vpc-1"},
                  {"Tags", {{{"Key", "byoc.dev/owner-uid"}, {"Value", "uid-1"}}}}}}}}};
    }
    if (call.service == "iam") return {error(Code::denied, "not authorized"), {}};
    return nothing_of(call);
  };
  Sweep sweep(cloud, sweep_scopes({}, Secrets(""), "us-west-2"), {});
  while (!sweep.finished()) {
    auto completion = cloud.wait(cloud.now());
    ASSERT_TRUE(completion);
    EXPECT_TRUE(sweep.take(*completion));
  }
  Completion foreign;
  foreign.ticket = 999;
  EXPECT_FALSE(sweep.take(foreign));
  ASSERT_THAT(sweep.strays(), SizeIs(1));
  EXPECT_EQ(sweep.strays()[0].id, "vpc-1");
  ASSERT_THAT(sweep.failures(), SizeIs(1));
  EXPECT_THAT(sweep.failures()[0].message,
              testing::HasSubstr("iam:GetAccountAuthorizationDetails: not authorized"));
}

// X11
TEST_F(SweeperTest, OnlyWhatWasOursIsTakenAway) {
  Object gone = cluster("demo");
  gone.metadata.uid = "uid-1";
  put(*store_, gone);
  ASSERT_TRUE(store_->remove(gone.key(), kNow).ok());
  Stray bucket = stray_named("data");
  bucket.type = "bucket";
  const auto own =
      own_strays(*store_, {stray_named("vpc-1"), stray_named("vpc-2", "of-another-store"), bucket});
  ASSERT_THAT(own.value(), SizeIs(1));
  EXPECT_THAT(own_strays(*store_, own.value(), LeftBy::willing).value(), IsEmpty());
  const auto keys = reclaim_all(*store_, own.value(), kNow);
  ASSERT_TRUE(keys.ok());
  ASSERT_THAT(keys.value(), SizeIs(1));
  const Object record = store_->get(keys.value()[0]).value();
  EXPECT_EQ(record.metadata.uid, "uid-1");
  EXPECT_TRUE(record.deleting());
  EXPECT_THAT(store_->list("").value(), SizeIs(1));
}

TEST_F(SweeperTest, AnObjectMayAgreeBeforehand) {
  Object gone = cluster("demo");
  gone.metadata.uid = "uid-1";
  gone.metadata.annotations[std::string(kSweepAnnotation)] = "delete";
  put(*store_, gone);
  ASSERT_TRUE(store_->remove(gone.key(), kNow).ok());
  const std::vector<Stray> strays = {stray_named("vpc-1")};
  ASSERT_THAT(own_strays(*store_, strays, LeftBy::willing).value(), SizeIs(1));

  // The record under which it is deleted does not take the consent back.
  const auto keys = reclaim_all(*store_, strays, kNow);
  Object record = store_->get(keys.value()[0]).value();
  record.metadata.finalizers.clear();
  record = store_->put(record, kNow).value();
  ASSERT_TRUE(store_->remove(record.key(), kNow).ok());
  EXPECT_THAT(own_strays(*store_, strays, LeftBy::willing).value(), SizeIs(1));
}

}  // namespace
}  // namespace byoc
