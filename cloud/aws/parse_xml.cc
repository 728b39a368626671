#include <algorithm>
#include <pugixml.hpp>

#include "cloud/aws/encoding.h"
#include "cloud/aws/errors.h"
#include "cloud/aws/parse.h"
#include "cloud/aws/quirks.h"

namespace byoc {
namespace {

constexpr unsigned kParseFlags = pugi::parse_default | pugi::parse_ws_pcdata_single;

std::string_view local_name(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

pugi::xml_node child(const pugi::xml_node& node, std::string_view name) {
  for (const pugi::xml_node& item : node.children()) {
    if (local_name(item) == name) return item;
  }
  return {};
}

std::string text_of(const pugi::xml_node& node) {
  std::string text;
  for (const pugi::xml_node& item : node.children()) {
    if (item.type() == pugi::node_element) break;
    text += item.value();
  }
  return text;
}

bool has_elements(const pugi::xml_node& node) {
  const auto all = node.children();
  return std::any_of(all.begin(), all.end(),
                     [](const auto& item) { return item.type() == pugi::node_element; });
}

std::string text_at(const pugi::xml_node& node, std::string_view name) {
  return text_of(child(node, name));
}

class XmlReader {
 public:
  explicit XmlReader(const Service& service) : service_(service) {}

  bool value(const ShapeRef& ref, const pugi::xml_node& node, Json& into) {
    switch (ref.shape->kind) {
      case Kind::structure: return structure(*ref.shape, node, into);
      case Kind::list: return list(*ref.shape, node, into);
      case Kind::map:
        into = Json::object();
        for (const pugi::xml_node& entry : node.children()) {
          if (!map_entry(*ref.shape, entry, into)) return false;
        }
        return true;
      default: return scalar(ref, node, into);
    }
  }

  bool structure(const Shape& shape, const pugi::xml_node& node, Json& into) {
    if (!into.is_object()) into = Json::object();
    if (holds_text(node)) return false;
    for (const pugi::xml_node& item : node.children()) {
      if (item.type() != pugi::node_element) continue;
      const ShapeRef* member = shape.find_wire(local_name(item));
      if (member == nullptr || member->location != Location::body) continue;
      if (!this->member(*member, item, into)) return false;
    }
    return attributes(shape, node, into);
  }

  [[nodiscard]] const std::string& why() const { return why_; }

 private:
  bool member(const ShapeRef& ref, const pugi::xml_node& node, Json& into) {
    if (ref.flattened && ref.shape->kind == Kind::list) {
      Json& list = into[ref.name];
      if (list.is_null()) list = Json::array();
      list.push_back(nullptr);
      return value(ref.shape->element, node, list.back());
    }
    if (ref.flattened && ref.shape->kind == Kind::map) {
      Json& map = into[ref.name];
      if (map.is_null()) map = Json::object();
      return map_entry(*ref.shape, node, map);
    }
    if (into.contains(ref.name)) return true;  // the first of several counts
    return value(ref, node, into[ref.name]);
  }

  bool list(const Shape& shape, const pugi::xml_node& node, Json& into) {
    into = Json::array();
    if (holds_text(node)) return false;
    for (const pugi::xml_node& item : node.children()) {
      if (item.type() != pugi::node_element) continue;
      into.push_back(nullptr);
      if (!value(shape.element, item, into.back())) return false;
    }
    return true;
  }

  bool map_entry(const Shape& shape, const pugi::xml_node& entry, Json& into) {
    if (entry.type() != pugi::node_element) return true;
    const ShapeRef& key = shape.key;
    const ShapeRef& element = shape.element;
    const std::string name = text_at(entry, key.wire_name.empty() ? "key" : key.wire_name);
    const auto node = child(entry, element.wire_name.empty() ? "value" : element.wire_name);
    if (!node) return why_ = "a map entry of the answer has no value", false;
    return value(element, node, into[name]);
  }

  bool attributes(const Shape& shape, const pugi::xml_node& node, Json& into) {
    for (const pugi::xml_attribute& attribute : node.attributes()) {
      const ShapeRef* member = shape.find_wire(attribute.name());
      if (member != nullptr && member->xml_attribute) into[member->name] = attribute.value();
    }
    return true;
  }

  // Text where members or items should be: not an empty list, but no answer.
  bool holds_text(const pugi::xml_node& node) {
    if (text_of(node).find_first_not_of(" \t\r\n") == std::string::npos) return false;
    why_ = "the answer's " + std::string(local_name(node)) + " is text";
    return true;
  }

  bool scalar(const ShapeRef& ref, const pugi::xml_node& node, Json& into) {
    if (has_elements(node)) return why_ = "the answer's " + ref.name + " is no text", false;
    into = scalar_from_text(ref, text_of(node));
    if (into.is_null()) return why_ = "the answer's " + ref.name + " is no number", false;
    if (is_policy_document(service_, ref)) {
      into = decode_policy_document(into.get_ref<const std::string&>());
    }
    return true;
  }

  const Service& service_;
  std::string why_;
};

std::string request_id_in(const pugi::xml_node& root) {
  for (const char* name : {"requestId", "RequestId", "RequestID"}) {
    if (std::string id = text_at(root, name); !id.empty()) return id;
  }
  return text_at(child(root, "ResponseMetadata"), "RequestId");
}

// The part of a good answer that the output shape describes.
pugi::xml_node output_node(const Operation& operation, const pugi::xml_node& root) {
  return operation.result_wrapper.empty() ? root : child(root, operation.result_wrapper);
}

bool parse_payload(const ShapeRef& payload, const HttpResponse& response,
                   const pugi::xml_node& root, XmlReader& reader, Json& body) {
  const Kind kind = payload.shape->kind;
  if (kind == Kind::string) return body[payload.name] = response.body, true;
  if (kind == Kind::blob) return body[payload.name] = base64_encode(response.body), true;
  return reader.value(payload, root, body[payload.name]);
}

}  // namespace

bool parse_xml_body(const Service& service, const Operation& operation,
                    const HttpResponse& response, Answer& answer, std::string& why) {
  pugi::xml_document document;
  const bool rest = service.protocol == Protocol::rest_xml;
  const Shape* output = operation.output.shape;
  const bool may_be_empty = rest && (output == nullptr || !output->has_body_members());
  if (!response.body.empty() || !may_be_empty) {
    const auto result = document.load_buffer(response.body.data(), response.body.size(),
                                             kParseFlags, pugi::encoding_utf8);
    if (!result) return why = std::string("the answer is no XML: ") + result.description(), false;
  }
  const pugi::xml_node root = document.document_element();
  if (root && !root_fits(service, operation, local_name(root))) {
    why = "the endpoint answered with <" + std::string(local_name(root)) + ">";
    return false;
  }
  if (answer.request_id.empty()) answer.request_id = request_id_in(root);
  if (output == nullptr || !root) return true;
  const Shape& shape = *output;
  XmlReader reader(service);
  const bool fits =
      shape.payload.empty()
          ? reader.structure(shape, output_node(operation, root), answer.body)
          : parse_payload(*shape.find(shape.payload), response, root, reader, answer.body);
  if (!fits) why = reader.why();
  return fits;
}

ErrorFacts read_xml_error(const Service& service, const HttpResponse& response) {
  ErrorFacts facts;
  pugi::xml_document document;
  if (!document.load_buffer(response.body.data(), response.body.size(), kParseFlags,
                            pugi::encoding_utf8)) {
    return facts;
  }
  const pugi::xml_node root = document.document_element();
  if (!error_root_fits(service, local_name(root))) return facts;
  pugi::xml_node node = local_name(root) == "Error" ? root : child(root, "Error");
  if (!node) node = child(child(root, "Errors"), "Error");
  facts.code = text_at(node, "Code");
  facts.message = text_at(node, "Message");
  facts.request_id = request_id_in(root);
  return facts;
}

}  // namespace byoc
