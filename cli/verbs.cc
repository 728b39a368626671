#include "cli/verbs.h"

#include <cstdio>
#include <string>
#include <vector>

#include "cli/session.h"
#include "manifests/schema.h"
#include "manifests/spelling.h"

#ifndef BYOC_VERSION
#define BYOC_VERSION "0.0.0"
#endif

namespace byoc {
namespace {

constexpr VerbEntry kVerbs[] = {
    {"apply", "", "-f FILE|DIR|- [--yes] [--dry-run] [--prune -l SELECTOR] [--wait=false]",
     "make AWS hold what the manifests say", run_apply},
    {"plan", "diff", "-f FILE|DIR|- [--detailed-exitcode]", "show what apply would do", run_plan},
    {"get", "", "[KIND[/NAME]...] [-o json|yaml|wide|name|jsonpath=...] [-w] [--show-deleted]",
     "list objects; -w goes on with what changes", run_get},
    {"describe", "", "KIND/NAME", "everything about an object, with its events", run_describe},
    {"events", "", "[KIND/NAME] [-w]", "what was done, and what went wrong", run_events},
    {"logs", "", "[KIND/NAME] [--from \"24 hours ago\"] [--to T] [--limit N] [--level error] [-w]",
     "the journal: every call that changed something, and its result", run_logs},
    {"wait", "", "KIND/NAME --for condition=Ready|phase=Running|delete [--timeout 90m]",
     "wait until an object is as asked", run_wait},
    {"delete", "", "KIND/NAME | -f FILE|DIR [--yes] [--cascade] [--force]",
     "take everything of an object away", run_delete},
    {"reconcile", "", "KIND/NAME [--wait=false]", "look at AWS now, and mend what differs",
     run_reconcile},
    {"pause", "", "KIND/NAME | --all", "report differences, and mend nothing", run_pause},
    {"resume", "", "KIND/NAME | --all", "end a pause", run_resume},
    {"approve", "", "[--list] [--yes]", "let deletions go that byocd holds back", run_approve},
    {"sweep", "", "[--delete [--yes]] [-o json]", "what carries our tags and belongs to nothing",
     run_sweep},
    {"rebuild", "", "-f FILE|DIR", "make a lost store again, from manifests and tags in AWS",
     run_rebuild},
    {"validate", "", "-f FILE|DIR|-", "check manifests without looking at AWS", run_validate},
    {"explain", "", "KIND[.FIELD...]", "what a field means", run_explain},
    {"completion", "", "bash", "print a completion script", run_completion},
    {"version", "", "", "print the version", run_version},
    {"help", "", "", "print this", run_help},
};

}  // namespace

std::span<const VerbEntry> all_verbs() {
  return kVerbs;
}

int run_verb(const Options& options) {
  for (const VerbEntry& verb : kVerbs) {
    if (options.verb == verb.name || (!verb.alias.empty() && options.verb == verb.alias)) {
      return verb.run(options);
    }
  }
  if (options.verb.empty()) {
    run_help(options);
    return kExitError;
  }
  std::vector<std::string> names;
  for (const VerbEntry& verb : kVerbs) names.emplace_back(verb.name);
  const auto near = nearest(options.verb, names);
  return fail("there is no verb " + options.verb +
              (near ? "; did you mean " + *near + "?" : "; byocctl help lists them"));
}

int run_help(const Options&) {
  std::printf("byocctl VERB [KIND[/NAME]] [flags]\n\n");
  for (const VerbEntry& verb : kVerbs) {
    std::printf("  %-11.*s %.*s\n", static_cast<int>(verb.name.size()), verb.name.data(),
                static_cast<int>(verb.help.size()), verb.help.data());
    if (verb.usage.empty()) continue;
    std::printf("  %-11s   byocctl %.*s %.*s\n", "", static_cast<int>(verb.name.size()),
                verb.name.data(), static_cast<int>(verb.usage.size()), verb.usage.data());
  }
  std::printf(
      "\nflags for every verb: -n NAMESPACE, --state_dir DIR (BYOC_STATE_DIR), --region REGION\n"
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
  const Manifests manifests = read_manifests(options, objects.value());
  if (!manifests.ok) return kExitError;
  std::printf("%zu object%s: valid\n", manifests.list.size(),
              manifests.list.size() == 1 ? "" : "s");
  return kExitDone;
}

int run_completion(const Options& options) {
  if (!options.arguments.empty() && options.arguments.front() != "bash") {
    return fail("there is a completion for bash only");
  }
  std::string verbs;
  for (const VerbEntry& verb : kVerbs) verbs += std::string(verb.name) + " ";
  std::string kinds;
  for (const std::string& kind : schema_kinds()) kinds += kind + " ";
  std::printf(
      "_byocctl() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]}\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
      "    COMPREPLY=($(compgen -W '%s' -- \"$word\"))\n"
      "  elif [ \"${COMP_WORDS[COMP_CWORD-1]}\" = -f ]; then\n"
      "    COMPREPLY=($(compgen -f -- \"$word\"))\n"
      "  else\n"
      "    COMPREPLY=($(compgen -W \"%s $(byocctl get -o name 2>/dev/null)\" -- \"$word\"))\n"
      "  fi\n"
      "}\n"
      "complete -F _byocctl byocctl\n",
      verbs.c_str(), kinds.c_str());
  return kExitDone;
}

}  // namespace byoc
