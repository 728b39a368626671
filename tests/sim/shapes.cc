#include "tests/sim/shapes.h"

#include "cloud/aws/model.h"

namespace byoc::sim {
namespace {

bool scalar_fits(Kind kind, const Json& value) {
  switch (kind) {
    case Kind::boolean: return value.is_boolean();
    case Kind::integer: return value.is_number_integer();
    case Kind::floating: return value.is_number();
    default: return value.is_string();
  }
}

class Comparison {
 public:
  void compare(const Shape& shape, const Json& value, const std::string& path) {
    if (shape.kind == Kind::structure) return compare_structure(shape, value, path);
    if (shape.kind == Kind::list) return compare_list(shape, value, path);
    if (shape.kind == Kind::map) return compare_map(shape, value, path);
    // The one null that boto3 shows: the location of a bucket in us-east-1.
    const bool fits = scalar_fits(shape.kind, value) || path == ".LocationConstraint";
    if (!fits) found_.push_back(path + ": a wrong kind of value: " + value.dump());
  }
  [[nodiscard]] std::vector<std::string> take() { return std::move(found_); }

 private:
  void compare_structure(const Shape& shape, const Json& value, const std::string& path) {
    if (!value.is_object()) return found_.push_back(path + ": not an object");
    for (const auto& item : value.items()) {
      const ShapeRef* member = shape.find(item.key());
      const std::string inner = path + '.' + item.key();
      if (member == nullptr) {
        found_.push_back(inner + ": the model has no such member");
      } else {
        compare(*member->shape, item.value(), inner);
      }
    }
  }
  void compare_list(const Shape& shape, const Json& value, const std::string& path) {
    if (!value.is_array()) return found_.push_back(path + ": not a list");
    for (const Json& item : value) compare(*shape.element.shape, item, path + "[]");
  }
  void compare_map(const Shape& shape, const Json& value, const std::string& path) {
    if (!value.is_object()) return found_.push_back(path + ": not a map");
    for (const Json& item : value) compare(*shape.element.shape, item, path + "{}");
  }

  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> misfits(std::string_view service, std::string_view operation,
                                 const Json& body) {
  const Service* model = find_service(service);
  const byoc::Operation* known = model == nullptr ? nullptr : model->find(operation);
  if (known == nullptr) return {};
  if (known->output.shape == nullptr) {
    if (body.empty()) return {};
    return {"the model has no output: " + body.dump()};
  }
  Comparison comparison;
  comparison.compare(*known->output.shape, body, "");
  return comparison.take();
}

}  // namespace byoc::sim
