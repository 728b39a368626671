#include "base/attempt.h"

#include <string_view>

namespace byoc {

Status exception_status(const std::string& what, const std::exception& exception) {
  std::string_view text = exception.what();
  // "[json.exception.type_error.302] type must be string, but is number"
  if (text.starts_with("[json.exception.")) {
    const std::size_t end = text.find("] ");
    if (end != std::string_view::npos) text.remove_prefix(end + 2);
  }
  return error(Code::unavailable, what + ": " + std::string(text));
}

}  // namespace byoc
