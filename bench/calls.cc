// Read calls of a converged world: HTTP requests, so that a list counts once for each page.
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "bench/benches.h"
#include "bench/figures.h"
#include "bench/stacks.h"
#include "cloud/aws/model.h"

namespace byoc::bench {
namespace {

// Passes every call on and counts the requests that the real client would make for it.
class Counter final : public Cloud {
 public:
  explicit Counter(Cloud& inner) : inner_(inner) {}

  [[nodiscard]] Ticket start(Call call) override {
    const std::string service = call.service;
    const std::string operation = call.operation;
    const Ticket ticket = inner_.start(std::move(call));
    flying_[ticket] = {service, operation};
    return ticket;
  }

  [[nodiscard]] std::optional<Completion> wait(Time until) override {
    auto completion = inner_.wait(until);
    if (!completion) return completion;
    const Name name = std::move(flying_.extract(completion->ticket).mapped());
    requests_ += pages(name, completion->body);
    return completion;
  }

  [[nodiscard]] Time now() const override { return inner_.now(); }

  // Since it was last asked.
  [[nodiscard]] double requests() { return static_cast<double>(std::exchange(requests_, 0)); }

 private:
  struct Name {
    std::string service;
    std::string operation;
  };

  static std::size_t pages(const Name& name, const Json& body) {
    const Service* service = find_service(name.service);
    const Operation* operation = service == nullptr ? nullptr : service->find(name.operation);
    check(operation != nullptr, "a model of " + name.service + ":" + name.operation);
    const Paging& paging = operation->paging;
    if (paging.result.empty() || paging.size <= 0) return 1;
    const auto items = body.find(paging.result.front());
    const std::size_t count = items == body.end() ? 0 : items->size();
    const auto size = static_cast<std::size_t>(paging.size);
    return std::max<std::size_t>(1, (count + size - 1) / size);
  }

  Cloud& inner_;
  std::map<Ticket, Name> flying_;
  std::size_t requests_ = 0;
};

struct Goals {
  std::optional<double> first;
  double steady = 0;
};

void bench_stacks(int count, int rounds, const Goals& goals) {
  Rig rig(":memory:");
  rig.make(stacks(count), hasty_options());
  const std::string of =
      "calls: " + std::to_string(count) + (count == 1 ? " stack, " : " stacks, ");
  const std::size_t from = rig.cloud().journal().size();
  Counter counter(rig.cloud());
  rig.restart(usual_options(), &counter);
  rig.run_until_converged();
  show(of + "a new process, nothing known", counter.requests(), "", goals.first);

  std::vector<double> calls;
  double all = 0;
  for (int round = 0; round < rounds; ++round) {
    rig.run_for(usual_options().resync);
    calls.push_back(counter.requests());
    all += calls.back();
  }
  const std::string over = std::to_string(rounds);
  show(of + "one resync round, median of " + over, median(calls), "", goals.steady);
  show(of + "a round with a full sweep in it, of " + over,
       *std::max_element(calls.begin(), calls.end()), "");
  show(of + "per round, mean over " + over, all / rounds, "");
  check(sim::mutations(rig.cloud().journal(), from).empty(), "a converged world is left alone");
}

}  // namespace

void bench_calls() {
  bench_stacks(1, 24, {std::nullopt, 13});
  bench_stacks(100, 13, {std::nullopt, 20});
}

}  // namespace byoc::bench
