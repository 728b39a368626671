#include "cloud/router.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <utility>

namespace byoc {
namespace {

using std::chrono::milliseconds;

// One clock for all of them, which moves where somebody waits.
class SlowCloud : public Cloud {
 public:
  SlowCloud(std::string name, Duration takes, Time& clock)
      : name_(std::move(name)), takes_(takes), clock_(clock) {}

  Ticket start(Call call) override {
    services.insert(call.service);
    flying_.emplace_back(++last_, clock_ + takes_);
    return last_;
  }

  std::optional<Completion> wait(Time until) override {
    if (woken) {
      woken = false;
      return std::nullopt;
    }
    if (flying_.empty() || flying_.front().second > until) {
      clock_ = std::max(clock_, until);
      return std::nullopt;
    }
    clock_ = std::max(clock_, flying_.front().second);
    Completion done;
    done.ticket = flying_.front().first;
    done.body = {{"from", name_}};
    flying_.pop_front();
    return done;
  }

  [[nodiscard]] Time now() const override { return clock_; }

  std::set<std::string> services;
  bool woken = false;

 private:
  std::string name_;
  Duration takes_;
  Time& clock_;
  Ticket last_ = 0;
  std::deque<std::pair<Ticket, Time>> flying_;
};

class RouterTest : public testing::Test {
 protected:
  RouterTest()
      : aws_owned_(std::make_unique<SlowCloud>("aws", milliseconds(20), clock_)),
        other_owned_(std::make_unique<SlowCloud>("other", milliseconds(50), clock_)),
        aws_(*aws_owned_),
        other_(*other_owned_),
        router_(std::move(aws_owned_)) {
    router_.send({"kubernetes"}, std::move(other_owned_));
  }

  Ticket call(const char* service) { return router_.start({service, "Op", {}, nullptr}); }

  Time clock_{};
  std::unique_ptr<SlowCloud> aws_owned_;
  std::unique_ptr<SlowCloud> other_owned_;
  SlowCloud& aws_;
  SlowCloud& other_;
  Router router_;
};

TEST_F(RouterTest, ACallGoesToWhoSpeaksItsService) {
  call("ec2");
  call("kubernetes");
  call("sts");
  EXPECT_EQ(aws_.services, (std::set<std::string>{"ec2", "sts"}));
  EXPECT_EQ(other_.services, (std::set<std::string>{"kubernetes"}));
}

TEST_F(RouterTest, EveryAnswerHasTheTicketOfItsCall) {
  const Ticket first = call("ec2");
  const Ticket second = call("kubernetes");
  const Ticket third = call("kubernetes");
  EXPECT_EQ((std::set<Ticket>{first, second, third}).size(), 3U);
  std::map<Ticket, Json> from;
  for (int i = 0; i < 3; ++i) {
    const auto done = router_.wait(clock_ + milliseconds(1000));
    ASSERT_TRUE(done) << i;
    from[done->ticket] = done->body.at("from");
  }
  EXPECT_EQ(from[first], "aws");
  EXPECT_EQ(from[second], "other");
  EXPECT_EQ(from[third], "other");
}

TEST_F(RouterTest, NobodyWaitsLongerThanAsked) {
  call("kubernetes");
  EXPECT_FALSE(router_.wait(clock_ + milliseconds(30)));
  EXPECT_EQ(clock_, Time{} + milliseconds(30));
  EXPECT_TRUE(router_.wait(clock_ + milliseconds(30)));
  EXPECT_FALSE(router_.wait(clock_ + milliseconds(30)));
  EXPECT_EQ(clock_, Time{} + milliseconds(80));
}

TEST_F(RouterTest, WhoeverIsWokenIsToldSo) {
  aws_.woken = true;
  EXPECT_FALSE(router_.wait(clock_ + milliseconds(1000)));
  EXPECT_EQ(clock_, Time{});
  call("kubernetes");
  aws_.woken = true;
  EXPECT_FALSE(router_.wait(clock_ + milliseconds(1000)));
  EXPECT_LT(clock_, Time{} + milliseconds(50));
}

}  // namespace
}  // namespace byoc
