// Private files and directories of the store.
#pragma once

#include <string>

#include "base/status.h"

namespace byoc {

// Makes a directory with mode 0700 unless it is there; missing parents get the usual mode.
[[nodiscard]] Status make_private_dir(const std::string& dir);

// Makes an empty file with mode 0600 unless it is there; takes group's and others' rights away.
[[nodiscard]] Status make_private_file(const std::string& path);

}  // namespace byoc
