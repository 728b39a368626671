#include "manifests/yaml_value.h"

#include <optional>

#include "manifests/pointer.h"

namespace byoc {
namespace {

constexpr std::string_view kCoreTag = "tag:yaml.org,2002:";

struct LimitReached {};  // thrown and caught in this file: unwinds a value that grew too large

class ValueBuilder {
 public:
  ValueBuilder(const YamlDocument& document, const std::string& file, const Limits& limits,
               std::size_t& nodes_left, Diagnostics& diagnostics)
      : document_(document),
        file_(file),
        limits_(limits),
        nodes_left_(nodes_left),
        diagnostics_(diagnostics),
        open_(document.nodes.size(), false) {}

  YamlValue build() {
    YamlValue out;
    out_ = &out;
    try {
      out.json = value(document_.root, "", 0);
      out.whole = true;
    } catch (const LimitReached&) {
      out.whole = false;
    }
    return out;
  }

 private:
  void report(const Mark& mark, std::string text, std::string hint = "") {
    diagnostics_.push_back(
        {Severity::error, file_, mark.line, mark.column, "", std::move(text), std::move(hint)});
  }

  [[noreturn]] void stop(const Mark& mark, std::string text) {
    report(mark, std::move(text));
    throw LimitReached{};
  }

  // The node that an alias stands for; the node itself when it is none.
  std::uint32_t followed(std::uint32_t index) const {
    const YamlNode& node = document_.nodes[index];
    return node.kind == YamlNode::Kind::alias ? node.target : index;
  }

  void place(const std::string& pointer, const Mark& key, const Mark& mark) {
    out_->marks[pointer] = key;
    out_->values[pointer] = mark;
  }

  Json value(std::uint32_t at, const std::string& pointer, std::size_t depth) {
    const std::uint32_t index = followed(at);
    const YamlNode& node = document_.nodes[index];
    const Mark& mark = document_.nodes[at].mark;
    if (nodes_left_ == 0) {
      stop(mark, "more than " + std::to_string(limits_.nodes_max) +
                     " values in one file, aliases expanded");
    }
    --nodes_left_;
    if (node.kind == YamlNode::Kind::scalar) return scalar(node);
    if (open_[index]) stop(mark, "the alias refers to a value that it is part of");
    if (depth >= limits_.depth_max) {
      stop(mark, "nested more than " + std::to_string(limits_.depth_max) + " levels deep");
    }
    open_[index] = true;
    Json out =
        node.kind == YamlNode::Kind::list ? list(node, pointer, depth) : map(node, pointer, depth);
    open_[index] = false;
    return out;
  }

  Json scalar(const YamlNode& node) {
    if (node.plain) return plain_scalar(node.text);
    if (node.tag.empty() || node.tag == std::string(kCoreTag) + "str") return node.text;
    if (!node.tag.starts_with(kCoreTag)) {
      report(node.mark, "the tag `" + node.tag + "` is not known",
             "write the value without a tag; quote text that begins with `!`");
      return node.text;
    }
    const std::string type = node.tag.substr(kCoreTag.size());
    const Json guessed = plain_scalar(node.text);
    const bool fits = (type == "int" && guessed.is_number_integer()) ||
                      (type == "float" && guessed.is_number()) ||
                      (type == "bool" && guessed.is_boolean()) ||
                      (type == "null" && guessed.is_null());
    if (!fits) report(node.mark, "the value is no `!!" + type + "`", "write it without a tag");
    return guessed;
  }

  Json list(const YamlNode& node, const std::string& pointer, std::size_t depth) {
    Json out = Json::array();
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      const std::string item = pointer_to(pointer, i);
      const Mark& mark = document_.nodes[node.children[i]].mark;
      place(item, mark, mark);
      out.push_back(value(node.children[i], item, depth + 1));
    }
    return out;
  }

  Json map(const YamlNode& node, const std::string& pointer, std::size_t depth) {
    Json out = Json::object();
    std::map<std::string, Mark> written;
    std::vector<std::uint32_t> merged;
    for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
      const YamlNode& key = document_.nodes[followed(node.children[i])];
      const Mark& mark = document_.nodes[node.children[i]].mark;
      if (key.kind == YamlNode::Kind::scalar && key.plain && key.text == "<<") {
        merged.push_back(node.children[i + 1]);
        continue;
      }
      const std::optional<std::string> name = key_text(key, mark);
      if (!name) continue;
      const auto [before, fresh] = written.emplace(*name, mark);
      if (!fresh) {
        report(mark, "the key `" + *name + "` stands here again",
               "it stands in line " + std::to_string(before->second.line) + " already");
        continue;
      }
      const std::string member = pointer_to(pointer, *name);
      place(member, mark, document_.nodes[node.children[i + 1]].mark);
      out[*name] = value(node.children[i + 1], member, depth + 1);
    }
    for (const std::uint32_t other : merged) merge(other, out, pointer, depth);
    return out;
  }

  std::optional<std::string> key_text(const YamlNode& key, const Mark& mark) {
    if (key.kind != YamlNode::Kind::scalar) {
      report(mark, "a key must be text, not a list or a map");
      return std::nullopt;
    }
    if (key.plain && plain_scalar(key.text).is_null()) {
      report(mark, "a key is missing before the `:`", "quote the key if it is meant as text");
      return std::nullopt;
    }
    return key.text;
  }

  // `<<: *one` or `<<: [*one, *two]`: members that the map does not have itself.
  void merge(std::uint32_t at, Json& into, const std::string& pointer, std::size_t depth) {
    const std::uint32_t index = followed(at);
    const YamlNode& node = document_.nodes[index];
    const Mark& mark = document_.nodes[at].mark;
    if (node.kind == YamlNode::Kind::list) {
      if (open_[index]) stop(mark, "the alias refers to a value that it is part of");
      open_[index] = true;
      for (const std::uint32_t item : node.children) {
        if (document_.nodes[followed(item)].kind == YamlNode::Kind::list) {
          report(document_.nodes[item].mark, "`<<` merges maps only");
        } else {
          merge(item, into, pointer, depth);
        }
      }
      open_[index] = false;
      return;
    }
    if (node.kind != YamlNode::Kind::map) return report(mark, "`<<` merges maps only");
    // Read at a place of its own, so that it disturbs no marks; then taken over where absent.
    YamlValue aside;
    YamlValue* const kept = std::exchange(out_, &aside);
    const Json other = value(at, pointer, depth);
    out_ = kept;
    for (const auto& [name, item] : other.items()) {
      if (into.contains(name)) continue;
      into[name] = item;
      take_places(aside, pointer_to(pointer, name));
    }
  }

  void take_places(const YamlValue& aside, const std::string& pointer) {
    const auto take = [&](const std::map<std::string, Mark>& from,
                          std::map<std::string, Mark>& to) {
      for (auto it = from.lower_bound(pointer); it != from.end(); ++it) {
        if (!it->first.starts_with(pointer)) break;
        if (it->first.size() == pointer.size() || it->first[pointer.size()] == '/') to.insert(*it);
      }
    };
    take(aside.marks, out_->marks);
    take(aside.values, out_->values);
  }

  const YamlDocument& document_;
  const std::string& file_;
  const Limits& limits_;
  std::size_t& nodes_left_;
  Diagnostics& diagnostics_;
  std::vector<bool> open_;
  YamlValue* out_ = nullptr;
};

}  // namespace

YamlValue yaml_value(const YamlDocument& document, const std::string& file, const Limits& limits,
                     std::size_t& nodes_left, Diagnostics& diagnostics) {
  if (document.nodes.empty()) return {Json(), {}, {}, true};
  return ValueBuilder(document, file, limits, nodes_left, diagnostics).build();
}

}  // namespace byoc
