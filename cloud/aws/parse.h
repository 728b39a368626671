// HTTP response -> JSON, for the five AWS protocols, driven by the model.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/status.h"
#include "cloud/aws/model.h"
#include "cloud/http.h"

namespace byoc {

struct Answer {
  Status status;
  Json body = Json::object();  // as boto3 shows it, when the status is ok
  std::string request_id;
};

// The body is looked at before the status: an answer that is not the protocol's (an HTML page)
// is never "absent" but unsupported (404, 405, 500, 501) or by its status something else. A good
// status with a body that does not fit the model is unavailable. Timestamps become RFC 3339 text
// with whole seconds (text that is no time stays), blobs stay base64 text.
[[nodiscard]] Answer parse(const Service& service, const Operation& operation,
                           const HttpResponse& response);

// What an error answer says; `native` is false when it is not the protocol's own format.
struct ErrorFacts {
  std::string code;
  std::string message;
  std::string request_id;
  bool native = false;
};
[[nodiscard]] ErrorFacts read_xml_error(const HttpResponse& response);
[[nodiscard]] ErrorFacts read_json_error(const HttpResponse& response);

// Bodies of good answers. False when the body does not fit; `why` then says where.
[[nodiscard]] bool parse_xml_body(const Service& service, const Operation& operation,
                                  const HttpResponse& response, Answer& answer, std::string& why);
[[nodiscard]] bool parse_json_body(const Operation& operation, const HttpResponse& response,
                                   Answer& answer, std::string& why);

// Members that stand in headers or are the status.
void parse_header_members(const Operation& operation, const HttpResponse& response, Json& body);

// A scalar written as text. Nothing when it is none of that kind.
[[nodiscard]] Json scalar_from_text(const ShapeRef& ref, std::string text);

}  // namespace byoc
