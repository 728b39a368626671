// Who signs: credentials of the ambient chain and of assumed roles, kept fresh.
//
// A state machine without I/O. It says what has to be asked (over the API, over HTTP, of a
// process), is told the answers, and holds the credentials. The call engine does the asking.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/json.h"
#include "base/status.h"
#include "base/time.h"
#include "cloud/aws/credentials.h"
#include "cloud/cloud.h"
#include "cloud/http.h"
#include "cloud/transport.h"

namespace byoc {

// Names one identity; "" is the ambient chain.
using IdentityKey = std::string;

struct ApiAsk {
  std::string service;
  std::string operation;
  Json params;
  std::string region;
  std::optional<IdentityKey> signer;  // nothing: the call is not signed
};

struct HttpAsk {
  HttpRequest request;
  SendOptions options;
};

struct ProcessAsk {
  std::string command;
};

using Ask = std::variant<ApiAsk, HttpAsk, ProcessAsk>;

class Identities {
 public:
  explicit Identities(Environment environment) : environment_(std::move(environment)) {}

  // The identity of a principal: the ambient one, or its role. The external id counts: another
  // id is another identity.
  [[nodiscard]] IdentityKey key_of(const Principal& principal);

  struct Look {
    const Credentials* credentials = nullptr;  // to sign with; valid until the next other call
    Status status;  // not ok: there are none, and why. Both unset: they are being fetched.
  };
  // Begins a fetch when there are no fresh credentials; with old but valid ones in the meantime.
  [[nodiscard]] Look look(const IdentityKey& key, Time now);

  // What look() wants asked; each is answered exactly once through one of the three below.
  [[nodiscard]] std::vector<std::pair<IdentityKey, Ask>> take_asks();
  void on_api(const IdentityKey& key, const Status& status, const Json& body, Time now);
  void on_http(const IdentityKey& key, const Exchange& exchange, Time now);
  void on_process(const IdentityKey& key, bool succeeded, std::string_view output, Time now);

  // Forgets credentials that a service refused as expired.
  void invalidate(const IdentityKey& key);

 private:
  struct Identity {
    std::optional<Source> fixed;   // nothing: the ambient chain, looked at anew each time
    std::optional<Source> source;  // the one being asked, or asked last
    std::optional<Credentials> credentials;
    Time refresh_at{};
    bool asking = false;
    Status failed;  // of the last fetch
    Time failed_at{};
    // Instance metadata: token, then role name, then keys.
    int step = 0;
    int tries = 0;
    std::string metadata_token;
    std::string role;
  };

  IdentityKey key_of_base(const RoleSource& source);
  void begin(const IdentityKey& key, Identity& identity, Time now);
  void ask_source(const IdentityKey& key, Identity& identity, Time now);
  void ask_metadata(const IdentityKey& key, Identity& identity, const std::string& role);
  void on_metadata(const IdentityKey& key, Identity& identity, const Exchange& exchange, Time now);
  void take(Identity& identity, Result<Credentials> result, Time now);
  void ask(const IdentityKey& key, Ask what);

  Environment environment_;
  std::map<IdentityKey, Identity> identities_;
  std::vector<std::pair<IdentityKey, Ask>> asks_;
};

// When to fetch again: at 80 % of the life, and at the latest 5 minutes before the end of a life
// longer than 10 minutes.
[[nodiscard]] Time refresh_time(Time now, Time expires);

}  // namespace byoc
