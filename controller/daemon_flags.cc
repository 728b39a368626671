#include "controller/daemon_flags.h"

#include <gflags/gflags.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "controller/connect.h"
#include "manifests/duration.h"
#include "manifests/format.h"
#include "manifests/spelling.h"

DEFINE_string(watch, "", "directory of manifests to keep true (BYOC_WATCH)");
DEFINE_string(state_dir, "/var/lib/byoc", "promises, events and kept secrets (BYOC_STATE_DIR)");
DEFINE_string(socket, "", "where byocctl finds it; STATE_DIR/byocd.sock (BYOC_SOCKET)");
DEFINE_string(socket_group, "", "group whose members may use the socket");
DEFINE_string(metrics, "", "loopback address of /metrics, /healthz, /readyz: 127.0.0.1:9640");
DEFINE_string(config, "/etc/byoc/byocd.conf", "file of flags, one --name=value a line");
DEFINE_string(region, "", "region for what names none (BYOC_REGION, AWS_REGION, the profile's)");
DEFINE_string(log_level, "info", "error, warning, info or debug (BYOC_LOG_LEVEL)");
DEFINE_string(resync, "5m", "between looks at an object that is as it should be");
DEFINE_string(full_sweep, "1h", "how long details of such an object are believed");
DEFINE_string(full_scan, "5m", "between scans of the directory that no event asked for");
DEFINE_string(debounce, "100ms", "from the last event in the directory to its scan");
DEFINE_string(settle, "2s", "two scans so far apart must agree before anything is deleted");
DEFINE_string(absence_grace, "", "how long an empty answer after a create proves nothing: 150s");
DEFINE_string(backoff_max, "10m", "longest pause after failures");
DEFINE_string(sweep, "report",
              "what dangles: off, report, or delete what objects of this store left");
DEFINE_string(sweep_every, "1h", "between looks for what dangles");
DEFINE_string(sweep_age, "30m", "what is seen twice so far apart dangles");
DEFINE_uint64(deletions_max, 3, "more objects within the window wait for byocctl approve");
DEFINE_uint64(deletions_share_max, 25, "the same, in percent of the objects from files");
DEFINE_uint64(deletions_resources_max, 20, "the same, in resources that the objects hold in AWS");
DEFINE_string(deletions_window, "1h", "deletions so far back count as well");

namespace byoc {
namespace {

enum class SettingValue { text, region, choice, duration, number };

struct Setting {
  std::string_view name;  // "full_sweep", as gflags calls it; full-sweep on the command line, too
  SettingValue value;
  std::string_view form = {};  // the value as --help shows it; of a choice what it may be
  Duration least{0};           // below a second AWS would be asked without a pause
  std::uint64_t most = 1'000'000;
};

constexpr Duration kAPause = std::chrono::seconds(1);
constexpr Setting kSettings[] = {
    {"watch", SettingValue::text, "DIR"},
    {"state_dir", SettingValue::text, "DIR"},
    {"config", SettingValue::text, "FILE"},
    {"region", SettingValue::region, "REGION"},
    {"log_level", SettingValue::choice, "error|warning|info|debug"},
    {"resync", SettingValue::duration, "TIME", kAPause},
    {"full_sweep", SettingValue::duration, "TIME", kAPause},
    {"full_scan", SettingValue::duration, "TIME", kAPause},
    {"debounce", SettingValue::duration, "TIME"},
    {"settle", SettingValue::duration, "TIME"},
    {"absence_grace", SettingValue::duration, "TIME"},
    {"backoff_max", SettingValue::duration, "TIME", kAPause},
    {"deletions_max", SettingValue::number, "N"},
    {"deletions_share_max", SettingValue::number, "N", {}, 100},
    {"deletions_resources_max", SettingValue::number, "N"},
    {"deletions_window", SettingValue::duration, "TIME"},
    {"sweep", SettingValue::choice, "off|report|delete"},
    {"sweep_every", SettingValue::duration, "TIME", kAPause},
    {"sweep_age", SettingValue::duration, "TIME"},
    {"socket", SettingValue::text, "PATH"},
    {"socket_group", SettingValue::text, "GROUP"},
    {"metrics", SettingValue::text, "ADDRESS"},
};

// What argv has set: the environment and the file never change it.
std::map<const Setting*, std::string>& from_argv() {
  static std::map<const Setting*, std::string> values;
  return values;
}

bool complain(const std::string& text) {
  std::fprintf(stderr, "byocd: %s\n", text.c_str());
  return false;
}

const Setting* find_setting(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  for (const Setting& setting : kSettings) {
    if (setting.name == name) return &setting;
  }
  return nullptr;
}

std::string unknown_setting(const std::string& name) {
  std::vector<std::string> known;
  for (const Setting& setting : kSettings) known.emplace_back(setting.name);
  const std::string near = did_you_mean(name, known);
  return "there is no flag " + name + "; " + (near.empty() ? "byocd --help lists them" : near);
}

// Milliseconds are for what happens on this machine.
std::optional<Duration> read_duration(const std::string& text) {
  constexpr std::string_view kMilliseconds = "ms";
  if (!text.ends_with(kMilliseconds)) return parse_duration(text);
  const std::string number = text.substr(0, text.size() - kMilliseconds.size());
  constexpr std::size_t kDigitsMax = 9;
  const bool plain = !number.empty() && number.size() <= kDigitsMax &&
                     number.find_first_not_of("0123456789") == std::string::npos;
  return plain ? std::optional(Duration(std::stol(number))) : std::nullopt;
}

std::string shown_choices(std::string_view form) {
  std::string words(form);
  for (std::size_t at = 0; (at = words.find('|', at)) != std::string::npos;) {
    words.replace(at, 1, ", ");
  }
  return words;
}

bool is_choice(std::string_view form, const std::string& value) {
  return value.find('|') == std::string::npos &&
         ("|" + std::string(form) + "|").find("|" + value + "|") != std::string::npos;
}

// Why a value cannot stand; empty when it can.
std::string trouble_with(const Setting& setting, const std::string& value) {
  if (value.empty()) return "a value is missing";
  switch (setting.value) {
    case SettingValue::text: return {};
    case SettingValue::region: return check_named_region(value).message;
    case SettingValue::choice:
      if (is_choice(setting.form, value)) return {};
      return value + " is none of " + shown_choices(setting.form);
    case SettingValue::duration: {
      const auto duration = read_duration(value);
      if (!duration) return value + " is no duration (100ms, 45s, 1h30m)";
      return *duration < setting.least ? value + " is too short; at least 1s" : std::string();
    }
    case SettingValue::number: {
      constexpr std::size_t kDigitsMax = 9;
      const bool number =
          value.size() <= kDigitsMax && value.find_first_not_of("0123456789") == std::string::npos;
      if (number && std::stoul(value) <= setting.most) return {};
      return value + " is no number from 0 to " + std::to_string(setting.most);
    }
  }
  return {};
}

void put_value(const Setting& setting, const std::string& value) {
  check(!gflags::SetCommandLineOption(std::string(setting.name).c_str(), value.c_str()).empty(),
        "the definition of the flag " + std::string(setting.name) + " takes what its row does");
}

// `source` is where it is said: "--resync", "BYOC_RESYNC", "/etc/byoc/byocd.conf:3: resync".
bool set_setting(const Setting& setting, const std::string& value, const std::string& source) {
  const std::string trouble = trouble_with(setting, value);
  if (!trouble.empty()) return complain(source + ": " + trouble);
  if (!from_argv().contains(&setting)) put_value(setting, value);
  return true;
}

std::string environment_name(std::string_view flag) {
  std::string name = "BYOC_";
  for (const char c : flag) name += static_cast<char>(c == '_' ? c : c - 'a' + 'A');
  return name;
}

// Empty means unset, as with AWS's own variables.
bool read_variable(const Setting& setting, const char* name, bool& found) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return true;
  found = true;
  return set_setting(setting, value, name);
}

bool read_environment() {
  for (const Setting& setting : kSettings) {
    bool found = false;
    if (!read_variable(setting, environment_name(setting.name).c_str(), found)) return false;
    if (setting.value != SettingValue::region) continue;
    for (const char* name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
      if (!found && !read_variable(setting, name, found)) return false;
    }
  }
  return true;
}

std::string trimmed(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return std::string(line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1));
}

bool read_line(const std::string& place, const std::string& line) {
  if (line.empty() || line.front() == '#') return true;
  const std::size_t equals = line.find('=');
  std::string name = trimmed(line.substr(0, equals));
  name.erase(0, std::min(name.find_first_not_of('-'), name.size()));
  const Setting* setting = find_setting(name);
  if (setting == nullptr) return complain(place + ": " + unknown_setting(name));
  const std::string value = equals == std::string::npos ? "" : trimmed(line.substr(equals + 1));
  return set_setting(*setting, value, place + ": " + name);
}

bool read_flag_file() {
  const std::string& path = FLAGS_config;
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) {
    // The usual one is optional.
    if (errno == ENOENT && !from_argv().contains(find_setting("config"))) return true;
    return complain("cannot read " + path + ": " + std::strerror(errno));
  }
  if (!S_ISREG(found.st_mode)) return complain("cannot read " + path + ": it is no file");
  std::ifstream file(path);
  if (!file) return complain("cannot read " + path + ": " + std::strerror(errno));
  bool good = true;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    good = read_line(path + ":" + std::to_string(number), trimmed(line)) && good;
  }
  if (file.bad()) return complain("cannot read " + path + ": " + std::strerror(errno));
  return good;
}

// Each was checked when it was set.
void take_duration(const std::string& text, Duration& out) {
  if (const auto duration = read_duration(text)) out = *duration;
}

void collect(DaemonFlags& flags) {
  flags.state_dir = FLAGS_state_dir;
  flags.socket = FLAGS_socket;
  flags.socket_group = FLAGS_socket_group;
  flags.metrics = FLAGS_metrics;
  flags.log_level = FLAGS_log_level == "error"     ? LogLevel::error
                    : FLAGS_log_level == "warning" ? LogLevel::warning
                    : FLAGS_log_level == "debug"   ? LogLevel::debug
                                                   : LogLevel::info;
  DaemonOptions& daemon = flags.daemon;
  daemon.watch_dir = FLAGS_watch;
  daemon.source.deletions_max = FLAGS_deletions_max;
  daemon.source.deletions_share_max = FLAGS_deletions_share_max;
  daemon.source.resources_max = FLAGS_deletions_resources_max;
  daemon.sweep_delete = FLAGS_sweep == "delete";
  take_duration(FLAGS_sweep_every, daemon.sweep_every);
  if (FLAGS_sweep == "off") daemon.sweep_every = Duration(0);
  take_duration(FLAGS_sweep_age, daemon.sweep_age);
  take_duration(FLAGS_resync, daemon.controller.resync);
  take_duration(FLAGS_full_sweep, daemon.controller.full_sweep);
  take_duration(FLAGS_full_scan, daemon.full_scan);
  take_duration(FLAGS_debounce, daemon.watch.quiet);
  take_duration(FLAGS_settle, daemon.source.settle);
  take_duration(FLAGS_deletions_window, daemon.source.window);
  take_duration(FLAGS_backoff_max, daemon.controller.backoff_max);
  take_duration(FLAGS_absence_grace, daemon.controller.absence_grace);
}

// The profile's region is left, which may be a wrong word, too.
bool collect_region(std::string& out) {
  out = FLAGS_region.empty() ? region_of_environment() : FLAGS_region;
  if (out.empty()) out = kUsualRegion;
  const Status known = check_named_region(out);
  return known.ok() || complain("the region of the AWS profile, " + out + ": " + known.message);
}

// What is said twice must be the same: one of two directories would be silently left out.
bool take_argument(const Setting& setting, const std::string& value) {
  const std::string spelled = "--" + std::string(setting.name);
  const auto [known, first] = from_argv().emplace(&setting, value);
  if (!first && known->second != value) {
    return complain(spelled + " is given twice: " + known->second + " and " + value);
  }
  const std::string trouble = trouble_with(setting, value);
  if (!trouble.empty()) return complain(spelled + ": " + trouble);
  put_value(setting, value);
  return true;
}

int tell_flags() {
  std::printf("byocd --watch DIR [flags]: keeps AWS as a directory of manifests says\n\n");
  for (const Setting& setting : kSettings) {
    const auto known = gflags::GetCommandLineFlagInfoOrDie(std::string(setting.name).c_str());
    const std::string usual = known.default_value.empty() ? "" : " [" + known.default_value + "]";
    const std::string form = known.name + "=" + std::string(setting.form);
    std::printf("  --%-36s %s%s\n", form.c_str(), known.description.c_str(), usual.c_str());
  }
  std::printf("  --%-36s %s\n  --%-36s %s\n", "help", "what stands here", "version",
              "which byocd this is");
  return 0;
}

bool read_arguments(const std::vector<std::string>& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (!word.starts_with('-') || word.size() == 1) {
      return complain(word + " is no flag; byocd --help lists them");
    }
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const std::string plain = name.substr(std::min(name.find_first_not_of('-'), name.size()));
    const Setting* setting = find_setting(plain);
    if (setting == nullptr) return complain(unknown_setting(plain));
    if (!name.starts_with("--")) {
      return complain(name + " is not known; did you mean `-" + name + "`?");
    }
    if (equals != std::string::npos) {
      if (!take_argument(*setting, word.substr(equals + 1))) return false;
      continue;
    }
    // A flag in the place of a value is a value that was forgotten.
    if (i + 1 == words.size() || words[i + 1].starts_with("--")) {
      return complain(name + " needs a value: " + name + "=" + std::string(setting->form));
    }
    if (!take_argument(*setting, words[++i])) return false;
  }
  return true;
}

}  // namespace

std::optional<int> parse_daemon_flags(int argc, char** argv, DaemonFlags& flags) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const auto asked = [&](std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  if (asked("--help") || asked("-h")) return tell_flags();
  if (asked("--version")) return std::printf("byocd %s\n", BYOC_VERSION) < 0 ? 1 : 0;
  if (!read_arguments(words) || !reread_daemon_flags(flags)) return 1;
  return std::nullopt;
}

bool reread_daemon_flags(DaemonFlags& flags) {
  for (const Setting& setting : kSettings) {
    // What a file said before and says no more is as if it had never been said.
    if (from_argv().contains(&setting)) continue;
    const auto known = gflags::GetCommandLineFlagInfoOrDie(std::string(setting.name).c_str());
    put_value(setting, known.default_value);
  }
  // The file's lines first: the environment is before it.
  if (!read_flag_file() || !read_environment()) return false;
  if (!collect_region(flags.daemon.controller.default_region)) return false;
  collect(flags);
  return true;
}

}  // namespace byoc
