#include "cli/proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <list>
#include <sstream>
#include <vector>

#include "base/ascii.h"
#include "controller/api_json.h"

namespace byoc {
namespace {

constexpr std::size_t kProxyConnectionsMax = 32;  // as many as byocd takes; others stay in line
constexpr std::size_t kProxyHeadBytesMax = 64U << 10U;
constexpr std::size_t kProxyBufferBytes = 256U << 10U;  // read ahead of the slower side
constexpr std::string_view kEstablished = "01";         // of /proc/net/tcp
constexpr std::string_view kHeadEndMark = "\r\n\r\n";

// "localhost:8001" -> "localhost", "[::1]:8001" -> "[::1]".
std::string host_part(std::string_view value) {
  if (value.starts_with('[')) return std::string(value.substr(0, value.find(']') + 1));
  return std::string(value.substr(0, value.find(':')));
}

std::string_view without_spaces(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Fields that are about this connection and not about the one to byocd.
bool is_of_connection(const std::string& name) {
  constexpr std::string_view kNames[] = {"connection", "keep-alive", "proxy-connection", "upgrade",
                                         "proxy-authorization"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

std::string refusal_text(const Status& status) {
  Refusal refusal = refusal_of(status);
  const std::string body = refusal.body.dump() + "\n";
  return "HTTP/1.1 " + std::to_string(refusal.http) + " " +
         refusal.body.value("reason", "InternalError") +
         "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " +
         std::to_string(body.size()) + std::string(kHeadEndMark) + body;
}

struct ProxyLink {
  OwnedFd client;
  OwnedFd server;  // open once the head was read
  std::string head;
  std::string to_server;
  std::string to_client;
  bool client_ended = false;
  bool last_words = false;  // to_client holds all that will be said
  [[nodiscard]] bool is_over() const { return last_words && to_client.empty(); }
};

// Reads what is there, as far as `room` goes; false at the end of the stream.
bool read_some(int fd, std::string& into, std::size_t room) {
  std::array<char, 65536> buffer{};
  const ssize_t size = ::recv(fd, buffer.data(), std::min(buffer.size(), room), MSG_DONTWAIT);
  if (size > 0) into.append(buffer.data(), static_cast<std::size_t>(size));
  return size > 0 || (size < 0 && (errno == EAGAIN || errno == EINTR));
}

bool write_some(int fd, std::string& from) {
  const ssize_t size = ::send(fd, from.data(), from.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (size > 0) from.erase(0, static_cast<std::size_t>(size));
  return size >= 0 || errno == EAGAIN || errno == EINTR;
}

void refuse_link(ProxyLink& link, const Status& status) {
  link.to_client = refusal_text(status);
  link.last_words = true;
}

// Once the head is whole, byocd is asked, or the client is told why not.
void take_head(ProxyLink& link, const std::string& socket_path) {
  const std::size_t end = link.head.find(kHeadEndMark);
  if (end == std::string::npos) {
    if (link.head.size() < kProxyHeadBytesMax) return;
    return refuse_link(link, error(Code::invalid, "the head of the request is too large"));
  }
  const std::size_t length = end + kHeadEndMark.size();
  const Result<std::string> head = head_for_byocd(std::string_view(link.head).substr(0, length));
  if (!head.ok()) return refuse_link(link, head.status());
  Result<OwnedFd> server = connect_to_path(socket_path);
  if (!server.ok()) {
    return refuse_link(link, error(Code::unavailable, server.status().message));
  }
  link.server = std::move(server).value();
  link.to_server = head.value() + link.head.substr(length);
  link.head.clear();
}

void serve_client(ProxyLink& link, short events, const std::string& socket_path) {
  const bool gone = (events & (POLLHUP | POLLERR)) != 0 ||
                    ((events & POLLOUT) != 0 && !write_some(link.client.get(), link.to_client));
  if (gone) {
    link.to_client.clear();
    link.last_words = true;
  }
  if ((events & POLLIN) == 0 || link.client_ended || link.last_words) return;
  const bool connected = link.server.is_open();
  std::string& into = connected ? link.to_server : link.head;
  link.client_ended = !read_some(link.client.get(), into, kProxyBufferBytes);
  if (!connected) take_head(link, socket_path);
  if (link.client_ended && !link.server.is_open()) link.last_words = true;
}

void serve_server(ProxyLink& link, short events) {
  if ((events & POLLOUT) != 0 && !write_some(link.server.get(), link.to_server)) {
    link.to_server.clear();
  }
  // byocd ends a stream when nobody listens any more.
  if (link.client_ended && link.to_server.empty()) ::shutdown(link.server.get(), SHUT_WR);
  if ((events & (POLLIN | POLLHUP | POLLERR)) == 0) return;
  if (!read_some(link.server.get(), link.to_client, kProxyBufferBytes)) link.last_words = true;
}

short client_events(const ProxyLink& link) {
  int events = link.to_client.empty() ? 0 : POLLOUT;
  const bool reads =
      !link.client_ended && !link.last_words && link.to_server.size() < kProxyBufferBytes;
  return static_cast<short>(events | (reads ? POLLIN : 0));
}

short server_events(const ProxyLink& link) {
  int events = link.to_server.empty() ? 0 : POLLOUT;
  const bool reads = !link.last_words && link.to_client.size() < kProxyBufferBytes;
  return static_cast<short>(events | (reads ? POLLIN : 0));
}

// What nothing is wanted of is passed over (-1): its end would be told again and again.
void add_poll(std::vector<pollfd>& fds, const OwnedFd& fd, short events) {
  fds.push_back({fd.is_open() && events != 0 ? fd.get() : -1, events, 0});
}

void accept_link(int listener, std::list<ProxyLink>& links) {
  ProxyLink link;
  link.client = OwnedFd(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
  if (!link.client.is_open()) return;
  if (!is_own_process(link.client.get())) {
    refuse_link(link, error(Code::denied, "this port is for processes of the user who opened it"));
  }
  links.push_back(std::move(link));
}

// The port as /proc/net/tcp writes it, behind the address that is always this machine's.
std::string proc_address(const sockaddr_in& address) {
  std::ostringstream text;
  text << std::hex << std::uppercase;
  text.fill('0');
  text.width(8);
  text << address.sin_addr.s_addr << ':';
  text.width(4);
  text << ntohs(address.sin_port);
  return text.str();
}

}  // namespace

Result<std::string> head_for_byocd(std::string_view head) {
  std::string out;
  int hosts = 0;
  for (bool first = true; head != "\r\n"; first = false) {
    const std::size_t end = head.find("\r\n");
    if (end == std::string_view::npos) return error(Code::invalid, "this is no HTTP");
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(end + 2);
    if (first) {
      if (!line.ends_with(" HTTP/1.1") && !line.ends_with(" HTTP/1.0")) {
        return error(Code::invalid, "this is no HTTP");
      }
      out += std::string(line) + "\r\n";
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || line.front() == ' ' || line.front() == '\t') {
      return error(Code::invalid, "this is no HTTP");
    }
    const std::string name = lower(line.substr(0, colon));
    const std::string_view value = without_spaces(line.substr(colon + 1));
    if (name == "origin") return error(Code::denied, "web pages have no access");
    if (name == "host") {
      const std::string host = lower(host_part(value));
      ++hosts;
      if (host != "localhost" && host != "127.0.0.1" && host != "[::1]") {
        return error(Code::denied, "this is not " + host_part(value));
      }
    }
    if (!is_of_connection(name)) out += std::string(line) + "\r\n";
  }
  if (hosts != 1) return error(Code::denied, "the request must name one host");
  return out + "Connection: close\r\n\r\n";
}

bool is_own_process(int connection) {
  sockaddr_in own{};
  sockaddr_in peer{};
  socklen_t own_size = sizeof own;
  socklen_t peer_size = sizeof peer;
  if (::getsockname(connection, reinterpret_cast<sockaddr*>(&own), &own_size) != 0 ||
      ::getpeername(connection, reinterpret_cast<sockaddr*>(&peer), &peer_size) != 0 ||
      own.sin_family != AF_INET) {
    return false;
  }
  std::ifstream table("/proc/net/tcp");
  std::string line;
  std::getline(table, line);  // the head
  while (std::getline(table, line)) {
    std::istringstream words(line);
    std::string slot, local, remote, state, queues, timers, retransmits;
    unsigned uid = 0;
    if (!(words >> slot >> local >> remote >> state >> queues >> timers >> retransmits >> uid)) {
      continue;
    }
    if (local == proc_address(peer) && remote == proc_address(own)) {
      // A connection whose process is gone already belongs to root by this table.
      return state == kEstablished && (uid == ::geteuid() || uid == 0);
    }
  }
  return false;
}

Status serve_proxy(const OwnedFd& listener, const std::string& socket_path, int wake_fd) {
  std::list<ProxyLink> links;
  while (true) {
    const short waits = links.size() < kProxyConnectionsMax ? POLLIN : 0;
    std::vector<pollfd> fds = {{wake_fd, POLLIN, 0}, {listener.get(), waits, 0}};
    for (const ProxyLink& link : links) {
      add_poll(fds, link.client, client_events(link));
      add_poll(fds, link.server, server_events(link));
    }
    if (::poll(fds.data(), fds.size(), -1) < 0 && errno != EINTR) {
      return system_refused("poll", "the proxy", errno);
    }
    if (fds[0].revents != 0) return {};
    std::size_t at = 2;
    for (ProxyLink& link : links) {
      const short client = fds[at++].revents;
      const short server = fds[at++].revents;
      if (server != 0) serve_server(link, server);
      if (client != 0) serve_client(link, client, socket_path);
    }
    std::erase_if(links, [](const ProxyLink& link) { return link.is_over(); });
    if ((fds[1].revents & POLLIN) != 0) accept_link(listener.get(), links);
  }
}

}  // namespace byoc
