// YAML text -> a tree of nodes with their places; the limits hold while it grows.
//
// The one place that talks to yaml-cpp, which parses into events here: nodes lie in one array and
// point to each other by index, so neither nesting nor chains of aliases can exhaust the stack, and
// the size of what an alias stands for is known before anything is expanded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "manifests/load.h"

namespace byoc {

struct YamlNode {
  enum class Kind : std::uint8_t { scalar, list, map, alias };
  Kind kind = Kind::scalar;
  bool plain = false;  // a scalar without quotes: its type is guessed from its text
  Mark mark;           // from 1; columns in bytes
  std::string tag;     // explicit: "tag:yaml.org,2002:str", "!Ref"; empty for none
  std::string text;    // of a scalar
  std::vector<std::uint32_t> children;  // items of a list; key, value, key, value of a map
  std::uint32_t target = 0;             // of an alias: a node that is whole, never one around it
  std::uint32_t expanded = 1;           // values in it, aliases expanded
  std::uint32_t height = 0;             // nested lists and maps in it, aliases expanded
};

struct YamlDocument {
  std::vector<YamlNode> nodes;
  std::uint32_t root = 0;
  Mark start;
};

struct YamlFile {
  std::vector<YamlDocument> documents;  // those before the first error
  Diagnostics diagnostics;              // at most one: YAML cannot be read on after an error
};

// `file` is the name for diagnostics. Never throws.
[[nodiscard]] YamlFile read_yaml(std::string_view text, const std::string& file,
                                 const Limits& limits);

}  // namespace byoc
