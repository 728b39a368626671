#include "tests/sim/sim_cloud.h"

#include <algorithm>

#include "base/check.h"
#include "cloud/aws/errors.h"
#include "tests/sim/drift.h"

namespace byoc::sim {
namespace {

constexpr Duration kClientTimeout = std::chrono::seconds(30);
constexpr Duration kDriftStep = std::chrono::minutes(1);

// K8: each API family has its own word for "too fast".
Answer throttle_answer(const std::string& service) {
  if (service == "ec2") return fail("RequestLimitExceeded", "Request limit exceeded.", 503);
  if (service == "eks") return fail("ThrottlingException", "Rate exceeded", 429);
  if (service == "s3") return fail("SlowDown", "Please reduce your request rate.", 503);
  if (service == "logs") return fail("ThrottlingException", "Rate exceeded");
  return fail("Throttling", "Rate exceeded");
}

Answer server_error_answer(const std::string& service) {
  if (service == "ec2" || service == "s3") {
    return fail("InternalError", "An internal error has occurred", 500);
  }
  if (service == "eks") return fail("ServerException", "Internal server error", 500);
  if (service == "iam") return fail("ServiceFailure", "The service failed", 500);
  return fail("ServiceUnavailable", "Service is unable to handle request.", 503);
}

// As each service says that a right is missing.
Answer denied_answer(const Call& call, const std::string& arn) {
  const std::string right = call.service + ':' + call.operation;
  const std::string text = "User: " + arn + " is not authorized to perform: " + right +
                           " because no identity-based policy allows the " + right + " action";
  if (call.service == "ec2") {
    return fail("UnauthorizedOperation",
                "You are not authorized to perform this operation. " + text, 403);
  }
  if (call.service == "s3") return fail("AccessDenied", "Access Denied", 403);
  const bool query =
      call.service == "iam" || call.service == "sts" || call.service == "autoscaling";
  return fail(query ? "AccessDenied" : "AccessDeniedException", text, query ? 403 : 400);
}

Status lost_answer(const Call& call) {
  return error(Code::unknown_outcome, call.service + ':' + call.operation +
                                          ": the connection broke before an answer came");
}

std::string operator_arn(const std::string& account) {
  return "arn:aws:iam::" + account + ":user/operator";
}

}  // namespace

SimCloud::SimCloud(SimOptions options)
    : options_(std::move(options)), random_(options_.seed), now_(options_.start) {
  account_of(world_, options_.account);
  next_drift_ = now_ + kDriftStep;
}

Account& SimCloud::account_of(World& world, const std::string& id) {
  Account& account = world.accounts[id];
  account.id = id;
  return account;
}

OpContext SimCloud::make_context(const std::string& account_id, const std::string& region_name,
                                 std::string caller_arn) {
  Account& account = account_of(world_, account_id);
  Region& region = account.regions[region_name];
  region.name = region_name;
  const Sight sight{now_, random_.chance(options_.faults.stale)};
  return {world_,
          account,
          region,
          now_,
          sight,
          options_.faults,
          random_,
          std::move(caller_arn),
          options_.settle_spread};
}

OpContext SimCloud::context(const std::string& region) {
  return make_context(options_.account, region, operator_arn(options_.account));
}

// The client repeats what only reads before it gives up: a fault must strike twice to be seen.
SimCloud::Fate SimCloud::draw_fate(const Call& call) {
  const Operation* operation = find_operation(call.service, call.operation);
  const bool reads = !options_.attempts && operation != nullptr && !operation->rule.mutates;
  const auto strikes = [&](double rate) { return random_.chance(reads ? rate * rate : rate); };
  const Faults& faults = options_.faults;
  if (strikes(faults.throttle)) return Fate::throttled;
  if (strikes(faults.server_error)) return Fate::server_error;
  if (strikes(faults.error_after)) return Fate::error_after;
  if (strikes(faults.lost_before)) return Fate::lost_before;
  if (strikes(faults.lost_after)) return Fate::lost_after;
  return Fate::served;
}

Duration SimCloud::draw_latency(const Call& call) {
  std::uint64_t hash = options_.seed;
  for (const char c : call.operation) hash = Random::mix(hash ^ static_cast<unsigned char>(c));
  return random_.between(options_.latency_min, options_.latency_max) *
         (std::int64_t{1} << hash % (options_.slower_max + 1));
}

Ticket SimCloud::start(Call call) {
  check(call.principal != nullptr, "a call needs a principal");
  if (on_point) on_point(CrashPoint::before_send, call);
  Flight flight;
  flight.ticket = ++last_ticket_;
  flight.fate = draw_fate(call);
  const Duration latency = draw_latency(call);
  const bool lost = flight.fate == Fate::lost_before || flight.fate == Fate::lost_after;
  // The connection breaks, or the client does not wait any longer.
  const bool timed_out = lost && random_.chance(0.5);
  flight.deliver_at = now_ + (timed_out ? kClientTimeout : latency);
  flight.call = std::move(call);
  const auto sent = flights_.emplace(now_ + latency / 2, std::move(flight));
  if (on_point) on_point(CrashPoint::after_send, sent->second.call);
  return last_ticket_;
}

std::optional<Completion> SimCloud::wait(Time until) {
  while (true) {
    const Time flight_at = flights_.empty() ? kNever : flights_.begin()->first;
    const Time event_at = next_event();
    if (std::min(flight_at, event_at) > until || (flights_.empty() && until == kNever)) {
      if (until != kNever) now_ = std::max(now_, until);
      return std::nullopt;
    }
    if (event_at < flight_at) {
      run_due(event_at);
      continue;
    }
    now_ = std::max(now_, flight_at);
    if (!flights_.begin()->second.executed) {
      arrive(flights_.begin());
      continue;
    }
    Flight flight = std::move(flights_.extract(flights_.begin()).mapped());
    if (flight.forgotten) continue;
    if (on_point && flight.fate != Fate::lost_before) {
      on_point(CrashPoint::after_execute, flight.call);
    }
    said_ = std::move(flight.said);
    return std::move(flight.completion);
  }
}

Time SimCloud::next_event() const {
  const Time due = world_.due.empty() ? kNever : world_.due.begin()->first;
  return options_.faults.drift_per_minute > 0 ? std::min(due, next_drift_) : due;
}

// Runs the events up to `until`, one at a time: an event may schedule others.
void SimCloud::run_due(Time until) {
  while (next_event() <= until) {
    now_ = std::max(now_, next_event());
    if (options_.faults.drift_per_minute > 0 && next_drift_ <= now_) {
      drift_once();
      continue;
    }
    const Due due = std::move(world_.due.extract(world_.due.begin()).mapped());
    OpContext context = make_context(due.account, due.region, "arn:aws:iam::aws:service");
    context.sight.stale = false;
    due.run(context);
  }
}

void SimCloud::drift_once() {
  next_drift_ = std::max(next_drift_ + kDriftStep, now_);
  if (!random_.chance(options_.faults.drift_per_minute)) return;
  std::vector<std::pair<std::string, std::string>> places;
  for (const auto& [id, account] : world_.accounts) {
    for (const auto& [name, region] : account.regions) places.emplace_back(id, name);
  }
  if (places.empty()) return;
  const auto& [account, region] = places[random_.below(places.size())];
  OpContext context = make_context(account, region, "arn:aws:iam::" + account + ":user/somebody");
  context.sight.stale = false;
  drift(context);
}

void SimCloud::arrive(Flights::iterator at) {
  Flight flight = std::move(flights_.extract(at).mapped());
  flight.executed = true;
  if (flight.fate == Fate::lost_before) {
    flight.completion.status = lost_answer(flight.call);
  } else {
    flight.completion = serve(flight);
  }
  flight.completion.ticket = flight.ticket;
  const Time deliver_at = flight.deliver_at;
  flights_.emplace(deliver_at, std::move(flight));
}

// What AWS answers, in the journal as it is, and as the caller will hear it.
Completion SimCloud::serve(Flight& flight) {
  const Call& call = flight.call;
  Entry entry;
  entry.at = now_;
  entry.ticket = flight.ticket;
  entry.service = call.service;
  entry.operation = call.operation;
  entry.region = call.principal->region;
  entry.lost = flight.fate == Fate::lost_after || flight.forgotten;
  Answer said = answer(flight, entry);
  Completion completion;
  completion.request_id = "sim-" + std::to_string(flight.ticket);
  if (said.code == kUnsupported) {
    completion.status = error(Code::unsupported, said.message);
  } else if (!said.ok()) {
    completion.status = classify(call.service, call.operation, said.code, said.http, said.message);
  }
  flight.said = {said.code, said.http, said.message, said.ok() ? Json::object() : said.body};
  entry.code = completion.status.code;
  entry.aws_code = completion.status.aws_code;
  entry.message = std::move(said.message);
  journal_.push_back(std::move(entry));
  if (flight.fate == Fate::lost_after) {
    completion.status = lost_answer(call);
  } else if (completion.status.ok()) {
    completion.body = std::move(said.body);
  }
  return completion;
}

Answer SimCloud::answer(const Flight& flight, Entry& entry) {
  if (flight.fate == Fate::throttled) return throttle_answer(flight.call.service);
  if (flight.fate == Fate::server_error) return server_error_answer(flight.call.service);
  Answer said = execute(flight.call, entry);
  if (flight.fate == Fate::error_after && said.ok()) {
    return server_error_answer(flight.call.service);
  }
  return said;
}

Answer SimCloud::execute(const Call& call, Entry& entry) {
  const Operation* operation = find_operation(call.service, call.operation);
  const std::string name = call.service + ':' + call.operation;
  if (operation != nullptr) entry.mutates = operation->rule.mutates;
  if (options_.unsupported.contains(name)) {
    return fail(std::string(kUnsupported), name + " is not supported by this endpoint", 501);
  }
  if (operation == nullptr) {
    return fail("InvalidAction", "The action " + name + " is not valid for this web service.");
  }
  if (entry.mutates) entry.params = call.params;
  std::string arn;
  Answer refused = authenticate(*call.principal, entry.account, arn);
  if (!refused.ok()) return refused;
  if (denied_.contains({call.principal->role_arn, name})) return denied_answer(call, arn);
  entry.executed = true;
  OpContext context = make_context(entry.account, call.principal->region, std::move(arn));
  return run_operation(*operation, context, call.params);
}

// Sessions are kept for an hour, as the client keeps its credentials: a role that is deleted
// meanwhile still works until then.
Answer SimCloud::authenticate(const Principal& principal, std::string& account, std::string& arn) {
  if (options_.faults.expired) {
    return fail("ExpiredToken", "The security token included in the request is expired", 403);
  }
  if (principal.role_arn.empty()) {
    account = options_.account;
    arn = operator_arn(options_.account);
    return done();
  }
  Session& session = sessions_[principal.role_arn + '|' + principal.external_id.reveal()];
  if (session.expires <= now_) {
    OpContext context = this->context(principal.region);
    Answer answer = assume_role(context, principal.role_arn, principal.external_id.reveal(),
                                principal.session_name, 3600, session);
    if (!answer.ok()) return answer;
  }
  account = session.account;
  arn = session.arn;
  return done();
}

Completion SimCloud::call(const std::string& service, const std::string& operation, Json params) {
  const bool quiet = std::all_of(flights_.begin(), flights_.end(),
                                 [](const auto& item) { return item.second.forgotten; });
  check(quiet, "call() needs a quiet cloud");
  Principal principal;
  principal.region = options_.region;
  const Ticket ticket =
      start({service, operation, std::move(params), std::make_shared<const Principal>(principal)});
  std::optional<Completion> completion = wait(kNever);
  check(completion && completion->ticket == ticket, "the one call in flight completes");
  return *std::move(completion);
}

void SimCloud::advance(Duration span) {
  const Time until = now_ + span;
  while (true) {
    auto next = std::find_if(flights_.begin(), flights_.end(),
                             [](const auto& item) { return !item.second.executed; });
    const Time arrival = next == flights_.end() ? kNever : next->first;
    if (std::min(arrival, next_event()) > until) break;
    if (arrival <= next_event()) {
      now_ = std::max(now_, arrival);
      arrive(next);
    } else {
      run_due(next_event());
    }
  }
  now_ = until;
}

void SimCloud::forget_inflight() {
  for (auto& [at, flight] : flights_) flight.forgotten = true;
}

}  // namespace byoc::sim
