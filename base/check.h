// check(): a broken invariant stops the program, in release builds too.
#pragma once

#include <string_view>

namespace byoc {

[[noreturn]] void check_failed(std::string_view what, const char* file, int line);

// The caller's place comes from builtins: clang 14 has no std::source_location on libstdc++.
inline void check(bool holds, std::string_view what, const char* file = __builtin_FILE(),
                  int line = __builtin_LINE()) {
  if (!holds) check_failed(what, file, line);
}

}  // namespace byoc
