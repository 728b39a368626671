// Data files compiled into the program (schemas, API models), by file name.
#pragma once

#include <span>
#include <string_view>

namespace byoc {

struct Embedded {
  std::string_view name;   // "role.json"
  std::string_view bytes;  // the file as it is
};

[[nodiscard]] std::span<const Embedded> embedded_schemas();  // schemas/*.json
[[nodiscard]] std::span<const Embedded> embedded_models();   // cloud/aws/models/*.json

}  // namespace byoc
