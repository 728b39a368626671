#include "cli/options.h"

#include <gflags/gflags.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "manifests/duration.h"

DEFINE_string(o, "", "output: json, yaml, name, wide, jsonpath=TEMPLATE");
DEFINE_string(l, "", "label selector: key=value[,key=value]");
DEFINE_string(n, "default", "namespace");
DEFINE_bool(A, false, "all namespaces");
DEFINE_bool(all_namespaces, false, "all namespaces");
DEFINE_string(for, "", "what to wait for: condition=TYPE[=STATUS], phase=PHASE, delete");
DEFINE_string(from, "", "since when: \"24 hours ago\", 90m, 2026-01-31T09:30:00Z");
DEFINE_string(to, "", "until when");
DEFINE_string(level, "", "info or error");
DEFINE_uint64(limit, 0, "how many lines at most");
DEFINE_bool(delete, false, "delete what dangles of objects that were deleted here");
DEFINE_bool(w, false, "go on and show what is new");
DEFINE_bool(follow, false, "the same, as logs calls it");
DEFINE_string(state_dir, "", "state directory (BYOC_STATE_DIR)");
DEFINE_string(socket, "", "byocd's socket (BYOC_SOCKET)");
DEFINE_string(region, "", "region for what has none (AWS_REGION)");
DEFINE_string(absence_grace, "", "how long an empty answer after a create proves nothing: 150s");
DEFINE_string(timeout, "", "how long to wait: 90m, 30s, 5400");
DEFINE_bool(yes, false, "do not ask");
DEFINE_bool(wait, true, "wait until it is done");
DEFINE_bool(dry_run, false, "show the plan and change nothing");
DEFINE_bool(prune, false, "delete objects of the selector that are not in the files");
DEFINE_bool(force, false, "drop the record only and name what it leaves behind");
DEFINE_bool(cascade, false, "delete what depends on it, too");
DEFINE_bool(all, false, "everything, not one object");
DEFINE_bool(list, false, "only say what waits for an approval");
DEFINE_bool(detailed_exitcode, false, "exit with 2 when there are changes");
DEFINE_bool(no_headers, false, "tables without a head line");
DEFINE_bool(show_deleted, false, "names of deleted objects, too");
DEFINE_bool(show_sensitive, false, "print the external id");

namespace byoc {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

std::string default_state_dir() {
  if (const std::string dir = environment("BYOC_STATE_DIR"); !dir.empty()) return dir;
  if (const std::string dir = environment("XDG_STATE_HOME"); !dir.empty()) return dir + "/byoc";
  const std::string home = environment("HOME");
  return home.empty() ? "/var/lib/byoc" : home + "/.local/state/byoc";
}

std::string default_region() {
  for (const char* name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    if (const std::string region = environment(name); !region.empty()) return region;
  }
  return "us-east-1";
}

// Reads a duration flag into `out`; says on stderr when it is none.
template <class T>
bool take_duration(const char* name, const std::string& text, T& out) {
  if (text.empty()) return true;
  const auto duration = parse_duration(text);
  if (!duration) {
    std::fprintf(stderr, "byocctl: %s %s is no duration (90m, 1h30m, 45s)\n", name, text.c_str());
    return false;
  }
  out = *duration;
  return true;
}

// Takes "-f X", "-f=X" and "--filename X" out of argv: gflags would keep the last one only.
// For logs, "-f" is to follow, as everywhere.
bool take_files(int& argc, char** argv, std::vector<std::string>& files) {
  int kept = 1;
  if (argc > 1 && std::string_view(argv[1]) == "logs") {
    static char follow[] = "--follow";
    for (int i = 2; i < argc; ++i) {
      if (std::string_view(argv[i]) == "-f") argv[i] = follow;
    }
    return true;
  }
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    bool taken = false;
    for (const std::string_view name : {"-f", "--f", "--filename", "-filename"}) {
      if (word == name) {
        if (i + 1 == argc) {
          std::fprintf(stderr, "byocctl: %s needs a file, a directory or - (standard input)\n",
                       argv[i]);
          return false;
        }
        files.emplace_back(argv[++i]);
        taken = true;
        break;
      }
      if (word.starts_with(name) && word.size() > name.size() && word[name.size()] == '=') {
        files.emplace_back(word.substr(name.size() + 1));
        taken = true;
        break;
      }
    }
    if (!taken) argv[kept++] = argv[i];
  }
  argc = kept;
  argv[argc] = nullptr;
  return true;
}

bool is_given(const char* flag) {
  gflags::CommandLineFlagInfo info;
  return gflags::GetCommandLineFlagInfo(flag, &info) && info.current_value == "true";
}

}  // namespace

Duration timeout_of(const Options& options) {
  return options.timeout.count() > 0 ? options.timeout : std::chrono::minutes(90);
}

bool parse_options(int argc, char** argv, Options& options) {
  if (!take_files(argc, argv, options.files)) return false;
  gflags::AllowCommandLineReparsing();
  gflags::ParseCommandLineNonHelpFlags(&argc, &argv, /*remove_flags=*/true);
  for (int i = 1; i < argc; ++i) options.arguments.emplace_back(argv[i]);
  if (!options.arguments.empty()) {
    options.verb = options.arguments.front();
    options.arguments.erase(options.arguments.begin());
  }
  // Asking about a verb never runs it. --helpxml prints the flags, for scripts/make_man.py, and
  // ends.
  if (is_given("helpxml")) gflags::HandleCommandLineHelpFlags();
  for (const char* verb : {"help", "version"}) {
    if (is_given(verb)) options.verb = verb;
  }
  options.output = FLAGS_o;
  options.selector = FLAGS_l;
  options.ns = FLAGS_n;
  options.all_namespaces = FLAGS_A || FLAGS_all_namespaces;
  options.wait_for = FLAGS_for;
  options.state_dir = FLAGS_state_dir.empty() ? default_state_dir() : FLAGS_state_dir;
  options.socket = FLAGS_socket.empty() ? environment("BYOC_SOCKET") : FLAGS_socket;
  options.region = FLAGS_region.empty() ? default_region() : FLAGS_region;
  options.from = FLAGS_from;
  options.to = FLAGS_to;
  options.level = FLAGS_level;
  options.limit = FLAGS_limit;
  options.remove = FLAGS_delete;
  options.watch = FLAGS_w || FLAGS_follow;
  options.yes = FLAGS_yes;
  options.wait = FLAGS_wait;
  options.dry_run = FLAGS_dry_run;
  options.prune = FLAGS_prune;
  options.force = FLAGS_force;
  options.cascade = FLAGS_cascade;
  options.list = FLAGS_list;
  options.all = FLAGS_all;
  options.detailed_exitcode = FLAGS_detailed_exitcode;
  options.headers = !FLAGS_no_headers;
  options.show_deleted = FLAGS_show_deleted;
  options.show_sensitive = FLAGS_show_sensitive;
  const std::string grace =
      FLAGS_absence_grace.empty() ? environment("BYOC_ABSENCE_GRACE") : FLAGS_absence_grace;
  return take_duration("--absence_grace", grace, options.absence_grace) &&
         take_duration("--timeout", FLAGS_timeout, options.timeout);
}

}  // namespace byoc
