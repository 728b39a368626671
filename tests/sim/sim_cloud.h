// SimCloud: a strict AWS in memory behind the seam of cloud/cloud.h, with virtual time.
//
// One seed, one history: everything that happens follows from SimOptions and the calls made. A call
// travels for half its latency, is executed, and its answer travels back; wait() moves the clock
// from event to event and never sleeps. Faults strike while `faults()` says so; calm() ends them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cloud/cloud.h"
#include "tests/sim/faults.h"
#include "tests/sim/journal.h"
#include "tests/sim/op.h"
#include "tests/sim/random.h"
#include "tests/sim/sts.h"
#include "tests/sim/world.h"

namespace byoc::sim {

enum class CrashPoint {
  before_send,    // in start(): the call has not left
  after_send,     // in start(): it is on its way
  after_execute,  // in wait(): AWS has done it, nobody has heard
};

struct SimOptions {
  std::uint64_t seed = 1;
  Faults faults;
  std::string account = "111122223333";  // of the ambient credentials
  std::string region = "us-west-2";      // of call()
  Time start{std::chrono::hours(24 * 365 * 56)};
  Duration latency_min{40};
  Duration latency_max{300};
  // Every history has its quick and its slow operations: the latency of each is doubled 0 to this
  // many times. Or what should wait for something else would seldom be seen to.
  std::uint64_t slower_max = 0;
  // The same of what AWS goes on with after the answer: it takes from a (1 + spread)-th of the
  // usual time to (1 + spread) times as long.
  std::uint64_t settle_spread = 0;
  // Calls are single attempts of a client that repeats them itself.
  bool attempts = false;
  std::set<std::string> unsupported;  // "eks:CreateAddon": answered with Code::unsupported
};

class SimCloud final : public Cloud {
 public:
  explicit SimCloud(SimOptions options);

  [[nodiscard]] Ticket start(Call call) override;
  [[nodiscard]] std::optional<Completion> wait(Time until) override;
  [[nodiscard]] Time now() const override { return now_; }

  // For tests and set-up: one call with the ambient credentials, run to its completion. No other
  // call may be in flight.
  Completion call(const std::string& service, const std::string& operation,
                  Json params = Json::object());
  // Lets time pass and everything due happen; answers that arrive meanwhile wait for wait().
  void advance(Duration span);

  [[nodiscard]] World& world() { return world_; }
  [[nodiscard]] const World& world() const { return world_; }
  [[nodiscard]] Account& account(const std::string& id) { return account_of(world_, id); }
  [[nodiscard]] Faults& faults() { return options_.faults; }
  // Rights that a principal lacks: {ARN of its role, "" for the ambient credentials;
  // "ec2:CreateVpc"}.
  [[nodiscard]] std::set<std::pair<std::string, std::string>>& denied() { return denied_; }
  // Other ambient credentials, from the next call on.
  void become(std::string account) { options_.account = std::move(account); }
  // No new faults, no drift; windows still open are closed.
  void calm() { options_.faults = Faults{}; }
  [[nodiscard]] const Journal& journal() const { return journal_; }
  void forget_journal() { journal_.clear(); }

  // What AWS said in the completion that wait() gave last, as it goes over the wire: of a good
  // answer without its body.
  [[nodiscard]] const Answer& said() const { return said_; }

  // Called at each CrashPoint; may throw, and the exception passes through start() or wait().
  std::function<void(CrashPoint, const Call&)> on_point;
  // After a crash: answers under way are lost, calls under way still arrive and are executed.
  void forget_inflight();

  // A context as an operation of the ambient account gets it, for set-up code.
  [[nodiscard]] OpContext context(const std::string& region);

 private:
  enum class Fate { served, throttled, server_error, error_after, lost_before, lost_after };
  struct Flight {
    Ticket ticket = 0;
    Call call;
    Fate fate = Fate::served;
    Time deliver_at{};
    bool executed = false;
    bool forgotten = false;
    Answer said;  // without the body of a good answer
    Completion completion;
  };
  using Flights = std::multimap<Time, Flight>;  // by the time of their next event

  [[nodiscard]] Fate draw_fate(const Call& call);
  [[nodiscard]] Duration draw_latency(const Call& call);
  [[nodiscard]] Time next_event() const;
  void run_due(Time until);
  void drift_once();
  // Executes or refuses the call of a flight and moves it to its delivery.
  void arrive(Flights::iterator at);
  [[nodiscard]] Completion serve(Flight& flight);
  [[nodiscard]] Answer answer(const Flight& flight, Entry& entry);
  [[nodiscard]] Answer execute(const Call& call, Entry& entry);
  [[nodiscard]] Answer authenticate(const Principal& principal, std::string& account,
                                    std::string& arn);
  [[nodiscard]] OpContext make_context(const std::string& account, const std::string& region,
                                       std::string caller_arn);
  static Account& account_of(World& world, const std::string& id);

  SimOptions options_;
  Random random_;
  Time now_;
  Time next_drift_ = kNever;
  World world_;
  Journal journal_;
  Flights flights_;
  Ticket last_ticket_ = 0;
  Answer said_;
  std::set<std::pair<std::string, std::string>> denied_;
  std::map<std::string, Session> sessions_;  // by role ARN and external id
};

}  // namespace byoc::sim
