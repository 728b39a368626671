// Options: the command line as a value, so that verbs do not depend on where it came from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "base/time.h"

namespace byoc {

struct Options {
  std::string verb;
  std::vector<std::string> arguments;  // what is neither verb nor flag
  std::vector<std::string> files;      // -f, as often as given
  std::string output;                  // -o
  std::string selector;                // -l key=value[,key=value]
  std::string ns = "default";          // -n
  bool ns_given = false;               // -n stands on the command line
  std::string wait_for;                // --for
  std::string from, to;                // --from, --to: moments
  std::string level;                   // --level: info, warn or error
  std::string time_format;             // --time-format: iso8601 or human
  std::size_t limit = 10'000;          // --limit
  std::size_t tail = 0;                // --tail; 0: not given
  std::string state_dir;
  std::string socket;        // of byocd; empty: in the state directory, if somebody answers there
  std::string region;        // where things go that name none
  bool region_named = true;  // by a flag, the environment or the profile: not just the usual one
  std::optional<Duration> timeout;        // nothing: not given
  std::optional<Duration> absence_grace;  // BYOC_ABSENCE_GRACE; nothing: the program's own
  std::uint64_t port = 0;                 // --port
  std::size_t stable = 1;                 // --stable
  bool fail_fast = false;                 // --fail-fast
  bool all_namespaces = false;
  bool watch = false;   // -w
  bool remove = false;  // --delete
  bool yes = false;
  bool wait = true;
  bool dry_run = false;
  bool prune = false;
  bool force = false;
  bool cascade = false;
  bool list = false;
  bool all = false;
  bool detailed_exitcode = false;
  bool headers = true;
  bool show_deleted = false;
  bool show_sensitive = false;
  bool verbose = false;  // -v
};

// How long a verb waits: as asked, or 90 minutes.
[[nodiscard]] Duration timeout_of(const Options& options);

// Exit codes (design, section 11).
enum Exit : int { kExitDone = 0, kExitError = 1, kExitChanges = 2, kExitInterrupted = 130 };

// Reads the words behind the program's name; every value is checked, and nothing that is not
// understood is left out. The state directory and the region come from the environment when not
// given. `invalid` with what is wrong otherwise: nothing was looked at, called or written by then.
[[nodiscard]] Result<Options> parse_options(const std::vector<std::string>& line);

}  // namespace byoc
