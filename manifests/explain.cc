// explain: the schemas' prose, in kubectl's form.
#include <algorithm>
#include <sstream>

#include "base/join.h"
#include "manifests/object.h"
#include "manifests/schema.h"
#include "manifests/spelling.h"

namespace byoc {
namespace {

constexpr std::size_t kTextColumns = 76;

std::string wrapped(const std::string& text, const std::string& indent) {
  std::istringstream words(text);
  std::string out;
  std::string line = indent;
  for (std::string word; words >> word;) {
    if (line.size() > indent.size() && line.size() + 1 + word.size() > kTextColumns) {
      out += line + "\n";
      line = indent;
    }
    if (line.size() > indent.size()) line += ' ';
    line += word;
  }
  return out + line + "\n";
}

std::string type_shown(const Json& schema) {
  const Json type = schema.value("type", Json("any"));
  std::string out;
  if (type.is_array()) {
    for (const Json& one : type) out += (out.empty() ? "" : "|") + one.get<std::string>();
    return out;
  }
  if (type == "array") return "[]" + type_shown(schema.at("items"));
  if (type == "object" && schema.contains("additionalProperties") &&
      schema.at("additionalProperties").is_object()) {
    return "map[string]" + type_shown(schema.at("additionalProperties"));
  }
  return type.get<std::string>();
}

std::string joined_values(const Json& values) {
  std::string out;
  for (const Json& value : values) {
    out += out.empty() ? "" : ", ";
    out += value.is_string() ? value.get<std::string>() : value.dump();
  }
  return out;
}

// "required, default Single, one of None, Single, PerZone, never changes"
std::string facts(const Json& schema, bool required) {
  std::vector<std::string> words;
  if (required) words.emplace_back("required");
  if (schema.contains("x-default")) {
    words.push_back("default " + schema.at("x-default").get<std::string>());
  } else if (schema.contains("default")) {
    words.push_back("default " + joined_values(Json::array({schema.at("default")})));
  }
  if (schema.contains("enum")) words.push_back("one of " + joined_values(schema.at("enum")));
  if (schema.contains("minimum")) words.push_back("at least " + schema.at("minimum").dump());
  if (schema.contains("maximum")) words.push_back("at most " + schema.at("maximum").dump());
  if (schema.value("x-immutable", false)) words.emplace_back("never changes");
  if (schema.value("x-recreate", false)) words.emplace_back("a change needs allowReplace");
  if (schema.value("x-sensitive", false)) words.emplace_back("never printed");
  if (schema.value("x-read-only", false)) words.emplace_back("kept by byoc");
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : "; ") + word;
  return out;
}

bool requires_field(const Json& schema, const std::string& name) {
  const auto found = schema.find("required");
  return found != schema.end() && std::find(found->begin(), found->end(), name) != found->end();
}

// Where the fields of a value are told: of a list, those of its items.
const Json& described(const Json& schema) {
  const Json* at = &schema;
  while (at->contains("items")) at = &at->at("items");
  return *at;
}

std::vector<std::string> field_names(const Json& schema) {
  std::vector<std::string> names;
  if (!schema.contains("properties")) return names;
  for (const auto& [name, field] : schema.at("properties").items()) names.push_back(name);
  return names;
}

std::string fields_shown(const Json& schema) {
  std::string out;
  for (const std::string& name : field_names(schema)) {
    const Json& field = schema.at("properties").at(name);
    out += "  " + name + "\t<" + type_shown(field) + ">\n";
    out += wrapped(field.value("description", ""), "    ");
    const std::string more = facts(field, requires_field(schema, name));
    if (!more.empty()) out += wrapped("(" + more + ")", "    ");
    out += "\n";
  }
  return out;
}

}  // namespace

Result<std::string> explain(std::string_view path) {
  if (path.ends_with('.')) {
    return error(Code::invalid, "a field is missing after `" + std::string(path) + "`");
  }
  std::istringstream words{std::string(path)};
  std::string word;
  std::getline(words, word, '.');
  const std::string kind = kind_of_word(word);
  if (kind.empty()) {
    const std::string hint = did_you_mean(word, schema_kinds());
    return error(Code::invalid,
                 "there is no kind `" + word + "`" + (hint.empty() ? "" : "; " + hint));
  }
  const Json* schema = find_schema(kind);
  std::string shown = kind;
  bool required = false;
  while (std::getline(words, word, '.')) {
    // NodeGroup.disk means NodeGroup.spec.disk.
    if (shown == kind && schema_at(kind, "/" + word) == nullptr &&
        schema_at(kind, "/spec/" + word) != nullptr) {
      schema = schema_at(kind, "/spec");
      shown += ".spec";
    }
    const Json& parent = described(*schema);
    const auto properties = parent.find("properties");
    if (properties == parent.end() || !properties->contains(word)) {
      const std::vector<std::string> known = field_names(parent);
      std::string hint =
          did_you_mean(word, shown == kind ? field_names(*schema_at(kind, "/spec")) : known);
      if (hint.empty() && !known.empty()) hint = "its fields are " + joined(known);
      return error(Code::invalid, "`" + shown + "` has no field `" + word + "`" +
                                      (hint.empty() ? "" : "; " + hint));
    }
    required = requires_field(parent, word);
    schema = &properties->at(word);
    shown += "." + word;
  }
  std::string out = "KIND:       " + kind + "\nVERSION:    " + std::string(kApiVersion) + "\n";
  if (shown != kind) out += "FIELD:      " + shown + " <" + type_shown(*schema) + ">\n";
  out += "\nDESCRIPTION:\n" + wrapped(schema->value("description", ""), "    ");
  if (const std::string more = facts(*schema, required); !more.empty()) {
    out += wrapped("(" + more + ")", "    ");
  }
  const std::string fields = fields_shown(described(*schema));
  return fields.empty() ? out : out + "\nFIELDS:\n" + fields;
}

}  // namespace byoc
