// Plans over the API: who asks gets byocd's plan, and nothing that byocd alone may reach.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/candidate.h"
#include "tests/controller/api_fixture.h"

namespace byoc {
namespace {

using testing::HasSubstr;
using testing::UnorderedElementsAre;

Json cluster_manifest(const std::string& name, const Json& spec) {
  Json manifest = {{"apiVersion", kApiVersion},
                   {"kind", "Cluster"},
                   {"metadata", {{"name", name}}},
                   {"spec", {{"region", "us-west-2"}}}};
  manifest["spec"].update(spec);
  return manifest;
}

class ApiPlanTest : public ApiTest {
 protected:
  ApiPlanTest() {
    ApiHooks hooks;
    hooks.now = [] { return kNow; };
    hooks.watched = "/etc/byoc/manifests";
    hooks.plan = [this](std::vector<Object> objects, std::vector<ObjectKey> keys,
                        std::function<void(std::vector<Json>)> done) {
      objects_ = std::move(objects);
      planned_.clear();
      for (const ObjectKey& key : keys) planned_.push_back(to_string(key));
      done_ = std::move(done);
    };
    api_.emplace(*store_, secrets_, hooks);
  }

  // What a plan of these says, once the loop has made it.
  Json plan(const Json& body) {
    const Json begun = expect(202, "POST", "/byoc/v1/plan", body);
    const std::string fetch = "/byoc/v1/plan?name=" + begun.value("plan", "");
    EXPECT_TRUE(ask("GET", fetch).idle) << "it is being made";
    done_({});
    return expect(200, "GET", fetch);
  }
  void store(const Json& manifest, const std::string& source = "") {
    Object object;
    object.kind = manifest.at("kind").get<std::string>();
    object.metadata.name = manifest.at("metadata").at("name").get<std::string>();
    object.metadata.finalizers = {std::string(kFinalizer)};
    if (!source.empty()) object.metadata.annotations[std::string(kSourceAnnotation)] = source;
    object.spec = manifest.at("spec");
    put(*store_, std::move(object));
  }

  std::vector<Object> objects_;
  std::vector<std::string> planned_;
  std::function<void(std::vector<Json>)> done_;
};

// F46
TEST_F(ApiPlanTest, IsMadeByTheLoopAndFetchedOnce) {
  const Json document = plan({{"objects", Json::array({role_manifest("ops")})}});
  EXPECT_EQ(document.at("kind"), "Plan");
  EXPECT_EQ(document.at("madeBy"), "byocd");
  EXPECT_THAT(planned_, UnorderedElementsAre("Role/ops"));
  EXPECT_EQ(ask("GET", "/byoc/v1/plan?name=1").code, 404);
  EXPECT_EQ(ask("GET", "/byoc/v1/plan?name=9").code, 404);
  EXPECT_TRUE(store_->list("").value().empty()) << "nothing is stored";
}

// F46: a role or a secret that no stored object names is nothing that a question may reach.
TEST_F(ApiPlanTest, WhatIsOnlyAskedAboutIsNotTrusted) {
  const std::string role = "arn:aws:iam::111122223333:role/other";
  const Json strange = cluster_manifest("a", {{"roleArn", role}});
  const Json file =
      cluster_manifest("b", {{"roleArn", role}, {"externalIdFrom", {{"file", "/etc/shadow"}}}});
  Json document = plan({{"objects", Json::array({strange, file})}});
  EXPECT_TRUE(planned_.empty());
  ASSERT_EQ(document.at("objects").size(), 2U);
  EXPECT_THAT(document["objects"][0]["waits"].get<std::string>(), HasSubstr(role));
  EXPECT_THAT(document["objects"][1]["waits"].get<std::string>(), HasSubstr("/etc/shadow"));
  store(strange);
  document = plan({{"objects", Json::array({strange, file})}});
  EXPECT_THAT(planned_, UnorderedElementsAre("Cluster/a"));
}

// F46: a status in the question would name a role to assume through roleRef.
TEST_F(ApiPlanTest, TheStatusIsTheStores) {
  Json forged = role_manifest("ops");
  forged["status"] = {{"arn", "arn:aws:iam::111122223333:role/other"}};
  plan({{"objects", Json::array({forged})}});
  ASSERT_EQ(objects_.size(), 1U);
  EXPECT_TRUE(objects_[0].status.empty());
}

// F46: what the watched directory does not name any more is a removal.
TEST_F(ApiPlanTest, FilesThatAreGoneAreRemovals) {
  store(role_manifest("kept"), "kept.yaml");
  store(role_manifest("gone"), "gone.yaml");
  store(role_manifest("by-hand"));
  const Json objects = Json::array({role_manifest("kept")});
  plan({{"objects", objects}, {"paths", Json::array({"/home/a/manifests"})}});
  EXPECT_THAT(planned_, UnorderedElementsAre("Role/kept"));
  plan({{"objects", objects}, {"paths", Json::array({"/etc/byoc/manifests"})}});
  EXPECT_THAT(planned_, UnorderedElementsAre("Role/kept", "Role/gone"));
  plan({{"delete",
         Json::array({{{"kind", "Role"}, {"namespace", "default"}, {"name", "by-hand"}}})}});
  EXPECT_THAT(planned_, UnorderedElementsAre("Role/by-hand"));
  EXPECT_EQ(ask("POST", "/byoc/v1/plan",
                {{"delete", Json::array({{{"kind", "Role"}, {"name", "none"}}})}})
                .code,
            404);
  EXPECT_EQ(ask("POST", "/byoc/v1/plan", {{"objects", 7}}).code, 400);
}

}  // namespace
}  // namespace byoc
