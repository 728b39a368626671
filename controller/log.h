// The daemon's log: a constant message, and what varies as fields. Under systemd the fields go to
// the journal as fields (journald's native protocol), else to stderr as key=value.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"

namespace byoc {

enum class LogLevel { error = 3, warning = 4, info = 6, debug = 7 };  // syslog(3)'s numbers

// Names in lower case ("object"); the journal shows them as BYOC_OBJECT.
using LogFields = std::vector<std::pair<std::string_view, std::string>>;

// Where to, decided once: the journal when stderr is connected to it. Before that, and without it:
// stderr. `most` is the last level that is written.
void open_log(LogLevel most);

void log(LogLevel level, std::string_view message, const LogFields& fields = {});

// A line of fields for people: object=Cluster/demo message="two words".
[[nodiscard]] std::string format_fields(const LogFields& fields);
// A message of journald's native protocol; a value with a line break goes with its length.
[[nodiscard]] std::string journal_message(LogLevel level, std::string_view message,
                                          const LogFields& fields);

}  // namespace byoc
