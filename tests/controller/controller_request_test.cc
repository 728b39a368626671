// Pauses and requested looks that come while a pass runs, or while an object is being deleted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/candidate.h"
#include "controller/controller.h"
#include "controller/request.h"
#include "tests/controller/store_fixture.h"
#include "tests/controller/tiny_iam.h"

namespace byoc {
namespace {

class ControllerRequestTest : public StoreTest {
 protected:
  ControllerRequestTest() : store_(open(":memory:", counting_uids())), cloud_(kNow), secrets_("") {
    cloud_.answer = [this](const Call& call) { return iam_(call); };
    controller_.emplace(*store_, cloud_, secrets_, ControllerOptions{});
    Object object;
    object.kind = "Role";
    object.metadata.name = "ops";
    object.metadata.finalizers = {std::string(kFinalizer)};
    object.spec = {{"name", "ops"}, {"trust", {{"services", Json::array({"ec2.amazonaws.com"})}}}};
    put(*store_, object, cloud_.now());
    look();
  }

  [[nodiscard]] Object stored() { return store_->get(key_).value(); }
  void look() { controller_->enqueue(key_, cloud_.now()); }
  void pause(bool paused) {
    ASSERT_TRUE(request_pause(*store_, key_, paused, cloud_.now()).ok());
    look();
  }
  // Whether it held within five minutes.
  [[nodiscard]] bool run_until(const std::function<bool()>& done) {
    controller_->run(cloud_.now() + std::chrono::minutes(5), done);
    return done();
  }
  [[nodiscard]] bool is(const std::string& reason) {
    return stored().status.value("reason", "") == reason;
  }

  std::unique_ptr<Store> store_;
  ScriptedCloud cloud_;
  TinyIam iam_;
  Secrets secrets_;
  std::optional<Controller> controller_;
  const ObjectKey key_{"Role", "default", "ops"};
};

TEST_F(ControllerRequestTest, APassThatRunsDoesNotUndoAPause) {
  ASSERT_TRUE(run_until([&] { return cloud_.count("CreateRole") == 1; }));
  pause(true);
  ASSERT_TRUE(run_until([&] { return is("Converged"); })) << stored().status.dump();
  EXPECT_TRUE(is_paused(stored())) << "its report names an older version";
  Object object = stored();
  object.spec["description"] = "another";
  put(*store_, object, cloud_.now());
  look();
  ASSERT_TRUE(run_until([&] { return is("Paused"); })) << stored().status.dump();
  EXPECT_EQ(cloud_.count("UpdateRole"), 0U);
  pause(false);
  EXPECT_TRUE(run_until([&] { return cloud_.count("UpdateRole") == 1; }));
}

TEST_F(ControllerRequestTest, ARequestThatComesWithinAPassIsAnsweredByTheNext) {
  ASSERT_TRUE(run_until([&] { return cloud_.count("CreateRole") == 1; }));
  ASSERT_TRUE(request_look(*store_, key_, cloud_.now()).ok());
  look();
  ASSERT_TRUE(run_until([&] { return stored().status.contains("phase"); }));
  EXPECT_TRUE(look_requested(stored())) << "that pass began too early";
  EXPECT_TRUE(run_until([&] { return !look_requested(stored()); }));
}

TEST_F(ControllerRequestTest, ADeletionIsPausedAndResumed) {
  ASSERT_TRUE(run_until([&] { return is("Converged"); }));
  pause(true);
  ASSERT_TRUE(mark_deleted(stored(), *store_, cloud_.now()).ok());
  look();
  ASSERT_TRUE(run_until([&] { return is("Paused"); })) << stored().status.dump();
  EXPECT_EQ(cloud_.count("DeleteRole"), 0U);
  pause(false);
  EXPECT_TRUE(run_until([&] { return !store_->get(key_).ok(); }));
  EXPECT_EQ(cloud_.count("DeleteRole"), 1U);
}

}  // namespace
}  // namespace byoc
