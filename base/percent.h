// Percent-encoding of texts in URLs.
#pragma once

#include <string>
#include <string_view>

namespace byoc {

// RFC 3986: all but unreserved characters (A-Z a-z 0-9 - _ . ~) and those in `safe`.
[[nodiscard]] std::string percent_encode(std::string_view text, std::string_view safe = {});
void percent_encode_to(std::string& out, std::string_view text, std::string_view safe = {});
// Undoes it; a `%` without two hexadecimal digits stays as it is.
[[nodiscard]] std::string percent_decode(std::string_view text);

}  // namespace byoc
