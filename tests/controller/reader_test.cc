#include "controller/reader.h"

#include <gtest/gtest.h>

#include "tests/controller/scripted_cloud.h"

namespace byoc {
namespace {

constexpr Time kStart{std::chrono::seconds(1'800'000'000)};

class ReaderTest : public testing::Test {
 protected:
  ReaderTest() : cloud_(kStart), reader_(cloud_), me_(principal_of("us-west-2")) {
    cloud_.answer = [this](const Call&) { return Reply{{}, {{"n", ++answers_given_}}}; };
  }

  static std::shared_ptr<const Principal> principal_of(const char* region, const char* role = "") {
    Principal principal;
    principal.region = region;
    principal.role_arn = role;
    return std::make_shared<const Principal>(principal);
  }
  static Query vpcs() { return make_query("ec2", "DescribeVpcs", Json::object(), false); }

  // The n of the answer, or 0 when it is still to come.
  int ask(const std::shared_ptr<const Principal>& who, Time since) {
    Answers answers;
    if (reader_.gather(who, vpcs(), since, answers)) return 0;
    return answers.at(vpcs().name).body().at("n").get<int>();
  }
  void take_one() {
    auto completion = cloud_.wait(cloud_.now());
    ASSERT_TRUE(completion);
    EXPECT_TRUE(reader_.take(*completion));
  }

  ScriptedCloud cloud_;
  Reader reader_;
  std::shared_ptr<const Principal> me_;
  int answers_given_ = 0;
};

TEST_F(ReaderTest, OneCallServesEverybody) {
  EXPECT_EQ(ask(me_, kStart), 0);
  EXPECT_EQ(ask(me_, kStart), 0) << "under way";
  EXPECT_EQ(reader_.calls(), 1);
  take_one();
  EXPECT_EQ(ask(me_, kStart), 1);
  Principal session = *me_;
  session.session_name = "byoc-another";
  EXPECT_EQ(ask(std::make_shared<const Principal>(session), kStart), 1)
      << "the same account, role and region";
  EXPECT_EQ(reader_.calls(), 1);
}

TEST_F(ReaderTest, AnAnswerSaysWhenItWasAskedFor) {
  EXPECT_EQ(ask(me_, kStart), 0);
  take_one();
  Answers answers;
  EXPECT_FALSE(reader_.gather(me_, vpcs(), kStart, answers));
  EXPECT_EQ(answers.at(vpcs().name).asked, kStart);
}

TEST_F(ReaderTest, OtherRegionsAndRolesSeeOtherThings) {
  EXPECT_EQ(ask(me_, kStart), 0);
  take_one();
  EXPECT_EQ(ask(principal_of("us-east-1"), kStart), 0);
  EXPECT_EQ(ask(principal_of("us-west-2", "arn:aws:iam::111122223333:role/x"), kStart), 0);
  EXPECT_EQ(reader_.calls(), 3);
  Principal stranger = *me_;
  stranger.external_id = Secret("wrong");
  EXPECT_EQ(ask(std::make_shared<const Principal>(stranger), kStart), 0);
  EXPECT_EQ(reader_.calls(), 4);
}

TEST_F(ReaderTest, AnOldAnswerIsAskedForAgain) {
  ask(me_, kStart);
  take_one();
  cloud_.advance(std::chrono::seconds(5));
  EXPECT_EQ(ask(me_, kStart), 1);
  EXPECT_EQ(ask(me_, kStart + std::chrono::seconds(1)), 0) << "asked before that time";
  take_one();
  EXPECT_EQ(ask(me_, kStart + std::chrono::seconds(1)), 2);
}

TEST_F(ReaderTest, AnAnswerAskedForTooEarlyDoesNotCount) {
  ask(me_, kStart);
  const Time changed = kStart + std::chrono::milliseconds(1);
  EXPECT_EQ(ask(me_, changed), 0) << "not asked twice at the same time";
  EXPECT_EQ(reader_.calls(), 1);
  take_one();
  EXPECT_EQ(ask(me_, changed), 0) << "the world changed after it was asked";
  EXPECT_EQ(reader_.calls(), 2);
  take_one();
  EXPECT_EQ(ask(me_, changed), 2);
}

TEST_F(ReaderTest, ErrorsAreAnswersToo) {
  cloud_.answer = [](const Call&) { return Reply{error(Code::denied, "no"), {}}; };
  ask(me_, kStart);
  take_one();
  Answers answers;
  EXPECT_FALSE(reader_.gather(me_, vpcs(), kStart, answers));
  EXPECT_EQ(answers.at(vpcs().name).status.code, Code::denied);
}

TEST_F(ReaderTest, OldAnswersAreForgotten) {
  ask(me_, kStart);
  take_one();
  const Time later = kStart + std::chrono::seconds(1);
  reader_.forget(kStart, later);
  EXPECT_EQ(ask(me_, kStart), 1);
  reader_.forget(later, kStart);
  EXPECT_EQ(ask(me_, kStart), 0);
}

TEST_F(ReaderTest, OthersCompletionsAreNotTaken) {
  Completion completion;
  completion.ticket = 99;
  EXPECT_FALSE(reader_.take(completion));
}

}  // namespace
}  // namespace byoc
