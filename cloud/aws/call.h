// One call in flight: its pages and its attempts. No I/O; the engine in aws_cloud.cc moves it.
#pragma once

#include <optional>
#include <string>

#include "base/json.h"
#include "base/status.h"
#include "base/time.h"
#include "cloud/aws/endpoint.h"
#include "cloud/aws/identity.h"
#include "cloud/aws/model.h"
#include "cloud/aws/parse.h"
#include "cloud/aws/retry.h"
#include "cloud/cloud.h"

namespace byoc {

struct Flight {
  Ticket ticket = 0;
  const Service* service = nullptr;
  const Operation* operation = nullptr;
  Json params;
  std::string region;
  std::optional<IdentityKey> signer;  // nothing: not signed
  std::optional<IdentityKey> asker;   // the identity that wants the answer; nothing: the user
  Endpoint endpoint;
  bool repeatable = false;
  std::string token_for;  // cluster name: no call at all, an EKS token is made (see aws_cloud.h)
  HttpRequest request;    // of this page, not signed
  Json merged = Json::object();
  std::string request_id;
  bool one_page = false;  // the caller named the page size
  int pages = 0;
  int attempt = 0;      // of this page
  int quota_taken = 0;  // of this page
  bool resigned = false;
  bool may_have_acted = false;  // an attempt of this page was not answered, and it changes things

  [[nodiscard]] std::string name() const { return service->name + ":" + operation->name; }
  // Calls of one pace: identity, region, service, and whether they change anything.
  [[nodiscard]] std::string pace_key() const;
};

// Looks up the operation and makes the first page's request. invalid or unsupported.
[[nodiscard]] Result<Flight> make_flight(const std::string& service, const std::string& operation,
                                         Json params, const std::string& region,
                                         const EndpointSettings& settings);

// Serializes the request of the page that the parameters name.
[[nodiscard]] Status prepare_page(Flight& flight);

struct Outcome {
  Verdict verdict = Verdict::finished;
  Answer answer;
};

// What an exchange means for the flight.
[[nodiscard]] Outcome read_exchange(const Flight& flight, const Exchange& exchange, Peer peer);

// Takes a good answer in. True when another page is to be fetched (the flight is ready for it).
[[nodiscard]] Result<bool> take_page(Flight& flight, Answer answer);

}  // namespace byoc
