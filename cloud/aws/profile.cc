#include "cloud/aws/profile.h"

#include <algorithm>

#include "base/ascii.h"

namespace byoc {
namespace {

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// A comment starts a line, or follows a value after white space.
std::string_view without_comment(std::string_view line) {
  for (const std::string_view mark : {" #", " ;", "\t#", "\t;"}) {
    line = line.substr(0, line.find(mark));
  }
  return trim(line);
}

// "profile dev" -> "dev" of the map for its kind; unprefixed names are profiles.
void sort_sections(std::map<std::string, Section>&& sections, Profiles& profiles) {
  for (auto& [name, section] : sections) {
    const auto space = name.find_first_of(" \t");
    const std::string kind = space == std::string::npos ? "" : name.substr(0, space);
    const std::string rest(space == std::string::npos ? name : trim(name).substr(space + 1));
    if (kind == "sso-session") {
      profiles.sso_sessions[std::string(trim(rest))] = std::move(section);
    } else if (kind == "services") {
      profiles.services[std::string(trim(rest))] = std::move(section);
    } else if (kind == "profile" || name == "default") {
      profiles.config[std::string(trim(rest))] = std::move(section);
    }
  }
}

std::string path_or(const Environment& environment, std::string_view variable,
                    const std::string& standard) {
  const std::string given = environment.get(variable);
  return environment.expand_home(given.empty() ? standard : given);
}

// "ec2.endpoint_url" of a services section -> "EC2".
std::map<std::string, std::string> service_urls(const Profiles& profiles,
                                                const std::string& section) {
  std::map<std::string, std::string> urls;
  const auto found = profiles.services.find(section);
  if (found == profiles.services.end()) return urls;
  for (const auto& [key, value] : found->second) {
    const auto dot = key.find(".endpoint_url");
    if (dot == std::string::npos) continue;
    std::string suffix = key.substr(0, dot);
    std::transform(suffix.begin(), suffix.end(), suffix.begin(), [](char c) {
      return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    urls[suffix] = value;
  }
  return urls;
}

}  // namespace

std::map<std::string, Section> parse_ini(std::string_view text) {
  std::map<std::string, Section> sections;
  Section* section = nullptr;
  std::string outer;  // the key whose value is a nested block
  while (!text.empty()) {
    const std::string_view raw = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), raw.size() + 1));
    const std::string_view line = trim(raw);
    if (line.empty() || line[0] == '#' || line[0] == ';') continue;
    if (line[0] == '[') {
      const auto close = line.find(']');
      if (close == std::string_view::npos) continue;
      section = &sections[std::string(trim(line.substr(1, close - 1)))];
      outer.clear();
      continue;
    }
    const auto equals = line.find('=');
    if (section == nullptr || equals == std::string_view::npos) continue;
    const bool nested = (raw[0] == ' ' || raw[0] == '\t') && !outer.empty();
    const std::string key = lower(trim(line.substr(0, equals)));
    const std::string_view value = without_comment(line.substr(equals + 1));
    (*section)[nested ? outer + "." + key : key] = value;
    if (!nested) outer = value.empty() ? key : "";
  }
  return sections;
}

bool Profiles::has(const std::string& profile) const {
  return config.contains(profile) || credentials.contains(profile);
}

std::string Profiles::get(const std::string& profile, const std::string& key) const {
  for (const auto* file : {&credentials, &config}) {
    const auto section = file->find(profile);
    if (section == file->end()) continue;
    const auto value = section->second.find(key);
    if (value != section->second.end() && !value->second.empty()) return value->second;
  }
  return {};
}

Profiles load_profiles(const Environment& environment) {
  Profiles profiles;
  profiles.config_path = path_or(environment, "AWS_CONFIG_FILE", "~/.aws/config");
  profiles.credentials_path =
      path_or(environment, "AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials");
  if (const auto text = environment.read(profiles.config_path)) {
    sort_sections(parse_ini(*text), profiles);
  }
  if (const auto text = environment.read(profiles.credentials_path)) {
    profiles.credentials = parse_ini(*text);
  }
  return profiles;
}

std::string profile_name(const Environment& environment) {
  for (const char* variable : {"AWS_PROFILE", "AWS_DEFAULT_PROFILE"}) {
    if (std::string name = environment.get(variable); !name.empty()) return name;
  }
  return "default";
}

std::string ambient_region(const Environment& environment) {
  for (const char* variable : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    if (std::string region = environment.get(variable); !region.empty()) return region;
  }
  std::string region = load_profiles(environment).get(profile_name(environment), "region");
  return region.empty() ? "us-east-1" : region;
}

EndpointSettings endpoint_settings(const Environment& environment) {
  const Profiles profiles = load_profiles(environment);
  const std::string profile = profile_name(environment);
  EndpointSettings settings;
  const auto flag = [&](const char* variable, const char* key) {
    return environment.get(variable).empty() ? profiles.get(profile, key) == "true"
                                             : environment.flag(variable);
  };
  settings.fips = flag("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint");
  settings.dual_stack = flag("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint");
  if (flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls")) {
    return settings;
  }
  settings.url = environment.get("AWS_ENDPOINT_URL");
  if (settings.url.empty()) {  // the environment comes before every file
    settings.url = profiles.get(profile, "endpoint_url");
    settings.urls = service_urls(profiles, profiles.get(profile, "services"));
  }
  constexpr std::string_view kPrefix = "AWS_ENDPOINT_URL_";
  for (const auto& [name, value] : environment.variables) {
    if (name.starts_with(kPrefix) && !value.empty()) {
      settings.urls[name.substr(kPrefix.size())] = value;
    }
  }
  return settings;
}

}  // namespace byoc
