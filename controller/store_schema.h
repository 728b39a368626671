// The tables of the store and how an older file becomes a newer one.
#pragma once

#include "base/status.h"
#include "controller/store_sqlite.h"

namespace byoc {

// Makes sure that the file is byoc's, sound and of this program's version; a new file gets its
// tables. unavailable when it is another program's, damaged, or written by a newer byoc.
[[nodiscard]] Status prepare_schema(Database& db);

// The same without changing anything: unavailable as well when an older byoc wrote it.
[[nodiscard]] Status check_schema(Database& db);

}  // namespace byoc
