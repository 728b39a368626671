#include "manifests/yaml_value.h"

#include <optional>

#include "manifests/pointer.h"

namespace byoc {
namespace {

constexpr std::string_view kCoreTag = "tag:yaml.org,2002:";

class ValueBuilder {
 public:
  ValueBuilder(const YamlDocument& document, const std::string& file, Diagnostics& diagnostics)
      : document_(document), file_(file), diagnostics_(diagnostics) {}

  YamlValue build() {
    YamlValue out;
    out_ = &out;
    out.json = value(document_.root, "");
    return out;
  }

 private:
  void report(const Mark& mark, std::string text, std::string hint = "") {
    diagnostics_.push_back(
        {Severity::error, file_, mark.line, mark.column, "", std::move(text), std::move(hint)});
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

  // Recursion is bounded: the tree was built within the limits, aliases expanded.
  Json value(std::uint32_t at, const std::string& pointer) {
    const YamlNode& node = document_.nodes[followed(at)];
    if (node.kind == YamlNode::Kind::scalar) return scalar(node);
    return node.kind == YamlNode::Kind::list ? list(node, pointer) : map(node, pointer);
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

  Json list(const YamlNode& node, const std::string& pointer) {
    Json out = Json::array();
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      const std::string item = pointer_to(pointer, i);
      const Mark& mark = document_.nodes[node.children[i]].mark;
      place(item, mark, mark);
      out.push_back(value(node.children[i], item));
    }
    return out;
  }

  Json map(const YamlNode& node, const std::string& pointer) {
    std::map<std::string, std::pair<Mark, Json>> members;
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
      const auto [before, fresh] = members.try_emplace(*name, mark, nullptr);
      if (!fresh) {
        report(mark, "the key `" + *name + "` stands here again",
               "it stands in line " + std::to_string(before->second.first.line) + " already");
        continue;
      }
      const std::string member = pointer_to(pointer, *name);
      place(member, mark, document_.nodes[node.children[i + 1]].mark);
      before->second.second = value(node.children[i + 1], member);
    }
    Json out = Json::object();
    for (auto& [name, member] : members) out[name] = std::move(member.second);
    for (const std::uint32_t other : merged) merge(other, out, pointer);
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
  void merge(std::uint32_t at, Json& into, const std::string& pointer) {
    const YamlNode& node = document_.nodes[followed(at)];
    const Mark& mark = document_.nodes[at].mark;
    if (node.kind == YamlNode::Kind::list) {
      for (const std::uint32_t item : node.children) {
        if (document_.nodes[followed(item)].kind == YamlNode::Kind::list) {
          report(document_.nodes[item].mark, "`<<` merges maps only");
        } else {
          merge(item, into, pointer);
        }
      }
      return;
    }
    if (node.kind != YamlNode::Kind::map) return report(mark, "`<<` merges maps only");
    // Read at a place of its own, so that it disturbs no marks; then taken over where absent.
    YamlValue aside;
    YamlValue* const kept = std::exchange(out_, &aside);
    const Json other = value(at, pointer);
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
  Diagnostics& diagnostics_;
  YamlValue* out_ = nullptr;
};

}  // namespace

YamlValue yaml_value(const YamlDocument& document, const std::string& file,
                     Diagnostics& diagnostics) {
  if (document.nodes.empty()) return {};
  return ValueBuilder(document, file, diagnostics).build();
}

}  // namespace byoc
