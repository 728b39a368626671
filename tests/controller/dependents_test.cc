#include "controller/dependents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/controller/store_fixture.h"

namespace byoc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Object user_of(const std::string& name, const std::string& role) {
  Object object = byoc::cluster(name);
  object.spec["roleRef"] = {{"name", role}};
  return object;
}

TEST_F(StoreTest, DependentsFollowWhatChanges) {  // F65
  const auto store = open(path());
  const ObjectKey ops{"Role", "default", "ops"};
  const ObjectKey dev{"Role", "default", "dev"};
  Dependents dependents;
  EXPECT_THAT(dependents.of(*store, ops).value(), IsEmpty());
  Object a = put(*store, user_of("a", "ops"));
  put(*store, user_of("b", "ops"));
  const ObjectKey b{"Cluster", "default", "b"};
  EXPECT_THAT(dependents.of(*store, ops).value(), ElementsAre(a.key(), b));
  a.spec["roleRef"] = {{"name", "dev"}};
  put(*store, a);
  EXPECT_THAT(dependents.of(*store, ops).value(), ElementsAre(b));
  EXPECT_THAT(dependents.of(*store, dev).value(), ElementsAre(a.key()));
  ASSERT_TRUE(store->remove(b, kNow).ok());
  EXPECT_THAT(dependents.of(*store, ops).value(), IsEmpty());
  put(*store, user_of("b", "ops"));
  EXPECT_THAT(dependents.of(*store, ops).value(), ElementsAre(b)) << "made again";
  EXPECT_THAT(Dependents().of(*store, ops).value(), ElementsAre(b)) << "after a restart";
}

TEST_F(StoreTest, DependentsAreReadAnewWhenDeletionsAreForgotten) {  // F65
  const auto store = open(":memory:");
  const ObjectKey ops{"Role", "default", "ops"};
  Dependents dependents;
  put(*store, user_of("a", "ops"));
  EXPECT_THAT(dependents.of(*store, ops).value(), testing::SizeIs(1));
  ASSERT_TRUE(store->remove({"Cluster", "default", "a"}, kNow).ok());
  for (int i = 0; i <= kDeletionsKept; ++i) {
    const Object one = put(*store, byoc::cluster("x"));
    ASSERT_TRUE(store->remove(one.key(), kNow).ok());
  }
  EXPECT_THAT(dependents.of(*store, ops).value(), IsEmpty());
}

}  // namespace
}  // namespace byoc
