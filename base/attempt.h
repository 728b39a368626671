// attempt(): where what libraries throw (JSON of an unexpected type, no memory) becomes a Status.
#pragma once

#include <exception>
#include <string>
#include <utility>

#include "base/status.h"

namespace byoc {

// `what` could not be done: Code::unavailable, with what the exception says in plain words.
[[nodiscard]] Status exception_status(const std::string& what, const std::exception& exception);

// Runs `step`. An exception that ends it is the answer; of our own we throw none.
template <class Step>
[[nodiscard]] Status attempt(const std::string& what, Step&& step) {
  try {
    std::forward<Step>(step)();
    return {};
  } catch (const std::exception& exception) {
    return exception_status(what, exception);
  }
}

}  // namespace byoc
