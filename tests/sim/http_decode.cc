#include "tests/sim/http_decode.h"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "base/check.h"
#include "base/percent.h"
#include "cloud/aws/parse.h"

namespace byoc::sim {
namespace {

std::vector<std::string> split(std::string_view text, char mark) {
  std::vector<std::string> parts;
  while (true) {
    const auto end = text.find(mark);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// The names of a form as a tree: "Filter.1.Value.2".
struct FormNode {
  std::optional<std::string> text;
  std::map<std::string, FormNode> children;
};

FormNode form_of(std::string_view body) {
  FormNode root;
  for (const std::string& pair : split(body, '&')) {
    const auto equals = std::min(pair.find('='), pair.size());
    FormNode* node = &root;
    for (const std::string& step : split(percent_decode(pair.substr(0, equals)), '.')) {
      node = &node->children[step];
    }
    node->text = percent_decode(pair.substr(std::min(equals + 1, pair.size())));
  }
  return root;
}

class FormReader {
 public:
  explicit FormReader(bool ec2) : ec2_(ec2) {}

  [[nodiscard]] Json value(const ShapeRef& ref, const FormNode& node) const {
    switch (ref.shape->kind) {
      case Kind::structure: return structure(*ref.shape, node);
      case Kind::list: return list(ref, node);
      case Kind::map: check(false, "no call of ours has a map in a form"); return nullptr;
      default: return scalar_from_text(ref, node.text.value_or(""));
    }
  }

  [[nodiscard]] Json structure(const Shape& shape, const FormNode& node) const {
    Json out = Json::object();
    for (const ShapeRef& member : shape.members) {
      const auto found = node.children.find(name_of(member));
      if (found != node.children.end()) out[member.name] = value(member, found->second);
    }
    return out;
  }

 private:
  [[nodiscard]] Json list(const ShapeRef& ref, const FormNode& node) const {
    const ShapeRef& element = ref.shape->element;
    const FormNode* items = &node;
    if (!ec2_ && !ref.flattened) {
      const auto inner =
          node.children.find(element.wire_name.empty() ? "member" : element.wire_name);
      if (inner == node.children.end()) return Json::array();
      items = &inner->second;
    }
    Json out = Json::array();
    for (std::size_t i = 1; i <= items->children.size(); ++i) {
      out.push_back(value(element, items->children.at(std::to_string(i))));
    }
    return out;
  }

  [[nodiscard]] std::string name_of(const ShapeRef& ref) const {
    if (!ec2_) return ref.wire();
    if (!ref.query_name.empty()) return ref.query_name;
    std::string name = ref.wire();
    if (!ref.wire_name.empty()) name[0] = upper(name[0]);
    return name;
  }

  static char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

  bool ec2_;
};

// Two services may be signed as one: what their forms call their version tells them apart.
const Service* service_signed_as(const std::string& name, const std::string& body) {
  const Service* found = nullptr;
  for (const std::string& known : service_names()) {
    const Service* service = find_service(known);
    if (service->signing_name != name) continue;
    const bool says_so = body.find("&Version=" + service->api_version) != std::string::npos;
    if (found == nullptr || says_so) found = service;
  }
  return found;
}

// The labels of a path that fits, in clear.
std::optional<std::map<std::string, std::string>> labels_of(const std::string& pattern,
                                                            const std::string& path) {
  const std::vector<std::string> wanted = split(pattern, '/');
  std::vector<std::string> given = split(path, '/');
  if (given.size() > wanted.size() && given.back().empty()) given.pop_back();
  if (wanted.size() != given.size()) return std::nullopt;
  std::map<std::string, std::string> labels;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].starts_with('{')) {
      if (given[i].empty()) return std::nullopt;
      labels[wanted[i].substr(1, wanted[i].size() - 2)] = percent_decode(given[i]);
    } else if (wanted[i] != given[i]) {
      return std::nullopt;
    }
  }
  return labels;
}

bool has_fixed_query(const byoc::Operation& operation, const Fields& query) {
  if (operation.query.empty()) return true;
  for (const std::string& field : split(operation.query, '&')) {
    const std::string name = field.substr(0, field.find('='));
    const bool found = std::any_of(query.begin(), query.end(),
                                   [&](const auto& item) { return item.first == name; });
    if (!found) return false;
  }
  return true;
}

void take_query(const ShapeRef& member, const Fields& query, Json& params) {
  const bool list = member.shape->kind == Kind::list;
  for (const auto& [name, value] : query) {
    if (name != member.wire()) continue;
    if (!list) {
      params[member.name] = scalar_from_text(member, value);
    } else {
      params[member.name].push_back(scalar_from_text(member.shape->element, value));
    }
  }
}

// The body by the input's shape: the parsers of answers read it.
void take_body(const Service& service, const byoc::Operation& operation, const std::string& body,
               Json& params) {
  if (body.empty()) return;
  byoc::Operation reader;
  reader.name = "Request";
  reader.output = operation.input;
  byoc::Answer answer;
  std::string why;
  if (service.protocol != Protocol::rest_xml) {
    check(parse_json_body(reader, {200, {}, body}, answer, why), why);
  } else {
    static std::map<const byoc::Operation*, Shape> shapes;  // the payload is one member of them
    Shape& shape = shapes.try_emplace(&operation, *operation.input.shape).first->second;
    shape.payload.clear();
    reader.output.shape = &shape;
    Service plain;
    plain.protocol = Protocol::ec2;
    const HttpResponse wrapped{200, {}, "<RequestResponse>" + body + "</RequestResponse>"};
    check(parse_xml_body(plain, reader, wrapped, answer, why), why);
  }
  params.update(answer.body);
}

void decode_rest(const HttpRequest& request, Decoded& out) {
  std::map<std::string, std::string> labels;
  for (const auto& [name, operation] : out.service->operations) {
    if (operation.method != request.method) continue;
    const auto found = labels_of(operation.path, request.path);
    if (!found || !has_fixed_query(operation, request.query)) continue;
    if (out.operation != nullptr && out.operation->query.size() >= operation.query.size()) continue;
    out.operation = &operation;
    labels = *found;
  }
  if (out.operation == nullptr || out.operation->input.shape == nullptr) return;
  for (const ShapeRef& member : out.operation->input.shape->members) {
    if (member.location == Location::uri) {
      out.params[member.name] = labels.at(member.wire());
    } else if (member.location == Location::query) {
      take_query(member, request.query, out.params);
    }
  }
  take_body(*out.service, *out.operation, request.body, out.params);
}

}  // namespace

Decoded decode_request(const HttpRequest& request) {
  Decoded out;
  // "AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, ..."
  std::string_view authorization = find_field(request.headers, "Authorization");
  const auto begin = authorization.find("Credential=");
  check(begin != std::string_view::npos, "every request of a history is signed");
  authorization.remove_prefix(begin + std::string_view("Credential=").size());
  const std::vector<std::string> scope =
      split(authorization.substr(0, authorization.find(',')), '/');
  out.access_key = scope.at(0);
  out.region = scope.at(2);
  out.service = service_signed_as(scope.at(3), request.body);
  check(out.service != nullptr, "the scope names a service");
  switch (out.service->protocol) {
    case Protocol::ec2:
    case Protocol::query: {
      const FormNode form = form_of(request.body);
      out.operation = out.service->find(form.children.at("Action").text.value_or(""));
      if (out.operation == nullptr || out.operation->input.shape == nullptr) return out;
      const FormReader reader(out.service->protocol == Protocol::ec2);
      out.params = reader.structure(*out.operation->input.shape, form);
      return out;
    }
    case Protocol::json: {
      const std::string target(find_field(request.headers, "X-Amz-Target"));
      out.operation = out.service->find(target.substr(target.find('.') + 1));
      if (out.operation != nullptr) {
        take_body(*out.service, *out.operation, request.body, out.params);
      }
      return out;
    }
    case Protocol::rest_json:
    case Protocol::rest_xml: decode_rest(request, out); return out;
  }
  return out;
}

}  // namespace byoc::sim
