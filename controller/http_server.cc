#include "controller/http_server.h"

#include <microhttpd.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <climits>
#include <cstdint>
#include <cstring>
#include <map>
#include <string_view>
#include <thread>
#include <utility>

#include "base/ascii.h"
#include "base/attempt.h"
#include "base/percent.h"

namespace byoc {
namespace {

constexpr int kAcceptsMax = 16;  // of one listener, before others get their turn
constexpr Duration kGrace = std::chrono::milliseconds(50);  // before a client makes room
constexpr std::size_t kSendBytes = 32U << 10U;
constexpr Duration kCrowded = std::chrono::milliseconds(100);  // without descriptors or memory

HttpTime http_now() {
  return std::chrono::steady_clock::now();
}

// Undone by percent_decode(), which knows the lengths: a zero byte does not end a path.
std::size_t leave_escaped(void* /*unused*/, MHD_Connection* /*unused*/, char* text) {
  return std::strlen(text);
}

std::string header_of(MHD_Connection* connection, const char* name) {
  const char* value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
  return value == nullptr ? "" : value;
}

bool has_body(MHD_Connection* connection) {
  const std::string length = header_of(connection, MHD_HTTP_HEADER_CONTENT_LENGTH);
  return (!length.empty() && length != "0") ||
         !header_of(connection, MHD_HTTP_HEADER_TRANSFER_ENCODING).empty();
}

// What a head says about the length of the body.
struct Framing {
  int fields = 0;
  bool known = true;
};

MHD_Result add_framing(void* context, MHD_ValueKind /*unused*/, const char* name,
                       const char* value) {
  auto& framing = *static_cast<Framing*>(context);
  const std::string field = lower(name);
  const bool coded = field == "transfer-encoding";
  if (coded || field == "content-length") ++framing.fields;
  if (coded && (value == nullptr || lower(value) != "chunked")) framing.known = false;
  return MHD_YES;
}

// Readers of HTTP differ in where such a body ends, and the library takes its pick.
bool is_ambiguous(MHD_Connection* connection) {
  Framing framing;
  MHD_get_connection_values(connection, MHD_HEADER_KIND, &add_framing, &framing);
  return framing.fields > 1 || !framing.known;
}

MHD_Result add_parameter(void* query, MHD_ValueKind /*unused*/, const char* name,
                         const char* value) {
  const std::string text = value == nullptr ? "" : percent_decode(value);
  (*static_cast<std::map<std::string, std::string>*>(query))[percent_decode(name)] = text;
  return MHD_YES;
}

// Throws as an allocation does.
void take_head(IncomingRequest& request, MHD_Connection* connection, const char* url,
               std::string_view method, std::size_t body_bytes_max) {
  ApiRequest& asked = request.asked;
  asked.method = method == MHD_HTTP_METHOD_HEAD ? MHD_HTTP_METHOD_GET : method;
  asked.path = percent_decode(url);
  MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, &add_parameter, &asked.query);
  asked.accept = header_of(connection, MHD_HTTP_HEADER_ACCEPT);
  asked.content_type = header_of(connection, MHD_HTTP_HEADER_CONTENT_TYPE);
  const std::string length = header_of(connection, MHD_HTTP_HEADER_CONTENT_LENGTH);
  std::uint64_t bytes = 0;
  const auto read = std::from_chars(length.data(), length.data() + length.size(), bytes);
  request.too_large = read.ec == std::errc::result_out_of_range || bytes > body_bytes_max;
}

void drain(int fd) {
  std::uint64_t count = 0;
  static_cast<void>(!::read(fd, &count, sizeof count));  // it is not blocking, and may be empty
}

void tell(int fd) {
  const std::uint64_t one = 1;
  static_cast<void>(!::write(fd, &one, sizeof one));  // it is full when it is told already
}

}  // namespace

struct HttpServer::Parts {
  struct Connection {
    Parts* server = nullptr;
    int fd = -1;
    HttpCaller caller = HttpCaller::stranger;
    MHD_Connection* handle = nullptr;
    HttpTime active;     // it came, or the client last did a step
    HttpTime deadline;   // of the next step of the client; not while `waits`
    bool ended = false;  // by us; it is about to go
    IncomingRequest request;
    HttpReply reply;
    std::size_t sent = 0;  // of the reply's body
    bool waits = false;    // suspended until `again`, or news
    HttpTime again;
    bool gone = false;  // the client hung up while it waited
  };

  Parts(HttpServerOptions wanted, Handler answering)
      : options(std::move(wanted)), handler(std::move(answering)) {}
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;
  ~Parts() { stop(); }

  Status open() {
    ending = OwnedFd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    changed = OwnedFd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    library = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME, 0, nullptr, nullptr,
        &on_request, this, MHD_OPTION_CONNECTION_MEMORY_LIMIT, 2 * options.limits.head_bytes,
        MHD_OPTION_NOTIFY_CONNECTION, &on_connection, this, MHD_OPTION_NOTIFY_COMPLETED,
        &on_completed, this, MHD_OPTION_UNESCAPE_CALLBACK, &leave_escaped, nullptr, MHD_OPTION_END);
    const bool whole = ending.is_open() && changed.is_open() && library != nullptr;
    return whole ? Status{} : error(Code::unavailable, "no descriptor is left");
  }

  void stop() {
    if (thread.joinable()) {
      tell(ending.get());
      thread.join();
    }
    if (library == nullptr) return;
    for (auto& [fd, connection] : connections) resume(connection);
    MHD_stop_daemon(library);
    library = nullptr;
    options.local = OwnedFd();
    options.network = OwnedFd();
  }

  void run() {
    std::array<pollfd, 3> fds{{{ending.get(), POLLIN, 0},
                               {options.local.get(), POLLIN, 0},
                               {options.network.get(), POLLIN, 0}}};
    while (::poll(fds.data(), fds.size(), -1) >= 0 || errno == EINTR) {
      if (fds[0].revents != 0) return;
      // What a thread has freed stays in pieces in its cache, and with them pages stay resident:
      // the one that serves ends when nobody is connected.
      const Status served = attempt("a thread", [&] { std::thread([this] { serve(); }).join(); });
      if (!served.ok()) ::poll(fds.data(), 1, static_cast<int>(kCrowded.count()));
    }
  }

  // As long as somebody is connected.
  void serve() {
    const int watched = MHD_get_daemon_info(library, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    while (true) {
      const bool room = http_now() >= crowded_until;
      const int local = room && can_take(HttpCaller::peer) ? options.local.get() : -1;
      const int network = room && can_take(HttpCaller::network) ? options.network.get() : -1;
      std::vector<pollfd> fds = {{ending.get(), POLLIN, 0},
                                 {changed.get(), POLLIN, 0},
                                 {watched, POLLIN, 0},
                                 {local, POLLIN, 0},
                                 {network, POLLIN, 0}};
      const std::size_t first = fds.size();
      for (const auto& [fd, connection] : connections) {
        if (connection.waits) fds.push_back({fd, POLLRDHUP, 0});
      }
      if (::poll(fds.data(), fds.size(), timeout_ms()) < 0) {
        for (pollfd& one : fds) one.revents = 0;
        if (errno != EINTR) crowded_until = http_now() + kCrowded;
      }
      if (fds[0].revents != 0) return;
      for (std::size_t i = first; i < fds.size(); ++i) {
        if (fds[i].revents != 0) hang_up(connections.at(fds[i].fd));
      }
      if (fds[1].revents != 0) drain(changed.get());
      for (auto& [fd, connection] : connections) {
        if (fds[1].revents != 0 || connection.again <= http_now()) resume(connection);
      }
      for (int i = 0; i < kAcceptsMax && fds[3].revents != 0 && can_take(HttpCaller::peer); ++i) {
        if (!accept_one(local, true)) break;
      }
      for (int i = 0; i < kAcceptsMax && fds[4].revents != 0 && can_take(HttpCaller::network);
           ++i) {
        if (!accept_one(network, false)) break;
      }
      MHD_run(library);
      end_overdue();
      if (connections.empty() && http_now() >= crowded_until) return;
    }
  }

  // Until a client has taken too long, or one that waits is to be asked again; -1: nobody is there.
  int timeout_ms() const {
    MHD_UNSIGNED_LONG_LONG library_ms = 0;
    if (MHD_get_timeout(library, &library_ms) == MHD_YES && library_ms == 0) return 0;
    const HttpTime now = http_now();
    HttpTime until = crowded_until > now ? crowded_until : HttpTime::max();
    for (const auto& [fd, connection] : connections) {
      if (connection.ended) continue;
      until = std::min(until, connection.waits ? connection.again : connection.deadline);
      if (!connection.waits && !can_take(connection.caller)) {
        until = std::min(until, connection.active + kGrace);
      }
    }
    if (until == HttpTime::max()) return -1;
    const auto left = std::chrono::ceil<Duration>(until - now).count();
    return static_cast<int>(std::clamp<Duration::rep>(left, 0, INT_MAX));
  }

  std::size_t count(HttpCaller caller) const {
    return static_cast<std::size_t>(
        std::count_if(connections.begin(), connections.end(),
                      [&](const auto& one) { return one.second.caller == caller; }));
  }

  // For another that comes: who does not wait for us is waited for, and had time to say something.
  static bool may_end(const Connection& connection) {
    return !connection.ended && !connection.waits && connection.active + kGrace <= http_now();
  }

  std::size_t waiting_besides(const Connection& self) const {
    return static_cast<std::size_t>(
        std::count_if(connections.begin(), connections.end(), [&](const auto& one) {
          const HttpReply& reply = one.second.reply;
          return &one.second != &self && (reply.later || reply.stream);
        }));
  }

  bool can_take(HttpCaller caller) const {
    return count(caller) < places(caller) ||
           std::any_of(connections.begin(), connections.end(), [&](const auto& one) {
             return one.second.caller == caller && may_end(one.second);
           });
  }

  std::size_t places(HttpCaller caller) const {
    if (caller == HttpCaller::peer) return options.limits.peers;
    return caller == HttpCaller::network ? options.limits.network : options.limits.strangers;
  }

  // False when there is none yet.
  bool make_room(HttpCaller caller) {
    if (count(caller) < places(caller)) return true;
    Connection* oldest = nullptr;
    for (auto& [fd, connection] : connections) {
      if (connection.caller != caller || !may_end(connection)) continue;
      if (oldest == nullptr || connection.active < oldest->active) oldest = &connection;
    }
    if (oldest == nullptr) return false;
    end(*oldest);
    MHD_run(library);
    return true;
  }

  // False when nobody is there.
  bool accept_one(int listener, bool local) {
    OwnedFd fd(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!fd.is_open()) {
      // Without descriptors the caller stays in line, and asking again at once would not help.
      if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
        crowded_until = http_now() + kCrowded;
      }
      return false;
    }
    const HttpCaller caller = !local                                ? HttpCaller::network
                              : is_welcome(fd.get(), options.group) ? HttpCaller::peer
                                                                    : HttpCaller::stranger;
    if (!make_room(caller)) return true;  // a stranger, who is turned away
    Connection connection;
    connection.server = this;
    connection.fd = fd.get();
    connection.caller = caller;
    await(connection, options.limits.idle);
    connections[fd.get()] = std::move(connection);
    sockaddr address{};  // of no interest
    address.sa_family = local ? AF_UNIX : AF_UNSPEC;
    const int number = fd.release();  // the library closes it, also when it refuses it
    if (MHD_add_connection(library, number, &address, sizeof address.sa_family) != MHD_YES) {
      connections.erase(number);
    }
    return true;
  }

  void end(Connection& connection) {
    connection.ended = true;
    connection.gone = true;
    ::shutdown(connection.fd, SHUT_RDWR);  // which the library sees
    resume(connection);
  }

  void hang_up(Connection& connection) {
    connection.gone = true;
    resume(connection);
  }

  void end_overdue() {
    const HttpTime now = http_now();
    for (auto& [fd, connection] : connections) {
      if (!connection.ended && !connection.waits && connection.deadline <= now) end(connection);
    }
  }

  // The client is to do the next step within the time.
  static void await(Connection& connection, Duration within) {
    connection.active = http_now();
    connection.deadline = connection.active + within;
  }

  void wait(Connection& connection, HttpTime again) {
    connection.waits = true;
    connection.again = again;
    MHD_suspend_connection(connection.handle);
  }

  void resume(Connection& connection) {
    if (!connection.waits) return;
    connection.waits = false;
    await(connection, options.limits.stall);
    MHD_resume_connection(connection.handle);
  }

  // The library calls with the head, with each part of a body, and when all is there; then again
  // after each time that the connection waited.
  MHD_Result take(Connection& connection, const char* url, const char* method,
                  std::string_view part, bool is_head) {
    IncomingRequest& request = connection.request;
    if (is_head) {
      await(connection, options.limits.receive);
      request.caller = connection.caller;
      take_head(request, connection.handle, url, method, options.limits.body_bytes);
      // The other half of the connection's memory is for the head of the answer.
      const std::size_t head_bytes =
          MHD_get_connection_info(connection.handle, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)
              ->header_size;
      const bool ambiguous = is_ambiguous(connection.handle);
      if (ambiguous || head_bytes > options.limits.head_bytes) {
        connection.reply.code =
            ambiguous ? MHD_HTTP_BAD_REQUEST : MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE;
        connection.reply.headers = {{MHD_HTTP_HEADER_CONNECTION, "close"}};
        return send(connection);
      }
      // An answer in the place of a body ends the connection.
      const bool reads = connection.caller == HttpCaller::peer && !request.too_large;
      if (reads || !has_body(connection.handle)) return MHD_YES;
    }
    if (!part.empty()) {
      request.too_large =
          request.too_large || part.size() > options.limits.body_bytes - request.asked.body.size();
      if (request.too_large) request.asked.body.clear();
      if (!request.too_large) request.asked.body += part;
      return MHD_YES;
    }
    if (connection.gone) return MHD_NO;
    if (request.since == HttpTime()) request.since = http_now();
    request.may_wait = waiting_besides(connection) < options.limits.waiting;
    connection.reply = handler(request);
    if (!connection.reply.later) return send(connection);
    wait(connection, *connection.reply.later);
    return MHD_YES;
  }

  MHD_Result send(Connection& connection) {
    const HttpReply& reply = connection.reply;
    const std::uint64_t size = reply.stream ? MHD_SIZE_UNKNOWN : reply.body.size();
    MHD_Response* response =
        MHD_create_response_from_callback(size, kSendBytes, &on_read, &connection, nullptr);
    if (response == nullptr) return MHD_NO;
    bool whole = true;
    for (const auto& [name, value] : reply.headers) {
      whole = whole && MHD_add_response_header(response, name.c_str(), value.c_str()) == MHD_YES;
    }
    await(connection, options.limits.stall);
    const auto code = static_cast<unsigned>(reply.code);
    const MHD_Result queued =
        whole ? MHD_queue_response(connection.handle, code, response) : MHD_NO;
    MHD_destroy_response(response);  // the connection holds it
    return queued;
  }

  // The client has taken all that came before.
  ssize_t read(Connection& connection, char* to, std::size_t room) {
    HttpReply& reply = connection.reply;
    if (connection.gone) return MHD_CONTENT_READER_END_WITH_ERROR;
    if (connection.sent == reply.body.size()) {
      if (!reply.stream) return MHD_CONTENT_READER_END_OF_STREAM;
      HttpPart part = reply.stream();
      reply.body = std::move(part.text);
      connection.sent = 0;
      if (part.last) reply.stream = nullptr;
      if (reply.body.empty()) {
        if (part.last) return MHD_CONTENT_READER_END_OF_STREAM;
        wait(connection, part.again);
        return 0;
      }
    }
    const std::size_t size = std::min(room, reply.body.size() - connection.sent);
    std::copy_n(reply.body.data() + connection.sent, size, to);
    connection.sent += size;
    await(connection, options.limits.stall);
    return static_cast<ssize_t>(size);
  }

  void complete(Connection& connection) {
    connection.request = {};
    connection.reply = {};
    connection.sent = 0;
    await(connection, options.limits.idle);
  }

  static Connection& of(MHD_Connection* handle) {
    return *static_cast<Connection*>(
        MHD_get_connection_info(handle, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context);
  }

  static void on_connection(void* self, MHD_Connection* handle, void** context,
                            MHD_ConnectionNotificationCode code) {
    auto& connections = static_cast<Parts*>(self)->connections;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
      const int fd = MHD_get_connection_info(handle, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
      Connection& connection = connections.at(fd);
      connection.handle = handle;
      *context = &connection;
    } else if (*context != nullptr) {
      connections.erase(static_cast<Connection*>(*context)->fd);
    }
  }

  // Nothing is thrown through the library: a connection without memory ends.
  static MHD_Result on_request(void* self, MHD_Connection* handle, const char* url,
                               const char* method, const char* /*version*/, const char* data,
                               std::size_t* size, void** begun) {
    Connection& connection = of(handle);
    const bool is_head = *begun == nullptr;
    const std::string_view part(data, *size);
    *begun = &connection;
    *size = 0;
    MHD_Result result = MHD_NO;
    const Status status = attempt("a request", [&] {
      result = static_cast<Parts*>(self)->take(connection, url, method, part, is_head);
    });
    return status.ok() ? result : MHD_NO;
  }

  static ssize_t on_read(void* context, std::uint64_t /*position*/, char* to, std::size_t room) {
    Connection& connection = *static_cast<Connection*>(context);
    ssize_t size = MHD_CONTENT_READER_END_WITH_ERROR;
    const Status status =
        attempt("an answer", [&] { size = connection.server->read(connection, to, room); });
    return status.ok() ? size : MHD_CONTENT_READER_END_WITH_ERROR;
  }

  static void on_completed(void* self, MHD_Connection* handle, void** /*begun*/,
                           MHD_RequestTerminationCode /*why*/) {
    static_cast<Parts*>(self)->complete(of(handle));
  }

  HttpServerOptions options;
  Handler handler;
  OwnedFd ending;
  OwnedFd changed;
  MHD_Daemon* library = nullptr;
  std::map<int, Connection> connections;  // by descriptor
  HttpTime crowded_until;
  std::thread thread;
};

Result<std::unique_ptr<HttpServer>> HttpServer::make(HttpServerOptions options, Handler handler) {
  auto parts = std::make_unique<Parts>(std::move(options), std::move(handler));
  const Status opened = parts->open();
  if (!opened.ok()) return opened;
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(parts)));
}

HttpServer::HttpServer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

HttpServer::~HttpServer() = default;

void HttpServer::start() {
  parts_->thread = std::thread([this] { parts_->run(); });
}

void HttpServer::stop() {
  parts_->stop();
}

void HttpServer::news() {
  tell(parts_->changed.get());
}

int HttpServer::network_port() const {
  return parts_->options.network.is_open() ? port_of(parts_->options.network) : 0;
}

}  // namespace byoc
