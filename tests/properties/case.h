// Case: manifests that belong together, and edits of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "tests/properties/draw.h"

namespace byoc::properties {

// One field of one document gets another value, or goes.
struct Edit {
  std::size_t document = 0;
  std::string pointer;
  Json value;  // null: the field goes
};

struct Case {
  std::vector<Json> documents;
  std::vector<Edit> edits;
};

// Valid manifests: what fields demand of each other is given, and what validate refuses all the
// same goes. No documents when nothing valid was left.
[[nodiscard]] Case draw_case(std::uint64_t seed);

// One manifest of the kind, out of all fields that it may have; what fields demand of each other is
// not given yet.
[[nodiscard]] Json draw_document(const std::string& kind, const std::string& name, Draw& draw);

// Gives it, and takes away what validate finds wrong all the same: fields, or whole documents.
// False when something wrong cannot be taken away.
[[nodiscard]] bool heal(std::vector<Json>& documents, Draw& draw);

// As a file with all of them.
[[nodiscard]] std::string text_of(const std::vector<Json>& documents);

// For people, and for a file that byocctl takes: the manifests, then the edits as comments.
[[nodiscard]] std::string to_text(const Case& one);

// Does the edit to its document; false when there is nothing to do.
[[nodiscard]] bool apply_edit(const Edit& edit, Json& document);

// JSON pointers to every field below spec that a manifest of the kind may have; of lists, to the
// list and to the fields of its first item.
[[nodiscard]] std::vector<std::string> fields_of(const std::string& kind);

}  // namespace byoc::properties
