// The shared config and credentials files of the AWS SDKs.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/status.h"
#include "cloud/aws/endpoint.h"
#include "cloud/aws/environment.h"

namespace byoc {

using Section = std::map<std::string, std::string>;  // keys in lower case

// One INI file: section name ("profile dev", "sso-session corp") -> settings. Lines that are
// neither are skipped, as the SDKs do; nested settings read as "outer.inner".
[[nodiscard]] std::map<std::string, Section> parse_ini(std::string_view text);

struct Profiles {
  std::map<std::string, Section> config;       // by profile name, of AWS_CONFIG_FILE
  std::map<std::string, Section> credentials;  // by profile name, of AWS_SHARED_CREDENTIALS_FILE
  std::map<std::string, Section> sso_sessions;
  std::map<std::string, Section> services;
  std::string config_path;
  std::string credentials_path;

  [[nodiscard]] bool has(const std::string& profile) const;
  // From the credentials file if it says so, else from the config file; empty when neither does.
  [[nodiscard]] std::string get(const std::string& profile, const std::string& key) const;
};

[[nodiscard]] Profiles load_profiles(const Environment& environment);

// AWS_PROFILE, AWS_DEFAULT_PROFILE, else "default".
[[nodiscard]] std::string profile_name(const Environment& environment);

// AWS_REGION, AWS_DEFAULT_REGION, the profile's region, else "us-east-1".
[[nodiscard]] std::string ambient_region(const Environment& environment);

// AWS_ENDPOINT_URL and its kin, AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT, and the
// profile's endpoint_url, services, use_fips_endpoint and use_dualstack_endpoint.
[[nodiscard]] EndpointSettings endpoint_settings(const Environment& environment);

}  // namespace byoc
