#include "cloud/aws/call.h"

#include <utility>

#include "cloud/aws/paging.h"
#include "cloud/aws/quirks.h"
#include "cloud/aws/serialize.h"

namespace byoc {

std::string Flight::pace_key() const {
  const std::string& verb = operation->name;
  const bool reads =
      verb.starts_with("Describe") || verb.starts_with("List") || verb.starts_with("Get");
  return signer.value_or("-") + "|" + region + "|" + service->name + (reads ? "|read" : "|write");
}

Status prepare_page(Flight& flight) {
  Result<HttpRequest> request = serialize(*flight.service, *flight.operation, flight.params);
  if (!request.ok()) return request.status();
  flight.request = std::move(request).value();
  apply_endpoint(flight.endpoint, *flight.service, flight.request);
  add_checksum(*flight.operation, flight.request);
  flight.attempt = 0;
  flight.quota_taken = 0;
  flight.may_have_acted = false;
  return {};
}

Result<Flight> make_flight(const std::string& service, const std::string& operation, Json params,
                           const std::string& region, const EndpointSettings& settings) {
  Flight flight;
  flight.service = find_service(service);
  flight.operation = flight.service == nullptr ? nullptr : flight.service->find(operation);
  if (flight.operation == nullptr) {
    return error(Code::invalid, "there is no model of " + service + ":" + operation);
  }
  Result<Endpoint> endpoint = resolve_endpoint(*flight.service, region, settings);
  if (!endpoint.ok()) return endpoint.status();
  flight.endpoint = std::move(endpoint).value();
  flight.region = region;
  flight.params = std::move(params);
  flight.repeatable = is_repeatable(*flight.operation, flight.params);
  if (flight.params.is_object()) {
    const std::string& limit = flight.operation->paging.limit;
    flight.one_page = !limit.empty() && flight.params.contains(limit);
    add_page_size(*flight.service, *flight.operation, flight.params);
  }
  if (Status status = prepare_page(flight); !status.ok()) return status;
  return flight;
}

Outcome read_exchange(const Flight& flight, const Exchange& exchange, Peer peer) {
  Outcome outcome;
  if (exchange.fault != Fault::none) {
    outcome.answer.status = fault_status(flight.name(), exchange, flight.repeatable);
    const bool again = outcome.answer.status.code == Code::unavailable;
    outcome.verdict = again ? Verdict::again : Verdict::finished;
    return outcome;
  }
  const int http_status = exchange.response.status;
  outcome.answer = parse(*flight.service, *flight.operation, exchange.response, peer);
  Answer& answer = outcome.answer;
  if (answer.status.ok()) return outcome;
  outcome.verdict = judge(answer.status, http_status, answer.foreign, flight.repeatable);
  answer.status = settle(std::move(answer.status), http_status, answer.foreign, flight.repeatable);
  return outcome;
}

Result<bool> take_page(Flight& flight, Answer answer) {
  flight.request_id = std::move(answer.request_id);
  if (flight.operation->paging.input.empty() || flight.one_page) {
    flight.merged = std::move(answer.body);
    return false;
  }
  Result<bool> more =
      add_page(*flight.operation, std::move(answer.body), flight.merged, flight.params);
  if (!more.ok() || !more.value()) return more;
  if (++flight.pages >= kPagesMax) {
    return error(Code::unavailable,
                 flight.name() + ": more than " + std::to_string(kPagesMax) + " pages");
  }
  if (Status status = prepare_page(flight); !status.ok()) return status;
  return true;
}

}  // namespace byoc
