#include "cloud/aws/credentials.h"

#include <algorithm>
#include <array>

#include "cloud/aws/encoding.h"
#include "cloud/aws/endpoint.h"
#include "cloud/aws/profile.h"

namespace byoc {
namespace {

Status no_credentials(const std::string& tried) {
  return error(Code::denied, "no AWS credentials found; tried " + tried);
}

// Plain http carries secrets: only to this machine and to the fixed addresses of AWS's agents.
bool may_ask_over_http(std::string_view host) {
  constexpr std::array<std::string_view, 6> kHosts = {
      "localhost", "127.0.0.1", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"};
  const auto port = host.rfind(':');
  if (port != std::string_view::npos && !host.ends_with(']')) host = host.substr(0, port);
  return std::find(kHosts.begin(), kHosts.end(), host) != kHosts.end();
}

}  // namespace

Result<Credentials> read_credentials(const Json& json, const std::string& source) {
  const auto text = [&](const char* key) {
    const auto found = json.is_object() ? json.find(key) : json.end();
    return found != json.end() && found->is_string() ? found->get<std::string>() : "";
  };
  if (!json.is_object() || text("AccessKeyId").empty() || text("SecretAccessKey").empty()) {
    const std::string said = json.is_object() && !text("Message").empty()
                                 ? ": " + text("Code") + ": " + text("Message")
                                 : "";
    return error(Code::denied, source + " answered without AccessKeyId and SecretAccessKey" + said);
  }
  Credentials credentials;
  credentials.access_key_id = text("AccessKeyId");
  credentials.secret_key = Secret(text("SecretAccessKey"));
  const std::string token = text("SessionToken");
  credentials.session_token = Secret(token.empty() ? text("Token") : token);
  if (const std::string expires = text("Expiration"); !expires.empty()) {
    credentials.expires = read_timestamp(std::string_view(expires));
    if (!credentials.expires) {
      return error(Code::denied, source + " answered with an Expiration that is no time");
    }
  }
  return credentials;
}

MaybeSource environment_source(const Environment& environment, std::string& why) {
  const std::string id = environment.get("AWS_ACCESS_KEY_ID");
  const std::string key = environment.get("AWS_SECRET_ACCESS_KEY");
  if (id.empty() && key.empty()) {
    why = "environment (AWS_ACCESS_KEY_ID is not set)";
    return std::optional<Source>();
  }
  if (id.empty() || key.empty()) {
    return error(Code::denied,
                 "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are needed together, and only "
                 "one of them is set");
  }
  StaticSource source;
  source.credentials.access_key_id = id;
  source.credentials.secret_key = Secret(key);
  source.credentials.session_token = Secret(environment.get("AWS_SESSION_TOKEN"));
  return std::optional(Source{"environment", std::move(source)});
}

MaybeSource web_identity_source(const Environment& environment, std::string& why) {
  WebIdentitySource source;
  source.token_file = environment.get("AWS_WEB_IDENTITY_TOKEN_FILE");
  if (source.token_file.empty()) {
    why = "web identity (AWS_WEB_IDENTITY_TOKEN_FILE is not set)";
    return std::optional<Source>();
  }
  source.role_arn = environment.get("AWS_ROLE_ARN");
  if (source.role_arn.empty()) {
    return error(Code::denied, "AWS_WEB_IDENTITY_TOKEN_FILE is set and AWS_ROLE_ARN is not");
  }
  source.session_name = environment.get("AWS_ROLE_SESSION_NAME");
  if (source.session_name.empty()) source.session_name = "byoc";
  source.region = ambient_region(environment);
  return std::optional(Source{"web identity", std::move(source)});
}

MaybeSource container_source(const Environment& environment, std::string& why) {
  ContainerSource source;
  const std::string relative = environment.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  source.url = relative.empty() ? environment.get("AWS_CONTAINER_CREDENTIALS_FULL_URI")
                                : "http://169.254.170.2" + relative;
  if (source.url.empty()) {
    why = "container (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and _FULL_URI are not set)";
    return std::optional<Source>();
  }
  const Endpoint endpoint = split_url(source.url);
  if (endpoint.host.empty() || (endpoint.scheme == "http" && !may_ask_over_http(endpoint.host))) {
    return error(Code::denied, "credentials are not asked for at " + source.url +
                                   ": neither https nor an address of this machine");
  }
  source.authorization = Secret(environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN"));
  const std::string file = environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  if (!file.empty()) {
    auto token = environment.read(file);
    if (!token) return error(Code::denied, "cannot read the token file " + file);
    while (token->ends_with('\n') || token->ends_with('\r')) token->pop_back();
    source.authorization = Secret(std::move(*token));
  }
  if (source.authorization.reveal().find_first_of("\r\n") != std::string::npos) {
    return error(Code::denied, "the container authorization token holds a line break");
  }
  return std::optional(Source{"container endpoint", std::move(source)});
}

std::string metadata_url(const Environment& environment) {
  std::string url = environment.get("AWS_EC2_METADATA_SERVICE_ENDPOINT");
  if (url.empty()) {
    const std::string mode = environment.get("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");
    url = mode == "IPv6" || mode == "ipv6" ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
  }
  while (url.ends_with('/')) url.pop_back();
  return url;
}

Result<Source> find_source(const Environment& environment, Time now) {
  using Part = MaybeSource (*)(const Environment&, Time, std::string&);
  constexpr std::array<Part, 4> kParts = {
      [](const Environment& e, Time, std::string& why) { return environment_source(e, why); },
      [](const Environment& e, Time t, std::string& why) { return profile_source(e, t, why); },
      [](const Environment& e, Time, std::string& why) { return web_identity_source(e, why); },
      [](const Environment& e, Time, std::string& why) { return container_source(e, why); }};
  std::string tried;
  for (const Part part : kParts) {
    std::string why;
    MaybeSource source = part(environment, now, why);
    if (!source.ok()) return source.status();
    if (source.value()) return *std::move(source).value();
    tried.append(tried.empty() ? "" : "; ").append(why);
  }
  if (environment.flag("AWS_EC2_METADATA_DISABLED")) {
    return no_credentials(tried + "; instance metadata (AWS_EC2_METADATA_DISABLED is true)");
  }
  MetadataSource source{metadata_url(environment), tried};
  if (split_url(source.url).host.empty()) {
    return error(Code::denied, "AWS_EC2_METADATA_SERVICE_ENDPOINT is no URL: " + source.url);
  }
  return Source{"instance metadata", std::move(source)};
}

}  // namespace byoc
