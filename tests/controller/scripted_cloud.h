// A Cloud whose answers a test decides. Its clock moves only when somebody waits.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cloud/cloud.h"
#include "reconcilers/row.h"

namespace byoc {

// What a call is answered with; an ok status and an empty object unless said otherwise.
struct Reply {
  Status status;
  Json body = Json::object();
};

// The answer to a read of an account that has nothing: an empty list, as AWS writes it.
inline Reply nothing_of(const Call& call) {
  if (call.operation == "GetResources") return {{}, {{"ResourceTagMappingList", Json::array()}}};
  if (call.operation == "GetAccountAuthorizationDetails") {
    return {{}, {{"RoleDetailList", Json::array()}}};
  }
  for (const Row& row : all_rows()) {
    for (const Look& look : row.looks) {
      const bool same = row.service == call.service && look.operation == call.operation;
      if (!same || look.items.empty() || look.one) continue;
      return {{}, {{std::string(look.items), Json::array()}}};
    }
  }
  return {};
}

class ScriptedCloud : public Cloud {
 public:
  explicit ScriptedCloud(Time now) : now_(now) {}

  std::function<void(const Call&)> on_start;  // sees the world as it is when a call begins
  std::function<Reply(const Call&)> answer;   // asked when the answer is taken
  Duration call_takes = std::chrono::milliseconds(10);

  [[nodiscard]] Ticket start(Call call) override {
    if (on_start) on_start(call);
    calls_.push_back(call);
    flying_.push_back({++last_, std::move(call)});
    return last_;
  }

  [[nodiscard]] std::optional<Completion> wait(Time until) override {
    if (flying_.empty()) {
      now_ = std::max(now_, until);
      return std::nullopt;
    }
    now_ += call_takes;
    auto [ticket, call] = std::move(flying_.front());
    flying_.pop_front();
    Reply reply = answer(call);
    return Completion{ticket, std::move(reply.status), std::move(reply.body), "request"};
  }

  [[nodiscard]] Time now() const override { return now_; }
  void advance(Duration by) { now_ += by; }

  [[nodiscard]] const std::vector<Call>& calls() const { return calls_; }
  [[nodiscard]] std::size_t count(const std::string& operation) const {
    return static_cast<std::size_t>(
        std::count_if(calls_.begin(), calls_.end(),
                      [&](const Call& call) { return call.operation == operation; }));
  }
  [[nodiscard]] std::vector<std::string> operations() const {
    std::vector<std::string> out;
    for (const Call& call : calls_) out.push_back(call.operation);
    return out;
  }

 private:
  Time now_;
  Ticket last_ = 0;
  std::vector<Call> calls_;
  std::deque<std::pair<Ticket, Call>> flying_;
};

}  // namespace byoc
