#include <openssl/evp.h>

#include <array>
#include <charconv>
#include <set>
#include <utility>

#include "base/json.h"
#include "cloud/aws/credentials.h"
#include "cloud/aws/encoding.h"
#include "cloud/aws/profile.h"

namespace byoc {
namespace {

constexpr int kSourceProfilesMax = 8;

std::string sha1_hex(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    hex += kDigits[digest[i] >> 4U];
    hex += kDigits[digest[i] & 15U];
  }
  return hex;
}

// One look at the files, for all profiles that a profile leads to.
class ProfileReader {
 public:
  ProfileReader(const Environment& environment, Time now, Profiles profiles)
      : environment_(environment), now_(now), profiles_(std::move(profiles)) {}

  // The order is botocore's: role, web identity, SSO, keys, process.
  MaybeSource read(const std::string& name, std::string& why) {
    if (!profiles_.has(name)) {
      why = "profile \"" + name + "\" (not in " + profiles_.config_path + " or " +
            profiles_.credentials_path + ")";
      const bool asked_for = name != "default";
      if (asked_for) return error(Code::denied, "there is no " + why);
      return std::optional<Source>();
    }
    const bool is_source = !visited_.empty();
    const bool seen = !visited_.insert(name).second;
    if (visited_.size() > kSourceProfilesMax) return broken(name, "source_profile goes too deep");
    // A source profile's own keys come before its role: so botocore's AssumeRoleProvider and the
    // other SDKs have it. And a profile may name itself as the source of the keys for its role.
    if (is_source && profiles_.keys_of(name) != nullptr) return keys(name);
    if (!seen && !setting(name, "role_arn").empty()) return role(name);
    if (!setting(name, "sso_account_id").empty()) return sso(name);
    if (profiles_.keys_of(name) != nullptr) return keys(name);
    if (const std::string command = setting(name, "credential_process"); !command.empty()) {
      return std::optional(Source{label(name) + " credential_process", ProcessSource{command}});
    }
    // A profile that says something about credentials is no reason to take other ones.
    for (const char* key :
         {"source_profile", "credential_source", "web_identity_token_file", "external_id",
          "mfa_serial", "sso_session", "sso_role_name", "sso_start_url"}) {
      if (seen || setting(name, key).empty()) continue;
      const bool sso = std::string_view(key).starts_with("sso");
      return broken(name, std::string(key) + " without " + (sso ? "sso_account_id" : "role_arn"));
    }
    why = label(name) + " (holds no credentials)";
    return std::optional<Source>();
  }

 private:
  [[nodiscard]] std::string setting(const std::string& name, const std::string& key) const {
    return profiles_.get(name, key);
  }

  static std::string label(const std::string& name) { return "profile \"" + name + "\""; }

  static Status broken(const std::string& name, const std::string& what) {
    return error(Code::denied, label(name) + ": " + what);
  }

  MaybeSource keys(const std::string& name) const {
    const auto value = [&section = *profiles_.keys_of(name)](const char* key) {
      const auto found = section.find(key);
      return found == section.end() ? std::string() : found->second;
    };
    StaticSource source;
    source.credentials.access_key_id = value("aws_access_key_id");
    source.credentials.secret_key = Secret(value("aws_secret_access_key"));
    source.credentials.session_token = Secret(value("aws_session_token"));
    if (source.credentials.access_key_id.empty()) return broken(name, "no aws_access_key_id");
    if (source.credentials.secret_key.empty()) return broken(name, "no aws_secret_access_key");
    return std::optional(Source{label(name), std::move(source)});
  }

  MaybeSource role(const std::string& name) {
    if (!setting(name, "mfa_serial").empty()) {
      return broken(name, "mfa_serial needs a person; byoc has none");
    }
    const std::string token_file = setting(name, "web_identity_token_file");
    std::string session = setting(name, "role_session_name");
    if (session.empty()) session = "byoc";
    const std::string region = ambient_region(environment_);
    if (!token_file.empty()) {
      return std::optional(
          Source{label(name) + " web identity",
                 WebIdentitySource{setting(name, "role_arn"), session, token_file, 3600, region}});
    }
    RoleSource source;
    source.role_arn = setting(name, "role_arn");
    source.external_id = Secret(setting(name, "external_id"));
    source.session_name = session;
    source.region = region;
    if (const std::string text = setting(name, "duration_seconds"); !text.empty()) {
      const char* end = text.data() + text.size();
      if (std::from_chars(text.data(), end, source.duration_seconds).ptr != end) {
        return broken(name, "duration_seconds is no number");
      }
    }
    MaybeSource base = base_of(name);
    if (!base.ok()) return base.status();
    source.base = std::make_shared<const Source>(*std::move(base).value());
    return std::optional(Source{label(name) + " role " + source.role_arn, std::move(source)});
  }

  // What a role is assumed with: another profile, or one of the three places.
  MaybeSource base_of(const std::string& name) {
    std::string why;
    if (const std::string other = setting(name, "source_profile"); !other.empty()) {
      if (other != name && visited_.contains(other)) {
        return broken(name, "source_profile goes in a circle");
      }
      return must_be(name, read(other, why), why);
    }
    const std::string place = setting(name, "credential_source");
    if (place == "Environment") {
      return must_be(name, environment_source(environment_, why), why);
    }
    if (place == "EcsContainer") return must_be(name, container_source(environment_, why), why);
    if (place == "Ec2InstanceMetadata") {
      return std::optional(
          Source{"instance metadata", MetadataSource{metadata_url(environment_), label(name)}});
    }
    return broken(name, "role_arn needs source_profile or credential_source");
  }

  static MaybeSource must_be(const std::string& name, MaybeSource source, const std::string& why) {
    if (!source.ok() || source.value()) return source;
    return broken(name, "its source has no credentials: " + why);
  }

  MaybeSource sso(const std::string& name) const {
    const std::string session_name = setting(name, "sso_session");
    Section session;
    if (!session_name.empty()) {
      const auto found = profiles_.sso_sessions.find(session_name);
      if (found == profiles_.sso_sessions.end()) {
        return broken(name, "there is no [sso-session " + session_name + "]");
      }
      session = found->second;
    }
    const std::string start_url =
        session_name.empty() ? setting(name, "sso_start_url") : session["sso_start_url"];
    SsoSource source;
    source.region = session_name.empty() ? setting(name, "sso_region") : session["sso_region"];
    source.account_id = setting(name, "sso_account_id");
    source.role_name = setting(name, "sso_role_name");
    if (source.region.empty() || start_url.empty() || source.role_name.empty()) {
      return broken(name, "sso needs sso_start_url, sso_region and sso_role_name");
    }
    const std::string& cached = session_name.empty() ? start_url : session_name;
    const std::string path = "~/.aws/sso/cache/" + sha1_hex(cached) + ".json";
    const Json json = Json::parse(environment_.read(path).value_or(""), nullptr, false);
    const std::string login = "; run: aws sso login --profile " + name;
    if (!json.is_object() || !json.contains("accessToken") || !json["accessToken"].is_string()) {
      return broken(name, "not logged in to " + start_url + login);
    }
    const auto expires = json.contains("expiresAt") && json["expiresAt"].is_string()
                             ? read_timestamp(json["expiresAt"].get<std::string>())
                             : std::nullopt;
    if (!expires || *expires <= now_) {
      return broken(name, "the login to " + start_url + " has expired" + login);
    }
    source.access_token = Secret(json["accessToken"].get<std::string>());
    return std::optional(Source{label(name) + " sso", std::move(source)});
  }

  const Environment& environment_;
  Time now_;
  Profiles profiles_;
  std::set<std::string> visited_;
};

}  // namespace

MaybeSource profile_source(const Environment& environment, Time now, std::string& why) {
  Result<Profiles> profiles = load_profiles(environment);
  if (!profiles.ok()) return profiles.status();
  return ProfileReader(environment, now, std::move(profiles).value())
      .read(profile_name(environment), why);
}

}  // namespace byoc
