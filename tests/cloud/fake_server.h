// A scripted HTTP server on loopback: each request is shown to a function that says the reply.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/check.h"
#include "cloud/http.h"

namespace byoc {

struct FakeRequest {
  std::string method;
  std::string target;  // path and query
  Fields headers;
  std::string body;
};

struct FakeReply {
  int status = 200;
  std::string body;
  Fields headers;
  bool hang_up = false;  // close without an answer
};

class FakeServer {
 public:
  using Script = std::function<FakeReply(const FakeRequest&)>;

  explicit FakeServer(Script script) : script_(std::move(script)) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    check(bind(listener_, generic, size) == 0 && listen(listener_, 64) == 0, "loopback listens");
    check(getsockname(listener_, generic, &size) == 0, "the socket has a name");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;
  ~FakeServer() {
    stopping_ = true;
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  // All requests so far.
  [[nodiscard]] std::vector<FakeRequest> seen() {
    const std::lock_guard lock(mutex_);
    return seen_;
  }

 private:
  void serve() {
    while (!stopping_) {
      const int peer = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (peer < 0) continue;
      answer(peer);
      close(peer);
    }
  }

  void answer(int peer) {
    FakeRequest request;
    if (!read_request(peer, request)) return;
    const FakeReply reply = script_(request);
    {
      const std::lock_guard lock(mutex_);
      seen_.push_back(request);
    }
    if (reply.hang_up) return;
    std::string text = "HTTP/1.1 " + std::to_string(reply.status) + " Said\r\n";
    for (const auto& [name, value] : reply.headers) text.append(name + ": " + value + "\r\n");
    text +=
        "Content-Length: " + std::to_string(reply.body.size()) + "\r\nConnection: close\r\n\r\n";
    if (request.method != "HEAD") text += reply.body;
    std::string_view rest = text;
    while (!rest.empty()) {
      const ssize_t sent = send(peer, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      rest.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  static bool read_request(int peer, FakeRequest& request) {
    std::string text;
    std::size_t head = std::string::npos;
    while ((head = text.find("\r\n\r\n")) == std::string::npos) {
      if (!read_more(peer, text)) return false;
    }
    std::size_t start = text.find("\r\n");
    const std::string first = text.substr(0, start);
    request.method = first.substr(0, first.find(' '));
    request.target =
        first.substr(request.method.size() + 1, first.rfind(' ') - request.method.size() - 1);
    for (start += 2; start < head;) {
      const std::size_t end = text.find("\r\n", start);
      const std::string line = text.substr(start, end - start);
      const std::size_t colon = line.find(": ");
      request.headers.emplace_back(line.substr(0, colon),
                                   colon == std::string::npos ? "" : line.substr(colon + 2));
      start = end + 2;
    }
    std::size_t length = 0;
    const std::string_view said = find_field(request.headers, "Content-Length");
    std::from_chars(said.data(), said.data() + said.size(), length);
    while (text.size() < head + 4 + length) {
      if (!read_more(peer, text)) return false;
    }
    request.body = text.substr(head + 4, length);
    return true;
  }

  static bool read_more(int peer, std::string& text) {
    char buffer[4096];
    const ssize_t size = recv(peer, buffer, sizeof(buffer), 0);
    if (size > 0) text.append(buffer, static_cast<std::size_t>(size));
    return size > 0;
  }

  Script script_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::vector<FakeRequest> seen_;
  std::thread thread_;
};

}  // namespace byoc
