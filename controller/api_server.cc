#include "controller/api_server.h"

#include <httplib.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <list>
#include <map>
#include <mutex>
#include <sstream>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include "base/attempt.h"
#include "controller/api_socket.h"

namespace byoc {
namespace {

using std::chrono::steady_clock;

// Connections at once, by who is at the other end: none of them takes another's places.
constexpr std::size_t kPeersMax = 32;
constexpr std::size_t kStrangersMax = 4;  // who only learn that this is not for them
constexpr std::size_t kNetworkMax = 16;   // metrics and health
constexpr std::size_t kLineMax = 64;      // that wait for a place; the rest is turned away
constexpr int kWatchesMax = 24;           // of the peers, so that others get through
constexpr int kRequestsMax = 1000;        // of one connection
constexpr int kIdleMs = 5000;             // between two requests of a connection
constexpr int kCrowdedMs = 100;           // before it is tried again when nothing is left
constexpr int kReadSeconds = 10;
constexpr std::size_t kBodyBytesMax = kObjectBytesMax + (64U << 10U);
constexpr Duration kPatienceMax = std::chrono::seconds(30);
constexpr Duration kLiveness = std::chrono::seconds(1);  // between looks whether a client is there
constexpr Duration kBookmarks = std::chrono::minutes(1);

// Who is at the other end; told to the handler as the request's address.
constexpr std::string_view kPeer = "peer";
constexpr std::string_view kStranger = "stranger";
constexpr std::string_view kNetwork = "network";

std::size_t places_for(std::string_view who) {
  if (who == kPeer) return kPeersMax;
  return who == kNetwork ? kNetworkMax : kStrangersMax;
}

// Counts the changes, and lets threads wait for the next one.
class Signal {
 public:
  [[nodiscard]] std::uint64_t count() {
    const std::lock_guard lock(mutex_);
    return count_;
  }
  void raise() {
    const std::lock_guard lock(mutex_);
    ++count_;
    raised_.notify_all();
  }
  // Until something came after `seen`, or the time is over.
  void wait(std::uint64_t seen, steady_clock::time_point until) {
    std::unique_lock lock(mutex_);
    raised_.wait_until(lock, until, [&] { return count_ != seen; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable raised_;
  std::uint64_t count_ = 0;
};

// Of our own: httplib takes "fieldSelector=metadata.name=a" apart at the last "=".
std::map<std::string, std::string> query_of(const std::string& target) {
  std::map<std::string, std::string> query;
  const std::size_t begin = target.find('?');
  if (begin == std::string::npos) return query;
  std::istringstream pairs(target.substr(begin + 1));
  for (std::string pair; std::getline(pairs, pair, '&');) {
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string value = pair.substr(std::min(equals + 1, pair.size()));
    query[httplib::detail::decode_url(pair.substr(0, equals), true)] =
        httplib::detail::decode_url(value, true);
  }
  return query;
}

ApiRequest request_of(const httplib::Request& request) {
  ApiRequest out;
  out.method = request.method == "HEAD" ? "GET" : request.method;
  out.path = request.path;
  out.query = query_of(request.target);
  out.accept = request.get_header_value("Accept");
  out.content_type = request.get_header_value("Content-Type");
  out.body = request.body;
  return out;
}

void write_reply(const ApiReply& reply, httplib::Response& response) {
  response.status = reply.code;
  for (const std::string& warning : reply.warnings) {
    std::string text;  // a quoted string of a header
    for (const char letter : warning) {
      if (letter == '"' || letter == '\\') text += '\\';
      text += letter == '\n' || letter == '\r' ? ' ' : letter;
    }
    response.headers.emplace("Warning", "299 - \"" + text + "\"");
  }
  response.set_content(reply.body, reply.type.c_str());
}

}  // namespace

// httplib reads and writes HTTP; accepting, threads and the end are ours: it knows neither peer
// credentials nor how to stop while a client watches.
struct ApiServer::Parts : private httplib::Server {
  Parts(std::unique_ptr<Store> own, ApiServerOptions wanted)
      : store(std::move(own)),
        secrets(wanted.state_dir),
        options(std::move(wanted)),
        api(*store, secrets, options.hooks) {
    const auto handle = [this](const httplib::Request& request, httplib::Response& response) {
      answer(request, response);
    };
    Get(".*", handle).Post(".*", handle).Put(".*", handle).Patch(".*", handle);
    Delete(".*", handle).Options(".*", handle);
    set_payload_max_length(kBodyBytesMax);
    set_keep_alive_max_count(kRequestsMax);
  }

  template <class Body>
  auto locked(const Body& body) {
    const std::lock_guard lock(store_mutex);
    return body();
  }

  void start() {
    svr_sock_ = door.get();  // a closed one would end httplib's streams
    acceptor = std::thread([this] { accept_all(); });
  }

  void stop() {
    if (!acceptor.joinable()) return;
    svr_sock_ = INVALID_SOCKET;
    const std::uint64_t one = 1;
    check(write(ending.get(), &one, sizeof one) == sizeof one, "the end can be told");
    acceptor.join();
    {
      std::unique_lock lock(connections_mutex);
      for (const Waiting& caller : line) ::close(caller.fd);
      line.clear();
      for (const auto& [fd, connection] : connections) ::shutdown(fd, SHUT_RDWR);
      signal.raise();
      left.wait(lock, [&] { return connections.empty(); });
    }
    ::unlink(options.socket_path.c_str());
  }

  void accept_all() {
    std::array<pollfd, 3> fds{
        {{ending.get(), POLLIN, 0}, {door.get(), POLLIN, 0}, {metrics.get(), POLLIN, 0}}};
    while (::poll(fds.data(), fds.size(), -1) >= 0 || errno == EINTR) {
      if (fds[0].revents != 0) return;
      for (std::size_t i = 1; i < fds.size(); ++i) {
        if ((fds[i].revents & POLLIN) != 0) accept_one(fds[i].fd, i == 1);
      }
    }
  }

  void accept_one(int listener, bool local) {
    const int fd = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) {
      // Without descriptors the caller stays in line, and asking again at once would not help.
      pollfd pause{ending.get(), POLLIN, 0};
      if (errno == EMFILE || errno == ENFILE) ::poll(&pause, 1, kCrowdedMs);
      return;
    }
    const std::string_view who = !local ? kNetwork : is_welcome(fd, group) ? kPeer : kStranger;
    const std::lock_guard lock(connections_mutex);
    line.push_back({fd, who});
    seat_all();
    if (line.size() <= kLineMax) return;
    ::close(line.front().fd);
    line.pop_front();
  }

  // With the mutex held: whoever has a place gets a thread, in the order of arrival. Who finds none
  // has the one end that has been idle longest, and is seated when that is gone.
  void seat_all() {
    for (auto next = line.begin(); next != line.end();) {
      const auto at = next++;
      const auto taken = std::count_if(connections.begin(), connections.end(),
                                       [&](const auto& one) { return one.second.who == at->who; });
      if (static_cast<std::size_t>(taken) >= places_for(at->who)) {
        end_idle(at->who);
        continue;
      }
      const Waiting one = *at;
      line.erase(at);
      seat(one.fd, one.who);
    }
  }

  // A thread as long as the connection: where nobody is, nothing waits or holds memory.
  void seat(int fd, std::string_view who) {
    connections[fd] = {who, steady_clock::now(), true, false};
    try {
      std::thread([this, fd, who] { serve(fd, who); }).detach();
    } catch (const std::system_error&) {
      connections.erase(fd);  // none to be had: the caller sees the end, and may try again
      ::close(fd);
      left.notify_all();
    }
  }

  // Only peers may be long at a request: they watch. Others are done at once, or mean no good.
  void end_idle(std::string_view who) {
    auto oldest = connections.end();
    for (auto one = connections.begin(); one != connections.end(); ++one) {
      const Connection& connection = one->second;
      if (connection.who != who || (who == kPeer && !connection.idle)) continue;
      if (connection.ended) return;  // a place will be free soon
      const bool older = oldest == connections.end() || connection.since < oldest->second.since;
      if (older) oldest = one;
    }
    if (oldest == connections.end()) return;
    oldest->second.ended = true;
    ::shutdown(oldest->first, SHUT_RDWR);
  }

  void set_idle(int fd, bool idle) {
    const std::lock_guard lock(connections_mutex);
    Connection& connection = connections.at(fd);
    connection.idle = idle;
    connection.since = steady_clock::now();
  }

  // With the mutex held.
  void leave(int fd) {
    connections.erase(fd);
    ::close(fd);
    if (svr_sock_ != INVALID_SOCKET) seat_all();
    left.notify_all();
  }

  void serve(int fd, std::string_view who) {
    const auto setup = [who](httplib::Request& request) {
      request.remote_addr = who;
      // No length means no body: httplib would read on until the client hangs up.
      const bool sized =
          request.has_header("Content-Length") || request.has_header("Transfer-Encoding");
      if (!sized) request.set_header("Content-Length", "0");
    };
    httplib::detail::process_client_socket(
        fd, kReadSeconds, 0, kReadSeconds, 0, [&](httplib::Stream& stream) {
          for (int i = 1; i <= kRequestsMax && svr_sock_ != INVALID_SOCKET; ++i) {
            pollfd ready{fd, POLLIN, 0};
            bool closed = false;
            if (::poll(&ready, 1, kIdleMs) <= 0) break;
            set_idle(fd, false);
            if (!process_request(stream, i == kRequestsMax, closed, setup) || closed) break;
            set_idle(fd, true);
          }
          return true;
        });
    const std::lock_guard lock(connections_mutex);
    leave(fd);
  }

  // Never an empty 500: what an answer ends with by surprise is a Status object like any refusal.
  void answer(const httplib::Request& request, httplib::Response& response) {
    const Status status =
        attempt(request.method + " " + request.path, [&] { answer_anything(request, response); });
    if (status.ok()) return;
    write_reply(reply_with(refusal_of(500, "InternalError", status.message)), response);
  }

  void answer_anything(const httplib::Request& request, httplib::Response& response) {
    const ApiRequest asked = request_of(request);
    if (request.remote_addr == kNetwork) return write_reply(api.answer_public(asked), response);
    if (request.remote_addr != kPeer) {
      return write_reply(reply_with(refusal_of(403, "Forbidden",
                                               "this socket is for root, the user of byocd and "
                                               "the group that its configuration names")),
                         response);
    }
    ApiReply reply = answer_patiently(asked);
    if (!reply.watch) return write_reply(reply, response);
    if (watches.fetch_add(1) >= kWatchesMax) {
      watches.fetch_sub(1);
      return write_reply(reply_with(refusal_of(429, "TooManyRequests", "too many watches")),
                         response);
    }
    stream(std::move(*reply.watch), reply.type, response);
  }

  // An answer without news may wait for some: patienceMs of the request.
  ApiReply answer_patiently(const ApiRequest& asked) {
    std::int64_t patience_ms = 0;
    std::istringstream(asked.parameter("patienceMs")) >> patience_ms;
    const auto until = steady_clock::now() +
                       std::min(kPatienceMax, Duration(std::max<std::int64_t>(0, patience_ms)));
    while (true) {
      const std::uint64_t seen = signal.count();
      ApiReply reply = locked([&] { return api.answer(asked); });
      const bool over = steady_clock::now() >= until || svr_sock_ == INVALID_SOCKET;
      if (!reply.idle || over) return reply;
      signal.wait(seen, until);
    }
  }

  void stream(Watch first, const std::string& type, httplib::Response& response) {
    const auto end = steady_clock::now() + first.lasts;
    auto watch = std::make_shared<Watch>(std::move(first));
    auto told = std::make_shared<steady_clock::time_point>(steady_clock::now());
    const auto provide = [this, watch, told, end](std::size_t, httplib::DataSink& sink) {
      const std::uint64_t seen = signal.count();
      WatchLines lines = locked([&] { return read_watch(*watch, *store); });
      const auto now = steady_clock::now();
      if (lines.text.empty() && watch->bookmarks && now - *told >= kBookmarks) {
        lines.text = bookmark_line(*watch);
      }
      if (!lines.text.empty()) {
        *told = now;
        if (!sink.write(lines.text.data(), lines.text.size())) return false;
      }
      if (lines.ended || now >= end) {
        sink.done();
        return true;
      }
      if (lines.text.empty()) signal.wait(seen, std::min(end, now + kLiveness));
      return sink.is_writable();
    };
    response.set_chunked_content_provider(type.c_str(), provide,
                                          [this](bool) { watches.fetch_sub(1); });
  }

  std::mutex store_mutex;  // the store is for one thread at a time
  std::unique_ptr<Store> store;
  Secrets secrets;
  ApiServerOptions options;
  Api api;
  std::optional<gid_t> group;
  Signal signal;
  OwnedFd ending;
  OwnedFd door;
  OwnedFd metrics;
  std::thread acceptor;
  std::mutex connections_mutex;
  std::condition_variable left;  // a connection has ended
  struct Connection {
    std::string_view who;
    steady_clock::time_point since;  // it came, or its last request began or ended
    bool idle = true;                // between two requests
    bool ended = false;              // by us; its thread is about to leave
  };
  struct Waiting {
    int fd;
    std::string_view who;
  };
  std::map<int, Connection> connections;
  std::list<Waiting> line;  // for a place
  std::atomic<int> watches{0};
};

Result<std::unique_ptr<ApiServer>> ApiServer::make(ApiServerOptions options) {
  if (options.socket_path.empty()) options.socket_path = default_socket_path(options.state_dir);
  // Its own writes are news as well; the signal lives as long as the store.
  auto tell = std::make_shared<std::function<void()>>([] {});
  StoreOptions store_options;
  store_options.on_change = [tell] { (*tell)(); };
  Result<std::unique_ptr<Store>> store =
      open_store(options.state_dir + "/byoc.db", std::move(store_options));
  if (!store.ok()) return store.status();
  auto parts = std::make_unique<Parts>(std::move(store).value(), std::move(options));
  *tell = [signal = &parts->signal] { signal->raise(); };
  if (!parts->options.group.empty()) {
    const Result<gid_t> group = find_group(parts->options.group);
    if (!group.ok()) return group.status();
    parts->group = group.value();
  }
  parts->ending = OwnedFd(eventfd(0, EFD_CLOEXEC));
  if (!parts->ending.is_open()) return error(Code::unavailable, "no descriptor is left");
  Result<OwnedFd> door = listen_on_path(parts->options.socket_path, parts->group);
  if (!door.ok()) return door.status();
  parts->door = std::move(door).value();
  if (!parts->options.metrics_address.empty()) {
    Result<OwnedFd> metrics = listen_on_loopback(parts->options.metrics_address);
    if (!metrics.ok()) return metrics.status();
    parts->metrics = std::move(metrics).value();
  }
  return std::unique_ptr<ApiServer>(new ApiServer(std::move(parts)));
}

ApiServer::ApiServer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

ApiServer::~ApiServer() {
  stop();
}

void ApiServer::start() {
  parts_->start();
}

void ApiServer::stop() {
  parts_->stop();
}

void ApiServer::wake() {
  parts_->signal.raise();
}

int ApiServer::metrics_port() const {
  return parts_->metrics.is_open() ? port_of(parts_->metrics) : 0;
}

}  // namespace byoc
