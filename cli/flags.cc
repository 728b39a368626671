#include "cli/flags.h"

#include <gflags/gflags.h>

#include <algorithm>
#include <cctype>

#include "base/check.h"
#include "cli/moment.h"
#include "manifests/duration.h"
#include "manifests/format.h"
#include "manifests/selector.h"
#include "manifests/spelling.h"

DEFINE_string(namespace, "default", "the namespace that is meant");
DEFINE_string(state_dir, "", "the state directory (BYOC_STATE_DIR)");
DEFINE_string(socket, "", "the socket of the byocd that is meant (BYOC_SOCKET)");
DEFINE_string(region, "", "the region for what names none (AWS_REGION)");
DEFINE_string(filename, "",
              "manifests: a file, a directory or - (standard input); again and again");
DEFINE_string(output, "", "how it is printed");
DEFINE_string(selector, "", "only objects with these labels: env=prod,tier in (a,b),!old");
DEFINE_bool(all_namespaces, false, "in every namespace");
DEFINE_bool(watch, false, "go on, and show what is new");
DEFINE_bool(follow, false, "go on, and show what is new");
DEFINE_string(for, "", "what to wait for");
DEFINE_string(from, "24 hours ago", "since when: \"24 hours ago\", 90m, 2026-01-31T09:30:00Z");
DEFINE_string(to, "", "until when");
DEFINE_string(level, "info", "entries of this level and worse");
DEFINE_uint64(limit, 10000, "how many entries at most, the newest; it is said when there are more");
DEFINE_uint64(tail, 0, "only so many entries, the newest");
DEFINE_string(time_format, "iso8601", "how times are written");
DEFINE_bool(fail_fast, false, "end with an error as soon as an object has failed");
DEFINE_uint64(stable, 1, "so many observations in a row, a second apart");
DEFINE_uint64(port, 8001, "the port on this machine; 0: any that is free");
DEFINE_bool(delete, false, "delete what dangles of objects that were deleted here");
DEFINE_string(absence_grace, "", "how long an empty answer after a create proves nothing: 150s");
DEFINE_string(timeout, "", "how long to wait: 90m, 30s, 5400");
DEFINE_bool(yes, false, "do not ask");
DEFINE_bool(wait, true, "wait until it is done; --no-wait does not");
DEFINE_string(dry_run, "none", "show what would be done, and change nothing");
DEFINE_bool(prune, false, "delete objects of the selector that are not in the files");
DEFINE_bool(force, false, "drop the record only, and name what it leaves behind");
DEFINE_bool(cascade, false, "delete what depends on it, too");
DEFINE_bool(all, false, "all objects of the kind, not those of given names");
DEFINE_bool(list, false, "only say what waits for an approval");
DEFINE_bool(detailed_exitcode, false, "exit with 2 when there are changes");
DEFINE_bool(no_headers, false, "tables without a head line");
DEFINE_bool(show_deleted, false, "names of deleted objects, too");
DEFINE_bool(show_sensitive, false, "print the external id");
DEFINE_bool(verbose, false, "every value of what a plan makes, and nothing cut");

namespace byoc {
namespace {

constexpr std::string_view kHelpName = "help";  // of the verbs; gflags' own flags never get a word
constexpr std::string_view kVersionName = "version";
constexpr unsigned long kPortMax = 65535;
constexpr std::string_view kDryRunForms = "none|client|server";

constexpr FlagEntry kFlags[] = {
    {"help", 'h', FlagValue::none, "", "*"},
    {"version", 0, FlagValue::none, "", "*"},
    {"namespace", 'n', FlagValue::name, "NAMESPACE", "*"},
    {"state-dir", 0, FlagValue::text, "DIR", "*"},
    {"socket", 0, FlagValue::text, "PATH", "*"},
    {"region", 0, FlagValue::region, "REGION", "*"},
    {"filename", 'f', FlagValue::path, "FILE|DIR|-", "apply plan delete rebuild validate"},
    {"output", 'o', FlagValue::choice, "json|yaml|wide|name|table|jsonpath=", "get"},
    {"output", 'o', FlagValue::choice, "json", "apply plan delete logs sweep help"},
    {"verbose", 'v', FlagValue::none, "", "apply plan delete"},
    {"selector", 'l', FlagValue::selector, "SELECTOR",
     "apply plan get describe events delete wait reconcile pause resume"},
    {"all-namespaces", 'A', FlagValue::none, "",
     "get describe events delete wait reconcile pause resume"},
    {"watch", 'w', FlagValue::none, "", "get events logs"},
    {"follow", 'f', FlagValue::none, "", "logs"},
    {"for", 0, FlagValue::text, "condition=TYPE[=STATUS]|phase=PHASE|delete", "wait"},
    {"from", 0, FlagValue::moment, "TIME", "logs"},
    {"to", 0, FlagValue::moment, "TIME", "logs"},
    {"level", 0, FlagValue::choice, "info|warn|error", "logs"},
    {"limit", 0, FlagValue::number, "N", "logs"},
    {"fail-fast", 0, FlagValue::none, "", "wait"},
    {"stable", 0, FlagValue::number, "N", "wait"},
    {"tail", 0, FlagValue::number, "N", "logs"},
    {"time-format", 0, FlagValue::choice, "iso8601|human", "logs"},
    {"port", 0, FlagValue::port, "PORT", "proxy"},
    {"delete", 0, FlagValue::none, "", "sweep"},
    {"absence-grace", 0, FlagValue::duration, "TIME", "apply plan delete wait reconcile sweep"},
    {"timeout", 0, FlagValue::duration, "TIME", "apply delete wait reconcile sweep get events"},
    {"yes", 0, FlagValue::none, "", "apply delete approve sweep"},
    {"wait", 0, FlagValue::none, "", "apply delete reconcile"},
    {"dry-run", 0, FlagValue::mode, kDryRunForms, "apply delete"},
    {"prune", 0, FlagValue::none, "", "apply plan"},
    {"force", 0, FlagValue::none, "", "delete"},
    {"cascade", 0, FlagValue::none, "", "delete"},
    {"all", 0, FlagValue::none, "", "delete wait reconcile pause resume"},
    {"list", 0, FlagValue::none, "", "approve"},
    {"detailed-exitcode", 0, FlagValue::none, "", "plan apply"},
    {"no-headers", 0, FlagValue::none, "", "get events"},
    {"show-deleted", 0, FlagValue::none, "", "get"},
    {"show-sensitive", 0, FlagValue::none, "", "get"},
};

// gflags' names are C++'s.
std::string gflags_name(std::string_view name) {
  std::string out(name);
  std::replace(out.begin(), out.end(), '-', '_');
  return out;
}

bool has_word(std::string_view words, std::string_view word, char between) {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(between), words.size());
    if (words.substr(0, end) == word) return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

std::vector<std::string> choices_of(std::string_view form) {
  std::vector<std::string> choices;
  while (!form.empty()) {
    const std::size_t end = std::min(form.find('|'), form.size());
    choices.emplace_back(form.substr(0, end));
    form.remove_prefix(std::min(end + 1, form.size()));
  }
  return choices;
}

std::string spelled(const FlagEntry& flag) {
  return "--" + std::string(flag.name);
}

Status wrong_value(const FlagEntry& flag, const std::string& value, const std::string& what) {
  return error(Code::invalid, spelled(flag) + "=" + value + ": " + what);
}

Status check_choice(const FlagEntry& flag, const std::string& value) {
  const std::vector<std::string> choices = choices_of(flag.form);
  std::string list;
  for (const std::string& choice : choices) {
    if (choice.ends_with('=') ? value.starts_with(choice) && value.size() > choice.size()
                              : value == choice) {
      return {};
    }
    list += (list.empty() ? "" : ", ") + choice + (choice.ends_with('=') ? "..." : "");
  }
  const std::string near = did_you_mean(value, choices);
  return wrong_value(flag, value,
                     near.empty() ? "it must be " + list : near + " (it must be " + list + ")");
}

// By the rule that manifests have for such a value.
Status named_by(const FlagEntry& flag, const std::string& value, const Status& status) {
  return status.ok() ? status : wrong_value(flag, value, status.message);
}

bool is_number(const std::string& value) {
  constexpr std::size_t kDigitsMax = 9;
  return !value.empty() && value.size() <= kDigitsMax && value.front() != '0' &&
         std::all_of(value.begin(), value.end(),
                     [](unsigned char letter) { return std::isdigit(letter) != 0; });
}

}  // namespace

std::span<const FlagEntry> all_flags() {
  return kFlags;
}

bool takes_flag(std::string_view verb, const FlagEntry& flag) {
  return flag.verbs == "*" || has_word(flag.verbs, verb, ' ');
}

const FlagEntry* find_flag(std::string_view verb, std::string_view name) {
  std::string dashed(name);
  std::replace(dashed.begin(), dashed.end(), '_', '-');
  for (const FlagEntry& flag : kFlags) {
    if (flag.name == dashed && takes_flag(verb, flag)) return &flag;
  }
  return nullptr;
}

const FlagEntry* find_flag(std::string_view verb, char letter) {
  for (const FlagEntry& flag : kFlags) {
    if (flag.letter == letter && takes_flag(verb, flag)) return &flag;
  }
  return nullptr;
}

bool is_on_by_default(const FlagEntry& flag) {
  gflags::CommandLineFlagInfo info;
  return flag.value == FlagValue::none &&
         gflags::GetCommandLineFlagInfo(gflags_name(flag.name).c_str(), &info) &&
         info.default_value == "true";
}

std::string flag_help(const FlagEntry& flag) {
  if (flag.name == kHelpName) return "say what the verb does and which flags it takes";
  if (flag.name == kVersionName) return "print the version";
  gflags::CommandLineFlagInfo info;
  const bool known = gflags::GetCommandLineFlagInfo(gflags_name(flag.name).c_str(), &info);
  check(known, "every flag of the table has its gflags definition");
  return info.description;
}

std::string flag_usage(const FlagEntry& flag) {
  std::string out = flag.letter == 0 ? "" : std::string("-") + flag.letter + ", ";
  out += spelled(flag);
  if (flag.value == FlagValue::none) return out;
  return out + (flag.value == FlagValue::mode ? "[=" + std::string(flag.form) + "]"
                                              : " " + std::string(flag.form));
}

Status check_flag_value(const FlagEntry& flag, const std::string& value) {
  if (value.empty())
    return error(Code::invalid, spelled(flag) + " needs a value, not an empty one");
  switch (flag.value) {
    case FlagValue::text:
    case FlagValue::path: return {};
    case FlagValue::name: return named_by(flag, value, format_status("name", value));
    case FlagValue::region: return named_by(flag, value, check_named_region(value));
    case FlagValue::choice: return check_choice(flag, value);
    case FlagValue::mode: return parse_switch(value) ? Status{} : check_choice(flag, value);
    case FlagValue::none:
      return parse_switch(value) ? Status{} : wrong_value(flag, value, "it is true or false");
    case FlagValue::number:
      return is_number(value) ? Status{} : wrong_value(flag, value, "it must be a number above 0");
    case FlagValue::port:
      return value == "0" || (is_number(value) && std::stoul(value) <= kPortMax)
                 ? Status{}
                 : wrong_value(flag, value, "it must be a port, 0 to 65535");
    case FlagValue::duration:
      return parse_duration(value) ? Status{}
                                   : wrong_value(flag, value, "no duration (90m, 1h30m, 45s)");
    case FlagValue::moment:
      return parse_moment(value, Time{}) ? Status{}
                                         : wrong_value(flag, value,
                                                       "no time; write \"24 hours ago\", 90m or "
                                                       "2026-01-31T09:30:00Z");
    case FlagValue::selector: break;
  }
  const Result<Selector> selector = Selector::parse(value);
  if (!selector.ok()) return selector.status();
  return selector.value().empty()
             ? wrong_value(flag, value, "it demands nothing, so it would select everything")
             : Status{};
}

std::optional<bool> parse_switch(std::string_view word) {
  for (const std::string_view on : {"true", "True", "TRUE", "t", "T", "1"}) {
    if (word == on) return true;
  }
  for (const std::string_view off : {"false", "False", "FALSE", "f", "F", "0"}) {
    if (word == off) return false;
  }
  return std::nullopt;
}

void set_flags(const std::vector<GivenFlag>& given) {
  for (const GivenFlag& flag : given) {
    if (flag.entry->name == kHelpName || flag.entry->name == kVersionName) continue;
    const std::string set =
        gflags::SetCommandLineOption(gflags_name(flag.entry->name).c_str(), flag.value.c_str());
    check(!set.empty(), "gflags takes what the table takes");
  }
}

}  // namespace byoc
