#include "cloud/aws/aws_cloud.h"

#include <poll.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <random>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/ascii.h"
#include "base/check.h"
#include "cloud/aws/call.h"
#include "cloud/aws/encoding.h"
#include "cloud/aws/errors.h"
#include "cloud/aws/identity.h"
#include "cloud/aws/pace.h"
#include "cloud/aws/presign.h"
#include "cloud/aws/process.h"
#include "cloud/aws/profile.h"
#include "cloud/aws/quirks.h"

namespace byoc {
namespace {

constexpr Duration kProcessMax = std::chrono::seconds(60);

bool can_be_read(int fd) {
  pollfd look{fd, POLLIN, 0};
  return fd >= 0 && poll(&look, 1, 0) > 0;
}

Result<Flight> make_user_flight(Call call, const EndpointSettings& endpoints) {
  const std::string& region = call.principal->region;
  if (call.service != "eks" || call.operation != "GetToken") {
    return make_flight(call.service, call.operation, std::move(call.params), region, endpoints);
  }
  const Json cluster = call.params.is_object() ? call.params.value("clusterName", Json()) : Json();
  if (!cluster.is_string() || cluster.get_ref<const std::string&>().empty()) {
    return error(Code::invalid, "eks:GetToken: clusterName: missing");
  }
  Result<Flight> made = make_flight("sts", "GetCallerIdentity", Json::object(), region, endpoints);
  if (made.ok()) made.value().token_for = cluster.get<std::string>();
  return made;
}

// Sleep counts.
Duration since_boot() {
  timespec spec{};
  check(::clock_gettime(CLOCK_BOOTTIME, &spec) == 0, "the kernel counts the time since it began");
  return std::chrono::duration_cast<Duration>(std::chrono::seconds(spec.tv_sec) +
                                              std::chrono::nanoseconds(spec.tv_nsec));
}

class AwsCloud final : public Cloud {
 public:
  AwsCloud(AwsOptions options, EndpointSettings endpoints, TransportOptions transport)
      : options_(std::move(options)),
        endpoints_(std::move(endpoints)),
        network_(options_.wire == nullptr ? std::make_unique<Transport>(std::move(transport))
                                          : nullptr),
        transport_(options_.wire == nullptr ? *network_ : *options_.wire),
        identities_(options_.environment),
        chance_(options_.wire == nullptr ? std::random_device{}() : options_.seed) {}

  Ticket start(Call call) override;
  std::optional<Completion> wait(Time until) override;
  // Steady: a clock that is set while we run makes nothing due too early or too late. (A grace
  // cut short could make a resource twice.) What AWS thinks of the time is in skew_.
  Time now() const override {
    return options_.clock ? options_.clock() : began_ + (since_boot() - booted_);
  }

 private:
  void launch(Flight flight);
  void sign_and_send(Flight& flight);
  void make_token(Flight& flight, const Credentials& credentials);
  void send(Flight& flight, const Credentials* credentials);
  void on_exchange(const Exchange& exchange);
  [[nodiscard]] Peer peer_of(const Flight& flight) const;
  void on_outcome(Flight& flight, Outcome outcome, const Exchange& exchange);
  void send_again(Flight& flight, Outcome outcome, const Exchange& exchange);
  void send_resigned(Flight& flight, Outcome outcome, const Exchange& exchange);
  void finish(Flight& flight, Status status);

  void run_asks();
  void run_ask(const IdentityKey& key, const ApiAsk& ask);
  void run_ask(const IdentityKey& key, const HttpAsk& ask);
  void run_ask(const IdentityKey& key, const ProcessAsk& ask);
  void release(const IdentityKey& key);
  void fire_timers(Time time);
  void advance_processes(Time time);
  [[nodiscard]] Duration patience(Time time, Time until) const;
  [[nodiscard]] std::vector<int> wake_fds() const;
  void record(const Flight& flight, const Outcome& outcome, const Exchange& exchange) const;

  const Time began_ = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  const Duration booted_ = since_boot();
  AwsOptions options_;
  EndpointSettings endpoints_;
  std::unique_ptr<Transport> network_;
  Wire& transport_;
  Identities identities_;
  Ticket last_ticket_ = 0;
  std::unordered_map<Ticket, Flight> flights_;
  std::unordered_map<std::uint64_t, Ticket> in_air_;          // by exchange
  std::unordered_map<std::uint64_t, IdentityKey> http_asks_;  // by exchange
  std::map<IdentityKey, std::unique_ptr<ChildProcess>> processes_;
  std::map<IdentityKey, std::vector<Ticket>> waiting_;  // for credentials
  std::multimap<Time, Ticket> timers_;                  // to be sent then
  std::unordered_map<std::string, Pace> paces_;
  std::set<const Operation*> answered_;  // by the service itself
  RetryQuota quota_;
  Duration skew_{0};  // what the services' clocks are ahead of ours
  std::mt19937_64 chance_;
  std::deque<Completion> ready_;
};

Ticket AwsCloud::start(Call call) {
  const Ticket ticket = ++last_ticket_;
  Status problem;
  if (call.principal == nullptr) {
    problem = error(Code::invalid, call.service + ":" + call.operation + " has no principal");
  } else {
    const std::shared_ptr<const Principal> principal = call.principal;
    Result<Flight> made = make_user_flight(std::move(call), endpoints_);
    if (made.ok()) {
      Flight flight = std::move(made).value();
      flight.ticket = ticket;
      if (!flight.operation->is_unsigned) flight.signer = identities_.key_of(*principal);
      launch(std::move(flight));
    } else {
      problem = made.status();
    }
  }
  if (!problem.ok()) ready_.push_back({ticket, std::move(problem), Json::object(), {}});
  return ticket;
}

void AwsCloud::launch(Flight flight) {
  const Ticket ticket = flight.ticket;
  const auto [place, is_new] = flights_.emplace(ticket, std::move(flight));
  check(is_new, "tickets are not used twice");
  const Duration delay = paces_[place->second.pace_key()].take(now());
  if (delay > Duration{0}) {
    timers_.emplace(now() + delay, ticket);
  } else {
    sign_and_send(place->second);
  }
}

// Sends, or waits for credentials, or gives up for want of them.
void AwsCloud::sign_and_send(Flight& flight) {
  if (!flight.signer) return send(flight, nullptr);
  const Identities::Look look = identities_.look(*flight.signer, now());
  if (look.credentials != nullptr) {
    send(flight, look.credentials);
  } else if (!look.status.ok()) {
    finish(flight, look.status);
  } else {
    waiting_[*flight.signer].push_back(flight.ticket);
  }
}

void AwsCloud::make_token(Flight& flight, const Credentials& credentials) {
  const Time time = now() + skew_;
  const Result<Secret> token =
      eks_token(flight.token_for, flight.region, credentials, endpoints_, time);
  if (!token.ok()) return finish(flight, token.status());
  flight.merged = {{"token", token.value().reveal()},
                   {"expirationTimestamp", format_time(now() + kEksTokenLife)}};
  finish(flight, {});
}

void AwsCloud::send(Flight& flight, const Credentials* credentials) {
  if (!flight.token_for.empty()) return make_token(flight, *credentials);
  HttpRequest request = flight.request;
  if (credentials != nullptr) sign(request, *credentials, flight.endpoint.scope, now() + skew_);
  SendOptions options;
  options.connect_max = options_.connect_max;
  options.total_max = options_.attempt_max;
  options.fresh_connection = !flight.repeatable;
  in_air_.emplace(transport_.start(std::move(request), options), flight.ticket);
}

void AwsCloud::on_exchange(const Exchange& exchange) {
  if (const auto ask = http_asks_.find(exchange.id); ask != http_asks_.end()) {
    const IdentityKey key = std::move(ask->second);
    http_asks_.erase(ask);
    identities_.on_http(key, exchange, now());
    return release(key);
  }
  const auto found = in_air_.find(exchange.id);
  check(found != in_air_.end(), "every exchange has an owner");
  Flight& flight = flights_.at(found->second);
  in_air_.erase(found);
  Outcome outcome = read_exchange(flight, exchange, peer_of(flight));
  if (exchange.fault == Fault::none && !outcome.answer.foreign) answered_.insert(flight.operation);
  record(flight, outcome, exchange);
  on_outcome(flight, std::move(outcome), exchange);
}

// What has been answered once is there: a page in its place is trouble.
Peer AwsCloud::peer_of(const Flight& flight) const {
  if (!flight.endpoint.is_custom) return Peer::aws;
  if (!endpoints_.emulator) return Peer::given;
  return answered_.contains(flight.operation) ? Peer::emulator_with_it : Peer::emulator;
}

void AwsCloud::on_outcome(Flight& flight, Outcome outcome, const Exchange& exchange) {
  Pace& pace = paces_[flight.pace_key()];
  if (outcome.answer.status.ok()) {
    pace.on_success(now());
    quota_.give_back(flight.quota_taken > 0 ? flight.quota_taken : 1);
    const Result<bool> more = take_page(flight, std::move(outcome.answer));
    if (!more.ok()) return finish(flight, more.status());
    return more.value() ? sign_and_send(flight) : finish(flight, {});
  }
  flight.request_id = outcome.answer.request_id;
  const bool is_gap = outcome.answer.status.code == Code::unsupported;
  if (!is_gap && may_leave_something(*flight.operation) &&
      may_have_acted(exchange.fault, exchange.response.status, outcome.answer.foreign)) {
    flight.may_have_acted = true;
  }
  if (outcome.verdict == Verdict::again_rested) pace.on_throttle(now());
  switch (outcome.verdict) {
    case Verdict::finished: return finish(flight, std::move(outcome.answer.status));
    case Verdict::again_resigned: return send_resigned(flight, std::move(outcome), exchange);
    case Verdict::again:
    case Verdict::again_rested: return send_again(flight, std::move(outcome), exchange);
  }
}

void AwsCloud::send_again(Flight& flight, Outcome outcome, const Exchange& exchange) {
  Status& status = outcome.answer.status;
  const int cost = exchange.fault == Fault::lost ? RetryQuota::kCostOfLost : RetryQuota::kCost;
  if (flight.attempt + 1 >= options_.retry.attempts_max || !quota_.take(cost)) {
    return finish(flight, std::move(status));
  }
  flight.quota_taken = cost;
  const double chance = std::uniform_real_distribution<double>(0, 1)(chance_);
  Duration delay = backoff(options_.retry, flight.attempt++, chance, status.retry_after);
  if (outcome.verdict == Verdict::again_rested) {
    delay = std::max(delay, paces_[flight.pace_key()].take(now()));
  }
  timers_.emplace(now() + delay, flight.ticket);
}

void AwsCloud::send_resigned(Flight& flight, Outcome outcome, const Exchange& exchange) {
  Status& status = outcome.answer.status;
  if (flight.resigned || !flight.signer) return finish(flight, std::move(status));
  flight.resigned = true;
  if (is_clock_skew(status.aws_code, status.message)) {
    const auto date = read_timestamp(find_field(exchange.response.headers, "date"));
    if (date) skew_ = *date - now();
  }
  if (is_expired_session(status.aws_code)) identities_.invalidate(*flight.signer);
  sign_and_send(flight);
}

void AwsCloud::finish(Flight& flight, Status status) {
  const auto node = flights_.extract(flight.ticket);
  Flight& done = node.mapped();
  if (!status.ok() && done.may_have_acted) status = of_last_attempt_only(std::move(status));
  if (done.asker) {
    identities_.on_api(*done.asker, status, done.merged, now());
    return release(*done.asker);
  }
  Completion completion;
  completion.ticket = done.ticket;
  completion.body = status.ok() ? std::move(done.merged) : Json::object();
  completion.status = std::move(status);
  completion.request_id = std::move(done.request_id);
  ready_.push_back(std::move(completion));
}

void AwsCloud::run_asks() {
  for (auto asks = identities_.take_asks(); !asks.empty(); asks = identities_.take_asks()) {
    for (const auto& [key, ask] : asks) {
      std::visit([&, &name = key](const auto& what) { run_ask(name, what); }, ask);
    }
  }
}

void AwsCloud::run_ask(const IdentityKey& key, const ApiAsk& ask) {
  Result<Flight> made = make_flight(ask.service, ask.operation, ask.params, ask.region, endpoints_);
  if (!made.ok()) {
    identities_.on_api(key, made.status(), Json::object(), now());
    return release(key);
  }
  Flight flight = std::move(made).value();
  flight.ticket = ++last_ticket_;
  flight.signer = ask.signer;
  flight.asker = key;
  launch(std::move(flight));
}

void AwsCloud::run_ask(const IdentityKey& key, const HttpAsk& ask) {
  http_asks_.emplace(transport_.start(ask.request, ask.options), key);
}

void AwsCloud::run_ask(const IdentityKey& key, const ProcessAsk& ask) {
  auto process = ChildProcess::start(ask.command, now() + kProcessMax);
  if (process.ok()) {
    processes_[key] = std::move(process).value();
    return;
  }
  identities_.on_process(key, false, "", now());
  release(key);
}

void AwsCloud::release(const IdentityKey& key) {
  const auto found = waiting_.find(key);
  if (found == waiting_.end()) return;
  const std::vector<Ticket> tickets = std::move(found->second);
  waiting_.erase(found);
  for (const Ticket ticket : tickets) sign_and_send(flights_.at(ticket));
}

void AwsCloud::fire_timers(Time time) {
  while (!timers_.empty() && timers_.begin()->first <= time) {
    const Ticket ticket = timers_.begin()->second;
    timers_.erase(timers_.begin());
    sign_and_send(flights_.at(ticket));
  }
}

void AwsCloud::advance_processes(Time time) {
  for (auto place = processes_.begin(); place != processes_.end();) {
    if (!place->second->advance(time)) {
      ++place;
      continue;
    }
    const auto ended = processes_.extract(place++);
    const ChildProcess& process = *ended.mapped();
    identities_.on_process(ended.key(), process.succeeded(), process.output(), time);
    release(ended.key());
  }
}

Duration AwsCloud::patience(Time time, Time until) const {
  if (!timers_.empty()) until = std::min(until, timers_.begin()->first);
  for (const auto& [key, process] : processes_) until = std::min(until, process->deadline());
  return std::max(until - time, Duration{0});
}

std::vector<int> AwsCloud::wake_fds() const {
  std::vector<int> fds;
  if (options_.wake_fd >= 0) fds.push_back(options_.wake_fd);
  for (const auto& [key, process] : processes_) fds.push_back(process->fd());
  return fds;
}

std::optional<Completion> AwsCloud::wait(Time until) {
  while (true) {
    const Time time = now();
    fire_timers(time);
    advance_processes(time);
    run_asks();
    for (Exchange& exchange :
         transport_.wait(ready_.empty() ? patience(time, until) : Duration{0}, wake_fds())) {
      on_exchange(exchange);
    }
    run_asks();
    if (!ready_.empty()) {
      Completion completion = std::move(ready_.front());
      ready_.pop_front();
      return completion;
    }
    if (now() >= until || can_be_read(options_.wake_fd)) return std::nullopt;
  }
}

void AwsCloud::record(const Flight& flight, const Outcome& outcome,
                      const Exchange& exchange) const {
  if (!options_.on_attempt) return;
  Attempt attempt;
  attempt.service = flight.service->name;
  attempt.operation = flight.operation->name;
  attempt.region = flight.region;
  attempt.number = flight.attempt;
  attempt.http_status = exchange.response.status;
  attempt.code = outcome.answer.status.code;
  attempt.aws_code = outcome.answer.status.aws_code;
  attempt.request_id = outcome.answer.request_id;
  attempt.bytes_sent = exchange.bytes_sent;
  attempt.bytes_received = exchange.bytes_received;
  attempt.took = exchange.took;
  options_.on_attempt(attempt);
}

std::string either(const Environment& environment, const char* first, const char* second) {
  const std::string value = environment.get(first);
  return value.empty() ? environment.get(second) : value;
}

// Whether BYOC_EMULATOR says that the given endpoint is an emulator of AWS.
Result<bool> emulator_asked_for(const Environment& environment, const EndpointSettings& endpoints) {
  const std::string value = lower(environment.get("BYOC_EMULATOR"));
  if (value.empty() || value == "0" || value == "false") return false;
  if (value != "1" && value != "true") {
    return error(Code::invalid, "BYOC_EMULATOR is \"" + environment.get("BYOC_EMULATOR") +
                                    "\": set it to 1 for an emulator of AWS, else leave it out");
  }
  if (endpoints.url.empty() && endpoints.urls.empty()) {
    return error(Code::invalid,
                 "BYOC_EMULATOR is set without an endpoint, and AWS itself is no emulator: set "
                 "AWS_ENDPOINT_URL too, or unset BYOC_EMULATOR");
  }
  return true;
}

}  // namespace

Result<std::unique_ptr<Cloud>> make_aws_cloud(AwsOptions options) {
  Result<EndpointSettings> settings = endpoint_settings(options.environment);
  if (!settings.ok()) return settings.status();
  EndpointSettings endpoints = std::move(settings).value();
  if (!options.endpoint_url.empty()) {
    endpoints.url = options.endpoint_url;
    endpoints.urls.clear();
  }
  for (const auto& [name, url] : endpoints.urls) {
    if (split_url(url).host.empty()) {
      return error(Code::invalid, "the endpoint URL of " + name + " is none: " + url);
    }
  }
  if (!endpoints.url.empty() && split_url(endpoints.url).host.empty()) {
    return error(Code::invalid, "the endpoint URL is none: " + endpoints.url);
  }
  const Result<bool> emulator = emulator_asked_for(options.environment, endpoints);
  if (!emulator.ok()) return emulator.status();
  endpoints.emulator = emulator.value();
  TransportOptions transport;
  transport.ca_file = options.environment.get("AWS_CA_BUNDLE");
  transport.https_proxy = either(options.environment, "https_proxy", "HTTPS_PROXY");
  transport.no_proxy = either(options.environment, "no_proxy", "NO_PROXY");
  return std::unique_ptr<Cloud>(
      std::make_unique<AwsCloud>(std::move(options), std::move(endpoints), std::move(transport)));
}

}  // namespace byoc
