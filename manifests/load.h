// bytes -> Object[] + Diagnostic[]: reading manifests. Pure but for opening the files.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "manifests/diagnostic.h"
#include "manifests/object.h"

namespace byoc {

struct Mark {
  int line = 0;
  int column = 0;
};

using Marks = std::map<std::string, Mark, std::less<>>;

// One YAML document that is an object, and where each of its values stands in the file.
struct Manifest {
  Object object;  // what could be read of it; a manifest's own status and uid are left out
  Json document;  // as written, unknown fields too; null for objects that came from no file
  std::string file;
  Marks marks;   // JSON pointer ("/spec/region") -> place of the key
  Marks values;  // the same -> place of the value
};

// What a document says: the object in it, and where it stands.
[[nodiscard]] Manifest manifest_of(Json document, const std::string& file, Marks marks,
                                   Marks values);

struct Limits {
  std::size_t file_bytes_max = 4U << 20U;
  std::size_t documents_max = 1000;  // in one file
  std::size_t files_max = 10000;     // in one run
  std::size_t depth_max = 64;        // of nested maps and lists
  std::size_t nodes_max = 100000;    // of one file, aliases expanded
  std::size_t line_bytes_max = 1U << 20U;
};

struct Loaded {
  std::vector<Manifest> manifests;
  Diagnostics diagnostics;  // of reading only; validate() adds its own
};

// Reads the text of one file (YAML or JSON; several documents; empty documents are skipped).
[[nodiscard]] Loaded load_text(std::string_view text, const std::string& file,
                               const Limits& limits = {});

// Reads files, directories (what manifests/walk.h calls manifests) and "-" (standard input).
[[nodiscard]] Loaded load_paths(const std::vector<std::string>& paths, const Limits& limits = {});

}  // namespace byoc
