#include "controller/controller.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/controller/store_fixture.h"
#include "tests/controller/tiny_iam.h"

namespace byoc {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

const std::string kDocument = R"({"Version":"2012-10-17","Statement":[]})";

Object role_object(const std::string& name, Json spec = Json::object()) {
  Object object;
  object.kind = "Role";
  object.metadata.name = name;
  object.metadata.finalizers = {std::string(kFinalizer)};
  object.spec = std::move(spec);
  object.spec["name"] = name;
  object.spec["trust"] = {{"services", Json::array({"ec2.amazonaws.com"})}};
  return object;
}

Object cluster_as(const std::string& name, const std::string& role) {
  Object object;
  object.kind = "Cluster";
  object.metadata.name = name;
  object.spec = {{"region", "us-west-2"}, {"roleArn", "arn:aws:iam::111122223333:role/" + role}};
  return object;
}

Json inline_policy(const std::string& document) {
  return {{"inline", Json::array({{{"name", "own"}, {"document", document}}})}};
}

class ControllerTest : public StoreTest {
 protected:
  ControllerTest() : store_(open(":memory:", counting_uids())), cloud_(kNow), secrets_("") {
    cloud_.answer = [this](const Call& call) { return iam_(call); };
    restart();
  }

  void restart() { controller_.emplace(*store_, cloud_, secrets_, options_); }
  ObjectKey apply(Object object) {
    const ObjectKey key = put_whole(*store_, object, cloud_.now()).key();
    controller_->enqueue(key, cloud_.now());
    return key;
  }
  void request_deletion(const ObjectKey& key) {
    Object object = store_->get(key).value();
    object.metadata.deleted = cloud_.now();
    put(*store_, std::move(object), cloud_.now());
    controller_->enqueue(key, cloud_.now());
  }
  void run_for(Duration span) {
    controller_->run(cloud_.now() + span, [] { return false; });
  }
  // Whether it held within five minutes.
  bool run_until(const std::function<bool()>& done) {
    controller_->run(cloud_.now() + minutes(5), done);
    return done();
  }
  [[nodiscard]] const Standing& standing(const ObjectKey& key) const {
    static const Standing kNone;
    const Standing* found = controller_->standing(key);
    return found == nullptr ? kNone : *found;
  }
  [[nodiscard]] bool converged(const ObjectKey& key) const { return standing(key).converged; }
  bool converge(const ObjectKey& key) {
    return run_until([&] { return converged(key); });
  }
  [[nodiscard]] Json status(const ObjectKey& key) const { return store_->get(key).value().status; }
  [[nodiscard]] std::vector<std::string> event_reasons(const ObjectKey& key) const {
    std::vector<std::string> out;
    const auto events = store_->events(key);
    for (const Event& event : events.value()) out.push_back(event.reason);
    return out;
  }

  std::unique_ptr<Store> store_;
  ScriptedCloud cloud_;
  TinyIam iam_;
  Secrets secrets_;
  ControllerOptions options_;
  std::optional<Controller> controller_;
};

// B5, B8
TEST_F(ControllerTest, ARoleIsMadeAndKept) {
  const ObjectKey key = apply(role_object("ops", {{"policies", inline_policy(kDocument)}}));
  ASSERT_TRUE(converge(key));
  EXPECT_EQ(cloud_.count("CreateRole"), 1U);
  EXPECT_EQ(cloud_.count("PutRolePolicy"), 1U);
  EXPECT_EQ(status(key).at("phase"), "Ready");
  EXPECT_EQ(status(key).at("arn"), "arn:aws:iam::111122223333:role/ops");
  EXPECT_THAT(event_reasons(key), Contains("Created"));
  const std::size_t before = cloud_.calls().size();
  run_for(options_.resync * 3);
  EXPECT_GT(cloud_.calls().size(), before) << "it is looked at again";
  EXPECT_EQ(cloud_.count("CreateRole"), 1U);
  EXPECT_EQ(cloud_.count("PutRolePolicy"), 1U);
}

// F6: a part that vanished is neither converged nor "configured"; it is said at once, and mended
// when a second look has proved that it is gone.
TEST_F(ControllerTest, WhatVanishedIsMissingAtOnceAndMadeAgain) {
  const ObjectKey key = apply(role_object("ops"));
  ASSERT_TRUE(converge(key));
  cloud_.advance(options_.absence_grace);
  iam_.vanish("ops");
  restart();  // as a new `byocctl apply` does
  controller_->enqueue(key, cloud_.now());
  ASSERT_TRUE(run_until([&] { return standing(key).passes == 1; }));
  EXPECT_FALSE(converged(key)) << "one empty look";
  EXPECT_EQ(status(key).at("reason"), "Missing");
  EXPECT_EQ(find_condition(store_->get(key).value(), "Ready")->status, "False");
  EXPECT_THAT(event_reasons(key), Contains("Missing"));
  EXPECT_EQ(cloud_.count("CreateRole"), 1U);
  const Time first = cloud_.now();
  ASSERT_TRUE(converge(key));
  EXPECT_EQ(cloud_.count("CreateRole"), 2U);
  EXPECT_GE(cloud_.now() - first, kEmptyReadsApart);
  EXPECT_LE(standing(key).passes, 6) << "no look that can tell nothing new";
  EXPECT_TRUE(iam_.roles().contains("ops"));
}

// B16, V76
TEST_F(ControllerTest, ADriftIsMended) {
  const ObjectKey key = apply(role_object("ops", {{"policies", inline_policy(kDocument)}}));
  ASSERT_TRUE(converge(key));
  static_cast<void>(
      iam_({"iam", "DeleteRolePolicy", {{"RoleName", "ops"}, {"PolicyName", "own"}}, {}}));
  run_for(options_.resync * 2);
  EXPECT_EQ(cloud_.count("PutRolePolicy"), 2U);
}

TEST_F(ControllerTest, ANewControllerGoesOnWhereTheOldOneStopped) {
  const ObjectKey key = apply(role_object("ops", {{"policies", inline_policy(kDocument)}}));
  run_until([&] { return cloud_.count("CreateRole") == 1; });
  while (cloud_.wait(cloud_.now())) {
  }
  restart();  // the answer to CreateRole is lost with the old one
  controller_->enqueue(key, cloud_.now());
  ASSERT_TRUE(converge(key));
  EXPECT_EQ(iam_.roles().size(), 1U);
  EXPECT_EQ(cloud_.count("CreateRole"), 1U) << "it is found by its name and its tags";
}

TEST_F(ControllerTest, DependentsAreWokenWhenWhatTheyNeedIsThere) {
  const ObjectKey user =
      apply(role_object("pass", {{"policies", inline_policy("${role.ops.arn}")}}));
  run_for(seconds(1));
  EXPECT_EQ(standing(user).reason, "WaitingForRole");
  const ObjectKey used = apply(role_object("ops"));
  const Time start = cloud_.now();
  ASSERT_TRUE(converge(used));
  ASSERT_TRUE(converge(user));
  EXPECT_LT(cloud_.now() - start, options_.wait_max) << "woken, not found by waiting";
  EXPECT_NE(iam_.roles().at("pass").dump().find("role/ops"), std::string::npos);
}

// L43, G43
TEST_F(ControllerTest, DeletionRemovesEverythingAndThenTheRecord) {
  const ObjectKey key = apply(role_object("ops", {{"policies", inline_policy(kDocument)}}));
  ASSERT_TRUE(converge(key));
  request_deletion(key);
  ASSERT_TRUE(run_until([&] { return standing(key).gone; }));
  EXPECT_TRUE(iam_.roles().empty());
  EXPECT_EQ(store_->get(key).status().code, Code::not_found);
  EXPECT_EQ(store_->tombstones().value().size(), 1U);
  EXPECT_TRUE(store_->intents("uid-1").value().empty());
}

TEST_F(ControllerTest, TheFinalizerGoesOnlyAfterTheProof) {
  const ObjectKey key = apply(role_object("ops"));
  ASSERT_TRUE(converge(key));
  iam_.reads_after_delete = 3;
  request_deletion(key);
  std::size_t held = 0;
  cloud_.on_start = [&](const Call&) {
    const auto object = store_->get(key);
    ASSERT_TRUE(object.ok()) << "the record is dropped while calls are made for it";
    EXPECT_THAT(object.value().metadata.finalizers, Contains(std::string(kFinalizer)));
    if (!iam_.roles().empty() && cloud_.count("DeleteRole") > 0) ++held;
  };
  ASSERT_TRUE(run_until([&] { return standing(key).gone; }));
  EXPECT_TRUE(iam_.roles().empty());
  EXPECT_GT(held, 0U) << "the role was shown after its deletion, and waited for";
}

// V19
TEST_F(ControllerTest, AnErrorNeverDropsTheFinalizer) {
  const ObjectKey key = apply(role_object("ops"));
  ASSERT_TRUE(converge(key));
  iam_.instead["DeleteRole"] = {error(Code::denied, "no"), {}};
  request_deletion(key);
  run_for(minutes(30));
  EXPECT_FALSE(standing(key).gone);
  EXPECT_TRUE(standing(key).stuck);
  EXPECT_EQ(status(key).at("phase"), "Terminating");
  EXPECT_THAT(event_reasons(key), Contains("CleanupNotPermitted"));
  iam_.instead.clear();
  run_for(options_.backoff_max);
  EXPECT_TRUE(standing(key).gone);
}

TEST_F(ControllerTest, AFailedLookProvesNothing) {
  const ObjectKey key = apply(role_object("ops"));
  ASSERT_TRUE(converge(key));
  cloud_.advance(options_.share * 2);  // what was just seen is not believed any more
  iam_.instead["ListRolePolicies"] = {error(Code::unavailable, "later"), {}};
  request_deletion(key);
  run_for(minutes(10));
  EXPECT_FALSE(standing(key).gone);
  EXPECT_EQ(standing(key).reason, "CannotLook");
  EXPECT_EQ(cloud_.count("DeleteRole"), 0U);
  EXPECT_EQ(iam_.roles().size(), 1U);
}

// B79
TEST_F(ControllerTest, WhatStandsInTheWayOfADeletionIsNamed) {
  const ObjectKey key = apply(role_object("ops"));
  ASSERT_TRUE(converge(key));
  iam_.instead["DeleteRole"] = {error(Code::conflict, "must remove roles from profile first"), {}};
  cloud_.on_start = [this](const Call& call) {  // somebody is quicker than the deletion
    if (call.operation != "DeleteRole") return;
    iam_.instead["ListInstanceProfilesForRole"] = {
        {}, {{"InstanceProfiles", {{{"InstanceProfileName", "theirs"}, {"Path", "/"}}}}}};
  };
  request_deletion(key);
  const std::string in_its_way = "In its way: instance profile theirs (/)";
  ASSERT_TRUE(
      run_until([&] { return standing(key).message.find(in_its_way) != std::string::npos; }));
  EXPECT_THAT(status(key).dump(), HasSubstr(in_its_way));
  const auto events = store_->events(key);
  EXPECT_TRUE(std::any_of(events.value().begin(), events.value().end(), [&](const Event& event) {
    return event.reason == "Blocked" && event.message.find(in_its_way) != std::string::npos;
  }));
  cloud_.on_start = nullptr;
  iam_.instead.clear();
  EXPECT_TRUE(run_until([&] { return standing(key).gone; }));
}

TEST_F(ControllerTest, AFailedReadIsAskedAgain) {
  const Reply throttled{error(Code::throttled, "slower"), {}};
  for (const char* operation :
       {"GetCallerIdentity", "GetRole", "ListRolePolicies", "GetRolePolicy"}) {
    iam_.instead[operation] = throttled;
    const ObjectKey key = apply(
        role_object(std::string("ops-") + operation, {{"policies", inline_policy(kDocument)}}));
    run_for(seconds(5));
    EXPECT_FALSE(converged(key));
    iam_.instead.clear();
    run_for(seconds(30));
    EXPECT_TRUE(converged(key)) << operation;
  }
}

TEST_F(ControllerTest, ManyObjectsOfOneRoleLetAnotherRoleIn) {
  options_.passes_max = 4;
  restart();
  std::set<std::string> at_once;
  cloud_.on_start = [&](const Call& call) {
    if (cloud_.now() == kNow) at_once.insert(call.principal->role_arn);
  };
  cloud_.answer = [](const Call&) { return Reply{error(Code::throttled, "slower"), {}}; };
  for (int i = 0; i < 10; ++i) apply(cluster_as("a" + std::to_string(i), "busy"));
  apply(cluster_as("z", "other"));
  run_for(seconds(1));
  EXPECT_THAT(at_once, testing::SizeIs(2)) << "the eleventh did not wait for ten";
}

TEST_F(ControllerTest, DeletionProtectionHolds) {
  Object marked = role_object("ops", {{"deletionProtection", true}});
  marked.metadata.deleted = kNow;  // as an older byoc did: the store refuses it now
  const ObjectKey key = apply(marked);
  run_for(minutes(10));
  EXPECT_EQ(standing(key).reason, "DeletionProtected");
  EXPECT_TRUE(standing(key).stuck);
  EXPECT_EQ(cloud_.count("DeleteRole"), 0U);
  Object object = store_->get(key).value();
  object.spec["deletionProtection"] = false;
  put(*store_, object, cloud_.now());
  controller_->enqueue(key, cloud_.now());
  EXPECT_TRUE(run_until([&] { return standing(key).gone; }));
}

// L66, L69, B17
TEST_F(ControllerTest, ARoleInUseStaysUntilItsUserIsGone) {
  const ObjectKey used = apply(role_object("ops"));
  const ObjectKey user =
      apply(role_object("pass", {{"policies", inline_policy("${role.ops.arn}")}}));
  ASSERT_TRUE(converge(user));
  ASSERT_TRUE(converge(used));
  request_deletion(used);
  run_for(minutes(2));
  EXPECT_EQ(standing(used).reason, "RoleInUse");
  EXPECT_EQ(standing(used).message, "still used by Role/pass");
  EXPECT_EQ(cloud_.count("DeleteRole"), 0U);
  request_deletion(user);
  const Time start = cloud_.now();
  ASSERT_TRUE(run_until([&] { return standing(used).gone && standing(user).gone; }));
  EXPECT_LT(cloud_.now() - start, options_.wait_max) << "woken when its user was gone";
}

// L79
TEST_F(ControllerTest, PausedReportsAndDoesNothing) {
  const ObjectKey key = apply(role_object("ops", {{"paused", true}}));
  run_for(minutes(2));
  EXPECT_EQ(standing(key).reason, "Paused");
  EXPECT_EQ(cloud_.count("CreateRole"), 0U);
  EXPECT_TRUE(iam_.roles().empty());
  Object object = store_->get(key).value();
  object.spec["paused"] = false;
  put(*store_, object, cloud_.now());
  controller_->enqueue(key, cloud_.now());
  EXPECT_TRUE(converge(key));
}

TEST_F(ControllerTest, WhatWasNeverMadeIsDeletedAtOnce) {
  const ObjectKey key = apply(role_object("ops", {{"paused", true}}));
  run_for(seconds(10));
  request_deletion(key);
  EXPECT_TRUE(run_until([&] { return standing(key).gone; }));
  EXPECT_EQ(cloud_.count("DeleteRole"), 0U);
}

// G58, B16
TEST_F(ControllerTest, SomebodyElsesRoleIsLeftAlone) {
  static_cast<void>(iam_({"iam", "CreateRole", {{"RoleName", "ops"}}, {}}));
  const Json before = iam_.roles();
  const ObjectKey key = apply(role_object("ops"));
  run_for(minutes(2));
  // F48: the reason and the way out, for who waits, in the status and as an event.
  EXPECT_EQ(standing(key).reason, "NameConflict");
  EXPECT_THAT(standing(key).message, HasSubstr("adopt: true"));
  EXPECT_EQ(status(key).at("reason"), "NameConflict");
  EXPECT_THAT(event_reasons(key), Contains("NameConflict"));
  EXPECT_TRUE(standing(key).stuck);
  request_deletion(key);
  EXPECT_TRUE(run_until([&] { return standing(key).gone; }));
  EXPECT_EQ(Json(iam_.roles()), before);
}

// L59, X10
TEST_F(ControllerTest, RefusalsAreRepeatedLessAndLess) {
  iam_.instead["CreateRole"] = {error(Code::denied, "not allowed"), {}};
  const ObjectKey key = apply(role_object("ops"));
  run_for(minutes(60));
  EXPECT_TRUE(standing(key).stuck);
  EXPECT_EQ(standing(key).reason, "AccessDenied");
  EXPECT_GT(standing(key).failures, 5);
  EXPECT_LT(cloud_.count("CreateRole"), 20U);
  iam_.instead.clear();
  run_for(options_.backoff_max);
  EXPECT_TRUE(converged(key));
  EXPECT_EQ(standing(key).failures, 0);
}

// L2, G23, B21, V5
TEST_F(ControllerTest, AWrongAccountIsNotTouched) {
  const ObjectKey key = apply(role_object("ops", {{"accountId", "999999999999"}}));
  run_for(seconds(30));
  EXPECT_EQ(standing(key).reason, "WrongAccount");
  for (const std::string& operation : cloud_.operations())
    EXPECT_EQ(operation, "GetCallerIdentity");
}

TEST_F(ControllerTest, AStatusGoesToTheObjectThatItIsAbout) {  // F65
  const ObjectKey key = apply(role_object("ops", {{"policies", inline_policy(kDocument)}}));
  ASSERT_TRUE(run_until([&] { return cloud_.count("CreateRole") == 1; }));
  Object forced = store_->get(key).value();  // byocctl delete --force, and then apply
  forced.metadata.finalizers.clear();
  put(*store_, forced, cloud_.now());
  ASSERT_TRUE(store_->remove(key, cloud_.now()).ok());
  put(*store_, role_object("ops"), cloud_.now());
  run_until([&] { return standing(key).passes > 0; });
  EXPECT_EQ(status(key), Json::object());
}

TEST_F(ControllerTest, WhatTheEndpointLacksDoesNotStopTheRest) {
  iam_.instead["PutRolePolicy"] = {error(Code::unsupported, "not here"), {}};
  const ObjectKey key = apply(role_object("ops", {{"policies", inline_policy(kDocument)}}));
  run_for(minutes(1));
  const Object object = store_->get(key).value();
  const auto condition = find_condition(object, "EndpointCapabilities");
  ASSERT_TRUE(condition);
  EXPECT_NE(condition->message.find("iam:PutRolePolicy (role-inline-policy)"), std::string::npos);
  EXPECT_EQ(iam_.roles().size(), 1U);
}

// F26
TEST_F(ControllerTest, WhatCannotBeAskedAboutKeepsItsFinalizer) {
  const ObjectKey key = apply(role_object("ops"));
  run_for(minutes(1));
  ASSERT_TRUE(converged(key));
  for (const char* operation : {"ListRolePolicies", "GetRole", "DeleteRole"}) {
    iam_.instead[operation] = {error(Code::unsupported, "not here"), {}};
  }
  request_deletion(key);
  run_for(minutes(30));
  EXPECT_EQ(standing(key).reason, "CannotLook");
  EXPECT_TRUE(store_->get(key).ok()) << "its role is there";
  EXPECT_EQ(iam_.roles().size(), 1U);
  iam_.instead.clear();
  run_for(minutes(30));
  EXPECT_FALSE(store_->get(key).ok());
  EXPECT_TRUE(iam_.roles().empty());
}

TEST_F(ControllerTest, ADryRunChangesNothing) {
  const Object object = role_object("ops", {{"policies", inline_policy(kDocument)}});
  const auto pass = controller_->dry_run(object, {object});
  ASSERT_TRUE(pass->finished());
  ASSERT_EQ(pass->plan().actions.size(), 2U);
  EXPECT_EQ(pass->plan().actions[0].operation, "CreateRole");
  EXPECT_EQ(pass->plan().actions[1].operation, "PutRolePolicy");
  EXPECT_TRUE(store_->list("").value().empty());
  EXPECT_TRUE(iam_.roles().empty());
  EXPECT_THAT(cloud_.operations(), Not(Contains("CreateRole")));
}

// A cloud whose answers never come: what a wait meets when it is late or interrupted.
class SilentCloud : public ScriptedCloud {
 public:
  using ScriptedCloud::ScriptedCloud;
  std::optional<Completion> wait(Time) override { return std::nullopt; }
};

// F58: nothing seen is not nothing to do.
TEST_F(ControllerTest, ADryRunWithoutAnswersProvesNothing) {
  SilentCloud silent(kNow);
  Controller controller(*store_, silent, secrets_, options_);
  const Object object = role_object("ops");
  const auto pass = controller.dry_run(object, {object});
  EXPECT_TRUE(pass->finished());
  EXPECT_FALSE(pass->converged());
  EXPECT_EQ(pass->failure().code, Code::unavailable);
  EXPECT_FALSE(pass->waiting()) << "an error, not something that a plan may name and go on";
}

TEST_F(ControllerTest, DrainingTakesTheAnswersAndStartsNothing) {
  const ObjectKey key = apply(role_object("ops", {{"policies", inline_policy(kDocument)}}));
  run_until([&] { return cloud_.count("CreateRole") == 1; });
  const std::size_t before = cloud_.calls().size();
  controller_->drain(cloud_.now() + minutes(1));
  EXPECT_EQ(cloud_.calls().size(), before);
  const std::vector<Intent> intents = store_->intents("uid-1").value();
  ASSERT_EQ(intents.size(), 1U);
  EXPECT_EQ(intents[0].state, Intent::State::made) << "the answer is written down";
  EXPECT_EQ(key.name, "ops");
}

// What earlier or later versions, other programs and broken disks may leave in the store.
std::vector<Object> impossible_objects() {
  const Json policy = {{"name", "own"}, {"document", kDocument}};
  Object twice = role_object("twice", {{"policies", {{"inline", Json::array({policy, policy})}}}});
  Object number = role_object("number", {{"policies", {{"inline", 5}}}});
  Object wrong = role_object("wrong", {{"tags", {{"a", 1}}}});
  Object spec = role_object("spec");
  spec.spec = {{"name", Json::array()}, {"trust", "x"}, {"managementPolicy", 7}};
  Object status = role_object("status");
  status.status = {{"network", "x"}, {"conditions", 5}, {"phase", 7}};
  Object moon = role_object("moon");
  moon.kind = "Moon";
  return {twice, number, wrong, spec, status, moon};
}

// F1: an object's fault stays that object's, from the first start on.
TEST_F(ControllerTest, FiftyObjectsConvergeBesideImpossibleOnes) {
  std::vector<ObjectKey> good;
  for (int i = 0; i < 50; ++i) good.push_back(apply(role_object("good-" + std::to_string(i))));
  std::vector<ObjectKey> bad;
  for (Object& object : impossible_objects()) bad.push_back(apply(std::move(object)));
  restart();
  for (const ObjectKey& key : good) controller_->enqueue(key, cloud_.now());
  for (const ObjectKey& key : bad) controller_->enqueue(key, cloud_.now());
  EXPECT_TRUE(run_until([&] {
    return std::all_of(good.begin(), good.end(), [&](const auto& key) { return converged(key); });
  }));
  const Json twice = status(bad[0]);
  EXPECT_EQ(twice.at("phase"), "Error");
  EXPECT_EQ(twice.at("reason"), "ImpossibleGraph");
  EXPECT_THAT(twice.at("message").get<std::string>(),
              HasSubstr("role-inline-policy own is asked for twice"));
  EXPECT_THAT(event_reasons(bad[0]), Contains("ImpossibleGraph"));
  for (const ObjectKey& key : {bad[1], bad[2], bad[3], bad[5]}) {
    EXPECT_EQ(status(key).at("phase"), "Error") << to_string(key);
    EXPECT_NE(status(key).at("message"), "") << to_string(key);
    EXPECT_FALSE(event_reasons(key).empty()) << to_string(key);
  }
  EXPECT_TRUE(converge(bad[4])) << "a status of another shape is written anew";
}

// F1: a record that cannot be read is one object's fault; the others are listed and converge.
TEST_F(ControllerTest, ADamagedRecordIsOneObjectsFault) {
  store_ = open(path(), counting_uids());
  restart();
  const ObjectKey key = apply(role_object("good"));
  const ObjectKey broken = apply(role_object("broken"));
  const ObjectKey used = apply(role_object("used"));
  ASSERT_TRUE(converge(used));
  tamper(path(), "UPDATE objects SET body = '{\"kind\": 5' WHERE name = 'broken'");
  restart();
  const auto objects = store_->list("");
  ASSERT_TRUE(objects.ok()) << objects.status().message;
  for (const Object& object : objects.value()) controller_->enqueue(object.key(), cloud_.now());
  EXPECT_EQ(objects.value().size(), 3U);
  EXPECT_TRUE(converge(key));
  EXPECT_TRUE(standing(broken).stuck);
  EXPECT_THAT(event_reasons(broken), Contains("RecordUnreadable"));
  EXPECT_TRUE(store_->news({}).ok());
  request_deletion(used);
  run_for(minutes(10));
  EXPECT_FALSE(standing(used).gone) << "what cannot be read may need it";
  EXPECT_THAT(status(used).at("message").get<std::string>(), HasSubstr("Role/broken"));
}

// F1: what one version recorded and another does not know is not taken for gone.
TEST_F(ControllerTest, AnUnknownTypeInARecordStopsItsObjectOnly) {
  const ObjectKey key = apply(role_object("ops"));
  const ObjectKey other = apply(role_object("other"));
  ASSERT_TRUE(converge(key));
  Intent intent;
  intent.owner_uid = store_->get(key).value().metadata.uid;
  intent.key = "queue";
  intent.type = "redis-queue";
  intent.state = Intent::State::made;
  ASSERT_TRUE(store_->put_intent(intent).ok());
  request_deletion(key);
  run_for(minutes(10));
  EXPECT_FALSE(standing(key).gone);
  EXPECT_EQ(status(key).at("reason"), "UnknownResourceType");
  EXPECT_THAT(status(key).at("message").get<std::string>(), HasSubstr("redis-queue"));
  EXPECT_TRUE(converge(other));
}

// F2: an answer of another shape than its operation's proves nothing.
TEST_F(ControllerTest, OddAnswersAreErrorsOfTheirObject) {
  const ObjectKey key = apply(role_object("ops", {{"policies", inline_policy(kDocument)}}));
  ASSERT_TRUE(converge(key));
  const std::vector<Json> odd = {nullptr,
                                 5,
                                 "text",
                                 Json::array(),
                                 Json::object(),
                                 {{"Role", 5}},
                                 {{"Role", {{"RoleName", "another"}}}},
                                 {{"PolicyNames", {1, "a", nullptr}}},
                                 {{"Account", 5}}};
  for (const char* operation :
       {"GetCallerIdentity", "GetRole", "ListRolePolicies", "GetRolePolicy", "PutRolePolicy"}) {
    for (const Json& body : odd) {
      iam_.instead[operation] = {{}, body};
      run_for(options_.full_sweep + options_.resync);
      iam_.instead.clear();
      ASSERT_TRUE(run_until([&] { return converged(key); })) << operation << " " << body;
    }
  }
  EXPECT_EQ(cloud_.count("CreateRole"), 1U) << "nothing is made twice";
  EXPECT_EQ(cloud_.count("DeleteRole"), 0U);
}

// F2: a creation whose answer does not say what was made is looked for.
TEST_F(ControllerTest, AnOddAnswerToACreationIsNoCreation) {
  for (const Json& body : {Json(5), Json::object(), Json{{"Role", {{"RoleName", 5}}}}}) {
    iam_.instead["CreateRole"] = {{}, body};
    const ObjectKey key = apply(role_object("ops"));
    run_for(minutes(10));
    EXPECT_FALSE(converged(key));
    EXPECT_TRUE(iam_.roles().empty());
    iam_.instead.clear();
    ASSERT_TRUE(converge(key));
    request_deletion(key);
    ASSERT_TRUE(run_until([&] { return standing(key).gone; }));
  }
}

// F22: at whatever moment the process ends, there is one role, with one owner.
TEST_F(ControllerTest, ARenamedRoleIsTheSameRoleInAws) {
  const ObjectKey old = apply(role_object("ops"));
  ASSERT_TRUE(converge(old));
  Object object = store_->get(old).value();
  const std::string uid = object.metadata.uid;
  object.metadata.name = "now";
  ASSERT_TRUE(store_->rename(old, object, cloud_.now()).ok());
  restart();  // killed before anybody looked
  controller_->enqueue(old, cloud_.now());
  controller_->enqueue(object.key(), cloud_.now());
  ASSERT_TRUE(converge(object.key()));
  EXPECT_EQ(cloud_.count("CreateRole"), 1U);
  EXPECT_EQ(cloud_.count("DeleteRole"), 0U);
  EXPECT_EQ(cloud_.count("TagRole"), 1U) << "the owner's name changes in one call";
  const Tags tags = read_tags(iam_.roles().at("ops"));
  EXPECT_EQ(tags.at(std::string(kTagOwner)), "Role/now");
  EXPECT_EQ(tags.at(std::string(kTagOwnerUid)), uid);
}

// F32, B18
TEST_F(ControllerTest, ARegionThatIsNotEnabledIsNamed) {
  bool known = true;
  cloud_.answer = [&](const Call& call) -> Reply {
    const bool elsewhere = known && call.principal->region == "us-east-1";
    if (call.operation == "GetCallerIdentity" && !elsewhere) {
      Status status = error(Code::denied, "The security token included in the request is invalid");
      status.aws_code = "InvalidClientTokenId";
      return {status, {}};
    }
    return call.service == "sts" ? iam_(call) : nothing_of(call);
  };
  Object cluster = cluster_as("demo", "ops");
  cluster.spec["region"] = "me-central-1";
  const ObjectKey key = apply(cluster);
  run_for(seconds(5));
  EXPECT_EQ(standing(key).reason, "RegionNotEnabled");
  EXPECT_THAT(standing(key).message,
              HasSubstr("the region me-central-1 may not be enabled in the account 111122223333"));
  EXPECT_THAT(standing(key).message, HasSubstr("enable-region --region-name me-central-1"));
  known = false;
  run_for(minutes(30));
  EXPECT_EQ(standing(key).reason, "InvalidCredentials") << "of nobody anywhere";
}

// F51
TEST_F(ControllerTest, ASecretThatAwsEchoesIsNotStored) {
  ASSERT_EQ(setenv("BYOC_TEST_EXTERNAL_ID", "tell-nobody/0001", 1), 0);
  Object role = role_object("ops");
  role.spec["trust"]["externalIdFrom"] = {{"env", "BYOC_TEST_EXTERNAL_ID"}};
  role.spec["trust"]["accounts"] = Json::array({"111122223333"});
  const std::string echo = "not welcome: tell-nobody/0001, tell-nobody%2F0001";
  const ObjectKey key = apply(role);
  for (const char* operation : {"CreateRole", "GetRole", "GetCallerIdentity"}) {
    iam_.instead[operation] = {error(Code::denied, echo), {}};
    run_for(options_.backoff_max);
    EXPECT_THAT(standing(key).message, HasSubstr("not welcome: (secret), (secret)")) << operation;
  }
  std::string stored = status(key).dump();
  for (const Event& event : store_->events(key).value()) stored += event.message;
  for (const JournalEntry& entry : store_->journal({}).value()) stored += entry.message;
  EXPECT_EQ(stored.find("tell-nobody"), std::string::npos) << stored;
}

}  // namespace
}  // namespace byoc
