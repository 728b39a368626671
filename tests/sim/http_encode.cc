#include "tests/sim/http_encode.h"

#include <array>
#include <charconv>

#include "base/percent.h"
#include "cloud/aws/encoding.h"
#include "cloud/aws/quirks.h"
#include "cloud/aws/serialize.h"

namespace byoc::sim {
namespace {

// Without what the (trimmed) model does not know.
Json pruned(const Shape& shape, const Json& value, bool documents) {
  switch (shape.kind) {
    case Kind::structure: {
      Json out = Json::object();
      for (const ShapeRef& member : shape.members) {
        const auto found = value.find(member.name);
        if (found == value.end() || found->is_null()) continue;
        out[member.name] = pruned(*member.shape, *found, documents);
        // IAM encodes its documents once more.
        const bool document = documents && found->is_string() &&
                              (member.name == "AssumeRolePolicyDocument" ||
                               member.name == "PolicyDocument" || member.name == "Document");
        if (document) out[member.name] = percent_encode(found->get_ref<const std::string&>());
      }
      return out;
    }
    case Kind::list: {
      Json out = Json::array();
      for (const Json& item : value) out.push_back(pruned(*shape.element.shape, item, documents));
      return out;
    }
    case Kind::map: {
      Json out = Json::object();
      for (const auto& [key, item] : value.items()) {
        out[key] = pruned(*shape.element.shape, item, documents);
      }
      return out;
    }
    default: return value;
  }
}

bool is_json(const Service& service) {
  return service.protocol == Protocol::json || service.protocol == Protocol::rest_json;
}

HttpResponse response_of(const Service& service, int status, std::string body,
                         const std::string& request_id) {
  const char* type = is_json(service) ? "application/x-amz-json-1.1" : "text/xml;charset=UTF-8";
  return {status, {{"content-type", type}, {"x-amzn-requestid", request_id}}, std::move(body)};
}

std::string rest_xml_body(const byoc::Operation& operation, const Json& body) {
  const std::string root(s3_root(operation));
  if (root.empty()) return {};
  const Shape& shape = *operation.output.shape;
  const ShapeRef& whole = shape.payload.empty() ? operation.output : *shape.find(shape.payload);
  return xml_body(whole, root,
                  shape.payload.empty() ? body : body.value(shape.payload, Json::object()));
}

std::string query_answer(const Service& service, const byoc::Operation& operation, const Json& body,
                         const std::string& request_id) {
  const std::string root = operation.name + "Response";
  std::string inner;
  if (operation.output.shape != nullptr) {
    const std::string wrapper = operation.result_wrapper.empty() ? "W" : operation.result_wrapper;
    inner = xml_body(operation.output, wrapper, body);
    if (operation.result_wrapper.empty()) {
      inner = inner.substr(3, inner.size() - 7);  // within <W> and </W>
    }
  }
  const std::string id = "<requestId>" + request_id + "</requestId>";
  if (service.protocol == Protocol::ec2) return "<" + root + ">" + id + inner + "</" + root + ">";
  return "<" + root + ">" + inner + "<ResponseMetadata><RequestId>" + request_id +
         "</RequestId></ResponseMetadata></" + root + ">";
}

}  // namespace

HttpResponse encode_body(const Service& service, const byoc::Operation& operation, Json body,
                         const std::string& request_id) {
  if (operation.output.shape != nullptr) {
    body = pruned(*operation.output.shape, body, service.name == "iam");
  }
  std::string text;
  if (is_json(service)) {
    if (operation.output.shape != nullptr) text = json_body(operation.output, body).dump();
  } else if (service.protocol == Protocol::rest_xml) {
    text = operation.method == "HEAD" ? "" : rest_xml_body(operation, body);
  } else {
    text = query_answer(service, operation, body, request_id);
  }
  return response_of(service, 200, std::move(text), request_id);
}

HttpResponse encode_error(const Service& service, const byoc::Operation& operation,
                          const Answer& said, const std::string& request_id) {
  const std::string error =
      "<Code>" + said.code + "</Code><Message>" + xml_escape(said.message) + "</Message>";
  std::string text;
  if (is_json(service)) {
    Json members = said.body;
    members.update({{"__type", said.code}, {"message", said.message}});
    text = members.dump();
  } else if (service.protocol == Protocol::rest_xml) {
    if (operation.method != "HEAD") text = "<Error>" + error + "</Error>";
  } else if (service.protocol == Protocol::ec2) {
    text = "<Response><Errors><Error>" + error + "</Error></Errors><RequestID>" + request_id +
           "</RequestID></Response>";
  } else {
    text = "<ErrorResponse><Error>" + error + "</Error><RequestId>" + request_id +
           "</RequestId></ErrorResponse>";
  }
  return response_of(service, said.http, std::move(text), request_id);
}

HttpResponse page_of_a_proxy(std::uint64_t chance) {
  constexpr std::array<int, 9> kStatuses = {200, 403, 404, 405, 407, 500, 501, 502, 503};
  const bool empty = chance % 4 == 0;
  return {kStatuses[chance % kStatuses.size()],
          {{"content-type", "text/html"}},
          empty ? "" : "<html><head><title>Sign in</title></head></html>"};
}

std::size_t take_marker(const byoc::Operation& operation, Json& params) {
  const Paging& paging = operation.paging;
  std::size_t begin = 0;
  for (const std::string& input : paging.input) {
    const Json marker = params.value(input, Json());
    params.erase(input);
    if (!marker.is_string()) continue;
    const auto& text = marker.get_ref<const std::string&>();  // "m12"
    std::from_chars(text.data() + 1, text.data() + text.size(), begin);
  }
  if (!paging.input.empty() && !paging.limit.empty()) params.erase(paging.limit);
  return begin;
}

void cut_page(const byoc::Operation& operation, std::size_t begin, std::size_t size, Json& body) {
  const Paging& paging = operation.paging;
  if (paging.input.empty()) return;
  std::size_t before = 0;  // items in the lists before this one
  bool more = false;
  for (const std::string& result : paging.result) {
    const auto list = body.find(result);
    if (list == body.end() || !list->is_array()) continue;
    Json kept = Json::array();
    for (Json& item : *list) {
      const std::size_t place = before++;
      if (place >= begin && place < begin + size) kept.push_back(std::move(item));
      more = more || place >= begin + size;
    }
    *list = std::move(kept);
  }
  if (!paging.more.empty()) body[paging.more] = more;
  if (!more) return;
  for (const std::string& output : paging.output) body[output] = "m" + std::to_string(begin + size);
}

}  // namespace byoc::sim
