// ApiServer: Api on a unix socket, metrics and health on a loopback port.
//
// Its thread uses a connection to the store of its own, and never the loop's.
#pragma once

#include <memory>
#include <string>

#include "controller/api.h"
#include "controller/http_server.h"

namespace byoc {

struct ApiServerOptions {
  std::string state_dir;        // where the store and the secrets are
  std::string socket_path;      // empty: STATE_DIR/byocd.sock
  std::string group;            // whose members may come in; empty: root and our own user alone
  std::string metrics_address;  // "127.0.0.1:9640"; empty: none
  ApiHooks hooks;
  HttpLimits limits{};
};

class ApiServer {
 public:
  // Listens already, and answers once it is started. conflict when another byocd answers there.
  [[nodiscard]] static Result<std::unique_ptr<ApiServer>> make(ApiServerOptions options);
  ApiServer(const ApiServer&) = delete;
  ApiServer& operator=(const ApiServer&) = delete;
  ~ApiServer();  // stops

  void start();
  // Ends all connections, takes the socket file away and returns when the thread has ended.
  void stop();

  // The loop's store has changed: those who watch look. From any thread; for
  // StoreOptions::on_change.
  void wake();

  [[nodiscard]] int metrics_port() const;  // 0: none

 private:
  struct Parts;
  explicit ApiServer(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace byoc
