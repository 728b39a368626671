// The Git checkout that a directory is part of, read by hand: no git process.
#pragma once

#include <string>

namespace byoc {

// The commit that the checkout around `directory` stands at, as hex; "" when there is no checkout,
// no commit yet, or a storage of references that byoc does not know.
[[nodiscard]] std::string commit_of(const std::string& directory);

// Which checkout a directory is part of; empty when it is none.
struct Checkout {
  std::string repository;  // the URL that it comes from, without credentials, else where it lies
  std::string below;       // the directory, from the top of the checkout; "" is the top
};
[[nodiscard]] Checkout checkout_of(const std::string& directory);

}  // namespace byoc
