// Object[] -> Diagnostic[]: schema, defaults and every check that can be made without the cloud.
#pragma once

#include <vector>

#include "manifests/load.h"

namespace byoc {

// Checks every manifest against its schema and against each other and the objects that exist
// already (references, duplicates, names that map to the same AWS name, immutable fields of an
// existing object of the same key), and fills in defaults. All findings at once.
[[nodiscard]] Diagnostics validate(std::vector<Manifest>& manifests,
                                   const std::vector<Object>& existing);

// Fills the schema's defaults into one object's spec. Idempotent.
void apply_defaults(Object& object);

}  // namespace byoc
