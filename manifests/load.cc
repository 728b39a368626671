#include "manifests/load.h"

#include <algorithm>

#include "manifests/text_check.h"
#include "manifests/yaml_value.h"

namespace byoc {
namespace {

// What a document says about itself, as far as it can be read; validate() tells what is wrong.
// A file cannot set what the store keeps (uid, finalizers, deletionTimestamp, status, ...), but
// its resourceVersion stays: a put of a stale object is a conflict.
Object object_of(const Json& document) {
  Object object;
  const auto text = [](const Json& from, const char* name, std::string& out) {
    const auto found = from.find(name);
    if (found != from.end() && found->is_string()) out = found->get<std::string>();
  };
  const auto texts = [](const Json& from, const char* name,
                        std::map<std::string, std::string>& out) {
    const auto found = from.find(name);
    if (found == from.end() || !found->is_object()) return;
    for (const auto& [key, value] : found->items()) {
      if (value.is_string()) out[key] = value.get<std::string>();
    }
  };
  text(document, "kind", object.kind);
  if (document.contains("spec") && document.at("spec").is_object())
    object.spec = document.at("spec");
  const auto metadata = document.find("metadata");
  if (metadata == document.end() || !metadata->is_object()) return object;
  text(*metadata, "name", object.metadata.name);
  text(*metadata, "namespace", object.metadata.ns);
  if (object.metadata.ns.empty()) object.metadata.ns = "default";
  texts(*metadata, "labels", object.metadata.labels);
  texts(*metadata, "annotations", object.metadata.annotations);
  if (const Result<Object> strict = object_from_json(document); strict.ok()) {
    object.metadata.resource_version = strict.value().metadata.resource_version;
  }
  return object;
}

// The places below `root`, as seen from there; `root` itself becomes "".
Marks below(const std::map<std::string, Mark>& marks, const std::string& root) {
  Marks out;
  for (auto it = marks.lower_bound(root); it != marks.end() && it->first.starts_with(root); ++it) {
    const std::string rest = it->first.substr(root.size());
    if (rest.empty() || rest[0] == '/') out.emplace(rest, it->second);
  }
  return out;
}

bool is_list(const Json& document) {
  return document.is_object() && document.value("kind", Json()) == "List" &&
         document.contains("items") && document.at("items").is_array();
}

class Reader {
 public:
  Reader(std::string_view text, const std::string& file, const Limits& limits)
      : file_(file), limits_(limits) {
    index_lines(text);
  }

  Loaded read(std::string_view text) {
    YamlFile yaml = read_yaml(text, file_, limits_);
    for (const YamlDocument& document : yaml.documents) read_document(document);
    for (Diagnostic& diagnostic : yaml.diagnostics) {
      loaded_.diagnostics.push_back(std::move(diagnostic));
    }
    for (Diagnostic& diagnostic : loaded_.diagnostics) {
      Mark mark{diagnostic.line, diagnostic.column};
      count_in_characters(mark);
      diagnostic.column = mark.column;
    }
    return std::move(loaded_);
  }

 private:
  void index_lines(std::string_view text) {
    while (true) {
      const std::size_t end = text.find('\n');
      lines_.push_back(text.substr(0, end));
      if (end == std::string_view::npos) return;
      text.remove_prefix(end + 1);
    }
  }

  // yaml-cpp counts bytes, people count characters.
  void count_in_characters(Mark& mark) const {
    const auto line = static_cast<std::size_t>(mark.line);
    if (line < 1 || line > lines_.size() || mark.column < 1) return;
    const auto before = static_cast<std::size_t>(mark.column - 1);
    mark.column = static_cast<int>(count_characters(lines_[line - 1].substr(0, before))) + 1;
  }

  void read_document(const YamlDocument& document) {
    YamlValue value = yaml_value(document, file_, loaded_.diagnostics);
    if (value.json.is_null()) return;
    const Mark start = document.nodes[document.root].mark;
    value.marks[""] = start;
    value.values[""] = start;
    for (auto* marks : {&value.marks, &value.values}) {
      for (auto& [pointer, mark] : *marks) count_in_characters(mark);
    }
    if (is_list(value.json)) {
      const Json& items = value.json.at("items");
      for (std::size_t i = 0; i < items.size(); ++i) {
        const std::string root = "/items/" + std::to_string(i);
        add(items[i], below(value.marks, root), below(value.values, root));
      }
      return;
    }
    add(std::move(value.json), Marks(value.marks.begin(), value.marks.end()),
        Marks(value.values.begin(), value.values.end()));
  }

  void add(Json document, Marks marks, Marks values) {
    if (!document.is_object()) {
      const auto whole = marks.find("");
      const Mark mark = whole == marks.end() ? Mark{} : whole->second;
      loaded_.diagnostics.push_back({Severity::error, file_, mark.line, mark.column, "",
                                     "the document is no object",
                                     "begin with apiVersion, kind, metadata and spec"});
      return;
    }
    loaded_.manifests.push_back(
        manifest_of(std::move(document), file_, std::move(marks), std::move(values)));
  }

  std::string file_;
  Limits limits_;
  std::vector<std::string_view> lines_;
  Loaded loaded_;
};

}  // namespace

Manifest manifest_of(Json document, const std::string& file, Marks marks, Marks values) {
  Manifest manifest;
  manifest.object = object_of(document);
  manifest.document = std::move(document);
  manifest.file = file;
  manifest.marks = std::move(marks);
  manifest.values = std::move(values);
  return manifest;
}

Loaded load_text(std::string_view text, const std::string& file, const Limits& limits) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a byte order mark says nothing
  if (const auto wrong = check_text(text, file, limits)) return {{}, {*wrong}};
  return Reader(text, file, limits).read(text);
}

}  // namespace byoc
