// SHA-256 in the spellings that byoc uses (OpenSSL underneath).
#pragma once

#include <string>
#include <string_view>

namespace byoc {

[[nodiscard]] std::string sha256_hex(std::string_view bytes);     // 64 lower-case hex digits
[[nodiscard]] std::string sha256_base32(std::string_view bytes);  // 52 characters of a-z2-7

}  // namespace byoc
