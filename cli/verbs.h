// The verbs of byocctl: one line of the table, one function each.
#pragma once

#include <span>
#include <string_view>

#include "cli/options.h"

namespace byoc {

struct VerbEntry {
  std::string_view name;
  std::string_view alias;  // "" or another word for it
  std::string_view usage;  // what follows the name
  std::string_view help;   // one line
  int (*run)(const Options& options);
};

[[nodiscard]] std::span<const VerbEntry> all_verbs();

// Runs the verb that the options name; an unknown one gets a suggestion.
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
int run_explain(const Options& options);
int run_completion(const Options& options);
int run_help(const Options& options);
int run_version(const Options& options);

}  // namespace byoc
