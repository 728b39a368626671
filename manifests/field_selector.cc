// Fields: k8s.io/apimachinery, pkg/fields/selector.go (ParseSelector, UnescapeValue).
#include <algorithm>
#include <optional>
#include <sstream>

#include "base/join.h"
#include "manifests/selector.h"

namespace byoc {
namespace {

// At commas that no backslash protects.
std::vector<std::string_view> field_terms(std::string_view text) {
  std::vector<std::string_view> terms;
  std::size_t begin = 0;
  bool escaped = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ',' && !escaped) {
      terms.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
    escaped = text[i] == '\\' && !escaped;
  }
  terms.push_back(text.substr(begin));
  return terms;
}

// A backslash stands before a backslash, a comma or an equals sign, and those never stand alone.
std::optional<std::string> unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char letter = text[i];
    if (letter == ',' || letter == '=') return std::nullopt;
    if (letter == '\\') {
      if (++i == text.size()) return std::nullopt;
      letter = text[i];
      if (letter != '\\' && letter != ',' && letter != '=') return std::nullopt;
    }
    out += letter;
  }
  return out;
}

// "metadata.name" -> /metadata/name
Json::json_pointer pointer_of_path(const std::string& path) {
  Json::json_pointer pointer;
  std::istringstream parts(path);
  for (std::string part; std::getline(parts, part, '.');) pointer /= part;
  return pointer;
}

Status wrong_field_selector(std::string_view text, const std::string& why) {
  return error(Code::invalid, "the field selector \"" + std::string(text) +
                                  "\" is not understood, and nothing is done: " + why);
}

}  // namespace

Result<FieldSelector> FieldSelector::parse(std::string_view text,
                                           std::span<const std::string_view> known) {
  FieldSelector selector;
  for (const std::string_view part : field_terms(text)) {
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) {
      return wrong_field_selector(
          text, "\"" + std::string(part) + "\" is neither FIELD=VALUE nor FIELD!=VALUE");
    }
    Term term;
    term.equal = equals == 0 || part[equals - 1] != '!';
    term.path = part.substr(0, equals - (term.equal ? 0 : 1));
    const bool twice = term.equal && part.substr(equals).starts_with("==");
    const auto value = unescaped(part.substr(equals + (twice ? 2 : 1)));
    if (!value) {
      return wrong_field_selector(text,
                                  "a comma, an equals sign or a backslash in a value needs "
                                  "a backslash before it");
    }
    term.value = *value;
    if (std::find(known.begin(), known.end(), term.path) == known.end()) {
      return wrong_field_selector(text, "field label not supported: \"" + term.path +
                                            "\" (there are " + joined(known) + ")");
    }
    selector.terms_.push_back(std::move(term));
  }
  return selector;
}

bool FieldSelector::fits(const Json& object) const {
  return std::all_of(terms_.begin(), terms_.end(), [&](const Term& term) {
    const Json::json_pointer pointer = pointer_of_path(term.path);
    std::string value;
    if (object.contains(pointer)) {
      const Json& field = object[pointer];
      value = field.is_string() ? field.get<std::string>() : field.dump();
    }
    return (value == term.value) == term.equal;
  });
}

}  // namespace byoc
