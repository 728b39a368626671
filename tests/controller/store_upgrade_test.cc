// Stores that earlier versions wrote.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "controller/candidate.h"
#include "controller/request.h"
#include "controller/store_sqlite.h"
#include "tests/controller/store_fixture.h"

namespace byoc {
namespace {

using testing::Pair;
using testing::UnorderedElementsAre;

class StoreUpgradeTest : public StoreTest {
 protected:
  StoreUpgradeTest() {  // as cc90c94 left it
    std::ifstream in(std::string(BYOC_SOURCE_DIR) + "/tests/sim/upgrade/store.sql");
    std::stringstream script;
    script << in.rdbuf();
    fs::create_directories(dir_ / "state");
    tamper(path(), script.str().c_str());
  }

  const ObjectKey role_{"Role", "default", "operator"};
  const ObjectKey cluster_{"Cluster", "default", "demo"};
};

TEST_F(StoreUpgradeTest, PausesAndRequestsBecomeAnnotations) {
  tamper(path(),
         "UPDATE objects SET body = json_set(body, '$.status.paused', json('true'), "
         "'$.status.lookRequested', 36) WHERE name = 'operator';"
         "UPDATE objects SET body = json_set(body, '$.status.paused', json('false')) "
         "WHERE name = 'demo'");
  const auto store = open(path());
  const Object role = store->get(role_).value();
  EXPECT_TRUE(is_paused(role));
  EXPECT_TRUE(look_requested(role));
  EXPECT_THAT(role.metadata.annotations, UnorderedElementsAre(Pair(kPausedAnnotation, "true"),
                                                              Pair(kReconcileAnnotation, "36")));
  EXPECT_EQ(role.status.at("phase"), "Ready");
  EXPECT_FALSE(is_paused(store->get(cluster_).value()));
  for (const Object& object : store->list("").value()) {
    EXPECT_FALSE(object.status.contains("paused") || object.status.contains("lookRequested"));
  }
}

TEST_F(StoreUpgradeTest, NothingElseOfARecordChanges) {
  const Json before = Json::parse([&] {
    std::string body;
    auto db = Database::open(path(), 1000).value();
    EXPECT_TRUE(
        db->run("SELECT body FROM objects WHERE name = 'demo'", {}, [&](const RowView& row) {
            body = row.text(0);
          }).ok());
    return body;
  }());
  EXPECT_EQ(to_json(open(path())->get(cluster_).value()), before);
}

// What annotations there were came from manifests, which take them away again.
TEST_F(StoreUpgradeTest, EarlierAnnotationsAreThoseOfTheManifest) {
  tamper(path(),
         "UPDATE objects SET body = json_set(body, '$.metadata.annotations', "
         "json('{\"byoc.dev/source\": \"a.yaml\", \"team\": \"a\"}'), "
         "'$.status.paused', json('true')) WHERE name = 'operator'");
  const auto store = open(path());
  const Object role = store->get(role_).value();
  EXPECT_EQ(source_file(role), "a.yaml");
  Manifest manifest;
  manifest.object = role;
  manifest.object.metadata.annotations.clear();
  const Object applied = candidate_for(manifest, &role, {"a.yaml", ""}).object;
  EXPECT_THAT(
      applied.metadata.annotations,
      UnorderedElementsAre(Pair(kPausedAnnotation, "true"), Pair(kSourceAnnotation, "a.yaml")));
}

TEST_F(StoreUpgradeTest, ADamagedRecordHoldsUpNothing) {
  tamper(path(),
         "UPDATE objects SET body = '{\"kind\": 5' WHERE name = 'demo';"
         "UPDATE objects SET body = json_set(body, '$.status', 5) WHERE name = 'wide';"
         "UPDATE objects SET body = json_set(body, '$.status.paused', json('true')) "
         "WHERE name = 'operator'");
  const auto store = open(path());
  ASSERT_NE(store, nullptr);
  EXPECT_TRUE(is_paused(store->get(role_).value()));
  EXPECT_EQ(store->list("").value().size(), 5U);
}

}  // namespace
}  // namespace byoc
