// Planted bugs: wrong programs on purpose, to see that the stories catch them.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cloud/cloud.h"
#include "controller/controller.h"
#include "tests/sim/sim_wire.h"

namespace byoc::sim {

struct Planted {
  std::string_view name;
  std::string_view what;
  // Where it goes in; those that are not set change nothing.
  void (*into_rows)() = nullptr;                          // changes the table of rows
  void (*into_options)(ControllerOptions&) = nullptr;     // changes the controller's options
  void (*into_call)(Call&, std::uint64_t nth) = nullptr;  // changes a call on its way
  // Below the client: what a wrong client does with its pages and sessions, and with what its
  // attempts came to.
  WireBugs into_wire = {};
  void (*into_completion)(Completion&) = nullptr;
  bool in_drawn = false;  // the drawn stories catch it
  // Meddles with the store when a pass has ended.
  void (*after_pass)(Store&, const Object&, const Pass&, Time now) = nullptr;
};

// Those of the client live in the second seat.
[[nodiscard]] inline bool is_in_client(const Planted& bug) {
  return bug.into_completion != nullptr || bug.into_wire.first_page_only ||
         bug.into_wire.first_session_only;
}

[[nodiscard]] std::span<const Planted> planted_bugs();
[[nodiscard]] const Planted* find_planted(std::string_view name);

// A cloud whose calls are changed on their way.
class TamperingCloud final : public Cloud {
 public:
  TamperingCloud(Cloud& real, const Planted& bug) : real_(real), bug_(bug) {}
  [[nodiscard]] Ticket start(Call call) override {
    if (bug_.into_call != nullptr) bug_.into_call(call, ++calls_);
    return real_.start(std::move(call));
  }
  [[nodiscard]] std::optional<Completion> wait(Time until) override {
    auto completion = real_.wait(until);
    if (completion && bug_.into_completion != nullptr) bug_.into_completion(*completion);
    return completion;
  }
  [[nodiscard]] Time now() const override { return real_.now(); }

 private:
  Cloud& real_;
  const Planted& bug_;
  std::uint64_t calls_ = 0;
};

}  // namespace byoc::sim
