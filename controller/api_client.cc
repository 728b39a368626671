#include "controller/api_client.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <sstream>
#include <string_view>

#include "base/percent.h"
#include "controller/api_socket.h"

namespace byoc {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kAnswerBytesMax = 1U << 30U;
constexpr std::string_view kHeadEnd = "\r\n\r\n";

Status lost(const std::string& why) {
  return error(Code::unavailable, "byocd does not answer: " + why);
}

std::string request_text(const ApiCall& call) {
  const std::string body =
      call.body.is_null() ? "" : call.body.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string target = call.path;
  for (const auto& [name, value] : call.query) {
    target += (target.find('?') == std::string::npos ? "?" : "&") + percent_encode(name) + "=" +
              percent_encode(value);
  }
  return call.method + " " + target +
         " HTTP/1.1\r\nHost: byocd\r\nConnection: close\r\nAccept: application/json\r\n"
         "Content-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + std::string(kHeadEnd) + body;
}

// Waits until the socket is ready for `events`.
Status await(int fd, short events, steady_clock::time_point until) {
  while (true) {
    const auto left = std::chrono::duration_cast<Duration>(until - steady_clock::now()).count();
    if (left <= 0) return lost("the time is over");
    pollfd ready{fd, events, 0};
    const int count = ::poll(&ready, 1, static_cast<int>(std::min<Duration::rep>(left, 60'000)));
    if (count > 0) return {};
    if (count < 0 && errno != EINTR) return lost(std::strerror(errno));
  }
}

Status send_all(int fd, std::string_view text, steady_clock::time_point until) {
  while (!text.empty()) {
    Status ready = await(fd, POLLOUT, until);
    if (!ready.ok()) return ready;
    const ssize_t sent = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) return lost(std::strerror(errno));
    if (sent > 0) text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return {};
}

// Byocd closes the connection behind its answer.
Result<std::string> read_all(int fd, steady_clock::time_point until) {
  std::string text;
  std::array<char, 65536> buffer{};
  while (text.size() < kAnswerBytesMax) {
    Status ready = await(fd, POLLIN, until);
    if (!ready.ok()) return ready;
    const ssize_t size = ::recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (size == 0) return text;
    if (size < 0 && errno != EAGAIN && errno != EINTR) return lost(std::strerror(errno));
    if (size > 0) text.append(buffer.data(), static_cast<std::size_t>(size));
  }
  return lost("its answer does not end");
}

// The value of Content-Length, in any spelling.
std::size_t length_of(std::string head) {
  std::transform(head.begin(), head.end(), head.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  constexpr std::string_view kName = "\r\ncontent-length:";
  const std::size_t at = head.find(kName);
  std::size_t length = std::string::npos;
  if (at != std::string::npos) std::istringstream(head.substr(at + kName.size())) >> length;
  return length;
}

Result<ApiAnswer> parse(const std::string& text) {
  const std::size_t end = text.find(kHeadEnd);
  ApiAnswer answer;
  std::string version;
  if (end == std::string::npos || !(std::istringstream(text) >> version >> answer.code) ||
      !version.starts_with("HTTP/1.")) {
    return lost("what it says is no HTTP");
  }
  const std::string body = text.substr(end + kHeadEnd.size());
  if (length_of(text.substr(0, end)) != body.size()) return lost("its answer was cut off");
  answer.body = Json::parse(body, nullptr, false);
  return answer;
}

}  // namespace

Result<ApiAnswer> ask_byocd(const std::string& socket_path, const ApiCall& call, Duration within) {
  const auto until = steady_clock::now() + within;
  const Result<OwnedFd> fd = connect_to_path(socket_path);
  if (!fd.ok()) return fd.status();
  const Status sent = send_all(fd.value().get(), request_text(call), until);
  if (!sent.ok()) return sent;
  const Result<std::string> text = read_all(fd.value().get(), until);
  if (!text.ok()) return text.status();
  return parse(text.value());
}

}  // namespace byoc
