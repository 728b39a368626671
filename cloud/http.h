// One HTTP exchange as values: what a serializer makes, a signer completes and a transport carries.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace byoc {

using Fields = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method = "GET";
  std::string scheme = "https";
  std::string host;        // "host" or "host:port", as the Host header says it
  std::string path = "/";  // percent-encoded once
  Fields query;            // names and values in clear; they are encoded when sent
  Fields headers;          // without Host and Content-Length
  std::string body;
};

struct HttpResponse {
  int status = 0;
  Fields headers;  // names in lower case
  std::string body;
};

// The value of the first field of that name (letter case aside), or empty.
[[nodiscard]] std::string_view find_field(const Fields& fields, std::string_view name);

// Sets a field, in place of one of the same name (letter case aside).
void set_field(Fields& fields, std::string_view name, std::string value);

// "name=value&...": encoded, then sorted, as signatures want it.
[[nodiscard]] std::string canonical_query(const Fields& query);

// "https://host/path?query" with the canonical query.
[[nodiscard]] std::string request_url(const HttpRequest& request);

}  // namespace byoc
