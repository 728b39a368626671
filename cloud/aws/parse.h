// HTTP response -> JSON, for the five AWS protocols, driven by the model.
#pragma once

#include <cstdint>
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
  bool foreign = false;  // not the service's own answer: it proves nothing, whatever it says
};

// Who is at the other end.
enum class Peer : std::uint8_t {
  aws,
  // An endpoint that the user gave; believed as little as AWS. What is foreign there may be an
  // emulator that nobody has called so.
  given,
  // Asked for by the user. Emulators send wrong content types, and answer with a page where they
  // do not have an operation.
  emulator,
  // An emulator that has answered this operation before: it has it.
  emulator_with_it,
};

// The answer is looked at before its status. What is not the service's own (another content type,
// no request id, no JSON or XML of the protocol, another root element, an error without a code, no
// body where the model has one) comes from a proxy, a gateway or a captive page. It is
// unavailable, and so is a body that does not fit the model. Of an emulator, a foreign 404, 405,
// 500 or 501 is unsupported; of AWS nothing ever is. Timestamps become RFC 3339 text with whole
// seconds (text that is no time stays), blobs stay base64 text.
[[nodiscard]] Answer parse(const Service& service, const Operation& operation,
                           const HttpResponse& response, Peer peer = Peer::aws);

// What an error answer says. Without a code it is not the service's own.
struct ErrorFacts {
  std::string code;
  std::string message;
  std::string request_id;
};
[[nodiscard]] ErrorFacts read_xml_error(const Service& service, const HttpResponse& response);
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
