// A trimmed API model (cloud/aws/models), as far as the tests of rows ask: which members the input
// and output of an operation have.
#pragma once

#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "reconcilers/reference.h"

namespace byoc {

class Model {
 public:
  explicit Model(const std::string& service) {
    std::ifstream in(std::string(BYOC_SOURCE_DIR "/cloud/aws/models/") + service + ".json");
    model_ = Json::parse(in);
  }

  static const Model& of(std::string_view service) {
    static std::map<std::string, Model, std::less<>> models;
    const auto found = models.find(service);
    if (found != models.end()) return found->second;
    return models.emplace(service, Model(std::string(service))).first->second;
  }

  [[nodiscard]] bool has(std::string_view operation) const {
    return model_.at("operations").contains(operation);
  }

  // The shape of an operation's "input" or "output", or of what a path inside it leads to; null
  // when there is none. A step into a list is its index.
  [[nodiscard]] const Json& shape(std::string_view operation, const char* side,
                                  std::string_view path = "") const {
    const std::string name(operation);
    if (!has(name)) return none();
    const Json* at = &member(model_["operations"][name], std::string(side) + "/shape");
    while (at->is_string() && !path.empty()) {
      const std::size_t slash = path.find('/');
      at = &next(at->get_ref<const std::string&>(), path.substr(0, slash));
      path = slash == std::string_view::npos ? "" : path.substr(slash + 1);
    }
    return at->is_string() ? shape_named(at->get_ref<const std::string&>()) : none();
  }

  // What in `params` the operation's input would not take, as paths; a reference, or a text that
  // begins with "@", stands for any value.
  [[nodiscard]] std::vector<std::string> misfits(std::string_view operation,
                                                 const Json& params) const {
    std::vector<std::string> out;
    if (!has(operation)) return {std::string(operation) + ": no such operation"};
    const Json& input = member(model_["operations"][std::string(operation)], "input/shape");
    if (input.is_string()) {
      compare(input.get<std::string>(), params, std::string(operation), out);
    } else if (!params.empty()) {
      out.push_back(std::string(operation) + ": takes nothing");
    }
    return out;
  }

 private:
  static const Json& none() {
    static const Json kNone;
    return kNone;
  }

  [[nodiscard]] const Json& shape_named(const std::string& name) const {
    static const Json kPlain = Json::object();
    const auto found = model_["shapes"].find(name);
    return found == model_["shapes"].end() ? kPlain : *found;
  }

  const Json& next(const std::string& shape_name, std::string_view step) const {
    const Json& shape = shape_named(shape_name);
    const std::string type = shape.value("type", "");
    if (type == "structure") return member(shape, "members/" + std::string(step) + "/shape");
    return member(shape, type == "list" ? "member/shape" : "value/shape");
  }

  void compare(const std::string& shape_name, const Json& value, const std::string& path,
               std::vector<std::string>& out) const {
    if (value.is_binary()) return;
    if (value.is_string() && value.get_ref<const std::string&>().starts_with('@')) return;
    const Json& shape = shape_named(shape_name);
    const std::string type = shape.value("type", shape_name);  // plain ones are named so
    if (type == "structure" || type == "map") {
      if (!value.is_object()) return out.push_back(path + ": not an object");
      for (const auto& [name, inner] : value.items()) {
        const Json& to = next(shape_name, name);
        if (to.is_null()) {
          out.push_back(path + "/" + name + ": no such member");
        } else {
          compare(to.get<std::string>(), inner, path + "/" + name, out);
        }
      }
      for (const Json& name : member(shape, "required")) {
        if (!value.contains(name)) out.push_back(path + ": lacks " + name.get<std::string>());
      }
    } else if (type == "list") {
      if (!value.is_array()) return out.push_back(path + ": not a list");
      for (const Json& inner : value) {
        compare(next(shape_name, "0").get<std::string>(), inner, path + "/0", out);
      }
    } else if (!fits_scalar(type, value)) {
      out.push_back(path + ": not a " + type);
    }
  }

  static bool fits_scalar(const std::string& type, const Json& value) {
    if (type == "string" || type == "blob" || type == "timestamp") return value.is_string();
    if (type == "boolean") return value.is_boolean();
    return value.is_number();
  }

  Json model_;
};

}  // namespace byoc
