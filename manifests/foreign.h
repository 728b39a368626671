// Documents that are no objects of byoc's, nor meant to be: a kustomization, a package.json, the
// objects of other API groups. What lies among manifests is left out, not taken for a mistake.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "manifests/load.h"

namespace byoc {

struct ForeignDocument {
  std::string kind;
  std::string name;
  int line = 0;
};

// Whether a document is another program's. Near misses of ours are not: another version, a group or
// a kind that is mistyped or missing.
[[nodiscard]] bool is_foreign(const Json& document);

// Takes the foreign documents out of what was loaded.
[[nodiscard]] std::vector<ForeignDocument> take_foreign(Loaded& loaded);

// Whether a text, that may not be YAML at all, says anything of byoc.
[[nodiscard]] bool mentions_byoc(std::string_view text);

// Of a file that was found among manifests: takes the foreign documents out and says so, once; one
// that cannot be read and says nothing of byoc is foreign as a whole.
void leave_out_foreign(std::string_view text, const std::string& file, Loaded& loaded);

// What is said once of a file that holds foreign documents, or nothing that can be read.
[[nodiscard]] Diagnostic foreign_notice(const std::string& file,
                                        const std::vector<ForeignDocument>& documents);

}  // namespace byoc
