// The Git checkout that a directory is part of, read by hand: no git process.
#pragma once

#include <string>

namespace byoc {

// The commit that the checkout around `directory` stands at, as hex; "" when there is no checkout,
// no commit yet, or a storage of references that byoc does not know.
[[nodiscard]] std::string commit_of(const std::string& directory);

}  // namespace byoc
