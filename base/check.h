// check(): a broken invariant stops the program, in release builds too.
#pragma once

#include <source_location>
#include <string_view>

namespace byoc {

[[noreturn]] void check_failed(std::string_view what, const std::source_location& where);

inline void check(bool holds, std::string_view what,
                  const std::source_location& where = std::source_location::current()) {
  if (!holds) check_failed(what, where);
}

}  // namespace byoc
