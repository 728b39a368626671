// byocd's settings: flags, then BYOC_* of the environment, then a file of flags
// (/etc/byoc/byocd.conf, when it exists).
#pragma once

#include <optional>
#include <string>

#include "controller/daemon.h"
#include "controller/log.h"

namespace byoc {

struct DaemonFlags {
  std::string state_dir;
  std::string socket;        // "": in the state directory
  std::string socket_group;  // "": nobody but root and our own user
  std::string metrics;       // "": not served
  LogLevel log_level = LogLevel::info;
  DaemonOptions daemon;
};

// Reads argv, the environment and the file. Nothing: it may begin. Otherwise the exit code of the
// program: it was asked what it is, or the message about what is wrong is on stderr.
[[nodiscard]] std::optional<int> parse_daemon_flags(int argc, char** argv, DaemonFlags& flags);

// Reads the environment and the file again, as on SIGHUP: what argv said stands.
[[nodiscard]] bool reread_daemon_flags(DaemonFlags& flags);

}  // namespace byoc
