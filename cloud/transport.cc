#include "cloud/transport.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/ascii.h"
#include "base/check.h"
#include "cloud/curl_library.h"

namespace byoc {
namespace {

// Handles are kept to be used again; after a burst of calls the others are several KiB each.
constexpr std::size_t kIdleMax = 32;
constexpr std::chrono::milliseconds kWaitMax = std::chrono::minutes(1);

struct Transfer {
  Exchange exchange;
  HttpRequest request;  // curl reads the body from here
  std::size_t body_bytes_max = 0;
  bool too_large = false;
  CURL* easy = nullptr;
  curl_slist* headers = nullptr;
};

std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  std::string& body = transfer.exchange.response.body;
  if (body.size() + size > transfer.body_bytes_max) {
    transfer.too_large = true;
    return 0;
  }
  body.append(data, size);
  return size;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) {
  auto& headers = static_cast<Transfer*>(user)->exchange.response.headers;
  const std::string_view line(data, size);
  if (line.starts_with("HTTP/")) headers.clear();  // of a 100 Continue
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return size;
  headers.emplace_back(lower(line.substr(0, colon)), trim(line.substr(colon + 1)));
  return size;
}

void set_headers(const CurlLibrary& curl, Transfer& transfer) {
  const auto add = [&](const std::string& line) {
    transfer.headers = curl.slist_append(transfer.headers, line.c_str());
  };
  for (const auto& [name, value] : transfer.request.headers) {
    add(value.empty() ? name + ";" : name + ": " + value);  // curl's way to say an empty value
  }
  add("Expect:");  // no 100-continue round trip
  if (find_field(transfer.request.headers, "Content-Type").empty()) add("Content-Type:");
  if (find_field(transfer.request.headers, "Accept").empty()) add("Accept:");
  curl.easy_setopt(transfer.easy, CURLOPT_HTTPHEADER, transfer.headers);
}

void set_method(const CurlLibrary& curl, const Transfer& transfer) {
  CURL* easy = transfer.easy;
  const std::string& method = transfer.request.method;
  const std::string& body = transfer.request.body;
  if (method == "HEAD") {
    curl.easy_setopt(easy, CURLOPT_NOBODY, 1L);
    return;
  }
  if (body.empty() && (method == "GET" || method == "DELETE")) {
    curl.easy_setopt(easy, CURLOPT_HTTPGET, 1L);
  } else {
    curl.easy_setopt(easy, CURLOPT_POST, 1L);
    curl.easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl.easy_setopt(easy, CURLOPT_POSTFIELDS, body.c_str());
  }
  curl.easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method.c_str());
}

void set_limits(const CurlLibrary& curl, CURL* easy, const SendOptions& options) {
  curl.easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_max.count()));
  curl.easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(options.total_max.count()));
  curl.easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl.easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl.easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  curl.easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl.easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  if (options.fresh_connection) curl.easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
}

void set_peer(const CurlLibrary& curl, CURL* easy, const TransportOptions& options,
              const HttpRequest& request) {
  curl.easy_setopt(easy, CURLOPT_USERAGENT, options.user_agent.c_str());
  if (!options.ca_file.empty()) curl.easy_setopt(easy, CURLOPT_CAINFO, options.ca_file.c_str());
  const bool proxied = request.scheme == "https" && !options.https_proxy.empty();
  curl.easy_setopt(easy, CURLOPT_PROXY, proxied ? options.https_proxy.c_str() : "");
  curl.easy_setopt(easy, CURLOPT_NOPROXY, options.no_proxy.c_str());
}

void finish(const CurlLibrary& curl, Transfer& transfer, CURLcode result) {
  Exchange& exchange = transfer.exchange;
  long status = 0;
  long request_size = 0;
  curl_off_t took = 0;
  curl.easy_getinfo(transfer.easy, CURLINFO_RESPONSE_CODE, &status);
  curl.easy_getinfo(transfer.easy, CURLINFO_REQUEST_SIZE, &request_size);
  curl.easy_getinfo(transfer.easy, CURLINFO_TOTAL_TIME_T, &took);
  exchange.response.status = static_cast<int>(status);
  exchange.bytes_sent = static_cast<std::size_t>(request_size);
  exchange.bytes_received = exchange.response.body.size();
  exchange.took = std::chrono::duration_cast<Duration>(std::chrono::microseconds(took));
  if (result == CURLE_OK) return;
  exchange.problem = curl.easy_strerror(result);
  exchange.fault = transfer.too_large  ? Fault::too_large
                   : request_size == 0 ? Fault::not_sent
                                       : Fault::lost;
}

}  // namespace

struct Transport::Impl {
  TransportOptions options;
  std::uint64_t last_id = 0;
  std::unordered_map<std::uint64_t, std::unique_ptr<Transfer>> transfers;

  std::optional<CurlLibrary> library;  // from the first transfer on
  CURLM* multi = nullptr;
  std::vector<CURL*> idle;  // handles to use again, kIdleMax at most

  const CurlLibrary& load() {
    if (library) return *library;
    library = open_curl();
    multi = library->multi_init();
    check(multi != nullptr, "curl has memory");
    library->multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, options.connections_per_host_max);
    return *library;
  }

  void clean_up() {
    if (!library) return;
    for (CURL* easy : idle) library->easy_cleanup(easy);
    idle.clear();
    library->multi_cleanup(multi);
    multi = nullptr;
  }

  CURL* handle() {
    if (idle.empty()) return library->easy_init();
    CURL* easy = idle.back();
    idle.pop_back();
    library->easy_reset(easy);
    return easy;
  }

  void drop(Transfer& transfer) {
    library->multi_remove_handle(multi, transfer.easy);
    library->slist_free_all(transfer.headers);
    if (idle.size() < kIdleMax) return idle.push_back(transfer.easy);
    library->easy_cleanup(transfer.easy);
  }

  std::vector<Exchange> perform() {
    int running = 0;
    check(library->multi_perform(multi, &running) == CURLM_OK, "curl makes progress");
    std::vector<Exchange> ended;
    int left = 0;
    while (const CURLMsg* message = library->multi_info_read(multi, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL* const easy = message->easy_handle;
      const CURLcode result = message->data.result;
      Transfer* transfer = nullptr;
      library->easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
      finish(*library, *transfer, result);
      drop(*transfer);
      ended.push_back(std::move(transfer->exchange));
      transfers.erase(ended.back().id);
    }
    return ended;
  }
};

Transport::Transport(TransportOptions options) : impl_(std::make_unique<Impl>()) {
  impl_->options = std::move(options);
}

Transport::~Transport() {
  for (auto& [id, transfer] : impl_->transfers) impl_->drop(*transfer);
  impl_->clean_up();
}

std::uint64_t Transport::start(HttpRequest request, const SendOptions& options) {
  const CurlLibrary& curl = impl_->load();
  auto transfer = std::make_unique<Transfer>();
  const std::uint64_t id = ++impl_->last_id;
  transfer->exchange.id = id;
  transfer->request = std::move(request);
  transfer->body_bytes_max = options.body_bytes_max;
  transfer->easy = impl_->handle();
  check(transfer->easy != nullptr, "curl has memory");
  CURL* easy = transfer->easy;
  curl.easy_setopt(easy, CURLOPT_URL, request_url(transfer->request).c_str());
  set_peer(curl, easy, impl_->options, transfer->request);
  set_limits(curl, easy, options);
  set_headers(curl, *transfer);
  set_method(curl, *transfer);
  curl.easy_setopt(easy, CURLOPT_PRIVATE, transfer.get());
  curl.easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl.easy_setopt(easy, CURLOPT_WRITEDATA, transfer.get());
  curl.easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl.easy_setopt(easy, CURLOPT_HEADERDATA, transfer.get());
  check(curl.multi_add_handle(impl_->multi, easy) == CURLM_OK, "curl takes the transfer");
  impl_->transfers.emplace(id, std::move(transfer));
  return id;
}

std::vector<Exchange> Transport::wait(Duration patience, const std::vector<int>& wake_fds) {
  const auto milliseconds =
      static_cast<int>(std::clamp<Duration::rep>(patience.count(), 0, kWaitMax.count()));
  if (!impl_->library) {
    std::vector<pollfd> fds;
    for (const int fd : wake_fds) fds.push_back({fd, POLLIN, 0});
    check(poll(fds.data(), fds.size(), milliseconds) >= 0 || errno == EINTR, "the kernel waits");
    return {};
  }
  std::vector<Exchange> ended = impl_->perform();
  if (!ended.empty() || milliseconds == 0) return ended;
  std::vector<curl_waitfd> extra;
  for (const int fd : wake_fds) extra.push_back({fd, CURL_WAIT_POLLIN, 0});
  check(impl_->library->multi_poll(impl_->multi, extra.data(), static_cast<unsigned>(extra.size()),
                                   milliseconds, nullptr) == CURLM_OK,
        "curl waits");
  return impl_->perform();
}

std::size_t Transport::in_flight() const {
  return impl_->transfers.size();
}

}  // namespace byoc
