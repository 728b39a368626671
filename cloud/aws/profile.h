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

// One INI file: section name ("profile dev", "sso-session corp") -> settings; nested settings read
// as "outer.inner". A line that is indented more than the setting before it goes on with it, as
// Python's configparser and so the AWS CLI read it. What is damaged is an error with its line, as
// in the SDKs (botocore: ConfigParseError; aws_runtime::env_config::parse): a section without `]`,
// a setting before the first section, a line without `=`. Were such lines skipped, the settings of
// one profile would become another's. `name` is the file's, for the error.
[[nodiscard]] Result<std::map<std::string, Section>> parse_ini(std::string_view text,
                                                               const std::string& name);

struct Profiles {
  std::map<std::string, Section> config;       // by profile name, of AWS_CONFIG_FILE
  std::map<std::string, Section> credentials;  // by profile name, of AWS_SHARED_CREDENTIALS_FILE
  std::map<std::string, Section> sso_sessions;
  std::map<std::string, Section> services;
  std::string config_path;
  std::string credentials_path;

  [[nodiscard]] bool has(const std::string& profile) const;
  // The file's section that has keys of an account: the credentials file comes first. Keys of two
  // files are never put together. Null when neither has any.
  [[nodiscard]] const Section* keys_of(const std::string& profile) const;
  // From the credentials file if it says so, else from the config file; empty when neither does.
  [[nodiscard]] std::string get(const std::string& profile, const std::string& key) const;
};

// denied when a file is damaged, or is there and cannot be read.
[[nodiscard]] Result<Profiles> load_profiles(const Environment& environment);

// AWS_PROFILE, AWS_DEFAULT_PROFILE, else "default".
[[nodiscard]] std::string profile_name(const Environment& environment);

// AWS_REGION, AWS_DEFAULT_REGION, the profile's region; "" when nobody says (as with damaged files:
// whoever asks for credentials hears of those).
[[nodiscard]] std::string named_region(const Environment& environment);

// Where things go when nobody names a region.
inline constexpr const char* kUsualRegion = "us-east-1";

// The same, else the usual one.
[[nodiscard]] std::string ambient_region(const Environment& environment);

// AWS_ENDPOINT_URL and its kin, AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT, and the
// profile's endpoint_url, services, use_fips_endpoint and use_dualstack_endpoint.
[[nodiscard]] Result<EndpointSettings> endpoint_settings(const Environment& environment);

}  // namespace byoc
