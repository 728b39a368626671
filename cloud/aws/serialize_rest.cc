#include <string_view>

#include "base/percent.h"
#include "cloud/aws/encoding.h"
#include "cloud/aws/serialize.h"

namespace byoc {
namespace {

std::string place_text(const ShapeRef& ref, const Json& value, TimeFormat unset) {
  if (ref.shape->kind != Kind::timestamp) return scalar_text(value);
  return write_timestamp(*timestamp_param(value),
                         ref.time_format == TimeFormat::unset ? unset : ref.time_format);
}

void add_query(const ShapeRef& ref, const Json& value, Fields& query) {
  if (ref.shape->kind == Kind::map) {
    for (const auto& [key, item] : value.items()) query.emplace_back(key, scalar_text(item));
  } else if (ref.shape->kind == Kind::list) {
    for (const Json& item : value) {
      query.emplace_back(ref.wire(), place_text(ref.shape->element, item, TimeFormat::iso8601));
    }
  } else {
    query.emplace_back(ref.wire(), place_text(ref, value, TimeFormat::iso8601));
  }
}

// An element of a list in a header: quoted when it holds a separator.
std::string header_element(std::string text) {
  if (text.find_first_of(",\"") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? "\\" : "").append(1, c);
  return quoted + "\"";
}

void add_header(const ShapeRef& ref, const Json& value, Fields& headers) {
  if (ref.location == Location::headers) {
    for (const auto& [key, item] : value.items()) {
      headers.emplace_back(ref.wire() + key, scalar_text(item));
    }
    return;
  }
  if (ref.shape->kind != Kind::list) {
    headers.emplace_back(ref.wire(), place_text(ref, value, TimeFormat::rfc822));
    return;
  }
  std::string joined;
  for (const Json& item : value) {
    if (!joined.empty()) joined += ',';
    joined += header_element(place_text(ref.shape->element, item, TimeFormat::rfc822));
  }
  if (!value.empty()) headers.emplace_back(ref.wire(), std::move(joined));
}

// "/clusters/{name}" with the labels filled in; "{Key+}" keeps its slashes.
std::string fill_path(const Operation& operation, const Json& params) {
  std::string_view rest = operation.path;
  std::string path;
  while (!rest.empty()) {
    const auto open = rest.find('{');
    path += rest.substr(0, open);
    if (open == std::string_view::npos) break;
    const auto close = rest.find('}', open);
    std::string_view label = rest.substr(open + 1, close - open - 1);
    rest.remove_prefix(close + 1);
    const bool greedy = label.ends_with('+');
    if (greedy) label.remove_suffix(1);
    for (const ShapeRef& member : operation.input.shape->members) {
      if (member.location != Location::uri || member.wire() != label) continue;
      percent_encode_to(path, place_text(member, params.at(member.name), TimeFormat::iso8601),
                        greedy ? "/" : "");
    }
  }
  return path;
}

void add_fixed_query(std::string_view text, Fields& query) {
  while (!text.empty()) {
    const std::string_view field = text.substr(0, text.find('&'));
    text.remove_prefix(field.size() == text.size() ? field.size() : field.size() + 1);
    const auto equals = field.find('=');
    query.emplace_back(field.substr(0, equals),
                       equals == std::string_view::npos ? "" : field.substr(equals + 1));
  }
}

void structured_body(Protocol protocol, const ShapeRef& ref, const Json& value,
                     HttpRequest& request) {
  if (protocol == Protocol::rest_json) {
    request.body = json_body(ref, value).dump();
    request.headers.emplace_back("Content-Type", "application/json");
  } else {
    request.body = xml_body(ref, ref.wire(), value);
    request.headers.emplace_back("Content-Type", "application/xml");
  }
}

void payload_body(Protocol protocol, const ShapeRef& ref, const Json& params,
                  HttpRequest& request) {
  const auto given = params.find(ref.name);
  if (ref.shape->kind == Kind::blob || ref.shape->kind == Kind::string) {
    if (given == params.end()) return;
    const auto& text = given->get_ref<const std::string&>();
    request.body = ref.shape->kind == Kind::blob ? base64_decode(text).value_or("") : text;
  } else if (given != params.end()) {
    structured_body(protocol, ref, *given, request);
  } else if (protocol == Protocol::rest_json) {
    structured_body(protocol, ref, Json::object(), request);
  }
}

}  // namespace

void rest_request(const Service& service, const Operation& operation, const Json& params,
                  HttpRequest& request) {
  add_fixed_query(operation.query, request.query);
  if (operation.input.shape == nullptr) {
    request.path = operation.path;
    return;
  }
  const Shape& shape = *operation.input.shape;
  Json body = Json::object();
  for (const auto& [name, value] : params.items()) {
    const ShapeRef& ref = *shape.find(name);
    switch (ref.location) {
      case Location::query: add_query(ref, value, request.query); break;
      case Location::header:
      case Location::headers: add_header(ref, value, request.headers); break;
      case Location::body:
        if (shape.payload.empty()) body[name] = value;
        break;
      default: break;
    }
  }
  request.path = fill_path(operation, params);
  if (!shape.payload.empty()) {
    payload_body(service.protocol, *shape.find(shape.payload), params, request);
  } else if (!body.empty() ||
             (service.protocol == Protocol::rest_json && shape.has_body_members())) {
    structured_body(service.protocol, operation.input, body, request);
  }
}

}  // namespace byoc
