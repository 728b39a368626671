// What is written of an object beside its spec: annotations, and the status as a part of its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/candidate.h"
#include "controller/request.h"
#include "tests/controller/api_fixture.h"

namespace byoc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const ObjectKey kRole{"Role", "default", "ops"};
const std::string kOpsPath = kRoles + "/ops";
const std::string kOpsStatusPath = kOpsPath + "/status";

Json annotation_patch(std::string_view name, const Json& value) {
  return {{"metadata", {{"annotations", {{std::string(name), value}}}}}};
}

TEST_F(ApiTest, AnnotatingPausesResumesAndAsks) {
  expect(201, "POST", kRoles, role_manifest("ops"));
  looked_.clear();
  expect(200, "PATCH", kOpsPath, annotation_patch(kPausedAnnotation, "true"));
  EXPECT_TRUE(is_paused(store_->get(kRole).value()));
  EXPECT_THAT(looked_, ElementsAre("Role/ops"));
  expect(200, "PATCH", kOpsPath, annotation_patch(kReconcileAnnotation, "now"));
  EXPECT_TRUE(look_requested(store_->get(kRole).value()));
  expect(200, "PATCH", kOpsPath, annotation_patch(kPausedAnnotation, nullptr));
  EXPECT_FALSE(is_paused(store_->get(kRole).value()));
  EXPECT_TRUE(look_requested(store_->get(kRole).value()));
  EXPECT_EQ(store_->get(kRole).value().metadata.generation, 1);
  EXPECT_EQ(expect(422, "PATCH", kOpsPath, annotation_patch("team", 5)).at("reason"), "Invalid");
}

TEST_F(ApiTest, ATriedAnnotationStaysAway) {
  expect(201, "POST", kRoles, role_manifest("ops"));
  expect(200, "PATCH", kOpsPath + "?dryRun=All", annotation_patch(kPausedAnnotation, "true"));
  EXPECT_FALSE(is_paused(store_->get(kRole).value()));
}

// Whatever has become of what its spec asks for, and whether it goes.
TEST_F(ApiTest, WhatIsDeletedOrWrongCanBePausedAndResumed) {
  expect(201, "POST", kRoles, role_manifest("ops"));
  expect(200, "DELETE", kOpsPath);
  expect(200, "PATCH", kOpsPath, annotation_patch(kPausedAnnotation, "true"));
  EXPECT_TRUE(store_->get(kRole).value().deleting());
  EXPECT_TRUE(is_paused(store_->get(kRole).value()));
  expect(200, "PATCH", kOpsPath, annotation_patch(kPausedAnnotation, nullptr));
  EXPECT_FALSE(is_paused(store_->get(kRole).value()));
  expect(200, "PUT", kOpsPath + "/pause");
  expect(200, "DELETE", kOpsPath + "/pause");
  EXPECT_TRUE(store_->get(kRole).value().deleting());
  Object wrong = cluster("demo");  // it lacks nearly everything
  wrong.spec["unknown"] = 1;
  put(*store_, wrong);
  const std::string path = "/apis/byoc.dev/v1alpha1/namespaces/default/clusters/demo";
  expect(200, "PATCH", path, annotation_patch(kPausedAnnotation, "true"));
  EXPECT_TRUE(is_paused(store_->get(wrong.key()).value()));
  expect(422, "PATCH", path, {{"spec", {{"unknown", 2}}}});
}

TEST_F(ApiTest, WhoAnnotatesAnObjectDoesNotTakeItFromItsFile) {
  Object object = object_from_json(role_manifest("ops")).value();
  object.metadata.annotations[std::string(kSourceAnnotation)] = "ops.yaml";
  put(*store_, object);
  expect(200, "PATCH", kOpsPath, annotation_patch(kPausedAnnotation, "true"));
  EXPECT_EQ(source_file(store_->get(kRole).value()), "ops.yaml");
  expect(200, "PATCH", kOpsPath, annotation_patch(kSourceAnnotation, "other.yaml"));
  EXPECT_EQ(source_file(store_->get(kRole).value()), "ops.yaml");
  expect(200, "PATCH", kOpsPath, {{"spec", {{"description", "of a team"}}}});
  EXPECT_EQ(source_file(store_->get(kRole).value()), "") << "what it is now no file says";
}

TEST_F(ApiTest, AnAnnotationOfAnOldVersionIsAConflict) {
  const Json made = expect(201, "POST", kRoles, role_manifest("ops"));
  expect(200, "PUT", kOpsPath + "/pause");
  Json patch = annotation_patch("team", "a");
  patch["metadata"]["resourceVersion"] = made.at("metadata").at("resourceVersion");
  expect(409, "PATCH", kOpsPath, patch);
  EXPECT_FALSE(store_->get(kRole).value().metadata.annotations.contains("team"));
}

TEST_F(ApiTest, AnAnnotationHoldsNoSecret) {
  Json manifest = role_manifest("ops");
  manifest["spec"]["trust"] = {{"accounts", Json::array({"111122223333"})},
                               {"externalId", "a-secret-of-ours"}};
  expect(201, "POST", kRoles, manifest);
  const ApiReply reply = ask("PATCH", kOpsPath, annotation_patch("copy", manifest.dump()));
  EXPECT_EQ(reply.code, 200);
  EXPECT_THAT(reply.body, testing::Not(HasSubstr("a-secret-of-ours")));
}

TEST_F(ApiTest, TheStatusIsAPartOfItsOwn) {
  const Json made = expect(201, "POST", kRoles, role_manifest("ops"));
  Json body = made;
  body["status"] = {{"phase", "Ready"}};
  body["spec"]["path"] = "/team/";
  const Json written = expect(200, "PUT", kOpsStatusPath, body);
  EXPECT_EQ(written.at("status").at("phase"), "Ready");
  EXPECT_EQ(written.at("spec"), made.at("spec")) << "the status alone is written";
  EXPECT_EQ(written.at("metadata").at("generation"), 1);
  EXPECT_EQ(expect(200, "GET", kOpsStatusPath), written);
  expect(409, "PUT", kOpsStatusPath, body);
  body["metadata"].erase("resourceVersion");
  expect(200, "PUT", kOpsStatusPath, body);
  body["metadata"]["uid"] = "another";
  expect(409, "PUT", kOpsStatusPath, body);
  const Json patched = expect(200, "PATCH", kOpsStatusPath, {{"status", {{"reason", "Because"}}}});
  EXPECT_EQ(patched.at("status"), Json({{"phase", "Ready"}, {"reason", "Because"}}));
  EXPECT_EQ(expect(200, "PATCH", kOpsPath, {{"status", {{"phase", "No"}}}}).at("status"),
            patched.at("status"));
}

TEST_F(ApiTest, AStatusThatCannotBeIsRefused) {
  expect(404, "GET", kOpsStatusPath);
  expect(404, "PATCH", kOpsStatusPath, {{"status", Json::object()}});
  expect(201, "POST", kRoles, role_manifest("ops"));
  expect(400, "PUT", kOpsStatusPath, Json::array());
  expect(422, "PATCH", kOpsStatusPath, {{"status", 5}});
  expect(400, "PATCH", kOpsStatusPath, {{"metadata", {{"name", "other"}}}});
  expect(405, "DELETE", kOpsStatusPath);
  ApiRequest request = request_for("PATCH", kOpsStatusPath, Json::object());
  request.content_type = "application/json-patch+json";
  EXPECT_EQ(api_->answer(request).code, 415);
  expect(200, "PATCH", kOpsStatusPath + "?dryRun=All", {{"status", {{"phase", "No"}}}});
  EXPECT_TRUE(store_->get(kRole).value().status.empty());
}

}  // namespace
}  // namespace byoc
