#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/request.h"
#include "tests/controller/api_fixture.h"

namespace byoc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const ObjectKey kOps{"Role", "default", "ops"};

TEST_F(ApiTest, WhatIsCreatedCanBeRead) {
  const Json made = expect(201, "POST", kRoles, role_manifest("ops"));
  EXPECT_EQ(made.at("metadata").at("uid"), "uid-1");
  EXPECT_EQ(made.at("metadata").at("finalizers"), Json::array({std::string(kFinalizer)}));
  EXPECT_EQ(expect(200, "GET", kRoles + "/ops"), made);
  EXPECT_THAT(looked_, ElementsAre("Role/ops"));
  const Json list = expect(200, "GET", kRoles);
  EXPECT_EQ(list.at("kind"), "RoleList");
  EXPECT_EQ(list.at("items"), Json::array({made}));
  EXPECT_EQ(list.at("metadata").at("resourceVersion"), made.at("metadata").at("resourceVersion"));
  EXPECT_EQ(expect(200, "GET", "/apis/byoc.dev/v1alpha1/roles").at("items").size(), 1U);
  EXPECT_EQ(expect(200, "GET", "/apis/byoc.dev/v1alpha1/namespaces/other/roles").at("items"),
            Json::array());
}

TEST_F(ApiTest, WhatIsNotThereIsNotFound) {
  for (const char* method : {"GET", "PUT", "PATCH", "DELETE"}) {
    const Json refusal = expect(404, method, kRoles + "/ops", role_manifest("ops"));
    EXPECT_EQ(refusal.at("kind"), "Status");
    EXPECT_EQ(refusal.at("reason"), "NotFound");
    EXPECT_EQ(refusal.at("message"), "Role/ops does not exist");
    EXPECT_EQ(refusal.at("details"),
              Json({{"group", "byoc.dev"}, {"kind", "roles"}, {"name", "ops"}}));
  }
  EXPECT_EQ(expect(404, "GET", "/apis/byoc.dev/v1alpha1/namespaces/default/pods").at("code"), 404);
}

TEST_F(ApiTest, EverythingThatIsWrongIsACause) {
  Json manifest = role_manifest("ops");
  manifest["spec"]["trsut"] = 1;
  manifest["spec"]["maxSessionDuration"] = "long";
  const Json refusal = expect(422, "POST", kRoles, manifest);
  EXPECT_EQ(refusal.at("reason"), "Invalid");
  ASSERT_EQ(refusal.at("details").at("causes").size(), 2U) << refusal.dump(2);
  EXPECT_THAT(refusal.dump(), HasSubstr("spec.trsut"));
  EXPECT_THAT(refusal.dump(), HasSubstr("did you mean `trust`"));
  EXPECT_TRUE(store_->list("").value().empty());
  EXPECT_TRUE(looked_.empty());
}

TEST_F(ApiTest, ABodyThatCannotBeReadOrMeansSomethingElse) {
  ApiRequest request = request_for("POST", kRoles);
  for (const char* body : {"", "{", "[]", "--- \n"}) {
    request.body = body;
    EXPECT_EQ(api_->answer(request).code, 400) << body;
  }
  Json other = role_manifest("ops");
  other["metadata"]["namespace"] = "other";
  EXPECT_THAT(expect(400, "POST", kRoles, other).at("message"), HasSubstr("Role/other/ops"));
  expect(201, "POST", kRoles, role_manifest("ops"));
  expect(400, "PUT", kRoles + "/ops", role_manifest("else"));
  const Json twice = expect(409, "POST", kRoles, role_manifest("ops"));
  EXPECT_EQ(twice.at("reason"), "AlreadyExists");
}

TEST_F(ApiTest, AnOldVersionIsAConflict) {
  Json role = expect(201, "POST", kRoles, role_manifest("ops"));
  role["metadata"]["labels"]["team"] = "a";
  const Json changed = expect(200, "PUT", kRoles + "/ops", role);
  EXPECT_EQ(changed.at("metadata").at("labels").at("team"), "a");
  EXPECT_EQ(changed.at("metadata").at("generation"), 1);
  EXPECT_EQ(expect(409, "PUT", kRoles + "/ops", role).at("reason"), "Conflict");
  EXPECT_EQ(expect(409, "PATCH", kRoles + "/ops", {{"metadata", {{"resourceVersion", "1"}}}})
                .at("reason"),
            "Conflict");
  role["metadata"].erase("resourceVersion");
  EXPECT_EQ(expect(200, "PUT", kRoles + "/ops", role), changed) << "nothing is written anew";
}

TEST_F(ApiTest, AMergePatchChangesWhatItNames) {
  expect(201, "POST", kRoles, role_manifest("ops"));
  const Json patch = {{"metadata", {{"labels", {{"team", "a"}}}}},
                      {"spec", {{"description", "for operations"}}}};
  const Json changed = expect(200, "PATCH", kRoles + "/ops", patch);
  EXPECT_EQ(changed.at("metadata").at("generation"), 2);
  EXPECT_EQ(changed.at("spec").at("description"), "for operations");
  EXPECT_EQ(changed.at("spec").at("trust").at("services").size(), 1U);
  ApiRequest other = request_for("PATCH", kRoles + "/ops", patch);
  other.content_type = "application/strategic-merge-patch+json";
  EXPECT_EQ(api_->answer(other).code, 415);
  other = request_for("PATCH", kRoles + "/none", patch);
  other.content_type = "application/apply-patch+yaml";
  EXPECT_EQ(api_->answer(other).code, 415) << "not that it does not exist";
}

TEST_F(ApiTest, ABodyHasALimit) {
  expect(201, "POST", kRoles, role_manifest("ops"));
  Json labels = Json::object();
  for (int i = 0; i < 20'000; ++i) labels["label-" + std::to_string(i)] = "x";
  expect(400, "PATCH", kRoles + "/ops", {{"metadata", {{"labels", labels}}}});
  expect(400, "DELETE", kRoles + "/ops", {{"preconditions", {{"uid", "another"}}}, {"x", labels}});
  EXPECT_FALSE(expect(200, "GET", kRoles + "/ops")["metadata"].contains("deletionTimestamp"));
}

TEST_F(ApiTest, ADeletionWithWrongOptionsIsRefused) {
  expect(201, "POST", kRoles, role_manifest("ops"));
  ApiRequest torn = request_for("DELETE", kRoles + "/ops");
  torn.body = R"({"preconditions":{"uid":"other"})";
  EXPECT_EQ(api_->answer(torn).code, 400);
  expect(400, "DELETE", kRoles + "/ops", Json::array());
  expect(400, "DELETE", kRoles + "/ops", {{"preconditions", "other"}});
  expect(400, "DELETE", kRoles + "/ops", {{"preconditions", {{"uid", 7}}}});
  EXPECT_FALSE(expect(200, "GET", kRoles + "/ops")["metadata"].contains("deletionTimestamp"));
}

TEST_F(ApiTest, NobodyButTheLoopWritesStatusAndFinalizers) {
  Json role = expect(201, "POST", kRoles, role_manifest("ops"));
  role["status"] = {{"phase", "Ready"}};
  role["metadata"]["finalizers"] = Json::array();
  const Json changed = expect(200, "PUT", kRoles + "/ops", role);
  EXPECT_FALSE(changed.contains("status"));
  EXPECT_EQ(changed.at("metadata").at("finalizers"), Json::array({std::string(kFinalizer)}));
}

TEST_F(ApiTest, ADryRunStoresNothing) {
  const Json made = expect(201, "POST", kRoles + "?dryRun=All", role_manifest("ops"));
  EXPECT_EQ(made.at("spec").at("trust").at("services").size(), 1U);
  EXPECT_TRUE(store_->list("").value().empty());
  const Json role = expect(201, "POST", kRoles, role_manifest("ops"));
  looked_.clear();
  const Json patch = {{"metadata", {{"labels", {{"team", "a"}}}}}};
  EXPECT_TRUE(
      expect(200, "PATCH", kRoles + "/ops?dryRun=All", patch).at("metadata").contains("labels"));
  expect(200, "DELETE", kRoles + "/ops?dryRun=All");
  EXPECT_EQ(expect(200, "GET", kRoles + "/ops"), role);
  EXPECT_TRUE(looked_.empty());
}

TEST_F(ApiTest, ADeletionIsMarkedAndTheLoopDoesTheRest) {
  expect(201, "POST", kRoles, role_manifest("ops"));
  const Json wrong = {{"preconditions", {{"uid", "other"}}}};
  EXPECT_EQ(expect(409, "DELETE", kRoles + "/ops", wrong).at("reason"), "Conflict");
  const Json marked = expect(200, "DELETE", kRoles + "/ops", {{"propagationPolicy", "Background"}});
  EXPECT_EQ(marked.at("metadata").at("deletionTimestamp"), format_time(kNow));
  EXPECT_EQ(marked.at("metadata").at("finalizers").size(), 1U);
  EXPECT_EQ(expect(200, "DELETE", kRoles + "/ops"), marked) << "asked again, it is the same";
  EXPECT_EQ(looked_.back(), "Role/ops");
}

TEST_F(ApiTest, WhatIsOrphanedIsForgottenAtOnce) {
  expect(201, "POST", kRoles, role_manifest("ops"));
  const Json gone = expect(200, "DELETE", kRoles + "/ops", {{"propagationPolicy", "Orphan"}});
  EXPECT_EQ(gone.at("status"), "Success");
  EXPECT_EQ(gone.at("details").at("uid"), "uid-1");
  EXPECT_EQ(store_->get(kOps).status().code, Code::not_found);
  EXPECT_EQ(store_->tombstones().value().size(), 1U);
}

TEST_F(ApiTest, LiteralSecretsLeaveTheSpec) {
  Json manifest = role_manifest("ops");
  manifest["spec"]["trust"] = {{"accounts", Json::array({"111122223333"})},
                               {"externalId", "a-secret-of-ours"}};
  const ApiReply reply = ask("POST", kRoles, manifest);
  ASSERT_EQ(reply.code, 201) << reply.body;
  EXPECT_EQ(reply.body.find("a-secret-of-ours"), std::string::npos);
  EXPECT_FALSE(reply.warnings.empty()) << "a literal is worth a warning";
  const Json patch = {{"metadata", {{"labels", {{"team", "a"}}}}}};
  expect(200, "PATCH", kRoles + "/ops", patch);
}

TEST_F(ApiTest, APauseAndALookStandInTheStatus) {
  expect(201, "POST", kRoles, role_manifest("ops"));
  EXPECT_EQ(expect(200, "PUT", kRoles + "/ops/pause").at("status").at("paused"), true);
  EXPECT_TRUE(is_paused(store_->get(kOps).value()));
  expect(200, "PUT", kRoles + "/ops", role_manifest("ops"));
  EXPECT_TRUE(is_paused(store_->get(kOps).value())) << "no manifest ends it";
  EXPECT_FALSE(expect(200, "DELETE", kRoles + "/ops/pause").contains("status"));
  looked_.clear();
  expect(200, "POST", kRoles + "/ops/reconcile");
  EXPECT_TRUE(look_requested(store_->get(kOps).value()));
  EXPECT_THAT(looked_, ElementsAre("Role/ops"));
  expect(404, "POST", kRoles + "/none/reconcile");
  expect(405, "GET", kRoles + "/ops/pause");
  expect(405, "POST", kRoles + "/ops/scale");
}

TEST_F(ApiTest, SelectorsNarrowAList) {
  Json a = role_manifest("a");
  a["metadata"]["labels"]["team"] = "one";
  expect(201, "POST", kRoles, a);
  expect(201, "POST", kRoles, role_manifest("b"));
  const auto names = [&](const std::string& query) {
    std::vector<std::string> out;
    const Json list = expect(200, "GET", kRoles + query);
    for (const Json& item : list.at("items")) {
      out.push_back(item.at("metadata").at("name"));
    }
    return out;
  };
  EXPECT_THAT(names("?limit=500"), ElementsAre("a", "b"));
  EXPECT_THAT(names("?labelSelector=team=one"), ElementsAre("a"));
  EXPECT_THAT(names("?labelSelector=team!=one"), ElementsAre("b"));
  EXPECT_THAT(names("?fieldSelector=metadata.name=b"), ElementsAre("b"));
  EXPECT_THAT(expect(400, "GET", kRoles + "?labelSelector==x").at("message"),
              HasSubstr("is not known"));
}

}  // namespace
}  // namespace byoc
