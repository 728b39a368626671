// References: the other objects that a manifest names, as its schema says (x-reference,
// x-reference-text, x-preset). Validation, the order of work, dependents and builds read the same.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "manifests/object.h"

namespace byoc {

// One place in a manifest that names another object, of the same namespace.
struct ObjectReference {
  ObjectKey key;
  std::string pointer;       // "/spec/roleRef/name"
  std::string unknown = {};  // a placeholder that names none: "${role.x}"; `key` has just the kind
};

// Of the spec, in the order of the schema; one object may be named several times.
[[nodiscard]] std::vector<ObjectReference> find_references(const Object& object);

// The objects that a spec refers to.
[[nodiscard]] std::vector<ObjectKey> references_of(const Object& object);

// The object that the field at a pointer in the spec names ("/clusterRef/name"); nothing when there
// is none.
[[nodiscard]] std::optional<ObjectKey> reference_at(const Object& object,
                                                    const std::string& pointer);

// "role": the word of a kind in placeholders such as ${role.NAME.arn}.
[[nodiscard]] std::string placeholder_word(const std::string& kind);

}  // namespace byoc
