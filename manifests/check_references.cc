// References: GitOps applies in any order, so a missing object is a warning, never an error.
#include "manifests/format.h"
#include "manifests/pointer.h"
#include "manifests/preset.h"
#include "manifests/schema.h"
#include "manifests/spelling.h"
#include "manifests/topics.h"

namespace byoc {
namespace {

constexpr std::string_view kRolePlaceholder = "${role.";

class ReferenceCheck {
 public:
  ReferenceCheck(const Object& object, const World& world, Findings& findings)
      : object_(object), world_(world), findings_(findings) {}

  void fields(const Json& schema, const Json& value, const std::string& pointer) {
    if (schema.contains("x-reference") && value.is_string()) {
      return reference(schema.at("x-reference").get<std::string>(), value.get<std::string>(),
                       pointer);
    }
    if (value.is_array() && schema.contains("items")) {
      for (std::size_t i = 0; i < value.size(); ++i)
        fields(schema.at("items"), value[i], pointer_to(pointer, i));
    }
    if (!value.is_object() || !schema.contains("properties")) return;
    for (const auto& [name, field] : schema.at("properties").items()) {
      if (value.contains(name)) fields(field, value.at(name), pointer_to(pointer, name));
    }
  }

  void policies(const Json& list, const std::string& pointer) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      const Json* document = value_at(list[i], "/document");
      if (document != nullptr)
        placeholders(*document, pointer_to(pointer_to(pointer, i), "document"));
    }
  }

  // ${role.NAME.arn}, in any text below `value`; ${aws:...} is IAM's own.
  void placeholders(const Json& value, const std::string& pointer) {
    if (value.is_object()) {
      for (const auto& [name, item] : value.items()) placeholders(item, pointer_to(pointer, name));
    } else if (value.is_array()) {
      for (std::size_t i = 0; i < value.size(); ++i) placeholders(value[i], pointer_to(pointer, i));
    } else if (value.is_string()) {
      in_text(value.get_ref<const std::string&>(), pointer);
    }
  }

 private:
  void in_text(const std::string& text, const std::string& pointer) {
    constexpr std::string_view kEnd = ".arn}";
    std::size_t at = text.find(kRolePlaceholder);
    for (; at != std::string::npos; at = text.find(kRolePlaceholder, at + 1)) {
      const std::size_t begin = at + kRolePlaceholder.size();
      const std::size_t end = text.find('}', begin);
      const std::string inside =
          text.substr(begin, end == std::string::npos ? end : end + 1 - begin);
      if (end == std::string::npos || !inside.ends_with(kEnd) || inside.size() == kEnd.size()) {
        findings_.error(pointer,
                        "the placeholder " + quoted_value("${role." + inside) + " is not known",
                        "write ${role.NAME.arn}");
        continue;
      }
      reference("Role", inside.substr(0, inside.size() - kEnd.size()), pointer);
    }
  }

  void reference(const std::string& kind, const std::string& name, const std::string& pointer) {
    const Object* found = world_.find({kind, object_.metadata.ns, name});
    if (found == &object_) return findings_.error(pointer, "the object refers to itself");
    if (found != nullptr) {
      if (found->deleting())
        findings_.warning(pointer, kind + " " + quoted_value(name) + " is being deleted");
      return;
    }
    findings_.warning(pointer, "there is no " + kind + " " + quoted_value(name) + " yet",
                      hint(kind, name));
  }

  std::string hint(const std::string& kind, const std::string& name) const {
    std::vector<std::string> same_kind;
    std::string other_kind;
    const auto look = [&](const Object& object) {
      if (object.metadata.ns != object_.metadata.ns) return;
      if (object.kind == kind) same_kind.push_back(object.metadata.name);
      if (object.kind != kind && object.metadata.name == name && &object != &object_)
        other_kind = object.kind;
    };
    for (const Manifest& manifest : world_.manifests()) look(manifest.object);
    for (const Object& object : world_.existing()) look(object);
    const std::string near = did_you_mean(name, same_kind);
    if (!near.empty()) return near;
    if (!other_kind.empty())
      return "there is a " + other_kind + " of this name, but a " + kind + " is needed";
    return "it may come later; until then this object waits";
  }

  const Object& object_;
  const World& world_;
  Findings& findings_;
};

}  // namespace

void check_references(const Object& object, const World& world, Findings& findings) {
  ReferenceCheck check(object, world, findings);
  const Json* schema = schema_at(object.kind, "/spec");
  if (schema != nullptr) check.fields(*schema, object.spec, "/spec");
  if (object.kind != "Role") return;
  for (const char* list : {"inline", "customer"}) {
    check.policies(list_at(object.spec, std::string("/policies/") + list),
                   std::string("/spec/policies/") + list);
    const Json* preset = find_preset(text_at(object.spec, "/policies/preset"));
    if (preset != nullptr) check.placeholders(preset->at(list), "/spec/policies/preset");
  }
}

}  // namespace byoc
