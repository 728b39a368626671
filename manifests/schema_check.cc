#include "manifests/schema_check.h"

#include <algorithm>
#include <map>
#include <regex>
#include <set>

#include "base/join.h"
#include "manifests/format.h"
#include "manifests/pointer.h"
#include "manifests/schema.h"
#include "manifests/spelling.h"
#include "manifests/text_check.h"

namespace byoc {
namespace {

std::string_view type_of(const Json& value) {
  if (value.is_string()) return "string";
  if (value.is_boolean()) return "boolean";
  if (value.is_number_integer()) return "integer";
  if (value.is_number()) return "number";
  if (value.is_array()) return "array";
  return value.is_object() ? "object" : "null";
}

std::string type_words(std::string_view type) {
  if (type == "string") return "text";
  if (type == "boolean") return "true or false";
  if (type == "integer") return "an integer";
  if (type == "number") return "a number";
  if (type == "array") return "a list";
  return type == "object" ? "a map" : "empty";
}

std::vector<std::string> types_of(const Json& schema) {
  if (!schema.contains("type")) return {};
  const Json& type = schema.at("type");
  if (type.is_array()) return type.get<std::vector<std::string>>();
  return {type.get<std::string>()};
}

bool type_fits(const Json& schema, const Json& value) {
  const std::vector<std::string> types = types_of(schema);
  return types.empty() || std::find(types.begin(), types.end(), type_of(value)) != types.end();
}

bool allows(const Json& schema, const char* type) {
  const std::vector<std::string> types = types_of(schema);
  return std::find(types.begin(), types.end(), type) != types.end();
}

bool matches(const std::string& pattern, const std::string& value) {
  thread_local std::map<std::string, std::regex> compiled;
  auto found = compiled.find(pattern);
  if (found == compiled.end()) found = compiled.emplace(pattern, std::regex(pattern)).first;
  return std::regex_search(value, found->second);
}

std::vector<std::string> words(const Json& values) {
  std::vector<std::string> out;
  for (const Json& value : values) {
    out.push_back(value.is_string() ? value.get<std::string>() : value.dump());
  }
  return out;
}

// The fields that people write.
std::vector<std::string> names(const Json& properties) {
  std::vector<std::string> out;
  for (const auto& [name, schema] : properties.items()) {
    if (!schema.value("x-read-only", false)) out.push_back(name);
  }
  return out;
}

class Walk {
 public:
  explicit Walk(Findings& findings) : findings_(findings) {}

  void check(const Json& schema, const Json& value, const std::string& pointer, bool sensitive) {
    sensitive = sensitive || schema.value("x-sensitive", false);
    if (!type_fits(schema, value)) return wrong_type(schema, value, pointer, sensitive);
    if (schema.contains("const") && value != schema.at("const")) {
      return findings_.error(pointer, shown(value, sensitive) + " is not known here",
                             "write `" + words(Json::array({schema.at("const")})).front() + "`");
    }
    if (schema.contains("enum")) check_enum(schema, value, pointer, sensitive);
    if (value.is_string())
      check_text(schema, value.get_ref<const std::string&>(), pointer, sensitive);
    if (value.is_number()) check_number(schema, value, pointer);
    if (value.is_array()) check_list(schema, value, pointer, sensitive);
    if (value.is_object()) check_map(schema, value, pointer, sensitive);
  }

 private:
  static std::string shown(const Json& value, bool sensitive) {
    if (sensitive || value.is_structured()) return "the value";
    return quoted_value(value.is_string() ? value.get<std::string>() : value.dump());
  }

  void wrong_type(const Json& schema, const Json& value, const std::string& pointer,
                  bool sensitive) {
    std::string wanted;
    for (const std::string& type : types_of(schema)) {
      if (type != "null") wanted += (wanted.empty() ? "" : " or ") + type_words(type);
    }
    const std::string got = value.is_boolean() ? value.dump() : type_words(type_of(value));
    findings_.error(pointer, "must be " + wanted + ", not " + got,
                    type_hint(schema, value, sensitive));
  }

  static std::string type_hint(const Json& schema, const Json& value, bool sensitive) {
    if (value.is_null()) return "write a value, or leave the line out";
    if (allows(schema, "string") && value.is_number_float()) {
      return "quote it: without quotes YAML reads 1.30 as the number 1.3";
    }
    if (allows(schema, "string") && !value.is_structured()) {
      return quote_hint(schema, value.dump(), sensitive);
    }
    if (allows(schema, "array") && !value.is_structured()) return "write a list: [...]";
    if (!value.is_string()) return "";
    const std::string& text = value.get_ref<const std::string&>();
    if (allows(schema, "boolean")) return "write true or false, without quotes";
    if (allows(schema, "integer") && !text.empty() &&
        text.find_first_not_of("0123456789") == std::string::npos) {
      return "write it without quotes and leading zeros";
    }
    return "";
  }

  // For 12345678901 quotes are not all that an account id lacks.
  static std::string quote_hint(const Json& schema, const std::string& text, bool sensitive) {
    if (schema.contains("pattern") && !matches(schema.at("pattern").get<std::string>(), text)) {
      const std::string hint = schema.value("x-hint", "");
      return hint.empty() ? "quote it" : "quote it; " + hint;
    }
    return sensitive ? "quote it" : "quote it: \"" + text + "\"";
  }

  void check_enum(const Json& schema, const Json& value, const std::string& pointer,
                  bool sensitive) {
    const Json& known = schema.at("enum");
    if (std::find(known.begin(), known.end(), value) != known.end()) return;
    const std::string near =
        value.is_string() ? did_you_mean(value.get_ref<const std::string&>(), words(known)) : "";
    findings_.error(pointer, shown(value, sensitive) + " is none of " + joined(words(known)), near);
  }

  void check_text(const Json& schema, const std::string& value, const std::string& pointer,
                  bool sensitive) {
    const std::size_t size = count_characters(value);
    const std::string hint = schema.value("x-hint", "");
    const std::vector<Problem> problems =
        schema.contains("x-format") ? check_format(schema.at("x-format").get<std::string>(), value)
                                    : std::vector<Problem>{};
    if (report(problems, Severity::error, pointer)) return;
    if (schema.contains("maxLength") && size > schema.at("maxLength").get<std::size_t>()) {
      return findings_.error(pointer,
                             std::to_string(size) + " characters are too many; at most " +
                                 schema.at("maxLength").dump() + " are allowed",
                             hint);
    }
    if (schema.contains("minLength") && size < schema.at("minLength").get<std::size_t>()) {
      return findings_.error(pointer, size == 0 ? "the text is empty" : "the text is too short",
                             hint);
    }
    if (schema.contains("pattern") && !matches(schema.at("pattern").get<std::string>(), value)) {
      return findings_.error(pointer, shown(value, sensitive) + " does not fit here", hint);
    }
    if (schema.value("x-json", false) && !Json::parse(value, nullptr, false).is_object()) {
      return findings_.error(pointer, "the text is no JSON object",
                             "write it as a map, or as JSON");
    }
    report(problems, Severity::warning, pointer);
  }

  // Whether there was any of this severity among the problems.
  bool report(const std::vector<Problem>& problems, Severity severity, const std::string& pointer) {
    bool any = false;
    for (const Problem& problem : problems) {
      if (problem.severity != severity) continue;
      any = true;
      if (severity == Severity::error) {
        findings_.error(pointer, problem.text, problem.hint);
      } else {
        findings_.warning(pointer, problem.text, problem.hint);
      }
    }
    return any;
  }

  void check_number(const Json& schema, const Json& value, const std::string& pointer) {
    if (schema.contains("minimum") && value < schema.at("minimum")) {
      findings_.error(
          pointer, value.dump() + " is less than " + schema.at("minimum").dump() + ", the least");
    }
    if (schema.contains("maximum") && value > schema.at("maximum")) {
      findings_.error(pointer,
                      value.dump() + " is more than " + schema.at("maximum").dump() + ", the most");
    }
  }

  void check_list(const Json& schema, const Json& value, const std::string& pointer,
                  bool sensitive) {
    if (schema.contains("minItems") && value.size() < schema.at("minItems")) {
      findings_.error(pointer, "the list needs at least " + schema.at("minItems").dump() +
                                   (schema.at("minItems") == 1 ? " item" : " items"));
    }
    if (schema.contains("maxItems") && value.size() > schema.at("maxItems")) {
      findings_.error(pointer, "the list has " + std::to_string(value.size()) + " items; at most " +
                                   schema.at("maxItems").dump() + " are allowed");
    }
    std::set<Json> seen;
    for (std::size_t i = 0; i < value.size(); ++i) {
      const std::string item = pointer_to(pointer, i);
      if (schema.value("uniqueItems", false) && !seen.insert(value[i]).second) {
        findings_.error(item, shown(value[i], sensitive) + " stands in the list twice",
                        "remove one");
      }
      if (schema.contains("items")) check(schema.at("items"), value[i], item, sensitive);
    }
  }

  void check_map(const Json& schema, const Json& value, const std::string& pointer,
                 bool sensitive) {
    static const Json kNone = Json::object();
    const Json& properties = schema.contains("properties") ? schema.at("properties") : kNone;
    for (const auto& [name, member] : value.items()) {
      const std::string place = pointer_to(pointer, name);
      if (properties.contains(name)) {
        check(properties.at(name), member, place, sensitive);
        continue;
      }
      if (!schema.contains("additionalProperties")) continue;
      const Json& others = schema.at("additionalProperties");
      if (others == false) {
        unknown_field(properties, name, place);
        continue;
      }
      if (schema.contains("propertyNames") && !key_fits(schema.at("propertyNames"), name, place))
        continue;
      check(others, member, place, sensitive);
    }
    check_required(schema, value, pointer);
    check_size(schema, value, pointer);
  }

  bool key_fits(const Json& schema, const std::string& name, const std::string& place) {
    if (!schema.contains("x-format")) return true;
    bool fits = true;
    for (const Problem& problem : check_format(schema.at("x-format").get<std::string>(), name)) {
      findings_.error_at_key(place, problem.text, problem.hint);
      fits = false;
    }
    return fits;
  }

  void unknown_field(const Json& properties, const std::string& name, const std::string& place) {
    const std::vector<std::string> known = names(properties);
    std::string hint = did_you_mean(name, known);
    if (hint.empty() && known.size() <= 10) hint = "known fields are " + joined(known);
    findings_.error_at_key(place, "unknown field", std::move(hint));
  }

  void check_required(const Json& schema, const Json& value, const std::string& pointer) {
    if (!schema.contains("required")) return;
    for (const Json& name : schema.at("required")) {
      if (value.contains(name.get<std::string>())) continue;
      findings_.error_at_key(pointer, "`" + name.get<std::string>() + "` is missing");
    }
  }

  void check_size(const Json& schema, const Json& value, const std::string& pointer) {
    const std::string fields =
        schema.contains("properties") ? joined(names(schema.at("properties"))) : "";
    if (schema.contains("minProperties") && value.size() < schema.at("minProperties")) {
      findings_.error(pointer, "the map is empty", fields.empty() ? "" : "write one of " + fields);
    }
    if (schema.contains("maxProperties") && value.size() > schema.at("maxProperties")) {
      findings_.error(pointer,
                      fields.empty()
                          ? std::to_string(value.size()) + " entries are too many; at most " +
                                schema.at("maxProperties").dump() + " are allowed"
                          : "the fields exclude each other",
                      fields.empty() ? "" : "keep one of " + fields);
    }
  }

  Findings& findings_;
};

}  // namespace

void check_schema(const std::string& kind, const Json& document, Findings& findings) {
  const Json* schema = find_schema(kind);
  if (schema == nullptr) return;
  Walk(findings).check(*schema, document, "", false);
}

const std::vector<std::string_view>& known_words() {
  static const std::vector<std::string_view> kWords = {
      "$schema",       "title",         "description",  "default",    "definitions",  // ask nothing
      "type",          "const",         "enum",         "properties", "additionalProperties",
      "required",      "items",         "minItems",     "maxItems",   "uniqueItems",
      "minLength",     "maxLength",     "pattern",      "minimum",    "maximum",
      "propertyNames", "minProperties", "maxProperties"};
  return kWords;
}

void drop_empty(const Json& schema, Json& value) {
  if (value.is_array() && schema.contains("items")) {
    for (Json& item : value) drop_empty(schema.at("items"), item);
  }
  if (!value.is_object() || !schema.contains("properties")) return;
  for (auto it = value.begin(); it != value.end();) {
    const auto field = schema.at("properties").find(it.key());
    if (field == schema.at("properties").end()) {
      ++it;
      continue;
    }
    const bool structured = allows(*field, "object") || allows(*field, "array");
    if (it->is_null() && structured) {
      it = value.erase(it);
      continue;
    }
    drop_empty(*field, *it);
    ++it;
  }
}

}  // namespace byoc
