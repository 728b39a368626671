#include "base/status.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace byoc {

std::string_view code_name(Code code) {
  switch (code) {
    case Code::ok: return "ok";
    case Code::invalid: return "invalid";
    case Code::not_found: return "not_found";
    case Code::already_exists: return "already_exists";
    case Code::conflict: return "conflict";
    case Code::throttled: return "throttled";
    case Code::unavailable: return "unavailable";
    case Code::unknown_outcome: return "unknown_outcome";
    case Code::denied: return "denied";
    case Code::quota: return "quota";
    case Code::capacity: return "capacity";
    case Code::unsupported: return "unsupported";
    case Code::cancelled: return "cancelled";
  }
  return "?";
}

void check_failed(std::string_view what, const char* file, int line) {
  std::fprintf(stderr, "byoc: broken invariant: %.*s (%s:%d)\n", static_cast<int>(what.size()),
               what.data(), file, line);
  std::abort();
}

Status system_refused(const std::string& what, const std::string& where, int system_error) {
  return error(Code::unavailable, what + " " + where + ": " + std::strerror(system_error));
}

}  // namespace byoc
