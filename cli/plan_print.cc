#include "cli/plan_print.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "cli/text.h"
#include "reconcilers/reference.h"

namespace byoc {
namespace {

constexpr int kValueWidthMax = 160;  // policy documents are long; -v and `-o json` show all of them
constexpr std::size_t kContext = 40;  // bytes before the first difference of two long values

struct ActionSign {
  std::string_view verb;
  std::string_view sign;
  std::string_view color;
};

constexpr ActionSign kSigns[] = {
    {"create", "+", "\x1b[32m"},  {"update", "~", "\x1b[33m"}, {"delete", "-", "\x1b[31m"},
    {"replace", "!", "\x1b[31m"}, {"wait", "=", "\x1b[2m"},    {"blocked", "x", "\x1b[31m"},
    {"keep", ".", "\x1b[2m"},
};

std::string sign_of(const std::string& verb, bool color) {
  for (const ActionSign& sign : kSigns) {
    if (sign.verb != verb) continue;
    const std::string text = std::string(sign.sign) + " " + verb;
    return color ? std::string(sign.color) + text + "\x1b[0m" : text;
  }
  return verb;
}

std::string whole_text(const Json& value) {
  if (value.is_null()) return "(not set)";
  return printable(value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::string cut(const std::string& text, const PlanStyle& style) {
  return style.all ? text : cut_to_width(text, kValueWidthMax, "...");
}

// Of two long values the parts that differ.
std::pair<std::string, std::string> both_sides(const Json& from, const Json& to,
                                               const PlanStyle& style) {
  std::string left = whole_text(from);
  std::string right = whole_text(to);
  const bool fit = display_width(left) <= kValueWidthMax && display_width(right) <= kValueWidthMax;
  if (fit || style.all) return {left, right};
  const std::size_t shorter = std::min(left.size(), right.size());
  std::size_t same = 0;
  while (same < shorter && left[same] == right[same]) ++same;
  std::size_t begin = same > kContext ? same - kContext : 0;
  while (begin > 0 && (static_cast<unsigned char>(left[begin]) & 0xC0U) == 0x80U) --begin;  // UTF-8
  if (begin > 0) {
    left = "..." + left.substr(begin);
    right = "..." + right.substr(begin);
  }
  return {cut(left, style), cut(right, style)};
}

// A value of something new: texts as they are.
std::string new_value(const Json& value, const PlanStyle& style) {
  return cut(value.is_string() ? printable(value.get_ref<const std::string&>()) : whole_text(value),
             style);
}

std::string value_lines(const Json& entry, const PlanStyle& style) {
  std::string text;
  const Json& values = entry.at("values");
  const auto add = [&](const std::string& name, const Json& value) {
    const bool empty = value.is_null() || (value.is_structured() && value.empty());
    if (!empty) text += "      " + printable(name) + ": " + new_value(value, style) + "\n";
  };
  if (style.all) {
    for (const auto& [name, value] : values.items()) add(name, value);
    return text;
  }
  for (const Json& name : entry.value("shown", Json::array())) {
    std::string path = name.get<std::string>();
    std::replace(path.begin(), path.end(), '.', '/');
    const Json& value = member(values, path);
    const bool wrapped = value.is_object() && value.size() == 1 && value.contains("Value");
    add(name.get<std::string>(), wrapped ? value.at("Value") : value);
  }
  return text;
}

std::string change_lines(const Json& changes, const PlanStyle& style) {
  std::string text;
  for (const Json& change : changes) {
    const auto field = change.at("field").get<std::string>();
    const std::string term = change.value("manifest", "");
    const auto [from, to] = both_sides(change.at("from"), change.at("to"), style);
    text += "      " + printable(term.empty() ? field : term + " (" + field + ")") + ": " + from +
            " -> " + to;
    if (change.value("cause", "") == "outside") text += ", changed outside of byoc";
    text += "\n";
  }
  return text;
}

std::string entry_line(const Json& entry, const PlanStyle& style) {
  const auto verb = entry.at("verb").get<std::string>();
  std::string line = "  " + sign_of(verb, style.color) + " " + printable(entry.value("key", ""));
  if (entry.contains("id")) line += " " + printable(entry["id"].get<std::string>());
  std::string calls;
  for (const Json& operation : entry.value("operations", Json::array())) {
    std::string name = operation.get<std::string>();
    name = name.substr(name.find(':') + 1);
    if (calls.ends_with(name)) continue;
    calls += (calls.empty() ? "" : ", ") + name;
  }
  if (!calls.empty()) line += " (" + calls + ")";
  const std::string why = entry.value("why", "");
  if (!why.empty() && why != "does not exist") line += ": " + printable(why);
  if (entry.value("cause", "") == "outside") line += ", changed outside of byoc";
  return line + "\n";
}

}  // namespace

PlanCounts count_plan(const Plan& plan) {
  return count_entries(plan_json(plan));
}

std::string plan_summary(const PlanCounts& counts) {
  std::string text;
  const std::size_t busy =
      counts.create + counts.change + counts.remove + counts.wait + counts.blocked;
  if (busy == 0) {
    text = "No changes";
  } else {
    text = "Plan: " + std::to_string(counts.create) + " to create, " +
           std::to_string(counts.change) + " to change, " + std::to_string(counts.remove) +
           " to delete";
  }
  for (const auto& [number, word] :
       {std::pair{counts.wait, " to wait for"}, std::pair{counts.blocked, " blocked"},
        std::pair{counts.keep, " kept"}}) {
    if (number > 0) text += ", " + std::to_string(number) + word;
  }
  return text + ".";
}

std::string print_entries(std::string_view heading, const Json& entries, const PlanStyle& style) {
  if (entries.empty()) return {};
  std::string text = printable(heading) + "\n";
  for (const Json& entry : entries) {
    text += entry_line(entry, style);
    if (entry.contains("values")) text += value_lines(entry, style);
    if (entry.contains("changes")) text += change_lines(entry["changes"], style);
  }
  return text;
}

std::string print_plan(std::string_view heading, const Plan& plan, const PlanStyle& style) {
  return print_entries(heading, plan_json(plan), style);
}

std::string print_planned(const Json& object, const PlanStyle& style) {
  std::string heading = object.at("name").get<std::string>();
  std::string where;
  const auto add = [&](const std::string& before, const char* name) {
    const std::string value = object.value(name, "");
    if (!value.empty()) where += (where.empty() ? "" : ", ") + before + value;
  };
  add("account ", "account");
  add("region ", "region");
  add("role ", "roleArn");
  add("caller ", "callerArn");
  if (!where.empty()) heading += " (" + where + ")";
  if (object.value("delete", false)) heading += ": will be deleted";
  std::string text = print_entries(heading, object.value("entries", Json::array()), style);
  if (text.empty()) text = printable(heading) + "\n";
  for (const auto& [name, sign] : {std::pair{"problem", "x"}, std::pair{"waits", "="}}) {
    const std::string said = object.value(name, "");
    if (!said.empty()) text += "  " + std::string(sign) + " " + printable(said) + "\n";
  }
  return text;
}

}  // namespace byoc
