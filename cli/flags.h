// The flags of byocctl: how each is spelled, what value it takes, and which verbs know it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace byoc {

enum class FlagValue {
  none,      // a switch: --yes, --wait=false
  text,      // any text that is not empty
  name,      // as a manifest's metadata.name
  region,    // of AWS; one that byoc does not know may be new
  choice,    // one of `form`, as "json|yaml"; a word that ends with "=" takes more text
  mode,      // a choice that may be left out: --dry-run, --dry-run=server
  number,    // 1, 2, 3, ...
  port,      // 0 to 65535
  duration,  // 90m, 1h30m, 45s, 5400
  moment,    // "24 hours ago", 90m, 2026-01-31T09:30:00Z
  selector,  // of labels
  path,      // a file, a directory or "-"; may be given again and again
};

struct FlagEntry {
  std::string_view name;  // "dry-run"; gflags calls it dry_run
  char letter;            // 'n' for -n; 0: none
  FlagValue value;
  std::string_view form;   // the value as help shows it: "NAMESPACE", "json|yaml"
  std::string_view verbs;  // "apply delete"; "*": every verb
};

[[nodiscard]] std::span<const FlagEntry> all_flags();

[[nodiscard]] bool takes_flag(std::string_view verb, const FlagEntry& flag);

// The flag that a verb calls so, with dashes or underscores; null when the verb has none.
[[nodiscard]] const FlagEntry* find_flag(std::string_view verb, std::string_view name);
[[nodiscard]] const FlagEntry* find_flag(std::string_view verb, char letter);

// How a switch that is on unless it is turned off is turned off in a word of its own: "--no-wait".
[[nodiscard]] bool is_on_by_default(const FlagEntry& flag);

// What the flag means, as its gflags definition says.
[[nodiscard]] std::string flag_help(const FlagEntry& flag);

// "-n, --namespace NAMESPACE".
[[nodiscard]] std::string flag_usage(const FlagEntry& flag);

// Whether `value` may stand for the flag; the text says what is wrong and what can be written.
[[nodiscard]] Status check_flag_value(const FlagEntry& flag, const std::string& value);

// "true", "false", as Kubernetes' tools read them; nothing for any other word.
[[nodiscard]] std::optional<bool> parse_switch(std::string_view word);

// "-o json", "--output=json", ...: the values as they were given, `path` flags each time.
struct GivenFlag {
  const FlagEntry* entry = nullptr;
  std::string value;
};

// Sets gflags' variables; every value was checked before.
void set_flags(const std::vector<GivenFlag>& given);

}  // namespace byoc
