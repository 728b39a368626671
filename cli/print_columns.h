// The table columns of each kind.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "cli/table.h"
#include "manifests/object.h"

namespace byoc {

// The columns of one kind without NAMESPACE; kinds without columns of their own get NAME, PHASE,
// AGE.
[[nodiscard]] std::vector<Column> columns_of(const std::string& kind);

// The cells of these columns; what is not known is "<none>".
[[nodiscard]] std::vector<std::string> cells_of(const Object& object, const std::string& name,
                                                Time now);

}  // namespace byoc
