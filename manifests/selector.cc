#include "manifests/selector.h"

#include <algorithm>
#include <sstream>

namespace byoc {
namespace {

std::string trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return "";
  return std::string(text.substr(begin, text.find_last_not_of(' ') - begin + 1));
}

// At commas; those in parentheses hold values together.
std::vector<std::string_view> split_terms(std::string_view text) {
  std::vector<std::string_view> terms;
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '(') ++depth;
    if (i < text.size() && text[i] == ')') --depth;
    if (i < text.size() && (text[i] != ',' || depth > 0)) continue;
    terms.push_back(text.substr(begin, i - begin));
    begin = i + 1;
  }
  return terms;
}

Status unknown_selector(std::string_view term) {
  return error(Code::invalid, "the selector \"" + std::string(term) +
                                  "\" is not known; write key=value, key!=value, key, !key, "
                                  "key in (a,b) or key notin (a,b)");
}

bool is_key(const std::string& key) {
  return !key.empty() && key.find_first_of(" =!()") == std::string::npos;
}

// "metadata.name" -> /metadata/name
Json::json_pointer pointer_of(const std::string& path) {
  Json::json_pointer pointer;
  std::istringstream parts(path);
  for (std::string part; std::getline(parts, part, '.');) pointer /= part;
  return pointer;
}

bool contains(const std::vector<std::string>& values, const std::string& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

}  // namespace

Result<Selector> Selector::parse(std::string_view text) {
  Selector selector;
  if (trimmed(text).empty()) return selector;
  for (const std::string_view part : split_terms(text)) {
    Result<Term> term = parse_term(part);
    if (!term.ok()) return term.status();
    selector.terms_.push_back(std::move(term).value());
  }
  return selector;
}

Result<Selector::Term> Selector::parse_term(std::string_view text) {
  Term term;
  const std::size_t open = text.find('(');
  if (open != std::string_view::npos) {
    const std::string head = trimmed(text.substr(0, open));
    const std::string tail = trimmed(text.substr(open + 1));
    const std::size_t space = head.find(' ');
    const std::string word = space == std::string::npos ? "" : trimmed(head.substr(space));
    term.key = head.substr(0, space);
    term.wanted = word == "in";
    if ((word != "in" && word != "notin") || !tail.ends_with(')') || !is_key(term.key)) {
      return unknown_selector(text);
    }
    const std::string_view list = std::string_view(tail).substr(0, tail.size() - 1);
    for (const std::string_view value : split_terms(list)) term.values.push_back(trimmed(value));
    return term;
  }
  const std::size_t equals = text.find('=');
  std::string key = trimmed(text.substr(0, equals));
  if (equals == std::string_view::npos) {
    term.wanted = !key.starts_with('!');
    term.key = term.wanted ? key : trimmed(key.substr(1));
    return is_key(term.key) ? Result<Term>(term) : unknown_selector(text);
  }
  term.wanted = !key.ends_with('!');
  term.key = term.wanted ? key : trimmed(key.substr(0, key.size() - 1));
  std::string_view value = text.substr(equals + 1);
  if (term.wanted && value.starts_with('=')) value.remove_prefix(1);
  term.values = {trimmed(value)};
  return is_key(term.key) ? Result<Term>(term) : unknown_selector(text);
}

bool Selector::fits(const std::map<std::string, std::string>& labels) const {
  return std::all_of(terms_.begin(), terms_.end(), [&](const Term& term) {
    const auto label = labels.find(term.key);
    const bool there =
        label != labels.end() && (term.values.empty() || contains(term.values, label->second));
    return there == term.wanted;
  });
}

bool Selector::fits_fields(const Json& object) const {
  return std::all_of(terms_.begin(), terms_.end(), [&](const Term& term) {
    const Json::json_pointer pointer = pointer_of(term.key);
    std::string value;
    if (object.contains(pointer)) {
      const Json& field = object[pointer];
      value = field.is_string() ? field.get<std::string>() : field.dump();
    }
    const bool there = term.values.empty() ? !value.empty() : contains(term.values, value);
    return there == term.wanted;
  });
}

}  // namespace byoc
