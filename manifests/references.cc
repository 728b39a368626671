#include "manifests/references.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/ascii.h"
#include "manifests/kinds.h"
#include "manifests/pointer.h"
#include "manifests/preset.h"
#include "manifests/schema.h"

namespace byoc {
namespace {

// A field of a schema that may name other objects.
struct ReferenceField {
  enum class Form { name, text, preset };  // x-reference, x-reference-text, x-preset
  Form form = Form::name;
  std::string kind;
  std::vector<std::string> path;  // below the spec; kAnyItem for the items of a list
};

constexpr const char* kAnyItem = "[]";

void add_fields(const Json& schema, const std::vector<std::string>& path,
                std::vector<ReferenceField>& out) {
  using Form = ReferenceField::Form;
  for (const auto& [word, form] :
       {std::pair("x-reference", Form::name), std::pair("x-reference-text", Form::text),
        std::pair("x-preset", Form::preset)}) {
    const auto found = schema.find(word);
    if (found != schema.end()) out.push_back({form, found->get<std::string>(), path});
  }
  const auto below = [&](const Json& part, const std::string& token) {
    std::vector<std::string> longer = path;
    longer.push_back(token);
    add_fields(part, longer, out);
  };
  if (schema.contains("items")) below(schema.at("items"), kAnyItem);
  if (!schema.contains("properties")) return;
  for (const auto& [name, field] : schema.at("properties").items()) below(field, name);
}

// By kind. Under "": what fields of these names mean to all kinds, for records of a kind that only
// another version has: what they refer to must not be deleted under them.
using FieldsByKind = std::map<std::string, std::vector<ReferenceField>, std::less<>>;

FieldsByKind find_fields() {
  FieldsByKind fields;
  for (const ManifestKind& kind : manifest_kinds()) {
    std::vector<ReferenceField>& own = fields[std::string(*kind.name)];
    add_fields(*schema_at(kind.name, "/spec"), {}, own);
    for (const ReferenceField& field : own) {
      std::vector<ReferenceField>& all = fields[""];
      const bool known = std::any_of(all.begin(), all.end(), [&](const ReferenceField& one) {
        return one.path == field.path && one.kind == field.kind;
      });
      if (!known && field.form == ReferenceField::Form::name) all.push_back(field);
    }
  }
  return fields;
}

// Found once: dependents are looked for among thousands of objects.
const std::vector<ReferenceField>& fields_of(const std::string& kind) {
  static const FieldsByKind kFields = find_fields();
  const auto found = kFields.find(kind);
  return found == kFields.end() ? kFields.at("") : found->second;
}

class ReferenceReader {
 public:
  explicit ReferenceReader(const Object& object) : object_(object) {}

  std::vector<ObjectReference> read() {
    for (const ReferenceField& field : fields_of(object_.kind)) {
      step(field, 0, object_.spec, "/spec");
    }
    return std::move(found_);
  }

 private:
  void step(const ReferenceField& field, std::size_t depth, const Json& value,
            const std::string& pointer) {
    if (depth == field.path.size()) return take(field, value, pointer);
    const std::string& token = field.path[depth];
    if (token == kAnyItem) {
      if (!value.is_array()) return;
      for (std::size_t i = 0; i < value.size(); ++i) {
        step(field, depth + 1, value[i], pointer_to(pointer, i));
      }
    } else if (value.is_object()) {
      const auto found = value.find(token);
      if (found != value.end()) step(field, depth + 1, *found, pointer_to(pointer, token));
    }
  }

  void take(const ReferenceField& field, const Json& value, const std::string& pointer) {
    switch (field.form) {
      case ReferenceField::Form::name:
        if (value.is_string()) add(field.kind, value.get<std::string>(), pointer);
        return;
      case ReferenceField::Form::text: return read_texts(field.kind, value, pointer);
      case ReferenceField::Form::preset: break;
    }
    // What a preset says counts as if it stood in the manifest.
    const Json* preset = value.is_string() ? find_preset(value.get<std::string>()) : nullptr;
    for (const char* list : {"inline", "customer"}) {
      if (preset != nullptr) read_texts(field.kind, preset->at(list), pointer);
    }
  }

  // ${role.NAME.arn}, in any text below `value`; ${aws:...} is IAM's own.
  void read_texts(const std::string& kind, const Json& value, const std::string& pointer) {
    if (value.is_object()) {
      for (const auto& [name, item] : value.items()) {
        read_texts(kind, item, pointer_to(pointer, name));
      }
    } else if (value.is_array()) {
      for (std::size_t i = 0; i < value.size(); ++i) {
        read_texts(kind, value[i], pointer_to(pointer, i));
      }
    } else if (value.is_string()) {
      read_text(kind, value.get_ref<const std::string&>(), pointer);
    }
  }

  void read_text(const std::string& kind, const std::string& text, const std::string& pointer) {
    constexpr std::string_view kEnd = ".arn}";
    const std::string open = "${" + placeholder_word(kind) + ".";
    for (std::size_t at = text.find(open); at != std::string::npos; at = text.find(open, at + 1)) {
      const std::size_t begin = at + open.size();
      const std::size_t end = text.find('}', begin);
      const std::string inside =
          text.substr(begin, end == std::string::npos ? end : end + 1 - begin);
      if (end != std::string::npos && inside.ends_with(kEnd) && inside.size() > kEnd.size()) {
        add(kind, inside.substr(0, inside.size() - kEnd.size()), pointer);
      } else {
        found_.push_back({{kind, object_.metadata.ns, ""}, pointer, open + inside});
      }
    }
  }

  void add(const std::string& kind, std::string name, const std::string& pointer) {
    found_.push_back({{kind, object_.metadata.ns, std::move(name)}, pointer, ""});
  }

  const Object& object_;
  std::vector<ObjectReference> found_;
};

}  // namespace

std::vector<ObjectReference> find_references(const Object& object) {
  return ReferenceReader(object).read();
}

std::vector<ObjectKey> references_of(const Object& object) {
  std::vector<ObjectKey> keys;
  for (ObjectReference& reference : find_references(object)) {
    if (reference.unknown.empty()) keys.push_back(std::move(reference.key));
  }
  return keys;
}

std::optional<ObjectKey> reference_at(const Object& object, const std::string& pointer) {
  const Json* schema = schema_at(object.kind, "/spec" + pointer);
  if (schema == nullptr || !schema->contains("x-reference")) return std::nullopt;
  const std::string name = text_at(object.spec, pointer);
  if (name.empty()) return std::nullopt;
  return ObjectKey{schema->at("x-reference").get<std::string>(), object.metadata.ns, name};
}

std::string placeholder_word(const std::string& kind) {
  return lower(kind);
}

}  // namespace byoc
