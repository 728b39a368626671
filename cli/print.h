// Objects for people and for programs: what `byocctl get` prints.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "base/time.h"
#include "cli/jsonpath.h"
#include "manifests/object.h"

namespace byoc {

struct OutputFormat {
  enum class Kind { table, wide, json, yaml, name, jsonpath };
  Kind kind = Kind::table;
  std::optional<JsonPath> jsonpath;  // of Kind::jsonpath
  bool headers = true;               // false: --no-headers
  bool namespaces = false;           // tables begin with NAMESPACE (--all-namespaces)
};

// "" or "table", "wide", "json", "yaml", "name", "jsonpath=TEMPLATE"; invalid for anything else.
[[nodiscard]] Result<OutputFormat> parse_output_format(std::string_view text);

// What -o json shows: the object itself when `single` and there is just one, else a List of them.
[[nodiscard]] Json output_json(const std::vector<Object>& objects, bool single);

// Prints objects in the order given. Tables hold one kind each: several kinds give several
// tables, a blank line apart, with names as KIND/NAME. No objects give an empty text in tables
// and names, an empty List in JSON and YAML. Fails only where a jsonpath does.
[[nodiscard]] Result<std::string> print_objects(const std::vector<Object>& objects,
                                                const OutputFormat& format, Time now, bool single);

// "cluster/my-cluster", as `-o name` and messages spell it.
[[nodiscard]] std::string short_name(const Object& object);

// status.phase; "Terminating" for an object that is being deleted; "<none>" before the first pass;
// with ",Paused" behind it when it is.
[[nodiscard]] std::string phase_of(const Object& object);

}  // namespace byoc
