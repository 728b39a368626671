// The store through the door: what Store promises, seen from the other end.
#include "controller/remote_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/api_server.h"
#include "controller/api_socket.h"
#include "controller/candidate.h"
#include "controller/request.h"
#include "tests/controller/api_fixture.h"

namespace byoc {
namespace {

using testing::ElementsAre;

class RemoteStoreTest : public StoreTest {
 protected:
  RemoteStoreTest() {
    ApiServerOptions options;
    options.state_dir = dir_ / "state";
    options.hooks.look = [this](const ObjectKey& key) { looked_.push_back(to_string(key)); };
    options.hooks.scan = [this] { looked_.emplace_back("scan"); };
    server_ = ApiServer::make(std::move(options)).value();
    server_->start();
    remote_ = RemoteStore::connect(default_socket_path(dir_ / "state")).value();
    own_ = open(path());
  }
  static Object role(const std::string& name) {
    return object_from_json(role_manifest(name)).value();
  }

  std::vector<std::string> looked_;
  std::unique_ptr<ApiServer> server_;
  std::unique_ptr<RemoteStore> remote_;
  std::unique_ptr<Store> own_;
};

TEST_F(RemoteStoreTest, ObjectsAreThoseOfTheDaemon) {
  const Object made = put(*remote_, role("ops"));
  EXPECT_EQ(to_json(made), to_json(own_->get(made.key()).value()));
  EXPECT_EQ(to_json(remote_->get(made.key()).value()), to_json(made));
  put(*own_, cluster("demo"));
  std::vector<std::string> names;
  const auto all = remote_->list("");
  ASSERT_TRUE(all.ok()) << all.status().message;
  for (const Object& object : all.value()) names.push_back(to_string(object.key()));
  EXPECT_THAT(names, ElementsAre("Cluster/demo", "Role/ops"));
  EXPECT_EQ(remote_->list("Role").value().size(), 1U);
  EXPECT_EQ(remote_->get({"Role", "default", "none"}).status().message,
            own_->get({"Role", "default", "none"}).status().message);
}

TEST_F(RemoteStoreTest, VersionsAreKept) {
  const Object first = put(*remote_, role("ops"));
  EXPECT_EQ(remote_->put(role("ops"), kNow).status().code, Code::already_exists);
  Object changed = first;
  changed.metadata.labels["team"] = "a";
  put(*remote_, changed);
  EXPECT_EQ(remote_->put(changed, kNow).status().code, Code::conflict);
  changed.metadata.labels["team"] = "b";
  EXPECT_EQ(remote_->apply(changed).status().code, Code::conflict);
  EXPECT_TRUE(remote_->apply(role("other")).ok());
}

TEST_F(RemoteStoreTest, DeletionIsMarkedAndForgettingIsAtOnce) {
  const Object object = put(*remote_, role("ops"));
  ASSERT_TRUE(request_look(*own_, object.key(), kNow).ok());  // the loop writes meanwhile
  EXPECT_TRUE(mark_deleted(object, *remote_, kNow).ok());
  EXPECT_TRUE(own_->get(object.key()).value().deleting());
  EXPECT_TRUE(remote_->remove(object.key(), kNow).ok());
  EXPECT_EQ(own_->get(object.key()).status().code, Code::not_found);
  EXPECT_TRUE(remote_->remove(object.key(), kNow).ok()) << "what is not there is removed";
  EXPECT_EQ(remote_->tombstones().value().size(), 1U);
}

TEST_F(RemoteStoreTest, EventsAndTheJournalAreRead) {
  ASSERT_TRUE(own_->add_event(event_of("a", "made")).ok());
  ASSERT_TRUE(own_->add_event(event_of("b", "made")).ok());
  EXPECT_EQ(remote_->events(std::nullopt).value().size(), 2U);
  const auto some = remote_->events(ObjectKey{"Cluster", "default", "b"});
  ASSERT_EQ(some.value().size(), 1U);
  EXPECT_EQ(some.value()[0].object.name, "b");
  JournalEntry entry;
  entry.object = {"Cluster", "default", "a"};
  entry.at = kNow;
  ASSERT_TRUE(own_->add_journal(entry).ok());
  entry.object.name = "b";
  ASSERT_TRUE(own_->add_journal(entry).ok());
  JournalQuery query;
  EXPECT_EQ(remote_->journal(query).value().size(), 2U);
  query.object = entry.object;
  query.from = kNow - std::chrono::hours(1);
  query.to = kNow + std::chrono::hours(1);
  const auto found = remote_->journal(query);
  ASSERT_EQ(found.value().size(), 1U);
  query.after = found.value()[0].id;
  EXPECT_TRUE(remote_->journal(query).value().empty());
}

TEST_F(RemoteStoreTest, IntentsAreRead) {
  Intent intent;
  intent.owner_uid = "uid-1";
  intent.key = "vpc";
  ASSERT_TRUE(own_->put_intent(intent).ok());
  EXPECT_EQ(remote_->intents("uid-1").value().size(), 1U);
  EXPECT_TRUE(remote_->intents("uid-2").value().empty());
}

TEST_F(RemoteStoreTest, NewsComeWithTheirVersion) {
  const Object object = put(*own_, cluster("demo"));
  const News all = remote_->news({}).value();
  ASSERT_EQ(all.objects.size(), 1U);
  EXPECT_EQ(to_json(all.objects[0].object), to_json(object));
  EXPECT_TRUE(remote_->news({.since = all.cursor, .patience = Duration{1}}).value().empty());
}

TEST_F(RemoteStoreTest, PausesLooksAndApprovals) {
  const ObjectKey key = put(*remote_, role("ops")).key();
  EXPECT_FALSE(remote_->paused().value());
  ASSERT_TRUE(remote_->set_paused(true).ok());
  EXPECT_TRUE(own_->paused().value());
  ASSERT_TRUE(remote_->set_paused(false).ok());
  EXPECT_FALSE(remote_->paused().value());
  EXPECT_TRUE(is_paused(remote_->request_pause(key, true).value()));
  EXPECT_FALSE(is_paused(remote_->request_pause(key, false).value()));
  EXPECT_TRUE(look_requested(remote_->request_look(key).value()));
  EXPECT_FALSE(remote_->approval().value());
  const Approval question = approval_for({own_->get(key).value()}, kNow);
  ASSERT_TRUE(own_->ask(question).ok());
  ASSERT_TRUE(remote_->approval().value());
  EXPECT_EQ(remote_->approval().value()->id, question.id);
  EXPECT_EQ(remote_->grant("another", kNow).code, Code::conflict);
  EXPECT_TRUE(remote_->grant(question.id, kNow).ok());
  EXPECT_TRUE(own_->approval().value()->granted);
  EXPECT_EQ(looked_.back(), "scan");
}

TEST_F(RemoteStoreTest, WhenNobodyAnswersItIsSaid) {
  server_->stop();
  EXPECT_EQ(remote_->list("").status().code, Code::unavailable);
  EXPECT_EQ(RemoteStore::connect(default_socket_path(dir_ / "state")).status().code,
            Code::not_found);
}

}  // namespace
}  // namespace byoc
