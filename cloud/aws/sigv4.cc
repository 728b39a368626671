#include "cloud/aws/sigv4.h"

#include <openssl/hmac.h>

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/hash.h"
#include "base/percent.h"
#include "cloud/aws/encoding.h"

namespace byoc {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

std::string hmac(std::string_view key, std::string_view text) {
  std::array<unsigned char, 32> digest{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

std::string hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

// "20260131T093000Z"
std::string compact_time(Time time) {
  std::string text = format_time(time);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

std::string scope_text(const SigningScope& scope, std::string_view date) {
  std::string text(date);
  return text.append("/")
      .append(scope.region)
      .append("/")
      .append(scope.service)
      .append("/aws4_request");
}

// Runs of white space count as one space; none at the ends.
std::string squeeze(std::string_view value) {
  std::string out;
  for (const char c : value) {
    const bool space = c == ' ' || c == '\t';
    if (space && (out.empty() || out.back() == ' ')) continue;
    out += space ? ' ' : c;
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

struct SignedHeaders {
  std::string lines;  // "host:x\nx-amz-date:y\n"
  std::string names;  // "host;x-amz-date"
};

SignedHeaders canonical_headers(const HttpRequest& request) {
  Fields fields = {{"host", request.host}};
  for (const auto& [name, value] : request.headers) {
    std::string known = lower(name);
    if (known != "authorization") fields.emplace_back(std::move(known), squeeze(value));
  }
  std::sort(fields.begin(), fields.end());
  SignedHeaders out;
  for (const auto& [name, value] : fields) {
    out.lines.append(name).append(":").append(value).append("\n");
    out.names.append(out.names.empty() ? "" : ";").append(name);
  }
  return out;
}

std::string signature(const HttpRequest& request, const Credentials& credentials,
                      const SigningScope& scope, std::string_view timestamp,
                      const SignedHeaders& headers, std::string_view body_hash) {
  // S3 signs the path as it is sent; all other services sign it encoded once more.
  const std::string path = scope.service == "s3" ? request.path : percent_encode(request.path, "/");
  std::string canonical = request.method;
  canonical.append("\n").append(path).append("\n").append(canonical_query(request.query));
  canonical.append("\n").append(headers.lines).append("\n").append(headers.names);
  canonical.append("\n").append(body_hash);

  const std::string_view date = timestamp.substr(0, 8);
  std::string text(kAlgorithm);
  text.append("\n").append(timestamp).append("\n").append(scope_text(scope, date));
  text.append("\n").append(sha256_hex(canonical));

  std::string key = hmac("AWS4" + credentials.secret_key.reveal(), date);
  for (const std::string_view part :
       {std::string_view(scope.region), std::string_view(scope.service),
        std::string_view("aws4_request")}) {
    key = hmac(key, part);
  }
  return hex(hmac(key, text));
}

}  // namespace

void sign(HttpRequest& request, const Credentials& credentials, const SigningScope& scope,
          Time now) {
  const std::string timestamp = compact_time(now);
  const std::string body_hash = sha256_hex(request.body);
  set_field(request.headers, "X-Amz-Date", timestamp);
  if (!credentials.session_token.empty()) {
    set_field(request.headers, "X-Amz-Security-Token", credentials.session_token.reveal());
  }
  if (scope.service == "s3") set_field(request.headers, "x-amz-content-sha256", body_hash);
  const SignedHeaders headers = canonical_headers(request);
  std::string value(kAlgorithm);
  value.append(" Credential=").append(credentials.access_key_id).append("/");
  value.append(scope_text(scope, std::string_view(timestamp).substr(0, 8)));
  value.append(", SignedHeaders=").append(headers.names).append(", Signature=");
  value += signature(request, credentials, scope, timestamp, headers, body_hash);
  set_field(request.headers, "Authorization", std::move(value));
}

std::string presign(HttpRequest request, const Credentials& credentials, const SigningScope& scope,
                    Time now, int seconds) {
  const std::string timestamp = compact_time(now);
  const SignedHeaders headers = canonical_headers(request);
  const std::string date = timestamp.substr(0, 8);
  request.query.emplace_back("X-Amz-Algorithm", kAlgorithm);
  request.query.emplace_back("X-Amz-Credential",
                             credentials.access_key_id + "/" + scope_text(scope, date));
  request.query.emplace_back("X-Amz-Date", timestamp);
  request.query.emplace_back("X-Amz-Expires", std::to_string(seconds));
  request.query.emplace_back("X-Amz-SignedHeaders", headers.names);
  if (!credentials.session_token.empty()) {
    request.query.emplace_back("X-Amz-Security-Token", credentials.session_token.reveal());
  }
  const std::string body_hash =
      scope.service == "s3" ? "UNSIGNED-PAYLOAD" : sha256_hex(request.body);
  std::string mark = signature(request, credentials, scope, timestamp, headers, body_hash);
  return request_url(request) + "&X-Amz-Signature=" + mark;
}

}  // namespace byoc
