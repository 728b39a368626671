#include "tests/properties/draw.h"

#include <algorithm>
#include <set>

#include "base/check.h"
#include "manifests/pointer.h"
#include "manifests/preset.h"
#include "manifests/schema.h"
#include "tests/properties/pattern.h"

namespace byoc::properties {
namespace {

constexpr std::size_t kItemsMost = 4;     // of a list, unless its limit is tried
constexpr std::size_t kTextMost = 40;     // of a text, unless its limit is tried
constexpr std::size_t kLimitTried = 700;  // longer limits are not tried: they are only slow

// What a reader of YAML, of policies or of references might take for something else.
const std::vector<std::string>& odd_texts() {
  static const std::vector<std::string> kOdd = {"$(secret.externalId)",
                                                "costs $(team.budget)",
                                                "$(vpc.VpcId)",
                                                "$(a.b",
                                                "${aws:username}",
                                                "@id",
                                                "@Name",
                                                "yes",
                                                "no",
                                                "null",
                                                "~",
                                                "1.30",
                                                "0x1F",
                                                "1e3",
                                                "012",
                                                "- a",
                                                "a: b",
                                                "#no",
                                                "'",
                                                "\"",
                                                "\\",
                                                "{}",
                                                "[]",
                                                "&a",
                                                "*a",
                                                "!t",
                                                "|",
                                                ">",
                                                "%",
                                                "`",
                                                "true",
                                                "a\nb\n",
                                                " a",
                                                "a ",
                                                "a\tb",
                                                "2026-01-01",
                                                "a: |\n  b",
                                                "é",
                                                "日本語",
                                                "ß\xC3\xB1",
                                                "\xF0\x9F\x98\x80",
                                                "Straße 7"};
  return kOdd;
}

bool has(const Json& schema, const char* word) {
  return schema.contains(word);
}

}  // namespace

Json Draw::value(const Json& schema, const std::string& pointer) {
  if (has(schema, "const")) return schema.at("const");
  if (has(schema, "enum")) {
    const Json& known = schema.at("enum");
    return known[random_.below(known.size())];
  }
  Json type = schema.value("type", Json("string"));
  if (type.is_array()) type = Json(type[random_.below(type.size())]);
  if (type == "boolean") return random_.chance(0.5);
  if (type == "integer") return integer(schema);
  if (type == "array") return list(schema, pointer);
  if (type == "object" && schema.value("x-json", false)) {
    return pointer.ends_with("/document") ? policy() : any_json(0);
  }
  if (type == "object") return map(schema, pointer);
  return text(schema, pointer);
}

Json Draw::integer(const Json& schema) {
  const auto least = schema.value("minimum", std::int64_t{0});
  const auto most = schema.value("maximum", std::int64_t{1000});
  if (random_.chance(0.15)) return least;
  if (random_.chance(0.15)) return most;
  // As many small numbers as large ones: each half of the span is as likely as the half below it.
  std::int64_t span = most - least;
  while (span > 5 && random_.chance(0.8)) span /= 2;
  return least + static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(span) + 1));
}

Json Draw::text(const Json& schema, const std::string& pointer) {
  if (has(schema, "x-reference")) return one_of(names[schema.at("x-reference")]);
  if (schema.value("x-json", false)) {
    return (pointer.ends_with("/document") ? policy() : any_json(0)).dump();
  }
  if (has(schema, "x-format")) {
    std::string drawn = formatted(schema.at("x-format"));
    if (!drawn.empty()) return drawn;
  }
  const std::size_t most = schema.value("maxLength", kTextMost);
  if (has(schema, "pattern")) return text_of_pattern(schema.at("pattern"), most, random_);
  return free_text(schema.value("minLength", std::size_t{0}), most);
}

Json Draw::list(const Json& schema, const std::string& pointer) {
  const std::size_t least = schema.value("minItems", std::size_t{0});
  const std::size_t limit = schema.value("maxItems", least + kItemsMost);
  std::size_t wanted = least + random_.below(std::min(limit - least, kItemsMost) + 1);
  if (random_.chance(0.05)) wanted = std::min(limit, kItemsMost * 3);
  Json items = Json::array();
  std::set<Json> seen;
  for (std::size_t i = 0; i < wanted; ++i) {
    Json item = value(schema.at("items"), pointer_to(pointer, i));
    if (schema.value("uniqueItems", false) && !seen.insert(item).second) continue;
    items.push_back(std::move(item));
  }
  return items;
}

Json Draw::map(const Json& schema, const std::string& pointer) {
  Json out = Json::object();
  std::vector<std::string> fields;
  const Json properties = schema.value("properties", Json::object());
  for (const auto& [name, field] : properties.items()) {
    if (!field.value("x-read-only", false)) fields.push_back(name);
  }
  const Json required = schema.value("required", Json::array());
  const bool one = schema.value("maxProperties", std::size_t{0}) == 1;
  if (one) fields = {one_of(fields)};
  for (const std::string& name : fields) {
    const bool needed = std::find(required.begin(), required.end(), name) != required.end();
    if (!needed && !one && !random_.chance(density_)) continue;
    out[name] = value(properties.at(name), pointer_to(pointer, name));
  }
  if (!has(schema, "additionalProperties") || !schema.at("additionalProperties").is_object())
    return out;
  const std::size_t limit = schema.value("maxProperties", kItemsMost);
  std::size_t wanted = random_.below(std::min(limit, kItemsMost) + 1);
  if (random_.chance(0.03)) wanted = std::min(limit, kItemsMost * 3);
  for (std::size_t i = 0; i < wanted; ++i) {
    const std::string format = schema.value("/propertyNames/x-format"_json_pointer, "");
    const std::string name = format.empty() ? "note-" + words_of("abc", 3) : formatted(format);
    out[name] = value(schema.at("additionalProperties"), pointer_to(pointer, name));
  }
  return out;
}

std::string Draw::words_of(std::string_view alphabet, std::size_t most) {
  std::string out;
  const std::size_t size = 1 + random_.below(most);
  while (out.size() < size) out += alphabet[random_.below(alphabet.size())];
  return out;
}

// "" for the formats that a pattern describes well enough.
std::string Draw::formatted(const std::string& format) {
  const auto prefixed = [&](std::string name) {
    const std::vector<std::string> prefixes = {"", "", "example.com/", "byoc.example/", "a.b.c/"};
    return one_of(prefixes) + std::move(name);
  };
  const auto label = [&] {
    const std::size_t most = random_.chance(0.1) ? 61 : 8;
    return "a" + words_of("abcXYZ019-_.", most) + "z";
  };
  if (format == "name") return "n" + words_of("abc019-.", random_.chance(0.1) ? 61 : 6) + "z";
  if (format == "region") {
    const std::vector<std::string> regions = {"us-east-1",  "us-west-2",  "eu-west-1",
                                              "ap-south-1", "eu-north-1", "us-gov-west-1",
                                              "cn-north-1"};
    return one_of(regions);
  }
  if (format == "cidr") {
    const std::vector<std::string> ranges = {"10.0.0.0/16",    "10.1.0.0/20",     "172.16.0.0/18",
                                             "192.168.0.0/22", "198.51.100.0/24", "203.0.113.7/32",
                                             "100.64.0.0/16",  "0.0.0.0/0"};
    return one_of(ranges);
  }
  if (format == "instance-type") {
    const std::vector<std::string> types = {"t3.large",    "m5.xlarge",   "m6i.large",
                                            "c5.2xlarge",  "g4dn.xlarge", "p4d.24xlarge",
                                            "inf2.xlarge", "r5.metal",    "t3.medium"};
    return one_of(types);
  }
  if (format == "preset") return one_of(preset_names());
  if (format == "tag-key")
    return random_.chance(0.3)
               ? one_of(
                     std::vector<std::string>{"team", "Team", "ß", "Cost Center", "a:b/c=d+e-f@g"})
               : "t" + words_of("abcABC019 _.:/=+-@", random_.chance(0.1) ? 126 : 6) + "z";
  if (format == "tag-value")
    return random_.chance(0.2)
               ? ""
               : "v" + words_of("abcABC019 _.:/=+-@", random_.chance(0.1) ? 250 : 6) + "z";
  if (format == "label-value") return random_.chance(0.2) ? "true" : label();
  if (format == "label-key" || format == "node-label-key") return prefixed(label());
  return "";
}

std::string Draw::free_text(std::size_t least, std::size_t most) {
  std::string out;
  if (random_.chance(0.6)) out = one_of(odd_texts());
  while (out.size() < least) out += 'x';
  if (random_.chance(0.1) && most <= kLimitTried) out.resize(most, 'w');
  if (out.size() > most) out = std::string(most, 'y');
  return out;
}

Json Draw::policy() {
  const auto resource = [&]() -> Json {
    std::vector<std::string> known = {"*", "arn:aws:s3:::data/*",
                                      "arn:aws:iam::123456789012:role/x",
                                      "arn:aws:s3:::home/${aws:username}"};
    for (const std::string& name : names["Role"]) known.push_back("${role." + name + ".arn}");
    return one_of(known);
  };
  const auto several = [&](auto&& one) {
    if (random_.chance(0.5)) return Json(one());
    Json out = Json::array();
    for (std::size_t i = 0; i < 1 + random_.below(3); ++i) out.push_back(one());
    return out;
  };
  const std::vector<std::string> actions = {"s3:GetObject", "ec2:Describe*", "iam:PassRole", "*"};
  Json statements = Json::array();
  for (std::size_t i = 0; i < 1 + random_.below(3); ++i) {
    Json statement = {{"Effect", random_.chance(0.8) ? "Allow" : "Deny"}};
    statement[random_.chance(0.8) ? "Action" : "NotAction"] =
        several([&] { return one_of(actions); });
    statement[random_.chance(0.8) ? "Resource" : "NotResource"] = several(resource);
    if (random_.chance(0.3)) statement["Sid"] = "S" + words_of("abc019", 5);
    if (random_.chance(0.2)) {
      statement["Condition"] = {{"StringEquals", {{"aws:ResourceTag/team", one_of(odd_texts())}}}};
    }
    statements.push_back(std::move(statement));
  }
  Json policy = {{"Statement", random_.chance(0.2) ? statements[0] : statements}};
  if (random_.chance(0.8)) policy["Version"] = "2012-10-17";
  return policy;
}

Json Draw::any_json(int depth) {
  Json out = Json::object();
  for (std::size_t i = 0; i < 1 + random_.below(3); ++i) {
    const std::string name = "k" + words_of("abc", 2);
    switch (depth < 2 ? random_.below(5) : random_.below(3)) {
      case 0: out[name] = random_.chance(0.5); break;
      case 1: out[name] = random_.below(100); break;
      case 2: out[name] = one_of(odd_texts()); break;
      case 3: out[name] = Json::array({"a", one_of(odd_texts())}); break;
      default: out[name] = any_json(depth + 1);
    }
  }
  return out;
}

}  // namespace byoc::properties
