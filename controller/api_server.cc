#include "controller/api_server.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <sstream>
#include <utility>

#include "base/attempt.h"
#include "controller/api_socket.h"

namespace byoc {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kRequestBytesMax = kObjectBytesMax + (64U << 10U);
constexpr std::size_t kWarningBytesMax = 8U << 10U;  // of one answer; the rest is left out
constexpr Duration kPatienceMax = std::chrono::seconds(30);
constexpr Duration kBookmarks = std::chrono::minutes(1);

// As a quoted string of a header.
std::string warning_value(const std::string& warning) {
  std::string text = "299 - \"";
  for (const char letter : warning) {
    if (letter == '"' || letter == '\\') text += '\\';
    const auto code = static_cast<unsigned char>(letter);
    text += code < 0x20 || code == 0x7f ? ' ' : letter;
  }
  return text + "\"";
}

HttpReply http_reply(ApiReply reply) {
  HttpReply out;
  out.code = reply.code;
  out.headers.emplace_back("Content-Type", std::move(reply.type));
  std::size_t bytes = 0;
  for (const std::string& warning : reply.warnings) {
    std::string value = warning_value(warning);
    bytes += value.size();
    if (bytes <= kWarningBytesMax) out.headers.emplace_back("Warning", std::move(value));
  }
  out.body = std::move(reply.body);
  return out;
}

HttpReply http_reply(int code, const std::string& reason, const std::string& message) {
  return http_reply(reply_with(refusal_of(code, reason, message)));
}

// How long the client waits for an answer with news: patienceMs of the request.
Duration patience_of(const ApiRequest& asked) {
  std::int64_t patience_ms = 0;
  std::istringstream(asked.parameter("patienceMs")) >> patience_ms;
  return std::min(kPatienceMax, Duration(std::max<std::int64_t>(0, patience_ms)));
}

}  // namespace

struct ApiServer::Parts {
  Parts(std::unique_ptr<Store> own, ApiServerOptions wanted)
      : store(std::move(own)),
        secrets(wanted.state_dir),
        options(std::move(wanted)),
        api(*store, secrets, options.hooks) {}

  // Never an empty 500: what an answer ends with by surprise is a Status object like any refusal.
  HttpReply answer(const IncomingRequest& request) {
    HttpReply reply;
    const Status status = attempt(request.asked.method + " " + request.asked.path,
                                  [&] { reply = answer_anything(request); });
    return status.ok() ? std::move(reply) : http_reply(500, "InternalError", status.message);
  }

  HttpReply answer_anything(const IncomingRequest& request) {
    if (request.caller == HttpCaller::network) return http_reply(api.answer_public(request.asked));
    if (request.caller != HttpCaller::peer) {
      return http_reply(403, "Forbidden",
                        "this socket is for root, the user of byocd and the group that its "
                        "configuration names");
    }
    if (request.too_large) {
      return http_reply(413, "RequestEntityTooLarge",
                        "a body has at most " + std::to_string(kRequestBytesMax) + " bytes");
    }
    ApiReply reply = api.answer(request.asked);
    const HttpTime until = request.since + patience_of(request.asked);
    if (reply.idle && request.may_wait && steady_clock::now() < until) {
      HttpReply later;
      later.later = until;
      return later;
    }
    if (!reply.watch) return http_reply(std::move(reply));
    if (!request.may_wait) return http_reply(429, "TooManyRequests", "too many watches");
    return stream(std::move(reply));
  }

  struct Stream {
    HttpPart next() {
      WatchLines lines = read_watch(watch, store);
      const HttpTime now = steady_clock::now();
      const bool silent = lines.text.empty() && watch.bookmarks && now - told >= kBookmarks;
      if (silent) lines.text = bookmark_line(watch);
      if (!lines.text.empty()) told = now;
      const HttpTime again = watch.bookmarks ? std::min(end, told + kBookmarks) : end;
      return {std::move(lines.text), lines.ended || now >= end, again};
    }

    Store& store;
    Watch watch;
    HttpTime told = steady_clock::now();
    HttpTime end = told + watch.lasts;
  };

  HttpReply stream(ApiReply reply) {
    Stream stream{*store, *std::move(reply.watch)};
    HttpReply out = http_reply(std::move(reply));
    out.stream = [stream = std::move(stream)]() mutable { return stream.next(); };
    return out;
  }

  void stop() {
    if (!http) return;
    http->stop();
    ::unlink(options.socket_path.c_str());
    options.socket_path.clear();
  }

  std::unique_ptr<Store> store;  // of the server's thread
  Secrets secrets;
  ApiServerOptions options;
  Api api;
  std::unique_ptr<HttpServer> http;
};

Result<std::unique_ptr<ApiServer>> ApiServer::make(ApiServerOptions options) {
  if (options.socket_path.empty()) options.socket_path = default_socket_path(options.state_dir);
  HttpServerOptions http_options;
  http_options.limits = options.limits;
  http_options.limits.body_bytes = kRequestBytesMax;
  if (!options.group.empty()) {
    const Result<gid_t> group = find_group(options.group);
    if (!group.ok()) return group.status();
    http_options.group = group.value();
  }
  // Its own writes are news as well.
  auto tell = std::make_shared<std::function<void()>>([] {});
  StoreOptions store_options;
  store_options.on_change = [tell] { (*tell)(); };
  Result<std::unique_ptr<Store>> store =
      open_store(options.state_dir + "/byoc.db", std::move(store_options));
  if (!store.ok()) return store.status();
  Result<OwnedFd> local = listen_on_path(options.socket_path, http_options.group);
  if (!local.ok()) return local.status();
  http_options.local = std::move(local).value();
  if (!options.metrics_address.empty()) {
    Result<OwnedFd> network = listen_on_loopback(options.metrics_address);
    if (!network.ok()) return network.status();
    http_options.network = std::move(network).value();
  }
  auto parts = std::make_unique<Parts>(std::move(store).value(), std::move(options));
  auto http = HttpServer::make(
      std::move(http_options),
      [parts = parts.get()](const IncomingRequest& request) { return parts->answer(request); });
  if (!http.ok()) return http.status();
  parts->http = std::move(http).value();
  *tell = [http = parts->http.get()] { http->news(); };
  return std::unique_ptr<ApiServer>(new ApiServer(std::move(parts)));
}

ApiServer::ApiServer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

ApiServer::~ApiServer() {
  stop();
}

void ApiServer::start() {
  parts_->http->start();
}

void ApiServer::stop() {
  parts_->stop();
}

void ApiServer::wake() {
  parts_->http->news();
}

int ApiServer::metrics_port() const {
  return parts_->http->network_port();
}

}  // namespace byoc
