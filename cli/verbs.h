// The verbs of byocctl: one line of the table, one function each.
#pragma once

#include <span>
#include <string_view>

#include "cli/options.h"

namespace byoc {

// Which words may stand behind a verb.
enum class WordRule {
  none,       // none at all
  manifests,  // none: manifests are named with -f, which must be there
  objects,    // kinds and names, or nothing for everything: of verbs that only look
  chosen,     // kinds and names; everything of a kind only with --all: of verbs that change
  one,        // KIND/NAME, or nothing
  paths,      // KIND[.FIELD...], any number
  shell,      // bash
  file,       // at most one, of a file
  verb,       // a verb
};

struct VerbEntry {
  std::string_view name;
  std::string_view alias;  // "" or another word for it
  WordRule words;
  std::string_view usage;  // what follows the name: the words, and flags that matter most
  std::string_view help;   // one line
  int (*run)(const Options& options);
};

[[nodiscard]] std::span<const VerbEntry> all_verbs();
// By its name or its alias; null when there is none.
[[nodiscard]] const VerbEntry* find_verb(std::string_view word);

// Whether the words fit the verb, and the flags each other; needs no store and no AWS.
[[nodiscard]] Status check_words(const Options& options);

// What --for says: a condition, a phase or "delete".
[[nodiscard]] Status check_wait_for(const std::string& wanted);

// Runs the verb of checked options; without a verb it says what there is.
int run_verb(const Options& options);

int run_apply(const Options& options);
int run_plan(const Options& options);
int run_delete(const Options& options);
int run_approve(const Options& options);
int run_get(const Options& options);
int run_describe(const Options& options);
int run_events(const Options& options);
int run_logs(const Options& options);
int run_wait(const Options& options);
int run_reconcile(const Options& options);
int run_pause(const Options& options);
int run_resume(const Options& options);
int run_sweep(const Options& options);
int run_rebuild(const Options& options);
int run_validate(const Options& options);
int run_proxy(const Options& options);
int run_init(const Options& options);
int run_explain(const Options& options);
int run_completion(const Options& options);
int run_help(const Options& options);
int run_version(const Options& options);

}  // namespace byoc
