// Status and Result: how every fallible function of byoc answers.
//
// `Code` is what the program switches on; `message` is a sentence for people; `aws_code` is the
// wire code when an AWS service answered. No code outside cloud/aws/errors.cc ever matches text.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/check.h"

namespace byoc {

enum class Code : std::uint8_t {
  ok,
  invalid,          // the request can never succeed as it is
  not_found,        // the named thing does not exist (or is not visible yet)
  already_exists,   // a thing of that name or identity exists
  conflict,         // another thing must change first: a wait, never a failure
  throttled,        // too many calls: slow down and repeat
  unavailable,      // the service could not answer, or something has not propagated: repeat
  unknown_outcome,  // the answer was lost: the call may or may not have happened
  denied,           // credentials missing, wrong or not allowed to do this
  quota,            // a limit of the account is reached
  capacity,         // AWS has no more of it now, or there: repeat later, or elsewhere
  unsupported,      // the endpoint does not have this operation at all
  cancelled,        // we stopped it ourselves
};

// The code's name in lower case, e.g. "not_found".
[[nodiscard]] std::string_view code_name(Code code);

struct [[nodiscard]] Status {
  Code code = Code::ok;
  std::string message;
  std::string aws_code;
  std::chrono::milliseconds retry_after{0};  // 0: the service did not say

  [[nodiscard]] bool ok() const { return code == Code::ok; }
};

[[nodiscard]] inline Status error(Code code, std::string message) {
  return Status{code, std::move(message), {}, {}};
}

// unavailable: "WHAT WHERE: No such file or directory", as the system says of an errno.
[[nodiscard]] Status system_refused(const std::string& what, const std::string& where,
                                    int system_error);

// Either a value or the Status that says why there is none. A Result never holds an ok Status.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}  // NOLINT: implicit
  Result(Status why) : state_(std::move(why)) {  // NOLINT: implicit
    check(!std::get<Status>(state_).ok(), "a Result needs a value or an error");
  }
  [[nodiscard]] bool ok() const { return std::holds_alternative<T>(state_); }
  [[nodiscard]] const T& value() const& { return std::get<T>(state_); }
  [[nodiscard]] T& value() & { return std::get<T>(state_); }
  // By value: `for (const E& e : list().value())` would else go through a list that is gone.
  [[nodiscard]] T value() && { return std::get<T>(std::move(state_)); }
  [[nodiscard]] const Status& status() const { return std::get<Status>(state_); }

 private:
  std::variant<T, Status> state_;
};

}  // namespace byoc
