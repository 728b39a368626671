#include "cloud/aws/params.h"

#include <string>

#include "cloud/aws/encoding.h"

namespace byoc {
namespace {

// The place of a value, as a chain on the stack: text is made only for findings.
struct Place {
  const Place* up = nullptr;
  std::string_view name;  // member or map key; empty: list element
  std::size_t index = 0;
};

std::string to_text(const Place& place) {
  std::string text = place.up == nullptr ? "" : to_text(*place.up);
  if (place.up == nullptr) return text;
  if (place.name.empty()) return text + "[" + std::to_string(place.index) + "]";
  if (!text.empty()) text += '.';
  return text.append(place.name);
}

bool scalar_fits(const Shape& shape, const Json& value) {
  switch (shape.kind) {
    case Kind::string: return value.is_string();
    case Kind::blob:
      return value.is_string() && base64_decode(value.get_ref<const std::string&>()).has_value();
    case Kind::boolean: return value.is_boolean();
    case Kind::integer: return value.is_number_integer();
    case Kind::floating: return value.is_number();
    case Kind::timestamp: return timestamp_param(value).has_value();
    default: return false;
  }
}

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::structure: return "an object";
    case Kind::list: return "a list";
    case Kind::map: return "a map";
    case Kind::string: return "text";
    case Kind::blob: return "base64 text";
    case Kind::boolean: return "a boolean";
    case Kind::integer: return "an integer";
    case Kind::floating: return "a number";
    case Kind::timestamp: return "a time (RFC 3339)";
  }
  return "?";
}

class Checker {
 public:
  void value(const ShapeRef& ref, const Json& json, const Place& place) {
    const Shape& shape = *ref.shape;
    switch (shape.kind) {
      case Kind::structure: return structure(shape, json, place);
      case Kind::list: return list(shape, json, place);
      case Kind::map: return map(shape, json, place);
      default: break;
    }
    if (!scalar_fits(shape, json)) return mistyped(shape, json, place);
    // An empty name in a path would turn a call about one thing into one about all of them.
    if (ref.location == Location::uri && json.is_string() &&
        json.get_ref<const std::string&>().empty()) {
      found(place, "must not be empty");
    }
  }

  [[nodiscard]] const std::string& findings() const { return findings_; }

 private:
  void structure(const Shape& shape, const Json& json, const Place& place) {
    if (!json.is_object()) return mistyped(shape, json, place);
    for (const auto& [name, member] : json.items()) {
      const Place inner{&place, name, 0};
      const ShapeRef* ref = shape.find(name);
      if (ref == nullptr) {
        found(inner, "unknown parameter");
      } else {
        value(*ref, member, inner);
      }
    }
    for (const std::string& name : shape.required) {
      if (!json.contains(name)) found(Place{&place, name, 0}, "missing");
    }
  }

  void list(const Shape& shape, const Json& json, const Place& place) {
    if (!json.is_array()) return mistyped(shape, json, place);
    for (std::size_t i = 0; i < json.size(); ++i) value(shape.element, json[i], {&place, {}, i});
  }

  void map(const Shape& shape, const Json& json, const Place& place) {
    if (!json.is_object()) return mistyped(shape, json, place);
    for (const auto& [key, member] : json.items()) value(shape.element, member, {&place, key, 0});
  }

  void mistyped(const Shape& shape, const Json& json, const Place& place) {
    std::string text = "must be ";
    text.append(kind_name(shape.kind)).append(", not ").append(json.type_name());
    found(place, text);
  }

  void found(const Place& place, std::string_view text) {
    if (++count_ > kFindingsMax) return;
    if (!findings_.empty()) findings_ += "; ";
    const std::string where = to_text(place);
    findings_.append(where.empty() ? "parameters" : where).append(": ").append(text);
  }

  std::string findings_;
  int count_ = 0;
};

}  // namespace

Status check_params(const Service& service, const Operation& operation, const Json& params) {
  Checker checker;
  if (operation.input.shape != nullptr) {
    checker.value(operation.input, params, Place{});
  } else if (!params.is_object() || !params.empty()) {
    return error(Code::invalid,
                 service.name + ":" + operation.name + ": the operation has no parameters");
  }
  if (checker.findings().empty()) return {};
  return error(Code::invalid, service.name + ":" + operation.name + ": " + checker.findings());
}

}  // namespace byoc
