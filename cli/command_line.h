// The command line taken apart, in kubectl's spellings: "-o json", "-ojson", "-o=json",
// "--output json", "--output=json", "-Aw", "--no-wait", "--" before words that are no flags.
#pragma once

#include <string>
#include <vector>

#include "base/status.h"
#include "cli/flags.h"

namespace byoc {

struct CommandLine {
  std::string verb;                // its own name, not the alias; empty: none was given
  std::vector<std::string> words;  // what is neither verb nor flag
  std::vector<GivenFlag> flags;    // with checked values
};

// Everything that a person can have written wrong is `invalid`, with what they may have meant. No
// flag is dropped, guessed or left to somebody else.
[[nodiscard]] Result<CommandLine> split_command_line(const std::vector<std::string>& line);

}  // namespace byoc
