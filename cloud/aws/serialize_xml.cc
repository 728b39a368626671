#include "cloud/aws/encoding.h"
#include "cloud/aws/serialize.h"

namespace byoc {
namespace {

class XmlWriter {
 public:
  explicit XmlWriter(std::string& out) : out_(out) {}

  void value(const ShapeRef& ref, const std::string& name, const Json& json) {
    switch (ref.shape->kind) {
      case Kind::structure: return structure(ref, name, json);
      case Kind::list: return list(ref, name, json);
      case Kind::map: return map(ref, name, json);
      case Kind::timestamp: {
        const auto format =
            ref.time_format == TimeFormat::unset ? TimeFormat::iso8601 : ref.time_format;
        return leaf(ref, name, write_timestamp(*timestamp_param(json), format));
      }
      default: return leaf(ref, name, scalar_text(json));
    }
  }

 private:
  void open(const ShapeRef& ref, const std::string& name) {
    out_.append("<").append(name);
    if (ref.xml_namespace.uri.empty()) return;
    out_.append(" xmlns");
    if (!ref.xml_namespace.prefix.empty()) out_.append(":").append(ref.xml_namespace.prefix);
    out_.append("=\"").append(xml_escape(ref.xml_namespace.uri)).append("\"");
  }

  void close(const std::string& name) { out_.append("</").append(name).append(">"); }

  void leaf(const ShapeRef& ref, const std::string& name, const std::string& text) {
    open(ref, name);
    out_.append(">").append(xml_escape(text));
    close(name);
  }

  void structure(const ShapeRef& ref, const std::string& name, const Json& json) {
    open(ref, name);
    for (const auto& [key, member] : json.items()) {
      const ShapeRef& inner = *ref.shape->find(key);
      if (!inner.xml_attribute) continue;
      out_.append(" ").append(inner.wire()).append("=\"");
      out_.append(xml_escape(scalar_text(member))).append("\"");
    }
    out_ += '>';
    for (const auto& [key, member] : json.items()) {
      const ShapeRef& inner = *ref.shape->find(key);
      if (inner.location == Location::body && !inner.xml_attribute) {
        value(inner, inner.wire(), member);
      }
    }
    close(name);
  }

  void list(const ShapeRef& ref, const std::string& name, const Json& json) {
    const ShapeRef& element = ref.shape->element;
    if (ref.flattened) {
      for (const Json& item : json) value(element, name, item);
      return;
    }
    open(ref, name);
    out_ += '>';
    const std::string inner = element.wire_name.empty() ? "member" : element.wire_name;
    for (const Json& item : json) value(element, inner, item);
    close(name);
  }

  void map(const ShapeRef& ref, const std::string& name, const Json& json) {
    const Shape& shape = *ref.shape;
    const std::string entry = ref.flattened ? name : "entry";
    if (!ref.flattened) {
      open(ref, name);
      out_ += '>';
    }
    for (const auto& [key, member] : json.items()) {
      out_.append("<").append(entry).append(">");
      leaf(shape.key, shape.key.wire_name.empty() ? "key" : shape.key.wire_name, key);
      value(shape.element, shape.element.wire_name.empty() ? "value" : shape.element.wire_name,
            member);
      close(entry);
    }
    if (!ref.flattened) close(name);
  }

  std::string& out_;
};

}  // namespace

std::string xml_body(const ShapeRef& ref, const std::string& root, const Json& value) {
  std::string out;
  XmlWriter(out).value(ref, root, value);
  return out;
}

}  // namespace byoc
