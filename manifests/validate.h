// Object[] -> Diagnostic[]: schema, defaults and every check that can be made without the cloud.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "manifests/load.h"

namespace byoc {

// What a schema cannot know and the process can, by the name with which a field asks for it
// (x-default-of): {"region": "eu-west-1"}. What is not in it stays open, for whoever stores the
// object to say.
using ProcessDefaults = std::map<std::string, std::string, std::less<>>;

// Checks every manifest against its schema and against each other and the objects that exist
// already (references, duplicates, names that map to the same AWS name, immutable fields of an
// existing object of the same key), and fills in defaults. All findings at once.
[[nodiscard]] Diagnostics validate(std::vector<Manifest>& manifests,
                                   const std::vector<Object>& existing,
                                   const ProcessDefaults& of_process = {});

// Fills the schema's defaults into one object's spec. Idempotent. `stored` is what there is of the
// object already, nullptr for none: what came from a process once stays, whoever asks next.
void apply_defaults(Object& object, const Object* stored = nullptr,
                    const ProcessDefaults& of_process = {});

// The spec without the fields that defaults alone fill in again as they are: what somebody said.
// What follows from another field (a preset's trust) follows again when that one is changed.
[[nodiscard]] Json without_defaults(const Object& object);

}  // namespace byoc
