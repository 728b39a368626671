#include "cloud/aws/parse.h"

#include <algorithm>
#include <charconv>

#include "base/ascii.h"
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

// What a page calls itself, as far as it is plain text.
std::string title_of(std::string_view page) {
  constexpr std::size_t kTitleMax = 60;
  constexpr std::string_view kBegin = "<title>";
  const auto same = [](char a, char b) { return lower(a) == lower(b); };
  const auto found = std::search(page.begin(), page.end(), kBegin.begin(), kBegin.end(), same);
  if (found == page.end()) return {};
  std::string title(page.substr(static_cast<std::size_t>(found - page.begin()) + kBegin.size()));
  title.resize(std::min({title.size(), title.find('<'), kTitleMax}));
  std::erase_if(title, [](char c) { return c < ' ' || c > '~'; });
  return title;
}

// Whether an answer with a body says by its type that it is none of the protocol.
bool type_fits(const Service& service, const HttpResponse& response) {
  const std::string type = lower(find_field(response.headers, "content-type"));
  if (type.empty() || response.body.empty()) return true;
  return type.find(is_json(service.protocol) ? "json" : "xml") != std::string::npos;
}

bool is_emulator(Peer peer) {
  return peer == Peer::emulator || peer == Peer::emulator_with_it;
}

Status foreign_answer(const Service& service, const Operation& operation,
                      const HttpResponse& response, Peer peer, const std::string& why) {
  const std::string call = service.name + ":" + operation.name;
  const int status = response.status;
  const bool gap = status == 404 || status == 405 || status == 500 || status == 501;
  if (gap && peer == Peer::emulator) {
    return error(Code::unsupported, "this endpoint does not have " + call);
  }
  const std::string title = title_of(response.body);
  const std::string hint =
      peer == Peer::given ? " An emulator of AWS is told by BYOC_EMULATOR=1." : "";
  return error(Code::unavailable, call + ": the answer (HTTP " + std::to_string(status) +
                                      (title.empty() ? "" : ", \"" + title + "\"") +
                                      ") is not from " + service.name + ": " + why +
                                      ". Is a proxy, a gateway or a login page in the way?" + hint);
}

Status error_status(const Service& service, const Operation& operation,
                    const HttpResponse& response, const ErrorFacts& facts, Peer peer) {
  Status status =
      classify(service.name, operation.name, facts.code, response.status, facts.message);
  if (status.code == Code::unsupported && !is_emulator(peer)) status.code = Code::invalid;
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

namespace {

// Reads what the service says. Answers with why it is not the service that speaks, or with nothing.
std::string read_answer(const Service& service, const Operation& operation,
                        const HttpResponse& response, Peer peer, Answer& answer) {
  if (!is_emulator(peer) && !type_fits(service, response)) return "its content type is another";
  const bool json = is_json(service.protocol);
  const bool good = response.status / 100 == 2;
  std::string why = "it has no error code";
  if (good && (json ? parse_json_body(operation, response, answer, why)
                    : parse_xml_body(service, operation, response, answer, why))) {
    parse_header_members(operation, response, answer.body);
  } else {  // S3 may fail with a good status, too; what HEAD asks for is never told with a body
    const ErrorFacts facts = json ? read_json_error(response) : read_xml_error(service, response);
    if (facts.code.empty() && (good || operation.method != "HEAD")) return why;
    if (answer.request_id.empty()) answer.request_id = facts.request_id;
    answer.status = error_status(service, operation, response, facts, peer);
  }
  // Every answer of AWS has one: see "Common Response Headers" of the S3 API reference, and
  // ResponseMetadata in the SDKs.
  return answer.request_id.empty() ? "it has no request id" : "";
}

}  // namespace

Answer parse(const Service& service, const Operation& operation, const HttpResponse& response,
             Peer peer) {
  Answer answer;
  answer.request_id = request_id_of(response);
  const std::string why = read_answer(service, operation, response, peer, answer);
  if (!why.empty()) {
    answer.foreign = true;
    answer.status = foreign_answer(service, operation, response, peer, why);
  }
  if (!answer.status.ok()) {
    answer.body = Json::object();
    answer.status.retry_after = retry_after_of(response);
  }
  return answer;
}

}  // namespace byoc
