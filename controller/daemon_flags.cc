#include "controller/daemon_flags.h"

#include <gflags/gflags.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <set>
#include <string_view>

#include "controller/connect.h"
#include "manifests/duration.h"
#include "manifests/format.h"

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

const char* const kFlagNames[] = {"watch",
                                  "state_dir",
                                  "config",
                                  "region",
                                  "log_level",
                                  "resync",
                                  "full_sweep",
                                  "full_scan",
                                  "debounce",
                                  "settle",
                                  "absence_grace",
                                  "backoff_max",
                                  "deletions_max",
                                  "deletions_share_max",
                                  "deletions_resources_max",
                                  "deletions_window",
                                  "sweep",
                                  "sweep_every",
                                  "sweep_age",
                                  "socket",
                                  "socket_group",
                                  "metrics"};

// What argv has set: the environment and the file never change it.
std::set<std::string>& from_argv() {
  static std::set<std::string> names;
  return names;
}

bool complain(const std::string& text) {
  std::fprintf(stderr, "byocd: %s\n", text.c_str());
  return false;
}

std::string environment_name(std::string_view flag) {
  std::string name = "BYOC_";
  for (const char c : flag) name += static_cast<char>(c == '_' ? c : c - 'a' + 'A');
  return name;
}

bool set_flag(const char* name, const std::string& value, const std::string& source) {
  if (from_argv().contains(name)) return true;
  if (!gflags::SetCommandLineOption(name, value.c_str()).empty()) return true;
  return complain(source + ": " + value + " is no value of " + name);
}

bool read_environment() {
  for (const char* name : kFlagNames) {
    const std::string variable = environment_name(name);
    const char* value = std::getenv(variable.c_str());
    if (value != nullptr && !set_flag(name, value, variable)) return false;
  }
  if (std::getenv("BYOC_REGION") != nullptr) return true;
  for (const char* name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    const char* region = std::getenv(name);
    if (region != nullptr && *region != '\0') return set_flag("region", region, name);
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
  std::string name = line.substr(0, equals);
  name.erase(0, name.find_first_not_of('-'));
  for (const char* known : kFlagNames) {
    if (name != known) continue;
    if (equals == std::string::npos) return complain(place + ": --" + name + " needs a value");
    return set_flag(known, line.substr(equals + 1), place);
  }
  return complain(place + ": there is no flag " + name + "; byocd --help lists them");
}

bool read_flag_file() {
  std::FILE* file = std::fopen(FLAGS_config.c_str(), "re");
  if (file == nullptr) {
    if (!from_argv().contains("config")) return true;  // the usual one is optional
    return complain("cannot read " + FLAGS_config);
  }
  char* line = nullptr;
  std::size_t room = 0;
  bool good = true;
  for (int number = 1; getline(&line, &room, file) >= 0; ++number) {
    std::string text = line;
    if (text.ends_with('\n')) text.pop_back();
    good = read_line(FLAGS_config + ":" + std::to_string(number), trimmed(text)) && good;
  }
  std::free(line);
  std::fclose(file);
  return good;
}

bool take_duration(const char* name, const std::string& text, Duration& out) {
  if (text.empty()) return true;
  if (text.ends_with("ms")) {
    char* end = nullptr;
    const long value = std::strtol(text.c_str(), &end, 10);
    if (value >= 0 && std::string_view(end) == "ms") {
      out = Duration(value);
      return true;
    }
  } else if (const auto duration = parse_duration(text)) {
    out = *duration;
    return true;
  }
  return complain(std::string("--") + name + " " + text + " is no duration (100ms, 45s, 1h30m)");
}

bool take_level(const std::string& text, LogLevel& out) {
  constexpr std::pair<std::string_view, LogLevel> kLevels[] = {{"error", LogLevel::error},
                                                               {"warning", LogLevel::warning},
                                                               {"info", LogLevel::info},
                                                               {"debug", LogLevel::debug}};
  for (const auto& [name, level] : kLevels) {
    if (text != name) continue;
    out = level;
    return true;
  }
  return complain("--log_level " + text + " is none of error, warning, info, debug");
}

bool take_region(const std::string& text, std::string& out) {
  out = text.empty() ? region_of_environment() : text;  // the profile's is left
  if (out.empty()) out = kUsualRegion;
  const Status known = check_named_region(out);
  return known.ok() || complain("--region: " + known.message);
}

bool collect(DaemonFlags& flags) {
  flags.state_dir = FLAGS_state_dir;
  flags.socket = FLAGS_socket;
  flags.socket_group = FLAGS_socket_group;
  flags.metrics = FLAGS_metrics;
  DaemonOptions& daemon = flags.daemon;
  daemon.watch_dir = FLAGS_watch;
  if (!take_region(FLAGS_region, daemon.controller.default_region)) return false;
  daemon.source.deletions_max = FLAGS_deletions_max;
  daemon.source.deletions_share_max = FLAGS_deletions_share_max;
  daemon.source.resources_max = FLAGS_deletions_resources_max;
  if (FLAGS_sweep != "off" && FLAGS_sweep != "report" && FLAGS_sweep != "delete") {
    return complain("--sweep " + FLAGS_sweep + " is none of off, report, delete");
  }
  daemon.sweep_delete = FLAGS_sweep == "delete";
  if (!take_duration("sweep_every", FLAGS_sweep_every, daemon.sweep_every)) return false;
  if (FLAGS_sweep == "off") daemon.sweep_every = Duration(0);
  return take_level(FLAGS_log_level, flags.log_level) &&
         take_duration("sweep_age", FLAGS_sweep_age, daemon.sweep_age) &&
         take_duration("resync", FLAGS_resync, daemon.controller.resync) &&
         take_duration("full_sweep", FLAGS_full_sweep, daemon.controller.full_sweep) &&
         take_duration("full_scan", FLAGS_full_scan, daemon.full_scan) &&
         take_duration("debounce", FLAGS_debounce, daemon.watch.quiet) &&
         take_duration("settle", FLAGS_settle, daemon.source.settle) &&
         take_duration("deletions_window", FLAGS_deletions_window, daemon.source.window) &&
         take_duration("backoff_max", FLAGS_backoff_max, daemon.controller.backoff_max) &&
         take_duration("absence_grace", FLAGS_absence_grace, daemon.controller.absence_grace);
}

}  // namespace

bool parse_daemon_flags(int argc, char** argv, DaemonFlags& flags) {
  gflags::SetUsageMessage("keeps AWS as a directory of manifests says\nbyocd --watch DIR [flags]");
  gflags::ParseCommandLineFlags(&argc, &argv, /*remove_flags=*/true);
  if (argc > 1) return complain(std::string(argv[1]) + " is no flag; byocd --help lists them");
  for (const char* name : kFlagNames) {
    if (!gflags::GetCommandLineFlagInfoOrDie(name).is_default) from_argv().insert(name);
  }
  return reread_daemon_flags(flags);
}

bool reread_daemon_flags(DaemonFlags& flags) {
  for (const char* name : kFlagNames) {
    // What a file said before and says no more is as if it had never been said.
    const std::string usual = gflags::GetCommandLineFlagInfoOrDie(name).default_value;
    if (!set_flag(name, usual, "default")) return false;
  }
  // The file's lines first: the environment is before it.
  return read_flag_file() && read_environment() && collect(flags);
}

}  // namespace byoc
