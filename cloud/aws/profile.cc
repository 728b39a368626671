#include "cloud/aws/profile.h"

#include <algorithm>
#include <utility>

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

// Reads line after line.
class IniReader {
 public:
  explicit IniReader(std::string name) : name_(std::move(name)) {}

  Status take(std::string_view raw) {
    ++number_;
    const std::string_view line = trim(raw);
    if (line.empty() || line[0] == '#' || line[0] == ';') return {};
    const std::size_t indent = raw.find_first_not_of(" \t");
    if (key_ != nullptr && indent > indent_) return go_on(line);
    indent_ = indent;
    return line[0] == '[' ? begin_section(line) : setting(line);
  }

  std::map<std::string, Section> sections() { return std::move(sections_); }

 private:
  [[nodiscard]] Status damaged(const std::string& what) const {
    return error(Code::denied, name_ + ":" + std::to_string(number_) + ": " + what);
  }

  Status begin_section(std::string_view line) {
    const auto close = line.find(']');
    if (close == std::string_view::npos) return damaged("the section has no closing \"]\"");
    const std::string_view rest = trim(line.substr(close + 1));
    if (!rest.empty() && rest[0] != '#' && rest[0] != ';') {
      return damaged("there is text after the section's \"]\"");
    }
    const std::string title(trim(line.substr(1, close - 1)));
    if (title.empty()) return damaged("the section has no name");
    section_ = &sections_[title];
    key_ = nullptr;
    return {};
  }

  Status setting(std::string_view line) {
    const auto equals = line.find('=');
    if (equals == std::string_view::npos)
      return damaged("neither a [section] nor a setting = value");
    if (section_ == nullptr) return damaged("a setting before the first [section]");
    const std::string key = lower(trim(line.substr(0, equals)));
    if (key.empty()) return damaged("a value without the name of its setting");
    const auto place = section_->insert_or_assign(key, without_comment(line.substr(equals + 1)));
    key_ = &place.first->first;
    nests_ = place.first->second.empty();
    return {};
  }

  // A line that belongs to the setting before it.
  Status go_on(std::string_view line) {
    if (!nests_) {
      section_->at(*key_).append("\n").append(line);
      return {};
    }
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) return damaged("a nested setting without \"=\"");
    (*section_)[*key_ + "." + lower(trim(line.substr(0, equals)))] =
        without_comment(line.substr(equals + 1));
    return {};
  }

  std::string name_;
  int number_ = 0;
  std::map<std::string, Section> sections_;
  Section* section_ = nullptr;
  const std::string* key_ = nullptr;  // of the last setting of the section
  bool nests_ = false;                // it has no value: what follows is nested in it
  std::size_t indent_ = 0;            // of the last line that did not go on with another
};

// One of the two files; empty when there is none.
Result<std::map<std::string, Section>> load_file(const Environment& environment,
                                                 const std::string& path) {
  const auto text = environment.read(path);
  if (text) return parse_ini(*text, path);
  if (environment.exists(path)) {
    return error(Code::denied, path + " is there and cannot be read; who signs is not guessed");
  }
  return std::map<std::string, Section>();
}

}  // namespace

Result<std::map<std::string, Section>> parse_ini(std::string_view text, const std::string& name) {
  IniReader reader(name);
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (Status status = reader.take(line); !status.ok()) return status;
  }
  return reader.sections();
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

const Section* Profiles::keys_of(const std::string& profile) const {
  for (const auto* file : {&credentials, &config}) {
    const auto section = file->find(profile);
    if (section == file->end()) continue;
    for (const char* key : {"aws_access_key_id", "aws_secret_access_key", "aws_session_token"}) {
      const auto value = section->second.find(key);
      if (value != section->second.end() && !value->second.empty()) return &section->second;
    }
  }
  return nullptr;
}

Result<Profiles> load_profiles(const Environment& environment) {
  Profiles profiles;
  profiles.config_path = path_or(environment, "AWS_CONFIG_FILE", "~/.aws/config");
  profiles.credentials_path =
      path_or(environment, "AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials");
  auto config = load_file(environment, profiles.config_path);
  if (!config.ok()) return config.status();
  sort_sections(std::move(config).value(), profiles);
  auto credentials = load_file(environment, profiles.credentials_path);
  if (!credentials.ok()) return credentials.status();
  profiles.credentials = std::move(credentials).value();
  return profiles;
}

std::string profile_name(const Environment& environment) {
  for (const char* variable : {"AWS_PROFILE", "AWS_DEFAULT_PROFILE"}) {
    if (std::string name = environment.get(variable); !name.empty()) return name;
  }
  return "default";
}

std::string named_region(const Environment& environment) {
  for (const char* variable : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    if (std::string region = environment.get(variable); !region.empty()) return region;
  }
  const Result<Profiles> profiles = load_profiles(environment);
  return profiles.ok() ? profiles.value().get(profile_name(environment), "region") : "";
}

std::string ambient_region(const Environment& environment) {
  const std::string region = named_region(environment);
  return region.empty() ? kUsualRegion : region;
}

Result<EndpointSettings> endpoint_settings(const Environment& environment) {
  const Result<Profiles> loaded = load_profiles(environment);
  if (!loaded.ok()) return loaded.status();
  const Profiles& profiles = loaded.value();
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
