#include "tests/sim/odd_answer.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "base/check.h"

namespace byoc::sim {
namespace {

// One member of a document: the text of it, and of what it holds.
struct Part {
  std::string name;
  std::size_t begin = 0;
  std::size_t value_begin = 0;
  std::size_t value_end = 0;
  std::size_t end = 0;
};

// Items of lists, and what says where a list goes on.
bool may_be_odd(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char letter) { return std::tolower(letter); });
  for (const std::string_view fixed : {"item", "member", "version", "deletemarker"}) {
    if (name == fixed) return false;
  }
  return name.find("token") == std::string::npos && name.find("marker") == std::string::npos &&
         name.find("truncated") == std::string::npos;
}

// The members of a JSON text at any depth. Ours come from Json::dump(): no spaces.
std::vector<Part> parts_of_json(const std::string& text) {
  std::vector<Part> open;  // objects and lists; a list has no name
  std::vector<Part> parts;
  std::size_t key_begin = std::string::npos;
  const auto end_value = [&](std::size_t at) {
    if (open.empty() || open.back().value_begin == 0) return;
    open.back().value_end = open.back().end = at;
    parts.push_back(open.back());
    open.back().value_begin = 0;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char letter = text[i];
    if (letter == '"') {
      const std::size_t begin = i;
      for (++i; i < text.size() && text[i] != '"'; ++i) i += text[i] == '\\' ? 1 : 0;
      if (i + 1 < text.size() && text[i + 1] == ':') key_begin = begin;
    } else if (letter == ':' && key_begin != std::string::npos) {
      open.back().name = text.substr(key_begin + 1, i - key_begin - 2);
      open.back().begin = key_begin;
      open.back().value_begin = i + 1;
      key_begin = std::string::npos;
    } else if (letter == '{' || letter == '[') {
      open.push_back({});
    } else if (letter == ',') {
      end_value(i);
    } else if (letter == '}' || letter == ']') {
      end_value(i);
      open.pop_back();
    }
  }
  return parts;
}

// The elements of an XML text below its root.
std::vector<Part> parts_of_xml(const std::string& text) {
  std::vector<Part> open;
  std::vector<Part> parts;
  for (std::size_t i = text.find('<'); i != std::string::npos; i = text.find('<', i + 1)) {
    const std::size_t end = text.find('>', i);
    if (end == std::string::npos) break;
    const std::string tag = text.substr(i + 1, end - i - 1);
    if (tag.starts_with('?') || tag.starts_with('!')) continue;
    if (tag.starts_with('/')) {
      check(!open.empty(), "the simulated AWS writes whole documents");
      Part part = open.back();
      open.pop_back();
      part.value_end = i;
      part.end = end + 1;
      if (!open.empty()) parts.push_back(part);
    } else if (tag.ends_with('/')) {
      if (!open.empty()) parts.push_back({tag.substr(0, tag.size() - 1), i, end, end, end + 1});
    } else {
      open.push_back({tag.substr(0, tag.find(' ')), i, end + 1, 0, 0});
    }
  }
  return parts;
}

std::string any_xml(Random& random, int depth) {
  switch (random.below(depth > 0 ? 4 : 3)) {
    case 0: return "";
    case 1: return "text";
    case 2: return std::to_string(random.next());
    default: return "<member>" + any_xml(random, depth - 1) + "</member>";
  }
}

std::string any_text(bool is_json, Random& random, int depth) {
  return is_json ? any_value(random, depth).dump() : any_xml(random, depth);
}

std::string any_document(bool is_json, Random& random) {
  return is_json ? any_text(is_json, random, 2)
                 : "<Answer>" + any_text(is_json, random, 2) + "</Answer>";
}

// Another kind of value in the place of this one.
std::string retyped(bool is_json, const std::string& value) {
  if (is_json) return value.starts_with('"') ? "7" : value.starts_with('{') ? "[1]" : "\"text\"";
  return value.find('<') == std::string::npos ? "<member>7</member>" : "text";
}

}  // namespace

std::string_view oddity_name(Oddity oddity) {
  switch (oddity) {
    case Oddity::anything: return "anything";
    case Oddity::removed: return "a member removed";
    case Oddity::doubled: return "a member doubled";
    case Oddity::retyped: return "a member of another type";
    case Oddity::null: return "a member that is null";
    case Oddity::other: return "an answer about another";
  }
  return "";
}

Json any_value(Random& random, int depth) {
  switch (random.below(depth > 0 ? 7 : 5)) {
    case 0: return nullptr;
    case 1: return random.chance(0.5);
    case 2: return static_cast<std::int64_t>(random.next());
    case 3: return "text";
    case 4: return Json::object();
    case 5: return Json::array({1, "text"});
    default: return {{"member", any_value(random, depth - 1)}};
  }
}

std::string odd_body(Oddity oddity, bool is_json, const std::string& body, const std::string& other,
                     Random& random) {
  if (oddity == Oddity::other && !other.empty()) return other;
  std::vector<Part> parts = is_json ? parts_of_json(body) : parts_of_xml(body);
  std::erase_if(parts, [&](const Part& part) {
    const std::string_view value = std::string_view(body).substr(part.value_begin);
    const bool empty_list = oddity == Oddity::null && !is_json &&
                            (value.starts_with("<item>") || value.starts_with("<member>"));
    return empty_list || !may_be_odd(part.name);
  });
  if (oddity == Oddity::anything || oddity == Oddity::other || parts.empty()) {
    return any_document(is_json, random);
  }
  const Part& part = parts[random.below(parts.size())];
  const std::string before = body.substr(0, part.begin);
  const std::string whole = body.substr(part.begin, part.end - part.begin);
  const std::string head = body.substr(part.begin, part.value_begin - part.begin);
  const std::string value = body.substr(part.value_begin, part.value_end - part.value_begin);
  const std::string tail = body.substr(part.value_end, part.end - part.value_end);
  const std::string after = body.substr(part.end);
  const bool empty_tag = !is_json && whole.ends_with("/>");
  const auto with = [&](const std::string& text) {
    const std::string filled =
        empty_tag ? "<" + part.name + ">" + text + "</" + part.name + ">" : head + text + tail;
    return filled;
  };
  switch (oddity) {
    case Oddity::removed: {
      if (!is_json) return before + after;
      if (after.starts_with(',')) return before + after.substr(1);
      return (before.ends_with(',') ? before.substr(0, before.size() - 1) : before) + after;
    }
    case Oddity::doubled:
      return before + whole + (is_json ? "," : "") + with(any_text(is_json, random, 1)) + after;
    case Oddity::null: return before + with(is_json ? "null" : "") + after;
    default: return before + with(retyped(is_json, value)) + after;
  }
}

}  // namespace byoc::sim
