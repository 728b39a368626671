#include "base/percent.h"
#include "cloud/aws/encoding.h"
#include "cloud/aws/serialize.h"

namespace byoc {
namespace {

// Writes "&Prefix.Member.1=value" pairs. The prefix is one string that grows and shrinks. EC2's
// dialect differs: other names, every list flattened, empty lists unsaid.
class QueryWriter {
 public:
  QueryWriter(bool ec2, std::string& out) : ec2_(ec2), out_(out) {}

  void value(const ShapeRef& ref, const Json& json) {
    switch (ref.shape->kind) {
      case Kind::structure: return structure(*ref.shape, json);
      case Kind::list: return list(ref, json);
      case Kind::map: return map(ref, json);
      case Kind::timestamp: {
        const auto format =
            ref.time_format == TimeFormat::unset ? TimeFormat::iso8601 : ref.time_format;
        return pair(write_timestamp(*timestamp_param(json), format));
      }
      default: return pair(scalar_text(json));
    }
  }

 private:
  void structure(const Shape& shape, const Json& json) {
    for (const auto& [name, member] : json.items()) {
      const ShapeRef& ref = *shape.find(name);
      const std::size_t size = push(name_of(ref));
      value(ref, member);
      prefix_.resize(size);
    }
  }

  void list(const ShapeRef& ref, const Json& json) {
    const ShapeRef& element = ref.shape->element;
    if (json.empty() && !ec2_) return pair("");
    const std::string whole = prefix_;
    if (!ec2_ && !ref.flattened) {
      push(element.wire_name.empty() ? "member" : element.wire_name);
    } else if (!ec2_ && !element.wire_name.empty()) {
      const auto dot = prefix_.rfind('.');
      prefix_.resize(dot == std::string::npos ? 0 : dot);
      push(element.wire_name);
    }
    for (std::size_t i = 0; i < json.size(); ++i) {
      const std::size_t size = push(std::to_string(i + 1));
      value(element, json[i]);
      prefix_.resize(size);
    }
    prefix_ = whole;
  }

  void map(const ShapeRef& ref, const Json& json) {
    const Shape& shape = *ref.shape;
    const std::size_t whole = prefix_.size();
    if (!ref.flattened) push("entry");
    int index = 0;
    for (const auto& [key, member] : json.items()) {
      const std::size_t outside = push(std::to_string(++index));
      const std::size_t inside = push(shape.key.wire_name.empty() ? "key" : shape.key.wire_name);
      pair(key);
      prefix_.resize(inside);
      push(shape.element.wire_name.empty() ? "value" : shape.element.wire_name);
      value(shape.element, member);
      prefix_.resize(outside);
    }
    prefix_.resize(whole);
  }

  [[nodiscard]] std::string name_of(const ShapeRef& ref) const {
    if (!ec2_) return ref.wire();
    if (!ref.query_name.empty()) return ref.query_name;
    std::string name = ref.wire();
    if (!ref.wire_name.empty() && name[0] >= 'a' && name[0] <= 'z') {
      name[0] = static_cast<char>(name[0] - 'a' + 'A');
    }
    return name;
  }

  // Appends a step; answers with the size to shrink back to.
  std::size_t push(std::string_view step) {
    const std::size_t size = prefix_.size();
    if (size > 0) prefix_ += '.';
    prefix_ += step;
    return size;
  }

  void pair(std::string_view text) {
    out_ += '&';
    percent_encode_to(out_, prefix_);
    out_ += '=';
    percent_encode_to(out_, text);
  }

  bool ec2_;
  std::string& out_;
  std::string prefix_;
};

}  // namespace

std::string query_body(const Service& service, const Operation& operation, const Json& params) {
  std::string body = "Action=" + operation.name + "&Version=" + service.api_version;
  if (operation.input.shape != nullptr) {
    QueryWriter(service.protocol == Protocol::ec2, body).value(operation.input, params);
  }
  return body;
}

}  // namespace byoc
