#include "reconcilers/reference.h"

#include <algorithm>
#include <utility>

namespace byoc {
namespace {

constexpr std::string_view kOpen = "$(";

// The next reference at or after `from`: its bounds in the text, or npos.
struct Span {
  std::size_t begin = std::string::npos;
  std::size_t end = std::string::npos;
  Reference reference;
};

Span next_reference(std::string_view text, std::size_t from) {
  for (std::size_t at = text.find(kOpen, from); at != std::string::npos;
       at = text.find(kOpen, at + kOpen.size())) {
    const std::size_t close = text.find(')', at);
    if (close == std::string::npos) return {};
    const std::string_view inner = text.substr(at + kOpen.size(), close - at - kOpen.size());
    const std::size_t dot = inner.rfind('.');
    if (dot == std::string::npos || dot == 0) continue;
    return {at, close + 1, {inner.substr(0, dot), inner.substr(dot + 1)}};
  }
  return {};
}

Json resolve_text(const std::string& text, const Lookup& lookup, bool& complete) {
  std::string out;
  std::size_t done = 0;
  for (Span span = next_reference(text, 0); span.begin != std::string::npos;
       span = next_reference(text, span.end)) {
    Json value = lookup(span.reference);
    if (value.is_null()) complete = false;
    if (span.begin == 0 && span.end == text.size()) return value.is_null() ? Json(text) : value;
    out.append(text, done, span.begin - done);
    if (value.is_null()) {
      out.append(text, span.begin, span.end - span.begin);
    } else {
      out += value.is_string() ? value.get_ref<const std::string&>() : value.dump();
    }
    done = span.end;
  }
  if (done == 0) return text;
  return out.append(text, done, std::string::npos);
}

}  // namespace

std::vector<Reference> references(const Json& value) {
  std::vector<Reference> out;
  add_references(value, out);
  return out;
}

void add_references(const Json& value, std::vector<Reference>& out) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    for (Span span = next_reference(text, 0); span.begin != std::string::npos;
         span = next_reference(text, span.end)) {
      out.push_back(span.reference);
    }
  } else if (value.is_array()) {
    for (const Json& part : value.get_ref<const Json::array_t&>()) add_references(part, out);
  } else if (value.is_object()) {
    for (const auto& [name, part] : value.get_ref<const Json::object_t&>()) {
      add_references(part, out);
    }
  }
}

bool has_references(const Json& value) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    return text.find('$') != std::string::npos &&
           next_reference(text, 0).begin != std::string::npos;
  }
  if (value.is_array()) {
    const auto& list = value.get_ref<const Json::array_t&>();
    return std::any_of(list.begin(), list.end(), has_references);
  }
  if (!value.is_object()) return false;
  const auto& members = value.get_ref<const Json::object_t&>();
  return std::any_of(members.begin(), members.end(),
                     [](const auto& entry) { return has_references(entry.second); });
}

std::optional<Reference> sole_reference(std::string_view text) {
  if (!text.starts_with(kOpen)) return std::nullopt;
  const Span span = next_reference(text, 0);
  if (span.begin != 0 || span.end != text.size()) return std::nullopt;
  return span.reference;
}

Json resolve(const Json& value, const Lookup& lookup, bool& complete) {
  if (value.is_string()) {
    return resolve_text(value.get_ref<const std::string&>(), lookup, complete);
  }
  if (!value.is_structured()) return value;
  Json out = value;
  for (Json& part : out) part = resolve(std::as_const(part), lookup, complete);
  return out;
}

const Json& member(const Json& object, std::string_view path) {
  static const Json kNone;
  const Json* at = &object;
  for (std::size_t from = path.starts_with('/') ? 1 : 0; from <= path.size();) {
    const std::size_t slash = path.find('/', from);
    const std::string_view name = path.substr(from, slash - from);
    if (at->is_object()) {
      const auto& members = at->get_ref<const Json::object_t&>();
      const auto found = members.find(name);
      if (found == members.end()) return kNone;
      at = &found->second;
    } else if (at->is_array()) {
      std::size_t index = 0;
      for (const char c : name) {
        if (c < '0' || c > '9') return kNone;
        index = index * 10 + static_cast<std::size_t>(c - '0');
      }
      if (name.empty() || index >= at->size()) return kNone;
      at = &(*at)[index];
    } else {
      return kNone;
    }
    if (slash == std::string_view::npos) break;
    from = slash + 1;
  }
  return *at;
}

std::string text_member(const Json& object, std::string_view path) {
  const Json& value = member(object, path);
  return value.is_string() ? value.get<std::string>() : std::string();
}

}  // namespace byoc
