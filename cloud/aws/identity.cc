#include "cloud/aws/identity.h"

#include <algorithm>
#include <array>

#include "base/percent.h"
#include "cloud/aws/endpoint.h"
#include "cloud/aws/profile.h"

namespace byoc {
namespace {

constexpr Duration kRepeatAfter = std::chrono::seconds(5);  // after a fetch that failed
constexpr int kMetadataTries = 3;                           // of each step

template <class... Cases>
struct Match : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Match(Cases...) -> Match<Cases...>;

HttpRequest get_request(const std::string& url) {
  const Endpoint endpoint = split_url(url);
  HttpRequest request;
  request.scheme = endpoint.scheme;
  request.host = endpoint.host;
  std::string path = endpoint.base_path.empty() ? "/" : endpoint.base_path;
  if (const auto mark = path.find('?'); mark != std::string::npos) {
    std::string_view rest = std::string_view(path).substr(mark + 1);
    while (!rest.empty()) {
      const std::string_view field = rest.substr(0, rest.find('&'));
      rest.remove_prefix(std::min(rest.size(), field.size() + 1));
      const auto equals = std::min(field.find('='), field.size());
      request.query.emplace_back(percent_decode(field.substr(0, equals)),
                                 percent_decode(field.substr(std::min(equals + 1, field.size()))));
    }
    path.resize(mark);
  }
  request.path = path;
  return request;
}

std::string trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) {
    text.remove_suffix(1);
  }
  return std::string(text);
}

Json role_params(const RoleSource& source) {
  Json params = {{"RoleArn", source.role_arn},
                 {"RoleSessionName", source.session_name},
                 {"DurationSeconds", source.duration_seconds}};
  if (!source.external_id.empty()) params["ExternalId"] = source.external_id.reveal();
  return params;
}

// SSO spells the members its own way and counts in milliseconds.
Json from_sso(const Json& body) {
  const Json role = body.value("roleCredentials", Json::object());
  Json out = {{"AccessKeyId", role.value("accessKeyId", "")},
              {"SecretAccessKey", role.value("secretAccessKey", "")},
              {"SessionToken", role.value("sessionToken", "")}};
  const auto expires = role.value("expiration", std::int64_t{0});
  if (expires > 0) out["Expiration"] = format_time(Time{Duration(expires)});
  return out;
}

}  // namespace

Time refresh_time(Time now, Time expires) {
  const Duration life = expires - now;
  const Time early = now + life * 4 / 5;
  const Duration margin = std::chrono::minutes(5);
  return life > 2 * margin ? std::min(early, expires - margin) : early;
}

IdentityKey Identities::key_of(const Principal& principal) {
  if (principal.role_arn.empty()) return {};
  IdentityKey key = principal.role_arn + "|" + principal.session_name + "|";
  if (!principal.external_id.empty()) key += principal.external_id.fingerprint();
  auto [place, is_new] = identities_.try_emplace(key);
  if (is_new) {
    RoleSource source;
    source.role_arn = principal.role_arn;
    source.external_id = principal.external_id;
    source.session_name = principal.session_name.empty() ? "byoc" : principal.session_name;
    source.region = principal.region;
    place->second.fixed = Source{"role " + principal.role_arn, std::move(source)};
  }
  return key;
}

IdentityKey Identities::key_of_base(const RoleSource& source) {
  if (source.base == nullptr) return {};
  IdentityKey key = "base of " + source.role_arn + "|" + source.base->name;
  identities_[key].fixed = *source.base;
  return key;
}

Identities::Look Identities::look(const IdentityKey& key, Time now) {
  Identity& identity = identities_[key];
  const bool valid = identity.credentials &&
                     (!identity.credentials->expires || *identity.credentials->expires > now);
  const bool fresh = valid && (!identity.credentials->expires || identity.refresh_at > now);
  const bool resting = !identity.failed.ok() && now < identity.failed_at + kRepeatAfter;
  if (!fresh && !identity.asking && !resting) begin(key, identity, now);
  Look look;
  if (identity.credentials &&
      (!identity.credentials->expires || *identity.credentials->expires > now)) {
    look.credentials = &*identity.credentials;
  } else if (!identity.asking) {
    look.status = identity.failed;
  }
  return look;
}

std::vector<std::pair<IdentityKey, Ask>> Identities::take_asks() {
  return std::exchange(asks_, {});
}

void Identities::invalidate(const IdentityKey& key) {
  Identity& identity = identities_[key];
  identity.credentials.reset();
  identity.failed = {};
}

void Identities::ask(const IdentityKey& key, Ask what) {
  identities_[key].asking = true;
  asks_.emplace_back(key, std::move(what));
}

void Identities::begin(const IdentityKey& key, Identity& identity, Time now) {
  identity.step = 0;
  identity.tries = 0;
  identity.role.clear();
  if (identity.fixed) {
    identity.source = identity.fixed;
  } else {
    Result<Source> found = find_source(environment_, now);
    if (!found.ok()) return take(identity, found.status(), now);
    identity.source = std::move(found).value();
  }
  ask_source(key, identity, now);
}

void Identities::ask_source(const IdentityKey& key, Identity& identity, Time now) {
  const auto ask_role = [&](const RoleSource& source) {
    ask(key, ApiAsk{"sts", "AssumeRole", role_params(source), source.region, key_of_base(source)});
  };
  const auto ask_web_identity = [&](const WebIdentitySource& source) {
    const auto token = environment_.read(source.token_file);
    if (!token) {
      return take(identity, error(Code::denied, "cannot read the token file " + source.token_file),
                  now);
    }
    Json params = {{"RoleArn", source.role_arn},
                   {"RoleSessionName", source.session_name},
                   {"DurationSeconds", source.duration_seconds},
                   {"WebIdentityToken", trimmed(*token)}};
    ask(key, ApiAsk{"sts", "AssumeRoleWithWebIdentity", std::move(params), source.region, {}});
  };
  const auto ask_sso = [&](const SsoSource& source) {
    Json params = {{"accountId", source.account_id},
                   {"roleName", source.role_name},
                   {"accessToken", source.access_token.reveal()}};
    ask(key, ApiAsk{"sso", "GetRoleCredentials", std::move(params), source.region, {}});
  };
  const auto ask_container = [&](const ContainerSource& source) {
    HttpAsk what{get_request(source.url), {}};
    what.options.total_max = std::chrono::seconds(5);
    if (!source.authorization.empty()) {
      what.request.headers.emplace_back("Authorization", source.authorization.reveal());
    }
    ask(key, std::move(what));
  };
  std::visit(Match{[&](const StaticSource& source) { take(identity, source.credentials, now); },
                   ask_role, ask_web_identity, ask_sso, ask_container,
                   [&](const ProcessSource& source) { ask(key, ProcessAsk{source.command}); },
                   [&](const MetadataSource&) { ask_metadata(key, identity, ""); }},
             identity.source->how);
}

void Identities::ask_metadata(const IdentityKey& key, Identity& identity, const std::string& role) {
  constexpr std::string_view kRoles = "/latest/meta-data/iam/security-credentials/";
  const std::string& url = std::get<MetadataSource>(identity.source->how).url;
  HttpAsk what{get_request(url), {}};
  what.options.connect_max = std::chrono::seconds(1);
  what.options.total_max = std::chrono::seconds(2);
  const std::string base = what.request.path == "/" ? "" : what.request.path;
  if (identity.step == 0) {
    what.request.method = "PUT";
    what.request.path = base + "/latest/api/token";
    what.request.headers.emplace_back("X-aws-ec2-metadata-token-ttl-seconds", "21600");
  } else {
    what.request.path = base + std::string(kRoles) + percent_encode(role);
    what.request.headers.emplace_back("X-aws-ec2-metadata-token", identity.metadata_token);
  }
  ask(key, std::move(what));
}

void Identities::on_metadata(const IdentityKey& key, Identity& identity, const Exchange& exchange,
                             Time now) {
  const auto& source = std::get<MetadataSource>(identity.source->how);
  constexpr std::array<const char*, 3> kSteps = {"the token", "the role's name", "the role's keys"};
  const std::string step = kSteps[static_cast<std::size_t>(identity.step)];
  const int status = exchange.response.status;
  if (exchange.fault != Fault::none || status >= 500 || status == 429) {
    if (++identity.tries < kMetadataTries) return ask_metadata(key, identity, identity.role);
    const std::string why =
        exchange.fault != Fault::none ? exchange.problem : "HTTP " + std::to_string(status);
    return take(identity,
                error(Code::denied, "no AWS credentials found; tried " + source.tried +
                                        "; instance metadata (no answer from " + source.url +
                                        " about " + step + ": " + why + ")"),
                now);
  }
  if (status != 200) {
    const std::string why = status == 404 && identity.step == 1
                                ? "the instance has no role"
                                : step + ": HTTP " + std::to_string(status);
    return take(identity, error(Code::denied, "instance metadata: " + why), now);
  }
  identity.tries = 0;  // of each step
  const std::string& body = exchange.response.body;
  if (identity.step == 2) {
    return take(identity,
                read_credentials(Json::parse(body, nullptr, false), "the instance metadata"), now);
  }
  const std::string word = trimmed(body.substr(0, body.find('\n')));
  const auto odd = [](unsigned char c) { return c <= ' ' || c > '~' || c == '<'; };
  if (word.empty() || std::any_of(word.begin(), word.end(), odd)) {
    return take(identity,
                error(Code::denied, "instance metadata: what " + source.url + " says about " +
                                        step + " is none; is a proxy in the way?"),
                now);
  }
  if (identity.step++ == 0) {
    identity.metadata_token = word;
    return ask_metadata(key, identity, "");
  }
  identity.role = word;
  ask_metadata(key, identity, identity.role);
}

void Identities::take(Identity& identity, Result<Credentials> result, Time now) {
  identity.asking = false;
  if (result.ok() && result.value().expires && *result.value().expires <= now) {
    result = error(Code::denied, "the credentials of " + identity.source->name + " have expired");
  }
  if (!result.ok()) {
    identity.failed = result.status();
    identity.failed_at = now;
    return;
  }
  identity.failed = {};
  identity.credentials = std::move(result).value();
  if (identity.credentials->expires) {
    identity.refresh_at = refresh_time(now, *identity.credentials->expires);
  }
}

void Identities::on_api(const IdentityKey& key, const Status& status, const Json& body, Time now) {
  Identity& identity = identities_[key];
  if (!status.ok()) {
    Status why = status;
    why.message = "no credentials from " + identity.source->name + ": " + status.message;
    return take(identity, std::move(why), now);
  }
  const bool sso = std::holds_alternative<SsoSource>(identity.source->how);
  const Json json = sso ? from_sso(body) : body.value("Credentials", Json::object());
  take(identity, read_credentials(json, identity.source->name), now);
}

void Identities::on_http(const IdentityKey& key, const Exchange& exchange, Time now) {
  Identity& identity = identities_[key];
  identity.asking = false;
  if (std::holds_alternative<MetadataSource>(identity.source->how)) {
    return on_metadata(key, identity, exchange, now);
  }
  if (exchange.fault != Fault::none || exchange.response.status != 200) {
    const std::string why = exchange.fault != Fault::none
                                ? exchange.problem
                                : "HTTP " + std::to_string(exchange.response.status);
    return take(identity, error(Code::denied, "the container endpoint gave no credentials: " + why),
                now);
  }
  take(identity,
       read_credentials(Json::parse(exchange.response.body, nullptr, false),
                        "the container endpoint"),
       now);
}

void Identities::on_process(const IdentityKey& key, bool succeeded, std::string_view output,
                            Time now) {
  Identity& identity = identities_[key];
  if (!succeeded) {
    return take(identity, error(Code::denied, identity.source->name + " failed"), now);
  }
  const Json json = Json::parse(output, nullptr, false);
  // The SDKs take nothing else: see "Sourcing credentials with an external process" of the CLI.
  if (!json.is_object() || json.value("Version", Json()) != 1) {
    return take(identity,
                error(Code::denied, identity.source->name +
                                        " answered without \"Version\": 1; that is the only "
                                        "format there is"),
                now);
  }
  take(identity, read_credentials(json, identity.source->name), now);
}

}  // namespace byoc
