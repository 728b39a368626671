// What a user wrote wrong: everything at once, nothing twice, with a place and a hint.
#pragma once

#include <string>
#include <vector>

namespace byoc {

enum class Severity { error, warning };

struct Diagnostic {
  Severity severity = Severity::error;
  std::string file;  // as the user named it; "<stdin>" for standard input
  int line = 0;      // from 1; 0 when the whole file is meant
  int column = 0;    // from 1, in characters
  std::string path;  // "Cluster/my-cluster spec.network.zones[1]"; may be empty
  std::string text;  // one sentence: what is wrong
  std::string hint;  // one sentence: what to write instead; may be empty
};

using Diagnostics = std::vector<Diagnostic>;

[[nodiscard]] bool has_errors(const Diagnostics& diagnostics);

// "cluster.yaml:7:3: error: spec.regoin: unknown field\n  hint: did you mean `region`?"
[[nodiscard]] std::string format_diagnostic(const Diagnostic& diagnostic);

}  // namespace byoc
