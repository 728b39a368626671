// HTTP exchanges in flight: curl_multi with keep-alive, deadlines and a size limit.
//
// The only file that knows curl. Single-threaded; nothing blocks but `wait`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "cloud/http.h"

namespace byoc {

struct TransportOptions {
  std::string user_agent = "byoc/0.1";  // never "region/...": emulators read it
  std::string ca_file;                  // PEM; empty: the system's
  std::string https_proxy;              // for https only; the environment is not read
  std::string no_proxy;                 // comma-separated hosts
  long connections_per_host_max = 32;
};

struct SendOptions {
  Duration connect_max = std::chrono::seconds(5);
  Duration total_max = std::chrono::seconds(60);
  std::size_t body_bytes_max = 64U << 20U;
  // A connection of its own: on a reused one, curl repeats a request whose connection died, and
  // a call that must not happen twice could.
  bool fresh_connection = false;
};

enum class Fault : std::uint8_t {
  none,
  not_sent,   // nothing of the request left this machine
  lost,       // sent at least in part; the answer did not come, or not whole
  too_large,  // the answer exceeds body_bytes_max
};

struct Exchange {
  std::uint64_t id = 0;
  Fault fault = Fault::none;
  std::string problem;  // for people, when there is a fault
  HttpResponse response;
  std::size_t bytes_sent = 0;
  std::size_t bytes_received = 0;
  Duration took{0};
};

// What carries exchanges: the network, or a simulation of what is behind it.
class Wire {
 public:
  Wire() = default;
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  virtual ~Wire() = default;

  // Begins an exchange. The id is never 0.
  [[nodiscard]] virtual std::uint64_t start(HttpRequest request, const SendOptions& options) = 0;

  // Makes progress until an exchange ends, a descriptor of `wake_fds` can be read, or `patience`
  // is over (0: only what can be done at once). Answers with all exchanges that have ended.
  [[nodiscard]] virtual std::vector<Exchange> wait(Duration patience,
                                                   const std::vector<int>& wake_fds) = 0;
};

class Transport final : public Wire {
 public:
  explicit Transport(TransportOptions options = {});
  ~Transport() override;

  [[nodiscard]] std::uint64_t start(HttpRequest request, const SendOptions& options) override;
  [[nodiscard]] std::vector<Exchange> wait(Duration patience,
                                           const std::vector<int>& wake_fds) override;
  [[nodiscard]] std::vector<Exchange> wait(Duration patience) { return wait(patience, {}); }

  [[nodiscard]] std::size_t in_flight() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace byoc
