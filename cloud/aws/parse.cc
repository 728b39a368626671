#include "cloud/aws/parse.h"

#include <charconv>

#include "cloud/aws/encoding.h"
#include "cloud/aws/errors.h"

namespace byoc {
namespace {

bool is_json(Protocol protocol) {
  return protocol == Protocol::json || protocol == Protocol::rest_json;
}

std::string request_id_of(const HttpResponse& response) {
  for (const char* name : {"x-amzn-requestid", "x-amz-request-id", "x-amzn-request-id"}) {
    if (const auto id = find_field(response.headers, name); !id.empty()) return std::string(id);
  }
  return {};
}

// Seconds (Retry-After) or milliseconds (x-amz-retry-after).
std::chrono::milliseconds retry_after_of(const HttpResponse& response) {
  const auto number = [&](std::string_view name) {
    const std::string_view text = find_field(response.headers, name);
    int value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    return problem == std::errc{} && end == text.data() + text.size() && value > 0 ? value : 0;
  };
  if (const int milliseconds = number("x-amz-retry-after"); milliseconds > 0) {
    return std::chrono::milliseconds(milliseconds);
  }
  return std::chrono::seconds(number("retry-after"));
}

Status foreign_answer(const Service& service, const Operation& operation, int status) {
  const std::string call = service.name + ":" + operation.name;
  if (status == 404 || status == 405 || status == 500 || status == 501) {
    return error(Code::unsupported, "this endpoint does not have " + call);
  }
  if (status < 400) {
    return error(Code::unavailable, call + ": the answer is not from " + service.name);
  }
  return classify(service.name, operation.name, "", status, "the answer is not from the service");
}

Status error_status(const Service& service, const Operation& operation,
                    const HttpResponse& response, const ErrorFacts& facts) {
  Status status = facts.native ? classify(service.name, operation.name, facts.code, response.status,
                                          facts.message)
                               : foreign_answer(service, operation, response.status);
  status.retry_after = retry_after_of(response);
  return status;
}

}  // namespace

Json scalar_from_text(const ShapeRef& ref, std::string text) {
  switch (ref.shape->kind) {
    case Kind::boolean: return text == "true";
    case Kind::integer: {
      std::int64_t value = 0;
      const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
      if (problem != std::errc{} || end != text.data() + text.size()) return nullptr;
      return value;
    }
    case Kind::floating: {
      double value = 0;
      const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
      if (problem != std::errc{} || end != text.data() + text.size()) return nullptr;
      return value;
    }
    case Kind::timestamp: {
      const auto time = read_timestamp(std::string_view(text));
      return time ? format_time(*time) : text;
    }
    default: return text;
  }
}

void parse_header_members(const Operation& operation, const HttpResponse& response, Json& body) {
  if (operation.output.shape == nullptr) return;
  for (const ShapeRef& member : operation.output.shape->members) {
    if (member.location == Location::status) {
      body[member.name] = response.status;
    } else if (member.location == Location::header) {
      const std::string_view text = find_field(response.headers, member.wire());
      if (text.data() == nullptr) continue;
      if (Json value = scalar_from_text(member, std::string(text)); !value.is_null()) {
        body[member.name] = std::move(value);
      }
    }
  }
}

Answer parse(const Service& service, const Operation& operation, const HttpResponse& response) {
  Answer answer;
  answer.request_id = request_id_of(response);
  const bool json = is_json(service.protocol);
  std::string why;
  bool good = response.status >= 200 && response.status < 300;
  if (good) {
    good = json ? parse_json_body(operation, response, answer, why)
                : parse_xml_body(service, operation, response, answer, why);
    if (good) {
      parse_header_members(operation, response, answer.body);
      return answer;
    }
  }
  const ErrorFacts facts = json ? read_json_error(response) : read_xml_error(response);
  if (!facts.request_id.empty()) answer.request_id = facts.request_id;
  if (why.empty() || (facts.native && !facts.code.empty())) {
    answer.status = error_status(service, operation, response, facts);
  } else {
    answer.status = error(Code::unavailable, service.name + ":" + operation.name + ": " + why);
  }
  answer.body = Json::object();
  return answer;
}

}  // namespace byoc
