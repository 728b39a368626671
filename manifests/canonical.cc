#include "manifests/canonical.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/ascii.h"

namespace byoc {
namespace {

bool is_account(std::string_view text) {
  return text.size() == 12 && text.find_first_not_of(kDigits) == std::string_view::npos;
}

// "arn:aws:iam::123456789012:root" and "123456789012" are the same principal; the number is the
// form that is the same in every partition.
std::string canonical_principal(const std::string& text) {
  constexpr std::string_view kMiddle = ":iam::";
  constexpr std::string_view kRoot = ":root";
  if (!text.starts_with("arn:aws") || !text.ends_with(kRoot)) return text;
  const std::size_t middle = text.find(kMiddle);
  if (middle == std::string::npos) return text;
  const std::size_t begin = middle + kMiddle.size();
  if (begin + 12 + kRoot.size() != text.size()) return text;
  const std::string account = text.substr(begin, 12);
  return is_account(account) ? account : text;
}

Json sorted_unique(Json list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
  return list;
}

// A value or a list of values -> a sorted list, each string passed through `change`.
template <class Change>
Json canonical_set(const Json& value, Change change) {
  Json list = Json::array();
  const auto add = [&](const Json& item) {
    list.push_back(item.is_string() ? Json(change(item.get<std::string>())) : item);
  };
  if (value.is_array()) {
    for (const Json& item : value) add(item);
  } else {
    add(value);
  }
  return sorted_unique(std::move(list));
}

std::string as_is(std::string text) {
  return text;
}

Json canonical_principals(const Json& principal) {
  if (principal.is_string()) {
    return Json{{"AWS", Json::array({canonical_principal(principal.get<std::string>())})}};
  }
  if (!principal.is_object()) return principal;
  Json out = Json::object();
  for (const auto& [type, value] : principal.items()) {
    out[type] = canonical_set(value, canonical_principal);
  }
  return out;
}

// Conditions hold text; AWS shows booleans and numbers as text too.
Json condition_values(const Json& value) {
  Json texts = Json::array();
  const auto add = [&](const Json& item) {
    const bool scalar = item.is_boolean() || item.is_number();
    texts.push_back(scalar ? Json(item.dump()) : item);
  };
  if (value.is_array()) {
    for (const Json& item : value) add(item);
  } else {
    add(value);
  }
  return sorted_unique(std::move(texts));
}

Json canonical_condition(const Json& condition) {
  if (!condition.is_object()) return condition;
  Json out = Json::object();
  for (const auto& [test, keys] : condition.items()) {
    if (!keys.is_object()) {
      out[test] = keys;
      continue;
    }
    Json& tests = out[test] = Json::object();
    for (const auto& [key, value] : keys.items()) {
      // Two spellings of one key in one test stay apart: folding them would change the meaning.
      const std::string folded = lower(key);
      tests[tests.contains(folded) ? key : folded] = condition_values(value);
    }
  }
  return out;
}

Json canonical_statement(const Json& statement) {
  if (!statement.is_object()) return statement;
  Json out = Json::object();
  for (const auto& [name, value] : statement.items()) {
    if (name == "Action" || name == "NotAction") {
      out[name] = canonical_set(value, [](const std::string& word) { return lower(word); });
    } else if (name == "Resource" || name == "NotResource") {
      out[name] = canonical_set(value, as_is);
    } else if (name == "Principal" || name == "NotPrincipal") {
      out[name] = canonical_principals(value);
    } else if (name == "Condition") {
      if (!value.empty()) out[name] = canonical_condition(value);
    } else if (name != "Sid" || value != "") {
      out[name] = value;
    }
  }
  return out;
}

}  // namespace

Json canonical_policy(const Json& document) {
  if (document.is_string()) {
    const Json parsed = Json::parse(document.get_ref<const std::string&>(), nullptr, false);
    return parsed.is_object() ? canonical_policy(parsed) : document;
  }
  if (!document.is_object()) return document;
  Json out = document;
  if (!out.contains("Version")) out["Version"] = "2008-10-17";
  if (out.contains("Id") && out["Id"] == "") out.erase("Id");
  if (const auto found = document.find("Statement"); found != document.end()) {
    Json statements = Json::array();
    if (found->is_array()) {
      for (const Json& statement : *found) statements.push_back(canonical_statement(statement));
    } else {
      statements.push_back(canonical_statement(*found));
    }
    out["Statement"] = sorted_unique(std::move(statements));
  }
  return out;
}

}  // namespace byoc
