// JSON -> YAML for people (-o yaml).
#pragma once

#include <string>

#include "base/json.h"

namespace byoc {

// Block style, two spaces, one value a line, a newline at the end. Text is quoted only where a
// YAML 1.1 or 1.2 reader could take it for something else; text of several lines is a `|` block
// where that keeps it exactly. load_text reads it back to the same value.
[[nodiscard]] std::string to_yaml(const Json& value);

}  // namespace byoc
