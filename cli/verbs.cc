#include "cli/verbs.h"

#include <cstdio>
#include <string>
#include <vector>

#include "base/ascii.h"
#include "cli/flags.h"
#include "cli/session.h"
#include "cli/targets.h"
#include "manifests/schema.h"
#include "manifests/spelling.h"

#ifndef BYOC_VERSION
#define BYOC_VERSION "0.0.0"
#endif

namespace byoc {
namespace {

constexpr std::string_view kEveryVerb = "*";

constexpr VerbEntry kVerbs[] = {
    {"apply", "", WordRule::manifests, "-f FILE|DIR|- [--yes] [--dry-run] [--prune -l SELECTOR]",
     "make AWS hold what the manifests say", run_apply},
    {"plan", "diff", WordRule::manifests, "-f FILE|DIR|- [--detailed-exitcode]",
     "show what apply would do", run_plan},
    {"get", "", WordRule::objects, "[KIND[/NAME]...] [-o json|yaml|wide|name|jsonpath=...] [-w]",
     "list objects; -w goes on with what changes", run_get},
    {"describe", "", WordRule::objects, "KIND/NAME", "everything about an object, with its events",
     run_describe},
    {"events", "", WordRule::objects, "[KIND/NAME] [-w]", "what was done, and what went wrong",
     run_events},
    {"logs", "", WordRule::one,
     "[KIND/NAME] [--from \"24 hours ago\"] [--tail N] [--level warn] [-f]",
     "the journal: every call that changed something, and its result", run_logs},
    {"wait", "", WordRule::chosen,
     "KIND/NAME --for condition=Ready|phase=Running|delete [--timeout 90m]",
     "wait until an object is as asked", run_wait},
    {"delete", "", WordRule::chosen, "KIND/NAME | KIND --all | -f FILE|DIR [--yes] [--cascade]",
     "take everything of an object away", run_delete},
    {"reconcile", "", WordRule::chosen, "KIND/NAME | KIND --all [--no-wait]",
     "look at AWS now, and mend what differs", run_reconcile},
    {"pause", "", WordRule::chosen, "KIND/NAME | KIND --all | --all",
     "report differences, and mend nothing", run_pause},
    {"resume", "", WordRule::chosen, "KIND/NAME | KIND --all | --all", "end a pause", run_resume},
    {"approve", "", WordRule::none, "[--list] [--yes]", "let deletions go that byocd holds back",
     run_approve},
    {"sweep", "", WordRule::none, "[--delete [--yes]] [-o json]",
     "what carries our tags and belongs to nothing", run_sweep},
    {"rebuild", "", WordRule::manifests, "-f FILE|DIR",
     "make a lost store again, from manifests and tags in AWS", run_rebuild},
    {"validate", "", WordRule::manifests, "-f FILE|DIR|-", "check manifests without looking at AWS",
     run_validate},
    {"init", "", WordRule::file, "[FILE|-] [--region REGION]",
     "write a first manifest, valid for your own account", run_init},
    {"proxy", "", WordRule::none, "[--port 8001]", "byocd's API on this machine, for kubectl",
     run_proxy},
    {"explain", "", WordRule::paths, "KIND[.FIELD...]", "what a field means", run_explain},
    {"completion", "", WordRule::shell, "bash", "print a completion script", run_completion},
    {"version", "", WordRule::none, "", "print the version", run_version},
    {"help", "", WordRule::verb, "[VERB]", "say what there is, or all about a verb", run_help},
};

// What a file is called is no word of these verbs, though it is easily forgotten.
Status surplus(const Options& options, const std::string& word, const char* takes = "no word") {
  const bool has_files = find_flag(options.verb, 'f') != nullptr;
  return error(Code::invalid,
               options.verb + " takes " + takes + ": \"" + word + "\" is one too many" +
                   (has_files ? "; files are named with -f, did you mean `-f " + word + "`?" : ""));
}

Status check_manifests(const Options& options) {
  if (!options.arguments.empty()) return surplus(options, options.arguments.front());
  if (options.files.empty()) {
    return error(Code::invalid, "say which manifests: -f FILE, -f DIRECTORY or -f -");
  }
  if (options.prune && options.selector.empty()) {
    return error(Code::invalid, "--prune needs a selector: -l key=value");
  }
  if (!options.prune && !options.selector.empty()) {
    return error(Code::invalid, "a selector (-l) says what --prune may delete; add --prune");
  }
  return {};
}

Status check_objects(const Options& options, WordRule rule) {
  const Result<Targets> targets = parse_targets(options.arguments);
  if (!targets.ok()) return targets.status();
  Status agree = check_targets(options, targets.value());
  if (!agree.ok()) return agree;
  if (rule == WordRule::chosen) {
    Status chosen = check_chosen(options, targets.value());
    return chosen.ok() && options.verb == "wait" ? check_wait_for(options.wait_for) : chosen;
  }
  const auto& list = targets.value().list;
  const bool wrong = list.size() > 1 || (list.size() == 1 && list.front().name.empty()) ||
                     (list.empty() && !options.arguments.empty());
  if (rule == WordRule::one && wrong) {
    return error(Code::invalid,
                 "say whose: byocctl " + options.verb + " KIND/NAME, or nothing for all");
  }
  return {};
}

Status check_at_most_one(const Options& options, const std::vector<std::string>& known) {
  if (options.arguments.size() > 1) return surplus(options, options.arguments[1], "one word");
  if (options.arguments.empty()) return {};
  const std::string& word = options.arguments.front();
  for (const std::string& one : known) {
    if (one == word) return {};
  }
  const std::string near = did_you_mean(word, known);
  return error(Code::invalid,
               options.verb + " knows no \"" + word + "\"" + (near.empty() ? "" : "; " + near));
}

void print_flags(std::string_view title, std::string_view verb, bool common) {
  std::printf("\n%.*s\n", static_cast<int>(title.size()), title.data());
  for (const FlagEntry& flag : all_flags()) {
    if (!takes_flag(verb, flag) || (flag.verbs == kEveryVerb) != common) continue;
    std::printf("  %s\n        %s\n", flag_usage(flag).c_str(), flag_help(flag).c_str());
  }
}

int print_verb(const VerbEntry& verb) {
  const std::string name(verb.name);
  std::printf("byocctl %s %.*s\n\n%.*s\n", name.c_str(), static_cast<int>(verb.usage.size()),
              verb.usage.data(), static_cast<int>(verb.help.size()), verb.help.data());
  if (!verb.alias.empty()) std::printf("also called %s\n", std::string(verb.alias).c_str());
  print_flags("flags:", verb.name, false);
  print_flags("flags of every verb:", verb.name, true);
  return kExitDone;
}

// For scripts/make_man.py.
int print_verbs_json() {
  Json verbs = Json::array();
  for (const VerbEntry& verb : kVerbs) {
    Json flags = Json::array();
    for (const FlagEntry& flag : all_flags()) {
      if (!takes_flag(verb.name, flag)) continue;
      flags.push_back({{"usage", flag_usage(flag)},
                       {"help", flag_help(flag)},
                       {"common", flag.verbs == kEveryVerb}});
    }
    verbs.push_back({{"name", verb.name},
                     {"usage", verb.usage},
                     {"help", verb.help},
                     {"flags", std::move(flags)}});
  }
  std::printf("%s\n", Json{{"verbs", std::move(verbs)}}.dump(2).c_str());
  return kExitDone;
}

}  // namespace

std::span<const VerbEntry> all_verbs() {
  return kVerbs;
}

const VerbEntry* find_verb(std::string_view word) {
  for (const VerbEntry& verb : kVerbs) {
    if (word == verb.name || (!verb.alias.empty() && word == verb.alias)) return &verb;
  }
  return nullptr;
}

Status check_words(const Options& options) {
  const VerbEntry* verb = find_verb(options.verb);
  if (verb == nullptr) return {};
  switch (verb->words) {
    case WordRule::none:
      return options.arguments.empty() ? Status{} : surplus(options, options.arguments.front());
    case WordRule::manifests: return check_manifests(options);
    case WordRule::objects:
    case WordRule::chosen:
    case WordRule::one: return check_objects(options, verb->words);
    case WordRule::shell: return check_at_most_one(options, {"bash"});
    case WordRule::file:
      if (options.arguments == std::vector<std::string>{""}) {
        return error(Code::invalid, "the name of the file is empty (is a variable empty?)");
      }
      return options.arguments.size() <= 1 ? Status{}
                                           : surplus(options, options.arguments[1], "one word");
    case WordRule::paths: return {};
    case WordRule::verb: break;
  }
  std::vector<std::string> names;
  for (const VerbEntry& known : kVerbs) names.emplace_back(known.name);
  for (const VerbEntry& known : kVerbs) {
    if (!known.alias.empty()) names.emplace_back(known.alias);
  }
  return check_at_most_one(options, names);
}

int run_verb(const Options& options) {
  if (const VerbEntry* verb = find_verb(options.verb)) return verb->run(options);
  run_help(options);
  return kExitError;
}

int run_help(const Options& options) {
  if (options.output == "json") return print_verbs_json();
  if (!options.arguments.empty()) return print_verb(*find_verb(options.arguments.front()));
  std::printf("byocctl VERB [KIND[/NAME]] [flags]\n\n");
  for (const VerbEntry& verb : kVerbs) {
    std::printf("  %-11.*s %.*s\n", static_cast<int>(verb.name.size()), verb.name.data(),
                static_cast<int>(verb.help.size()), verb.help.data());
    if (verb.usage.empty()) continue;
    std::printf("  %-11s   byocctl %.*s %.*s\n", "", static_cast<int>(verb.name.size()),
                verb.name.data(), static_cast<int>(verb.usage.size()), verb.usage.data());
  }
  print_flags("flags of every verb:", "help", true);
  std::printf(
      "\nbyocctl help VERB tells the flags of a verb.\n"
      "exit codes: 0 done, 1 error, 2 changes (--detailed-exitcode) or time over, 130 "
      "interrupted\n");
  return kExitDone;
}

int run_version(const Options&) {
  std::printf("byocctl %s\n", BYOC_VERSION);
  return kExitDone;
}

int run_explain(const Options& options) {
  if (options.arguments.empty()) {
    for (const std::string& kind : schema_kinds()) std::printf("%s\n", kind.c_str());
    return kExitDone;
  }
  for (const std::string& path : options.arguments) {
    const auto text = explain(path);
    if (!text.ok()) return fail(text.status());
    std::printf("%s", text.value().c_str());
  }
  return kExitDone;
}

int run_validate(const Options& options) {
  auto session = Session::open(options, Session::Access::look);
  if (!session.ok()) return fail(session.status());
  const auto objects = session.value()->objects();
  if (!objects.ok()) return fail(objects.status());
  const Manifests manifests = read_manifests(*session.value(), options, objects.value());
  if (!manifests.ok) return kExitError;
  std::printf("%zu object%s: valid\n", manifests.list.size(),
              manifests.list.size() == 1 ? "" : "s");
  return kExitDone;
}

// Verbs, then what the verb takes: its flags, its kinds, the objects that there are.
int run_completion(const Options&) {
  std::string verbs;
  std::string cases;
  for (const VerbEntry& verb : kVerbs) {
    verbs += std::string(verb.name) + " ";
    cases += "    " + std::string(verb.name) + (verb.alias.empty() ? "" : "|") +
             std::string(verb.alias) + ") flags='";
    for (const FlagEntry& flag : all_flags()) {
      if (!takes_flag(verb.name, flag)) continue;
      cases += "--" + std::string(flag.name) + " ";
      if (flag.letter != 0) cases += std::string("-") + flag.letter + " ";
    }
    cases += "' ;;\n";
  }
  std::string kinds;
  for (const std::string& kind : schema_kinds()) kinds += lower(kind) + " ";
  std::printf(
      "_byocctl() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} flags=\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
      "    COMPREPLY=($(compgen -W '%s' -- \"$word\"))\n"
      "    return\n"
      "  fi\n"
      "  case ${COMP_WORDS[1]} in\n"
      "%s"
      "  esac\n"
      "  case ${COMP_WORDS[COMP_CWORD-1]} in\n"
      "    -f|--filename) COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n"
      "  esac\n"
      "  case $word in\n"
      "    -*) COMPREPLY=($(compgen -W \"$flags\" -- \"$word\")) ;;\n"
      "    *) COMPREPLY=($(compgen -W \"%s $(byocctl get -o name 2>/dev/null)\" -- \"$word\")) ;;\n"
      "  esac\n"
      "}\n"
      "complete -F _byocctl byocctl\n",
      verbs.c_str(), cases.c_str(), kinds.c_str());
  return kExitDone;
}

}  // namespace byoc
