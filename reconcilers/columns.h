// Columns: what a table of objects shows of each, beside its name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "manifests/object.h"

namespace byoc {

struct KindColumn {
  enum class Value {
    text,   // of the first of the places that has a value, else of `cell`
    phase,  // status.phase, and whether the object is paused or deleted
    age,    // since its creation
  };
  std::string_view title;
  Value value = Value::text;
  std::vector<std::string> places = {};          // JSON pointers: "/status/arn", "/spec/arn"
  std::string (*cell)(const Object&) = nullptr;  // empty: not known
  bool wide = false;                             // shown with `-o wide` only
};

// The text of a column of Value::text; empty when it is not known.
[[nodiscard]] std::string cell_text(const KindColumn& column, const Object& object);

// Cells that are more than a field.
[[nodiscard]] std::string management_nodes_shown(const Object& cluster);
[[nodiscard]] std::string vpc_shown(const Object& cluster);
[[nodiscard]] std::string sizes_shown(const Object& nodegroup);
// Why an object is not ready; empty once it is.
[[nodiscard]] std::string unready_reason(const Object& object);

}  // namespace byoc
