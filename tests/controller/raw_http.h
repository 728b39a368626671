// RawHttp: a connection that says what a test wants it to say, and reads answers.
#pragma once

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include "base/ascii.h"
#include "controller/api_socket.h"

namespace byoc {

struct RawAnswer {
  int code = 0;  // 0: the connection ended before an answer was whole
  std::string head;
  std::string body;
};

class RawHttp {
 public:
  explicit RawHttp(OwnedFd fd) : fd_(std::move(fd)) {
    const timeval patience{20, 0};  // a test that waits longer fails
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  }
  static RawHttp to_path(const std::string& path) { return RawHttp(connect_to_path(path).value()); }
  static RawHttp to_port(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    OwnedFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto* place = reinterpret_cast<const sockaddr*>(&address);
    if (::connect(fd.get(), place, sizeof address) != 0) return RawHttp(OwnedFd());
    return RawHttp(std::move(fd));
  }

  // Whether the server took all of it.
  bool send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t size = ::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL);
      if (size <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
  }
  bool send_request(const std::string& method, const std::string& target,
                    const std::string& fields = "", const std::string& body = "") {
    const std::string length =
        body.empty() ? "" : "Content-Length: " + std::to_string(body.size()) + "\r\n";
    return send(method + " " + target + " HTTP/1.1\r\nHost: byocd\r\n" + fields + length + "\r\n" +
                body);
  }

  // Reads on until `text` was said; false at the end of the connection.
  bool read_until(std::string_view text) {
    while (said_.find(text) == std::string::npos) {
      if (!read_more()) return false;
    }
    return true;
  }
  // Whether the connection ends without another word.
  bool ends() { return said_.empty() && !read_more() && said_.empty(); }
  [[nodiscard]] const std::string& said() const { return said_; }

  // The next answer; one to HEAD has no body.
  RawAnswer answer(bool has_body = true) {
    RawAnswer out;
    if (!read_until("\r\n\r\n")) return out;
    out.head = said_.substr(0, said_.find("\r\n\r\n") + 4);
    said_.erase(0, out.head.size());
    const bool whole = !has_body || read_body(out);
    std::string version;
    int code = 0;
    if (whole && std::istringstream(out.head) >> version >> code) out.code = code;
    return out;
  }
  RawAnswer ask(const std::string& method, const std::string& target,
                const std::string& fields = "", const std::string& body = "") {
    send_request(method, target, fields, body);
    return answer(method != "HEAD");
  }

  // Whether the server ends the connection within the time; what it said may still be unread.
  [[nodiscard]] bool ends_within(int milliseconds) const {
    pollfd ended{fd_.get(), POLLRDHUP, 0};
    return ::poll(&ended, 1, milliseconds) == 1;
  }
  [[nodiscard]] bool speaks_within(int milliseconds) const {
    pollfd ready{fd_.get(), POLLIN, 0};
    return ::poll(&ready, 1, milliseconds) == 1;
  }
  void finish_sending() { ::shutdown(fd_.get(), SHUT_WR); }

 private:
  bool read_more() {
    std::array<char, 65536> buffer{};
    const ssize_t size = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
    if (size > 0) said_.append(buffer.data(), static_cast<std::size_t>(size));
    return size > 0;
  }
  bool take(std::size_t size, std::string& into) {
    while (said_.size() < size) {
      if (!read_more()) return false;
    }
    into += said_.substr(0, size);
    said_.erase(0, size);
    return true;
  }
  bool read_body(RawAnswer& out) {
    const std::string head = lower(out.head);
    if (head.find("transfer-encoding: chunked") == std::string::npos) {
      constexpr std::string_view kLength = "content-length:";
      const std::size_t at = head.find(kLength);
      std::size_t size = 0;
      const bool told =
          at != std::string::npos && std::istringstream(head.substr(at + kLength.size())) >> size;
      return told && take(size, out.body);
    }
    while (read_until("\r\n")) {
      std::size_t size = 0;
      std::istringstream(said_) >> std::hex >> size;
      said_.erase(0, said_.find("\r\n") + 2);
      std::string end;
      if (!take(size, out.body) || !take(2, end)) return false;
      if (size == 0) return true;
    }
    return false;
  }

  OwnedFd fd_;
  std::string said_;  // by the server, and not taken yet
};

}  // namespace byoc
