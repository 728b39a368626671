// HttpServer: HTTP/1.1 on a unix socket and on a loopback port, by one thread at a time.
//
// libmicrohttpd reads and writes HTTP. What it does not know is here: who is at the other end, how
// many of each may come, how long a client may take, and answers that come later or bit by bit.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "controller/api.h"
#include "controller/api_socket.h"

namespace byoc {

using HttpTime = std::chrono::steady_clock::time_point;

// Who is at the other end.
enum class HttpCaller {
  peer,      // of the unix socket: root, our own user, or a member of the group
  stranger,  // of the unix socket: anybody else
  network,   // of the loopback port
};

struct IncomingRequest {
  HttpCaller caller = HttpCaller::stranger;
  ApiRequest asked;        // HEAD is asked as GET; the body is a peer's, that of others is not read
  bool too_large = false;  // the body has more than HttpLimits::body_bytes, and is left out
  HttpTime since;          // when all of it was there
  bool may_wait = true;    // fewer than HttpLimits::waiting do; else answer now, and not bit by bit
};

// The next part of a body that is a stream.
struct HttpPart {
  std::string text;
  bool last = false;
  HttpTime again;  // without text: when to ask again, unless there is news before
};

struct HttpReply {
  int code = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::function<HttpPart()> stream;  // what the body consists of, when it is one
  std::optional<HttpTime> later;     // no answer yet: ask again then, or when there is news
};

// A client that exceeds a time loses its connection. A connection costs twice head_bytes.
struct HttpLimits {
  Duration idle = std::chrono::seconds(5);      // until the head of the next request is whole
  Duration receive = std::chrono::seconds(10);  // from there until its body is whole
  Duration stall = std::chrono::seconds(10);    // until a client has taken the next 32 KiB
  std::size_t head_bytes = 32U << 10U;          // of a request
  std::size_t body_bytes = 1U << 20U;
  // Connections at once, by caller: none of them takes another's places. Where there is none, that
  // one ends whose client has been silent longest, unless it waits for us. Where all wait, others
  // stay in the backlog: let fewer wait.
  std::size_t peers = 32;
  std::size_t strangers = 4;
  std::size_t network = 16;
  std::size_t waiting = 24;  // of the peers: for an answer that comes later, or bit by bit
};

struct HttpServerOptions {
  OwnedFd local;    // listens on a unix socket
  OwnedFd network;  // listens on a loopback port; closed: none
  std::optional<gid_t> group{};
  HttpLimits limits{};
};

class HttpServer {
 public:
  // On a thread of the server's, one call at a time.
  using Handler = std::function<HttpReply(const IncomingRequest&)>;

  // unavailable when no descriptor is left.
  [[nodiscard]] static Result<std::unique_ptr<HttpServer>> make(HttpServerOptions options,
                                                                Handler handler);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();  // stops

  void start();
  // Ends all connections, also those that wait or are written to; nobody listens afterwards.
  void stop();
  // Who waits is answered or asked again. From any thread.
  void news();
  [[nodiscard]] int network_port() const;  // 0: none

 private:
  struct Parts;
  explicit HttpServer(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace byoc
