#include "tests/sim/sim_wire.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "tests/sim/http_encode.h"

namespace byoc::sim {
namespace {

constexpr const char* kOperatorKey = "AKIAOPERATOR";
constexpr Duration kProxyTime{50};

std::string name_of(const Decoded& request) {
  return request.service->name + ":" + request.operation->name;
}

}  // namespace

// Nothing: the keys are unknown, or their session is over.
const SimWire::Keys* SimWire::keys_of(const Decoded& request) const {
  static const Keys kOperator{{}, kNever};
  if (request.access_key == kOperatorKey) return &kOperator;
  const auto found = keys_.find(request.access_key);
  return found == keys_.end() || found->second.expires <= cloud_.now() ? nullptr : &found->second;
}

std::uint64_t SimWire::start(HttpRequest request, const SendOptions&) {
  Flight flight;
  flight.id = ++last_;
  flight.request = decode_request(request);
  Decoded& call = flight.request;
  check(call.operation != nullptr, "the simulated AWS knows every call: " + request.path);
  const std::size_t asked_for =
      static_cast<std::size_t>(call.params.value(call.operation->paging.limit, 1000));
  flight.begin = take_marker(*call.operation, call.params);
  flight.size = std::min<std::size_t>(asked_for, random_.chance(0.5) ? 2 : 100);
  if (bugs_.first_session_only && keys_.contains(call.access_key)) {
    call.access_key = firsts_.at(keys_.at(call.access_key).principal.role_arn);
  }
  Page page = Page::none;
  flight.response = page_of_a_proxy(random_.next());
  if (page_for) {
    page = page_for(name_of(call), flight.response);
  } else if (random_.chance(cloud_.faults().page_before)) {
    page = Page::before;
  } else if (random_.chance(cloud_.faults().page_after)) {
    page = Page::after;
  }
  flight.page = page != Page::none;
  const Keys* keys = keys_of(call);
  if (keys == nullptr && !flight.page) {
    const Answer expired = fail("ExpiredToken", "The security token is expired", 403);
    flight.response = encode_error(*call.service, *call.operation, expired, "sim-keys");
  }
  if (page == Page::before || keys == nullptr) {
    answer_later(std::move(flight));
    return last_;
  }
  Principal principal = keys->principal;
  principal.region = call.region;
  const Ticket ticket = cloud_.start({call.service->name, call.operation->name, call.params,
                                      std::make_shared<const Principal>(std::move(principal))});
  flights_.emplace(ticket, std::move(flight));
  return last_;
}

void SimWire::answer_later(Flight flight) {
  others_.emplace(cloud_.now() + kProxyTime, std::move(flight));
}

std::vector<Exchange> SimWire::wait(Duration patience, const std::vector<int>&) {
  const Time until = cloud_.now() + patience;
  const Time other = others_.empty() ? kNever : others_.begin()->first;
  auto completion = cloud_.wait(std::min(until, other));
  std::vector<Exchange> ended;
  if (completion) {
    const auto found = flights_.find(completion->ticket);
    if (found == flights_.end()) return {};  // of a client that died
    Flight flight = std::move(found->second);
    flights_.erase(found);
    ended.push_back(exchange_of(flight, *completion));
  } else if (other <= cloud_.now()) {
    Flight flight = std::move(others_.extract(others_.begin()).mapped());
    Exchange exchange;
    exchange.id = flight.id;
    exchange.response = std::move(flight.response);
    ended.push_back(std::move(exchange));
  }
  return ended;
}

Exchange SimWire::exchange_of(Flight& flight, Completion& completion) {
  Exchange exchange;
  exchange.id = flight.id;
  if (completion.status.code == Code::unknown_outcome) {
    exchange.fault = Fault::lost;
    exchange.problem = completion.status.message;
    return exchange;
  }
  const Decoded& call = flight.request;
  if (flight.page) {
    exchange.response = std::move(flight.response);
  } else if (!completion.status.ok()) {
    exchange.response =
        encode_error(*call.service, *call.operation, cloud_.said(), completion.request_id);
  } else {
    if (name_of(call) == "sts:AssumeRole") learn_session(call, completion.body);
    cut_page(*call.operation, flight.begin, flight.size, completion.body);
    if (bugs_.first_page_only) {
      for (const std::string& output : call.operation->paging.output) {
        completion.body.erase(output);
      }
      if (!call.operation->paging.more.empty())
        completion.body[call.operation->paging.more] = false;
    }
    exchange.response = encode_body(*call.service, *call.operation, std::move(completion.body),
                                    completion.request_id);
    if (change) change(name_of(call), call.params, exchange.response);
  }
  return exchange;
}

void SimWire::learn_session(const Decoded& request, const Json& body) {
  const Json& credentials = body.at("Credentials");
  Keys keys;
  keys.principal.role_arn = text(request.params, "RoleArn");
  keys.principal.external_id = Secret(text(request.params, "ExternalId"));
  keys.principal.session_name = text(request.params, "RoleSessionName");
  keys.expires = parse_time(text(credentials, "Expiration"));
  const std::string& name = text(credentials, "AccessKeyId");
  firsts_.emplace(keys.principal.role_arn, name);
  keys_[name] = std::move(keys);
}

std::unique_ptr<Cloud> make_client(SimCloud& cloud, SimWire& wire, std::uint64_t seed,
                                   std::function<void(const Attempt&)> on_attempt) {
  AwsOptions options;
  options.environment = {};
  options.environment.variables = {{"AWS_ACCESS_KEY_ID", kOperatorKey},
                                   {"AWS_SECRET_ACCESS_KEY", "dummy"},
                                   {"AWS_ENDPOINT_URL", "http://aws.test"}};
  options.wire = &wire;
  options.clock = [&cloud] { return cloud.now(); };
  options.seed = seed;
  options.on_attempt = std::move(on_attempt);
  auto made = make_aws_cloud(std::move(options));
  check(made.ok(), "the client starts");
  return std::move(made).value();
}

}  // namespace byoc::sim
