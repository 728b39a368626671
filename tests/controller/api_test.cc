// What the door answers beside objects: discovery, namespaces, what is byoc's own, metrics.
#include "controller/api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/controller/api_fixture.h"

namespace byoc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(ApiTest, BothFormsOfDiscovery) {
  ApiRequest request = request_for("GET", "/apis");
  EXPECT_EQ(Json::parse(api_->answer(request).body).at("kind"), "APIGroupList");
  request.accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
  const ApiReply reply = api_->answer(request);
  EXPECT_EQ(reply.type, request.accept) << "clients decode by it";
  const Json group = Json::parse(reply.body).at("items").at(0);
  EXPECT_EQ(group.at("metadata").at("name"), "byoc.dev");
  std::vector<std::string> names;
  for (const Json& type : group.at("versions").at(0).at("resources")) {
    names.push_back(type.at("resource"));
  }
  EXPECT_THAT(names, ElementsAre("clusters", "nodegroups", "roles"));
  const Json list = expect(200, "GET", "/apis/byoc.dev/v1alpha1");
  EXPECT_EQ(list.at("resources").size(), 6U) << "and the status of each";
  EXPECT_EQ(list.at("resources").at(1).at("name"), "clusters/status");
  EXPECT_EQ(group.at("versions").at(0).at("resources").at(0).at("subresources").size(), 1U);
  EXPECT_EQ(expect(200, "GET", "/api").at("kind"), "APIVersions");
  EXPECT_EQ(expect(200, "GET", "/api/v1").at("resources").size(), 2U);
  EXPECT_EQ(expect(200, "GET", "/version").at("major"), "1");
}

TEST_F(ApiTest, TheSchemasAreWhatClientsExplain) {
  const std::string url = expect(200, "GET", "/openapi/v3")
                              .at("paths")
                              .at("apis/byoc.dev/v1alpha1")
                              .at("serverRelativeURL");
  const Json document = expect(200, "GET", url);
  const Json& patch =
      document.at("paths").at("/apis/byoc.dev/v1alpha1/namespaces/{namespace}/roles/{name}");
  EXPECT_EQ(patch.at("patch").at("x-kubernetes-group-version-kind").at("kind"), "Role");
  const Json& role = document.at("components").at("schemas").at("dev.byoc.v1alpha1.Role");
  EXPECT_EQ(role.at("properties").at("spec").at("properties").at("trust").at("type"), "object");
}

TEST_F(ApiTest, NamespacesAreThoseOfObjects) {
  Object other = cluster("demo");
  other.metadata.ns = "team-a";
  put(*store_, other);
  const Json list = expect(200, "GET", "/api/v1/namespaces");
  ASSERT_EQ(list.at("items").size(), 2U);
  EXPECT_EQ(list.at("items")[1].at("metadata").at("name"), "team-a");
  EXPECT_EQ(expect(200, "GET", "/api/v1/namespaces/default").at("kind"), "Namespace");
  EXPECT_EQ(expect(404, "GET", "/api/v1/namespaces/none").at("reason"), "NotFound");
  expect(405, "POST", "/api/v1/namespaces", Json::object());
}

TEST_F(ApiTest, ThePauseOfEverythingIsTheStores) {
  put(*store_, cluster("demo"));
  EXPECT_EQ(expect(200, "GET", "/byoc/v1/pause").at("paused"), false);
  expect(200, "PUT", "/byoc/v1/pause");
  EXPECT_TRUE(store_->paused().value());
  EXPECT_THAT(looked_, ElementsAre("Cluster/demo"));
  expect(200, "DELETE", "/byoc/v1/pause");
  EXPECT_FALSE(store_->paused().value());
}

TEST_F(ApiTest, NewsSayWhenThereAreNone) {
  put(*store_, cluster("demo"));
  const ApiReply all = ask("GET", "/byoc/v1/news");
  EXPECT_FALSE(all.idle);
  const Json news = Json::parse(all.body);
  EXPECT_EQ(news.at("objects").at(0).at("type"), "ADDED");
  const std::string since = news.at("cursor").get<std::string>();
  EXPECT_TRUE(ask("GET", "/byoc/v1/news?since=" + since).idle);
}

TEST_F(ApiTest, MetricsAndHealthAreForEverybody) {
  const auto get = [&](const char* path) { return api_->answer_public(request_for("GET", path)); };
  EXPECT_EQ(get("/metrics").body, "byoc_up 1\n");
  EXPECT_THAT(get("/metrics").type, HasSubstr("version=0.0.4"));
  EXPECT_EQ(get("/healthz").body, "ok");
  EXPECT_EQ(get("/readyz").code, 200);
  trouble_ = "no space is left";
  EXPECT_EQ(get("/readyz").code, 503);
  EXPECT_EQ(get("/readyz").body, "no space is left\n");
  for (const char* path : {"/apis", "/byoc/v1/news", "/api/v1/events"}) {
    EXPECT_EQ(get(path).code, 404) << path;
  }
  EXPECT_EQ(api_->answer_public(request_for("POST", "/metrics")).code, 404);
  EXPECT_EQ(ask("GET", "/healthz").body, "ok") << "the socket has them, too";
}

TEST_F(ApiTest, OtherPathsAreNotFound) {
  for (const char* path : {"/", "/apis/apps/v1/deployments", "/byoc/v1/none", "/byoc/v1",
                           "/apis/byoc.dev/v1alpha1/roles/ops", "/api/v1/pods",
                           "/apis/byoc.dev/v1alpha1/namespaces/default/roles/a/b/c"}) {
    EXPECT_EQ(expect(404, "GET", path).at("kind"), "Status") << path;
  }
}

}  // namespace
}  // namespace byoc
