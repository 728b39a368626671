// The schemas compiled into the program: what a manifest may say, its defaults and its prose.
//
// Every kind has one JSON Schema (draft 7) that describes the whole object. Words of our own:
//   x-immutable   never changes once the object exists
//   x-immutable-once  not before the resource with this key is in the status' inventory
//   x-set-later   an x-immutable field that may be written later, when it was left out at first;
//                 text: with the value that stands at this path of the status
//   x-recreate    a change makes the resource anew (needs allowReplace)
//   x-sensitive   its value, and everything below it, is never printed
//   x-reference   text that names an object of this kind
//   x-reference-text  text, or a map with text in it, where ${role.NAME.arn} names one of this kind
//   x-preset      text that names a policy preset, whose texts may name objects of this kind
//   x-read-only   written by byoc, ignored in a manifest
//   x-default     a default that is computed, in words
//   x-default-of  the value that is stored already, else the one that the process has under this
//                 name (ProcessDefaults)
//   x-format      a check beyond the pattern, see manifests/format.h
//   x-hint        what to write instead, when the value does not fit
//   x-json        a map, or the same as JSON text
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/status.h"

namespace byoc {

// The schema of a kind's whole object, references resolved; nullptr for an unknown kind.
[[nodiscard]] const Json* find_schema(std::string_view kind);

// "Cluster", "NodeGroup", "Role": every kind that has a schema, sorted.
[[nodiscard]] const std::vector<std::string>& schema_kinds();

// The kind that a user means by "cluster", "clusters", "Cluster" or "CLUSTER"; empty for none.
[[nodiscard]] std::string kind_of_word(std::string_view word);

// The schema of the value at a JSON pointer such as "/spec/network/zones/0"; nullptr when the
// kind has no such field.
[[nodiscard]] const Json* schema_at(std::string_view kind, const std::string& pointer);

// A data file by name: "regions.json", "versions.json", "instances.json", "presets.json".
[[nodiscard]] const Json& schema_data(std::string_view file);

// kubectl's explain: prose for "Cluster", "cluster.spec.network" or "nodegroup.spec.disk.sizeGiB".
// invalid, with a spelling suggestion, when there is no such kind or field.
[[nodiscard]] Result<std::string> explain(std::string_view path);

}  // namespace byoc
