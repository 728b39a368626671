#include "controller/api_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/controller/api_fixture.h"

namespace byoc {
namespace {

using testing::ElementsAre;

class ApiWatchTest : public ApiTest {
 protected:
  Watch watch(const std::string& target) {
    ApiReply reply = ask("GET", target);
    EXPECT_TRUE(reply.watch.has_value()) << reply.body;
    EXPECT_EQ(reply.type, "application/json");
    return reply.watch.value_or(Watch{});
  }
  // "ADDED a"
  std::vector<std::string> told(Watch& watch) {
    std::vector<std::string> out;
    for (const Json& line : read(watch)) {
      const Json& object = line.at("object");
      const Json& what =
          object.at("kind") == "Event" ? object.at("message") : object.at("metadata").at("name");
      out.push_back(line.at("type").get<std::string>() + " " + what.get<std::string>());
    }
    return out;
  }
  void label(const std::string& name, const Json& value) {
    expect(200, "PATCH", kRoles + "/" + name, {{"metadata", {{"labels", {{"team", value}}}}}});
  }
  std::string version() { return expect(200, "GET", kRoles).at("metadata").at("resourceVersion"); }
};

TEST_F(ApiWatchTest, FromNothingAllThereIsComesFirst) {
  expect(201, "POST", kRoles, role_manifest("a"));
  Watch all = watch(kRoles + "?watch=true&resourceVersion=0");
  EXPECT_THAT(told(all), ElementsAre("ADDED a"));
  EXPECT_TRUE(told(all).empty());
  expect(201, "POST", kRoles, role_manifest("b"));
  label("a", "one");
  expect(200, "DELETE", kRoles + "/b", {{"propagationPolicy", "Orphan"}});
  EXPECT_THAT(told(all), ElementsAre("MODIFIED a", "DELETED b"));
}

TEST_F(ApiWatchTest, FromAVersionOnlyWhatIsNewer) {
  expect(201, "POST", kRoles, role_manifest("a"));
  const std::string since = version();
  expect(201, "POST", kRoles, role_manifest("b"));
  label("a", "one");
  Watch newer = watch(kRoles + "?watch=1&resourceVersion=" + since);
  EXPECT_THAT(told(newer), ElementsAre("ADDED b", "MODIFIED a"));
}

TEST_F(ApiWatchTest, ALabelMakesObjectsComeAndGo) {
  expect(201, "POST", kRoles, role_manifest("a"));
  Watch team = watch(kRoles + "?watch=1&labelSelector=team=one&resourceVersion=" + version());
  label("a", "two");
  EXPECT_TRUE(told(team).empty());
  label("a", "one");
  EXPECT_THAT(told(team), ElementsAre("ADDED a"));
  label("a", "two");
  EXPECT_THAT(told(team), ElementsAre("DELETED a"));
}

TEST_F(ApiWatchTest, OneObjectIsWatchedByItsName) {
  expect(201, "POST", kRoles, role_manifest("a"));
  Watch one = watch(kRoles + "?watch=1&fieldSelector=metadata.name=b&resourceVersion=" + version());
  label("a", "one");
  expect(201, "POST", kRoles, role_manifest("b"));
  EXPECT_THAT(told(one), ElementsAre("ADDED b"));
}

TEST_F(ApiWatchTest, EventsComeAgainWithACount) {
  const std::string events = "/api/v1/namespaces/default/events";
  ASSERT_TRUE(store_->add_event(event_of("demo", "made")).ok());
  const Json list = expect(200, "GET", events + "?fieldSelector=involvedObject.name=demo");
  ASSERT_EQ(list.at("items").size(), 1U);
  EXPECT_EQ(list.at("items")[0].at("involvedObject").at("kind"), "Cluster");
  EXPECT_TRUE(expect(200, "GET", events + "?fieldSelector=type=Warning").at("items").empty());
  Watch newer = watch(events + "?watch=1&resourceVersion=" +
                      list.at("metadata").at("resourceVersion").get<std::string>());
  ASSERT_TRUE(store_->add_event(event_of("demo", "made")).ok());
  ASSERT_TRUE(store_->add_event(event_of("demo", "changed")).ok());
  EXPECT_THAT(told(newer), ElementsAre("MODIFIED made", "ADDED changed"));
}

// `kubectl describe` asks for the events of a uid.
TEST_F(ApiWatchTest, EventsNameTheUidOfWhatTheyAreAbout) {
  const std::string events = "/api/v1/namespaces/default/events?fieldSelector=involvedObject.uid=";
  const std::string uid = put(*store_, cluster("demo")).metadata.uid;
  ASSERT_TRUE(store_->add_event(event_of("demo", "made")).ok());
  ASSERT_TRUE(store_->add_event(event_of("other", "made")).ok());
  const Json list = expect(200, "GET", events + uid);
  ASSERT_EQ(list.at("items").size(), 1U);
  EXPECT_EQ(list.at("items")[0].at("involvedObject").at("name"), "demo");
  EXPECT_TRUE(expect(200, "GET", events + "none").at("items").empty());
}

TEST_F(ApiWatchTest, WhatIsTooOldEndsTheWatch) {
  expect(201, "POST", kRoles, role_manifest("a"));
  Watch old = watch(kRoles + "?watch=1&resourceVersion=" + version());
  for (int i = 0; i <= kDeletionsKept; ++i) {
    ASSERT_TRUE(store_->remove(put(*store_, cluster("next")).key(), kNow).ok());
  }
  const WatchLines lines = read_watch(old, *store_);
  EXPECT_TRUE(lines.ended);
  const Json line = Json::parse(lines.text);
  EXPECT_EQ(line.at("type"), "ERROR");
  EXPECT_EQ(line.at("object").at("code"), 410);
  EXPECT_EQ(line.at("object").at("reason"), "Expired");
}

TEST_F(ApiWatchTest, ABookmarkTellsHowFarItCame) {
  expect(201, "POST", kRoles, role_manifest("a"));
  Watch all = watch(kRoles + "?watch=1&allowWatchBookmarks=true&timeoutSeconds=7");
  EXPECT_TRUE(all.bookmarks);
  EXPECT_EQ(all.lasts, std::chrono::seconds(7));
  static_cast<void>(told(all));
  const Json line = Json::parse(bookmark_line(all));
  EXPECT_EQ(line.at("type"), "BOOKMARK");
  EXPECT_EQ(line.at("object").at("metadata").at("resourceVersion"), version());
}

TEST_F(ApiWatchTest, NewFormsOfWatchesAreRefusedSoThatClientsFallBack) {
  const Json refusal = expect(422, "GET", kRoles + "?watch=1&sendInitialEvents=true");
  EXPECT_EQ(refusal.at("reason"), "Invalid");
  expect(400, "GET", kRoles + "?watch=1&resourceVersion=x");
}

// F2
TEST_F(ApiWatchTest, AnOddFieldSelectorIsRefusedAsAStatus) {
  for (const char* selector : {"spec.trust.accounts..0=1", "..=1", "metadata.name..=1"}) {
    const Json refusal =
        expect(400, "GET", kRoles + "?watch=1&fieldSelector=" + selector + "&resourceVersion=0");
    EXPECT_EQ(refusal.at("kind"), "Status") << selector;
  }
}

}  // namespace
}  // namespace byoc
