// Router: several implementations of the seam behind one. A call goes to the one that speaks its
// service; whoever starts calls and waits for them does not know how many there are.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cloud/cloud.h"

namespace byoc {

class Router : public Cloud {
 public:
  // `rest` takes the calls of every service that no other target is named for, and has the clock.
  explicit Router(std::unique_ptr<Cloud> rest);

  // Calls of these services go to `target` from now on. At most 15 targets.
  void send(const std::vector<std::string>& services, std::unique_ptr<Cloud> target);

  [[nodiscard]] Ticket start(Call call) override;
  [[nodiscard]] std::optional<Completion> wait(Time until) override;
  [[nodiscard]] Time now() const override { return targets_.front().cloud->now(); }

 private:
  struct Target {
    std::unique_ptr<Cloud> cloud;
    std::size_t in_flight = 0;
  };

  std::optional<Completion> take(std::size_t index, Time until);
  // Whether anybody but the first has calls in flight.
  [[nodiscard]] bool others_are_busy() const;

  std::vector<Target> targets_;
  std::map<std::string, std::size_t, std::less<>> by_service_;
  std::size_t turn_ = 0;  // whom to ask next: nobody is starved
};

}  // namespace byoc
