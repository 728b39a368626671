// Targets: which objects the words of a command line mean.
#pragma once

#include <string>
#include <vector>

#include "base/status.h"
#include "cli/options.h"
#include "manifests/object.h"

namespace byoc {

struct Target {
  std::string kind;  // "Cluster"
  std::string name;  // empty: all of the kind
};

struct Targets {
  std::vector<Target> list;
  bool all_kinds = false;  // no word, or "all"
  [[nodiscard]] bool has_names() const;
};

// "cluster/a role/b", "cluster a b", "role,cluster" and "all". An empty name or kind means nothing:
// it is what a variable leaves that was never set, and never "all of them".
[[nodiscard]] Result<Targets> parse_targets(const std::vector<std::string>& words);

// For a verb that changes something: names, a selector or files must say which objects are meant;
// all of a kind is what --all says.
[[nodiscard]] Status check_chosen(const Options& options, const Targets& targets);
// For every verb: what the words and flags say must not contradict itself.
[[nodiscard]] Status check_targets(const Options& options, const Targets& targets);

// The objects of `all` that are meant; an error when a named object does not exist.
[[nodiscard]] Result<std::vector<Object>> select_objects(const Options& options,
                                                         const std::vector<Object>& all);
// What is there of it, and in `missing` the names that are not.
[[nodiscard]] Result<std::vector<Object>> select_present(const Options& options,
                                                         const std::vector<Object>& all,
                                                         std::vector<Status>& missing);
// The same for a verb that changes something: checked first.
[[nodiscard]] Result<std::vector<Object>> choose_objects(Options options,
                                                         const std::vector<Object>& all);

}  // namespace byoc
