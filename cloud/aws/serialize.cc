#include "cloud/aws/serialize.h"

#include "cloud/aws/encoding.h"
#include "cloud/aws/params.h"

namespace byoc {
namespace {

void json_request(const Service& service, const Operation& operation, const Json& params,
                  HttpRequest& request) {
  request.headers.emplace_back("X-Amz-Target", service.target_prefix + "." + operation.name);
  request.headers.emplace_back("Content-Type", "application/x-amz-json-" + service.json_version);
  request.body =
      operation.input.shape == nullptr ? "{}" : json_body(operation.input, params).dump();
}

void query_request(const Service& service, const Operation& operation, const Json& params,
                   HttpRequest& request) {
  request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  request.body = query_body(service, operation, params);
}

Json json_structure(const Shape& shape, const Json& value) {
  Json out = Json::object();
  for (const auto& [name, member] : value.items()) {
    const ShapeRef& ref = *shape.find(name);
    out[ref.wire()] = json_body(ref, member);
  }
  return out;
}

}  // namespace

Json json_body(const ShapeRef& ref, const Json& value) {
  const Shape& shape = *ref.shape;
  if (shape.kind == Kind::structure) return json_structure(shape, value);
  if (shape.kind == Kind::list) {
    Json out = Json::array();
    for (const Json& element : value) out.push_back(json_body(shape.element, element));
    return out;
  }
  if (shape.kind == Kind::map) {
    Json out = Json::object();
    for (const auto& [key, element] : value.items()) out[key] = json_body(shape.element, element);
    return out;
  }
  if (shape.kind != Kind::timestamp) return value;
  const Time time = *timestamp_param(value);
  if (ref.time_format == TimeFormat::unset || ref.time_format == TimeFormat::unix_seconds) {
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
  }
  return write_timestamp(time, ref.time_format);
}

Result<HttpRequest> serialize(const Service& service, const Operation& operation,
                              const Json& params) {
  if (Status status = check_params(service, operation, params); !status.ok()) return status;
  HttpRequest request;
  request.method = operation.method;
  switch (service.protocol) {
    case Protocol::ec2:
    case Protocol::query: query_request(service, operation, params, request); break;
    case Protocol::json: json_request(service, operation, params, request); break;
    case Protocol::rest_json:
    case Protocol::rest_xml: rest_request(service, operation, params, request); break;
  }
  return request;
}

}  // namespace byoc
