// The text encodings of AWS's wire: base64, XML, JSON scalars and timestamps.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/time.h"
#include "cloud/aws/model.h"
#include "cloud/http.h"

namespace byoc {

[[nodiscard]] std::string base64_encode(std::string_view bytes);
[[nodiscard]] std::string base64url_encode(std::string_view bytes);  // without padding
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);

// Text and attribute values of XML.
[[nodiscard]] std::string xml_escape(std::string_view text);

// A scalar of the JSON value type as the query protocols and URIs write it: true, 42, 0.5, text.
[[nodiscard]] std::string scalar_text(const Json& value);

// Reads what services write for points in time: RFC 3339 (any offset), RFC 822 dates ("Tue, 29 Apr
// 2014 18:30:38 GMT") and seconds since 1970 with fractions. Years 1970 to 9999.
[[nodiscard]] std::optional<Time> read_timestamp(std::string_view text);
[[nodiscard]] std::optional<Time> read_timestamp(double seconds);

// A timestamp parameter (RFC 3339 text or seconds since 1970) in one of the wire's formats.
[[nodiscard]] std::optional<Time> timestamp_param(const Json& value);
[[nodiscard]] std::string write_timestamp(Time time, TimeFormat format);

}  // namespace byoc
