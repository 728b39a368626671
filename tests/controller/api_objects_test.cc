#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/request.h"
#include "tests/controller/api_fixture.h"
#include "tests/manifests/selector_cases.h"

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
    const bool writes = std::string(method).starts_with('P');
    const Json refusal =
        expect(404, method, kRoles + "/ops", writes ? role_manifest("ops") : Json(nullptr));
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

// F49: what followed from one preset does not stay with the next one.
TEST_F(ApiTest, APatchedFieldTakesItsDefaultsWithIt) {
  Json role = role_manifest("ops");
  role["spec"] = {{"policies", {{"preset", "lightning"}}},
                  {"trust", {{"externalId", "dummy-id"}}},
                  {"maxSessionDuration", 7200}};
  const Json before = expect(201, "POST", kRoles, role).at("spec");
  const Json other = {{"policies", {{"preset", "grid"}}}};
  Json after = expect(200, "PATCH", kRoles + "/ops", {{"spec", other}}).at("spec");
  role["spec"].merge_patch(other);
  role["metadata"]["name"] = "whole";
  Json whole = expect(201, "POST", kRoles, role).at("spec");
  for (const char* field : {"name", "namePrefix"}) {
    after.erase(field);
    whole.erase(field);
  }
  EXPECT_EQ(after, whole) << "as if it had been written so";
  EXPECT_NE(after.at("trust"), before.at("trust"));
  EXPECT_EQ(after.at("maxSessionDuration"), 7200) << "somebody wrote it";
}

// B22
TEST_F(ApiTest, TheRegionOfByocdIsTakenOnce) {
  const std::string clusters = "/apis/byoc.dev/v1alpha1/namespaces/default/clusters";
  Json cluster = role_manifest("demo");
  cluster["kind"] = "Cluster";
  cluster["spec"] = Json::object();
  region_ = "eu-west-1";
  EXPECT_EQ(expect(201, "POST", clusters, cluster).at("spec").at("region"), "eu-west-1");
  region_ = "us-west-2";
  cluster["spec"]["tags"] = {{"a", "b"}};
  EXPECT_EQ(expect(200, "PUT", clusters + "/demo", cluster).at("spec").at("region"), "eu-west-1");
  cluster["spec"]["region"] = "us-west-2";
  expect(422, "PUT", clusters + "/demo", cluster);
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

// F42: `kubectl delete --dry-run=server` says it in the body.
TEST_F(ApiTest, ADryRunOfADeletionIsSaidInTheBodyOrInTheParameters) {
  const Json role = expect(201, "POST", kRoles, role_manifest("ops"));
  looked_.clear();
  const Json in_body = {{"kind", "DeleteOptions"},
                        {"apiVersion", "byoc.dev/v1alpha1"},
                        {"dryRun", Json::array({"All"})},
                        {"propagationPolicy", "Background"},
                        {"gracePeriodSeconds", 0}};
  EXPECT_TRUE(
      expect(200, "DELETE", kRoles + "/ops", in_body)["metadata"].contains("deletionTimestamp"));
  const Json orphan = {{"dryRun", Json::array({"All"})}, {"propagationPolicy", "Orphan"}};
  EXPECT_EQ(expect(200, "DELETE", kRoles + "/ops", orphan).at("status"), "Success");
  const Json plain = {{"propagationPolicy", "Orphan"}};
  expect(200, "DELETE", kRoles + "/ops?dryRun=All", plain);
  expect(200, "DELETE", kRoles + "/ops?dryRun=All&orphanDependents=true&gracePeriodSeconds=5");
  expect(409, "DELETE", kRoles + "/ops",
         {{"dryRun", Json::array({"All"})}, {"preconditions", {{"uid", "other"}}}});
  EXPECT_EQ(expect(200, "GET", kRoles + "/ops"), role);
  EXPECT_TRUE(looked_.empty());
}

// F42: as ValidateDeleteOptions and the decoder of Kubernetes have it; nothing is deleted.
TEST_F(ApiTest, OptionsThatAreNotUnderstoodDeleteNothing) {
  const Json role = expect(201, "POST", kRoles, role_manifest("ops"));
  const auto refused = [&](int code, const Json& body, const std::string& query = "") {
    const Json said = expect(code, "DELETE", kRoles + "/ops" + query, body);
    EXPECT_EQ(said.at("reason"), code == 422 ? "Invalid" : "BadRequest") << body;
    return said.at("message").get<std::string>();
  };
  EXPECT_THAT(refused(422, {{"dryRun", Json::array({"Server"})}}),
              HasSubstr("dryRun: Unsupported value: \"Server\": supported values: \"All\""));
  refused(422, {{"dryRun", Json::array({""})}});
  refused(422, {{"dryRun", Json::array({"All", "all"})}});
  refused(422, {{"propagationPolicy", "orphan"}});
  refused(422, {{"propagationPolicy", "Orphan"}, {"orphanDependents", false}});
  refused(422, nullptr, "?dryRun=");
  refused(422, nullptr, "?dryRun=true");
  refused(422, nullptr, "?propagationPolicy=Orpan");
  refused(400, {{"dryRun", "All"}});
  refused(400, {{"dryRun", Json::array({true})}});
  EXPECT_THAT(refused(400, {{"dryrun", Json::array({"All"})}}), HasSubstr("did you mean `dryRun`"));
  EXPECT_THAT(refused(400, nullptr, "?dryrun=All"), HasSubstr("did you mean `dryRun`"));
  refused(400, {{"gracePeriodSeconds", "0"}});
  refused(400, {{"orphanDependents", "true"}});
  refused(400, {{"propagationPolicy", 1}});
  refused(400, {{"preconditions", {{"UID", "uid-1"}}}});
  refused(400, {{"kind", "Role"}});
  refused(400, {{"propagationPolicy", "Background"}}, "?propagationPolicy=Orphan");
  refused(400, nullptr, "?gracePeriodSeconds=soon");
  refused(400, nullptr, "?orphanDependents=maybe");
  EXPECT_EQ(expect(200, "GET", kRoles + "/ops"), role);
}

// F42: what is no deletion is tried or refused in the same words.
TEST_F(ApiTest, EveryWriteKnowsItsParameters) {
  const Json role = expect(201, "POST", kRoles + "?fieldManager=kubectl&fieldValidation=Strict",
                           role_manifest("ops"));
  looked_.clear();
  const Json patch = {{"metadata", {{"labels", {{"team", "a"}}}}}};
  Json changed = role;
  changed["metadata"]["labels"]["team"] = "a";
  const std::pair<std::string, std::string> writes[] = {
      {"POST", ""},          {"PUT", "/ops"},          {"PATCH", "/ops"},
      {"PUT", "/ops/pause"}, {"DELETE", "/ops/pause"}, {"POST", "/ops/reconcile"}};
  for (const auto& [method, where] : writes) {
    const Json body = method == "PATCH" ? patch : where == "/ops" ? changed : role_manifest("new");
    expect(422, method, kRoles + where + "?dryRun=Server", body);
    expect(422, method, kRoles + where + "?dryRun=", body);
    expect(400, method, kRoles + where + "?dryrun=All", body);
    expect(where.empty() ? 201 : 200, method, kRoles + where + "?dryRun=All", body);
  }
  expect(400, "PUT", "/byoc/v1/pause?dryRun=All");
  EXPECT_FALSE(store_->paused().value());
  EXPECT_EQ(expect(200, "GET", kRoles + "/ops"), role);
  EXPECT_EQ(store_->list("").value().size(), 1U);
  EXPECT_TRUE(looked_.empty());
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

// B91
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

TEST_F(ApiTest, APauseAndALookAreAnnotations) {
  expect(201, "POST", kRoles, role_manifest("ops"));
  const Json paused = expect(200, "PUT", kRoles + "/ops/pause");
  EXPECT_EQ(paused.at("metadata").at("annotations").at("byoc.dev/paused"), "true");
  EXPECT_TRUE(is_paused(store_->get(kOps).value()));
  expect(200, "PATCH", kRoles + "/ops", {{"metadata", {{"labels", {{"team", "a"}}}}}});
  EXPECT_TRUE(is_paused(store_->get(kOps).value()));
  expect(200, "PUT", kRoles + "/ops", role_manifest("ops"));
  EXPECT_FALSE(is_paused(store_->get(kOps).value())) << "a PUT says all of an object";
  expect(200, "PUT", kRoles + "/ops/pause");
  const Json resumed = expect(200, "DELETE", kRoles + "/ops/pause");
  EXPECT_FALSE(resumed.at("metadata").contains("annotations"));
  EXPECT_FALSE(resumed.contains("status"));
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
              HasSubstr("is not understood"));
}

// F43: the same table as the command line's, for lists and watches, of objects and of events.
TEST_F(ApiTest, ASelectorIsTakenOrRefusedAsByKubernetes) {
  Json role = role_manifest("a");
  role["metadata"]["labels"] = kSelectorLabels;
  expect(201, "POST", kRoles, role);
  for (const SelectorCase& one : kSelectorCases) {
    const bool wrong = one.verdict == SelectorCase::wrong;
    ApiRequest list = request_for("GET", kRoles);
    list.query["labelSelector"] = one.text;
    const ApiReply reply = api_->answer(list);
    ASSERT_EQ(reply.code, wrong ? 400 : 200) << one.text << "\n" << reply.body;
    const Json body = Json::parse(reply.body);
    if (wrong) {
      EXPECT_EQ(body.at("reason"), "BadRequest") << one.text;
    } else {
      EXPECT_EQ(body.at("items").size(), one.verdict == SelectorCase::fits ? 1U : 0U) << one.text;
    }
    for (const std::string& path :
         {kRoles, std::string("/api/v1/events"), std::string("/api/v1/namespaces")}) {
      ApiRequest request = request_for("GET", path + "?watch=1");
      request.query["labelSelector"] = one.text;
      EXPECT_EQ(api_->answer(request).code, wrong ? 400 : 200) << path << " " << one.text;
    }
  }
}

// F43, F2: only fields that exist for selectors, whatever the path does to a JSON library.
TEST_F(ApiTest, AFieldSelectorNamesFieldsThatSelectorsKnow) {
  expect(201, "POST", kRoles, role_manifest("a"));
  const std::string query = "?fieldSelector=";
  for (const char* wrong : {"spec.trust.accounts..0=1", "spec.trust=x", "metadata.name", "name=a",
                            "metadata.name=a=b", "type=Normal"}) {
    EXPECT_EQ(expect(400, "GET", kRoles + query + wrong).at("reason"), "BadRequest") << wrong;
    expect(400, "GET", kRoles + query + wrong + "&watch=1");
  }
  expect(400, "GET", "/api/v1/events" + query + "spec.trust..0=1");
  expect(200, "GET", "/api/v1/events" + query + "type=Warning,source=byocd");
  expect(400, "GET", "/api/v1/namespaces" + query + "spec=x");
  const auto count = [&](const std::string& selector) {
    return expect(200, "GET", kRoles + query + selector).at("items").size();
  };
  EXPECT_EQ(count("metadata.namespace=default,metadata.name!=b"), 1U);
  EXPECT_EQ(count("status.phase=Ready"), 0U);
}

}  // namespace
}  // namespace byoc
