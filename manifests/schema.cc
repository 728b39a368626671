#include "manifests/schema.h"

#include <algorithm>
#include <map>

#include "base/ascii.h"
#include "base/check.h"
#include "base/embed.h"
#include "manifests/kinds.h"
#include "manifests/pointer.h"

namespace byoc {
namespace {

using Files = std::map<std::string, Json, std::less<>>;

Files read_files() {
  Files files;
  for (const Embedded& file : embedded_schemas()) {
    Json json = Json::parse(file.bytes, nullptr, false);
    check(!json.is_discarded(), "an embedded schema is JSON");
    files.emplace(file.name, std::move(json));
  }
  return files;
}

const Files& files() {
  static const Files kFiles = read_files();
  return kFiles;
}

// Replaces {"$ref": "common.json#/definitions/x"} by what it names.
Json resolved(const Json& schema) {
  if (schema.is_array()) {
    Json out = Json::array();
    for (const Json& item : schema) out.push_back(resolved(item));
    return out;
  }
  if (!schema.is_object()) return schema;
  if (const auto found = schema.find("$ref"); found != schema.end()) {
    const std::string& text = found->get_ref<const std::string&>();
    const std::size_t hash = text.find('#');
    check(hash != std::string::npos, "a schema reference names a file and a place");
    const Json::json_pointer place(text.substr(hash + 1));
    return resolved(schema_data(text.substr(0, hash)).at(place));
  }
  Json out = Json::object();
  for (const auto& [name, value] : schema.items()) out[name] = resolved(value);
  return out;
}

std::map<std::string, Json, std::less<>> read_schemas() {
  std::map<std::string, Json, std::less<>> schemas;
  for (const ManifestKind& kind : manifest_kinds()) {
    schemas.emplace(*kind.name, resolved(schema_data(kind.schema)));
  }
  return schemas;
}

const std::map<std::string, Json, std::less<>>& schemas() {
  static const std::map<std::string, Json, std::less<>> kSchemas = read_schemas();
  return kSchemas;
}

}  // namespace

const Json& schema_data(std::string_view file) {
  const auto found = files().find(file);
  check(found != files().end(), "an embedded data file exists");
  return found->second;
}

const Json* find_schema(std::string_view kind) {
  const auto found = schemas().find(kind);
  return found == schemas().end() ? nullptr : &found->second;
}

const std::vector<std::string>& schema_kinds() {
  static const std::vector<std::string> kKinds = [] {
    std::vector<std::string> kinds;
    for (const auto& [kind, schema] : schemas()) kinds.push_back(kind);
    return kinds;
  }();
  return kKinds;
}

std::string kind_of_word(std::string_view word) {
  const std::string meant = lower(word);
  for (const ManifestKind& kind : manifest_kinds()) {
    const bool named = meant == lower(kind.name) || meant == *kind.plural;
    const auto& others = *kind.short_names;
    if (named || std::find(others.begin(), others.end(), meant) != others.end()) {
      return std::string(*kind.name);
    }
  }
  return {};
}

const Json* schema_at(std::string_view kind, const std::string& pointer) {
  const Json* schema = find_schema(kind);
  for (const std::string& token : pointer_tokens(pointer)) {
    if (schema == nullptr) return nullptr;
    const auto properties = schema->find("properties");
    if (properties != schema->end() && properties->contains(token)) {
      schema = &properties->at(token);
      continue;
    }
    const bool index = token.find_first_not_of("0123456789") == std::string::npos;
    const auto items = schema->find("items");
    const auto others = schema->find("additionalProperties");
    if (items != schema->end() && index) {
      schema = &*items;
    } else if (others != schema->end() && others->is_object()) {
      schema = &*others;
    } else {
      return nullptr;
    }
  }
  return schema;
}

}  // namespace byoc
