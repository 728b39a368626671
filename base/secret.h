// A value that does not print: external ids, keys, passwords, session tokens.
//
// There is no operator<<, no conversion to string and no JSON conversion. `reveal` is the one
// way out and is called only where a request is signed or sent, and where two values are compared.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace byoc {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value);

  [[nodiscard]] const std::string& reveal() const { return value_; }
  [[nodiscard]] bool empty() const { return value_.empty(); }

  // "sha256:" and the first 8 hexadecimal digits: enough to compare by eye, too little to guess by.
  [[nodiscard]] const std::string& fingerprint() const { return fingerprint_; }

 private:
  std::string value_;
  std::string fingerprint_;
};

// The text with the secrets masked wherever they stand, as they are or percent-encoded: others may
// echo what was sent to them.
[[nodiscard]] std::string without_secrets(std::string text, const std::vector<Secret>& secrets);

}  // namespace byoc
