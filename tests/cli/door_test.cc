// The verbs through the door of a byocd, and in process: the same words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <mutex>
#include <regex>

#include "cli/session.h"
#include "cli/verbs.h"
#include "controller/api_server.h"
#include "controller/candidate.h"
#include "controller/request.h"

namespace byoc {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kManifest = R"(apiVersion: byoc.dev/v1alpha1
kind: Role
metadata: {name: ops, labels: {team: a}}
spec:
  trust: {services: [ec2.amazonaws.com]}
)";

// Stands for the loop of a byocd: what it is to look at is ready at once, or gone.
class InstantLoop {
 public:
  explicit InstantLoop(std::unique_ptr<Store> store) : store_(std::move(store)) {}

  std::string trouble;  // why nothing gets ready; "": it does

  // Makes a role where none is stored, and takes away what is to be deleted.
  std::vector<Json> plan(const std::vector<Object>& objects, const std::vector<ObjectKey>& keys) {
    const std::lock_guard lock(mutex_);
    std::vector<Json> planned;
    for (const ObjectKey& key : keys) {
      const Object* object = find_object(objects, key);
      Json entries = Json::array();
      const std::string verb = object->deleting() ? "delete" : "create";
      const bool changes = object->deleting() || !store_->get(key).ok();
      if (changes) entries.push_back({{"verb", verb}, {"key", "role"}, {"type", "role"}});
      planned.push_back({{"name", to_string(key)},
                         {"delete", object->deleting()},
                         {"entries", std::move(entries)}});
    }
    return planned;
  }

  void look(const ObjectKey& key) {
    const std::lock_guard lock(mutex_);
    Result<Object> found = store_->get(key);
    if (!found.ok()) return;
    Object object = found.value();
    ASSERT_TRUE(store_->add_journal(entry_of(key)).ok());
    if (object.deleting()) {
      object.metadata.finalizers.clear();
      ASSERT_TRUE(store_->put(object, wall_clock()).ok());
      ASSERT_TRUE(store_->remove(key, wall_clock()).ok());
      return;
    }
    report(object);
    answer_look(object, found.value());
    ASSERT_TRUE(store_->put_status(object, wall_clock()).ok());
  }

 private:
  static JournalEntry entry_of(const ObjectKey& key) {
    JournalEntry entry;
    entry.object = key;
    entry.at = wall_clock();
    entry.service = "iam";
    entry.operation = "CreateRole";
    entry.key = "role";
    entry.resource = "ops";
    entry.result = "ok";
    return entry;
  }
  void report(Object& object) const {
    const bool ready = trouble.empty();
    object.status["observedGeneration"] = object.metadata.generation;
    object.status["phase"] = ready ? "Ready" : "Error";
    object.status["reason"] = ready ? "Converged" : "AccessDenied";
    object.status["message"] = trouble;
    set_condition(object, {"Ready", ready ? "True" : "False", "Reason", ""}, wall_clock());
    if (!ready) set_condition(object, {"Stalled", "True", "Reason", ""}, wall_clock());
  }

  std::mutex mutex_;
  std::unique_ptr<Store> store_;
};

class DoorTest : public testing::Test {
 protected:
  DoorTest() {
    std::string pattern = (fs::temp_directory_path() / "byoc-door-XXXXXX").string();
    dir_ = ::mkdtemp(pattern.data());
    options_.state_dir = dir_ / "state";
    options_.region = "us-west-2";
    options_.yes = true;
    options_.timeout = std::chrono::minutes(1);
    options_.files = {dir_ / "ops.yaml"};
    std::ofstream(dir_ / "ops.yaml") << kManifest;
  }
  ~DoorTest() override {
    server_.reset();
    fs::remove_all(dir_);
  }

  void start() {
    const std::string path = options_.state_dir + "/byoc.db";
    StoreOptions store_options;
    store_options.on_change = [this] {
      if (server_) server_->wake();
    };
    loop_ = std::make_unique<InstantLoop>(open_store(path, std::move(store_options)).value());
    ApiServerOptions options;
    options.state_dir = options_.state_dir;
    options.hooks.look = [this](const ObjectKey& key) {
      if (running_) loop_->look(key);
    };
    options.hooks.plan = [this](const std::vector<Object>& objects,
                                const std::vector<ObjectKey>& keys,
                                const std::function<void(std::vector<Json>)>& done) {
      done(loop_->plan(objects, keys));
      if (server_) server_->wake();
    };
    auto made = ApiServer::make(std::move(options));
    ASSERT_TRUE(made.ok()) << made.status().message;
    server_ = std::move(made).value();
    server_->start();
  }

  struct Said {
    int code;
    std::string out, err;
  };
  Said run(int (*verb)(const Options&), const std::vector<std::string>& arguments = {}) {
    return run(verb, arguments, options_);
  }
  static Said run(int (*verb)(const Options&), const std::vector<std::string>& arguments,
                  Options options) {
    options.arguments = arguments;
    if (!arguments.empty()) options.files.clear();
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int code = verb(options);
    std::fflush(stdout);
    return {code, testing::internal::GetCapturedStdout(), testing::internal::GetCapturedStderr()};
  }
  Said get(const std::string& output) {
    Options options = options_;
    options.output = output;
    return run(run_get, {"role/ops"}, options);
  }

  fs::path dir_;
  Options options_;
  bool running_ = true;
  std::unique_ptr<InstantLoop> loop_;
  std::unique_ptr<ApiServer> server_;
};

// L26, G37
TEST_F(DoorTest, ApplyStoresAndFollows) {
  start();
  const Said said = run(run_apply);
  EXPECT_EQ(said.code, kExitDone) << said.err;
  EXPECT_THAT(said.out,
              AllOf(HasSubstr("Plan by byocd, store "), HasSubstr("Role/ops\n  + create role\n"),
                    HasSubstr("Plan: 1 to create, 0 to change, 0 to delete."),
                    HasSubstr("Role/ops  role  created ops"), HasSubstr("Role/ops created\n")));
  const Said again = run(run_apply);
  EXPECT_EQ(again.code, kExitDone) << again.err;
  EXPECT_THAT(again.out, AllOf(HasSubstr("No changes."), HasSubstr("Role/ops unchanged\n")));
}

TEST_F(DoorTest, WhatStallsIsAnErrorAndSaysWhy) {
  start();
  loop_->trouble = "not allowed to create roles";
  const Said said = run(run_apply);
  EXPECT_EQ(said.code, kExitError);
  EXPECT_THAT(said.err, HasSubstr("Role/ops: AccessDenied: not allowed to create roles"));
}

// L57
TEST_F(DoorTest, TheTimeoutEndsTheWaitAndNotTheWork) {
  start();
  running_ = false;
  options_.timeout = Duration(1);
  const Said said = run(run_apply);
  EXPECT_EQ(said.code, kExitChanges);
  EXPECT_THAT(said.err, HasSubstr("byocd goes on"));
  options_.wait = false;
  EXPECT_EQ(run(run_apply).code, kExitDone) << "nobody waits";
}

TEST_F(DoorTest, WhatIsReadIsTheSameThroughBothDoors) {
  start();
  ASSERT_EQ(run(run_apply).code, kExitDone);
  const auto read_all = [&] {
    std::vector<std::string> out;
    for (const char* format : {"", "wide", "json", "yaml", "name"}) out.push_back(get(format).out);
    out.push_back(run(run_describe, {"role/ops"}).out);
    out.push_back(run(run_events, {"role/ops"}).out);
    out.push_back(run(run_logs, {"role/ops"}).out);
    // Time goes on between the two.
    for (std::string& text : out)
      text = std::regex_replace(text, std::regex("\\b[0-9]+s\\b *"), "AGE");
    return out;
  };
  const std::vector<std::string> through = read_all();
  EXPECT_THAT(through[0], HasSubstr("ops"));
  server_.reset();
  EXPECT_EQ(read_all(), through);
}

// G41
TEST_F(DoorTest, DeleteFollowsToTheEnd) {
  start();
  ASSERT_EQ(run(run_apply).code, kExitDone);
  const Said said = run(run_delete, {"role/ops"});
  EXPECT_EQ(said.code, kExitDone) << said.err;
  // F46: the plan stands before the deletion.
  EXPECT_THAT(said.out, AllOf(HasSubstr("Role/ops: will be deleted\n  - delete role\n"),
                              HasSubstr("1 to delete"), HasSubstr("Role/ops deleted\n")));
  const Said gone = get("");
  EXPECT_EQ(gone.code, kExitError);
  EXPECT_THAT(gone.err, HasSubstr("Role/ops does not exist"));
}

// L42, G50
TEST_F(DoorTest, ForceDropsTheRecordAlone) {
  start();
  ASSERT_EQ(run(run_apply).code, kExitDone);
  running_ = false;
  options_.force = true;
  const Said said = run(run_delete, {"role/ops"});
  EXPECT_EQ(said.code, kExitDone) << said.err;
  EXPECT_THAT(said.out, HasSubstr("record dropped"));
  EXPECT_EQ(get("").code, kExitError);
}

TEST_F(DoorTest, APauseIsSeenAndEnds) {
  start();
  ASSERT_EQ(run(run_apply).code, kExitDone);
  EXPECT_EQ(run(run_pause, {"role/ops"}).out, "Role/ops paused\n");
  EXPECT_THAT(get("").out, HasSubstr("Ready,Paused"));
  EXPECT_THAT(run(run_describe, {"role/ops"}).out, HasSubstr("Ready,Paused"));
  EXPECT_EQ(run(run_resume, {"role/ops"}).out, "Role/ops resumed\n");
  EXPECT_THAT(get("").out, Not(HasSubstr("Paused")));
  Options all = options_;
  all.all = true;
  all.files.clear();
  EXPECT_EQ(run(run_pause, {}, all).out, "everything paused\n");
  EXPECT_THAT(get("").err, HasSubstr("Everything is paused"));
  ASSERT_EQ(run(run_pause, {"role/ops"}).code, kExitDone);
  EXPECT_EQ(run(run_resume, {}, all).out, "everything resumed\nRole/ops resumed\n");
  EXPECT_EQ(get("").err, "");
  EXPECT_THAT(get("").out, Not(HasSubstr("Paused")));
  EXPECT_EQ(run(run_pause).code, kExitError) << "it must be said what";
}

TEST_F(DoorTest, PausesNeedNoDaemon) {
  fs::create_directories(options_.state_dir);
  Object object;
  object.kind = "Role";
  object.metadata.name = "ops";
  ASSERT_TRUE(open_store(options_.state_dir + "/byoc.db").value()->put(object, wall_clock()).ok());
  EXPECT_EQ(run(run_pause, {"role/ops"}).out, "Role/ops paused\n");
  EXPECT_THAT(get("").out, HasSubstr("Paused"));
  EXPECT_EQ(run(run_resume, {"role/ops"}).code, kExitDone);
  EXPECT_THAT(get("").out, Not(HasSubstr("Paused")));
}

// F49: as kubectl does it.
TEST_F(DoorTest, WhatIsThereIsShownBesideWhatIsMissing) {
  start();
  ASSERT_EQ(run(run_apply).code, kExitDone);
  const Said said = run(run_get, {"role", "ops", "none", "nobody"});
  EXPECT_EQ(said.code, kExitError);
  EXPECT_THAT(said.out, HasSubstr("ops"));
  EXPECT_THAT(said.err, AllOf(HasSubstr("Role/none does not exist"),
                              HasSubstr("Role/nobody does not exist")));
  EXPECT_EQ(run(run_delete, {"role", "ops", "none"}).code, kExitError);
  EXPECT_EQ(get("name").out, "role/ops\n") << "of a list with a mistake nothing is deleted";
}

// F49: it would end in an error for good.
TEST_F(DoorTest, WhatIsPausedIsNotReconciled) {
  start();
  ASSERT_EQ(run(run_apply).code, kExitDone);
  ASSERT_EQ(run(run_pause, {"role/ops"}).code, kExitDone);
  options_.verb = "reconcile";
  const std::string before = get("json").out;
  const Said said = run(run_reconcile, {"role/ops"});
  EXPECT_EQ(said.code, kExitError);
  EXPECT_THAT(said.err, HasSubstr("Role/ops is paused; first: byocctl resume Role/ops"));
  EXPECT_EQ(get("json").out, before) << "nothing is asked for";
}

// B92, L60
TEST_F(DoorTest, AWaitMayWantStabilityAndEndWithAFailure) {
  start();
  ASSERT_EQ(run(run_apply).code, kExitDone);
  Options options = options_;
  options.wait_for = "condition=ready=true";
  options.stable = 2;
  EXPECT_EQ(run(run_wait, {"role/ops"}, options).code, kExitDone);
  options.stable = 1000;
  options.timeout = Duration(1);
  EXPECT_EQ(run(run_wait, {"role/ops"}, options).code, kExitChanges);
  loop_->trouble = "not allowed to create roles";
  ASSERT_EQ(run(run_apply).code, kExitError);
  options.stable = 1;
  options.timeout = std::chrono::minutes(1);
  options.fail_fast = true;
  const Said said = run(run_wait, {"role/ops"}, options);
  EXPECT_EQ(said.code, kExitError);
  EXPECT_THAT(said.err, HasSubstr("AccessDenied not allowed to create roles"));
}

// F51
TEST_F(DoorTest, EscapeSequencesFromAfarDoNotReachTheTerminal) {
  start();
  loop_->trouble = "no\x1b[2J\x1b]0;owned\x07 access";
  const Said said = run(run_apply);
  EXPECT_EQ(said.code, kExitError);
  EXPECT_THAT(said.err, AllOf(HasSubstr("no [2J ]0;owned access"), Not(HasSubstr("\x1b"))));
}

TEST_F(DoorTest, ReconcileAsksForALookAndWaitsForIt) {
  start();
  ASSERT_EQ(run(run_apply).code, kExitDone);
  const Said said = run(run_reconcile, {"role/ops"});
  EXPECT_EQ(said.code, kExitDone) << said.err;
  EXPECT_THAT(said.out, HasSubstr("Role/ops reconciled\n"));
  running_ = false;
  options_.wait = false;
  EXPECT_EQ(run(run_reconcile, {"role/ops"}).out, "Role/ops asked for\n");
  EXPECT_THAT(get("json").out, HasSubstr("byoc.dev/reconcile-requested"));
  EXPECT_EQ(run(run_reconcile, {"role/none"}).code, kExitError);
}

TEST_F(DoorTest, WaitLooksWhenByocdHasWritten) {
  start();
  ASSERT_EQ(run(run_apply).code, kExitDone);
  options_.wait_for = "condition=Ready";
  EXPECT_EQ(run(run_wait, {"role/ops"}).code, kExitDone);
  options_.wait_for = "delete";
  options_.timeout = Duration(1);
  EXPECT_EQ(run(run_wait, {"role/ops"}).code, kExitChanges);
}

TEST_F(DoorTest, AWatchShowsWhatIsThereAndWhatChanges) {
  start();
  ASSERT_EQ(run(run_apply).code, kExitDone);
  Options watch = options_;
  watch.watch = true;
  watch.files.clear();
  watch.timeout = Duration(1);
  const Said first = run(run_get, {"role"}, watch);
  EXPECT_EQ(first.code, kExitDone);
  EXPECT_THAT(first.out, HasSubstr("ops"));
  EXPECT_EQ(run(run_get, {"pods"}, watch).code, kExitError);
  EXPECT_EQ(run(run_events, {}, watch).code, kExitDone);
}

TEST_F(DoorTest, ASocketThatWasNamedIsMeant) {
  options_.socket = dir_ / "none.sock";
  const Said said = run(run_get);
  EXPECT_EQ(said.code, kExitError);
  EXPECT_THAT(said.err, HasSubstr("nobody listens on"));
}

TEST_F(DoorTest, WhatIsWrongIsSaidAsInProcess) {
  std::ofstream(dir_ / "ops.yaml") << "apiVersion: byoc.dev/v1alpha1\nkind: Role\n"
                                      "metadata: {name: ops}\nspec: {trsut: 1}\n";
  const Said alone = run(run_apply);
  start();
  const Said through = run(run_apply);
  EXPECT_EQ(through.code, kExitError);
  EXPECT_EQ(through.err, alone.err);
  EXPECT_THAT(through.err, HasSubstr("did you mean `trust`"));
}

}  // namespace
}  // namespace byoc
