#include "cli/options.h"

#include <gflags/gflags.h>

#include <cstdlib>
#include <utility>

#include "base/check.h"
#include "cli/command_line.h"
#include "cli/flags.h"
#include "cli/verbs.h"
#include "controller/connect.h"
#include "manifests/duration.h"

DECLARE_string(namespace);
DECLARE_string(state_dir);
DECLARE_string(socket);
DECLARE_string(region);
DECLARE_string(output);
DECLARE_string(selector);
DECLARE_bool(all_namespaces);
DECLARE_bool(watch);
DECLARE_bool(follow);
DECLARE_string(for);
DECLARE_string(from);
DECLARE_string(to);
DECLARE_string(level);
DECLARE_uint64(limit);
DECLARE_uint64(port);
DECLARE_bool(fail_fast);
DECLARE_uint64(stable);
DECLARE_uint64(tail);
DECLARE_string(time_format);
DECLARE_bool(delete);
DECLARE_string(absence_grace);
DECLARE_string(timeout);
DECLARE_bool(yes);
DECLARE_bool(wait);
DECLARE_string(dry_run);
DECLARE_bool(prune);
DECLARE_bool(force);
DECLARE_bool(cascade);
DECLARE_bool(all);
DECLARE_bool(list);
DECLARE_bool(detailed_exitcode);
DECLARE_bool(no_headers);
DECLARE_bool(show_deleted);
DECLARE_bool(show_sensitive);
DECLARE_bool(verbose);

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

bool is_dry_run(const std::string& mode) {
  return parse_switch(mode).value_or(mode != "none");
}

// gflags' variables as they are now.
Options options_of_flags() {
  Options options;
  options.output = FLAGS_output;
  options.selector = FLAGS_selector;
  options.ns = FLAGS_namespace;
  options.all_namespaces = FLAGS_all_namespaces;
  options.wait_for = FLAGS_for;
  options.state_dir = FLAGS_state_dir.empty() ? default_state_dir() : FLAGS_state_dir;
  options.socket = FLAGS_socket.empty() ? environment("BYOC_SOCKET") : FLAGS_socket;
  options.region = FLAGS_region.empty() ? region_of_environment() : FLAGS_region;
  options.region_named = !options.region.empty();
  if (!options.region_named) options.region = kUsualRegion;
  options.from = FLAGS_from;
  options.to = FLAGS_to;
  options.level = FLAGS_level;
  options.limit = FLAGS_limit;
  options.port = FLAGS_port;
  options.fail_fast = FLAGS_fail_fast;
  options.stable = FLAGS_stable;
  options.tail = FLAGS_tail;
  options.time_format = FLAGS_time_format;
  options.remove = FLAGS_delete;
  options.watch = FLAGS_watch || FLAGS_follow;
  options.yes = FLAGS_yes;
  options.wait = FLAGS_wait;
  options.dry_run = is_dry_run(FLAGS_dry_run);
  options.prune = FLAGS_prune;
  options.force = FLAGS_force;
  options.cascade = FLAGS_cascade;
  options.list = FLAGS_list;
  options.all = FLAGS_all;
  options.detailed_exitcode = FLAGS_detailed_exitcode;
  options.headers = !FLAGS_no_headers;
  options.show_deleted = FLAGS_show_deleted;
  options.show_sensitive = FLAGS_show_sensitive;
  options.verbose = FLAGS_verbose;
  options.timeout = parse_duration(FLAGS_timeout);
  options.absence_grace = parse_duration(FLAGS_absence_grace);
  return options;
}

// Asking about a verb never runs it.
void take_question(const GivenFlag& flag, Options& options) {
  const bool asked = parse_switch(flag.value).value_or(false);
  if (!asked || (flag.entry->name != "help" && flag.entry->name != "version")) return;
  const bool about_verb = flag.entry->name == "help" && !options.verb.empty();
  if (options.verb != "help") options.arguments.assign(about_verb ? 1 : 0, options.verb);
  options.verb = flag.entry->name;
}

}  // namespace

Duration timeout_of(const Options& options) {
  return options.timeout.value_or(std::chrono::minutes(90));
}

Result<Options> parse_options(const std::vector<std::string>& line) {
  const Result<CommandLine> split = split_command_line(line);
  if (!split.ok()) return split.status();
  const gflags::FlagSaver saver;  // the next line begins with the defaults again
  set_flags(split.value().flags);
  Options options = options_of_flags();
  options.verb = split.value().verb;
  options.arguments = split.value().words;
  for (const GivenFlag& flag : split.value().flags) {
    if (flag.entry->value == FlagValue::path) options.files.push_back(flag.value);
    if (flag.entry->name == "namespace") options.ns_given = true;
  }
  if (!options.absence_grace) {
    const std::string grace = environment("BYOC_ABSENCE_GRACE");
    options.absence_grace = parse_duration(grace);
    if (!grace.empty() && !options.absence_grace) {
      return error(Code::invalid, "BYOC_ABSENCE_GRACE=" + grace + ": no duration (90m, 1h, 45s)");
    }
  }
  for (const GivenFlag& flag : split.value().flags) take_question(flag, options);
  const Status words = check_words(options);
  if (!words.ok()) return words;
  return options;
}

}  // namespace byoc
