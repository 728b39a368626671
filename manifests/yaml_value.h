// A YAML document -> a JSON value and the places of its parts.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "manifests/yaml_tree.h"

namespace byoc {

struct YamlValue {
  Json json;
  std::map<std::string, Mark> marks;   // JSON pointer -> place of the key; of items: of the item
  std::map<std::string, Mark> values;  // JSON pointer -> place of the value
};

// Resolves aliases, merge keys (`<<`) and the types of plain scalars: YAML 1.2's core schema
// (yes, no, on and off are text), but numbers with leading zeros stay text, so that an account id
// keeps its digits. What is wrong with single values is told; the rest is read all the same.
[[nodiscard]] YamlValue yaml_value(const YamlDocument& document, const std::string& file,
                                   Diagnostics& diagnostics);

// The JSON value of a plain scalar.
[[nodiscard]] Json plain_scalar(const std::string& text);

}  // namespace byoc
