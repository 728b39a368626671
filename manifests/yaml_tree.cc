#include "manifests/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>

namespace byoc {
namespace {

// Thrown through yaml-cpp by the event handler, caught in read_yaml.
struct Stop : std::runtime_error {
  Stop(Mark place, const std::string& text, std::string what_instead)
      : std::runtime_error(text), mark(place), hint(std::move(what_instead)) {}
  Mark mark;
  std::string hint;
};

Mark mark_of(const YAML::Mark& mark) {
  return {mark.line + 1, mark.column + 1};
}

class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(std::vector<YamlDocument>& documents, const Limits& limits)
      : documents_(documents), limits_(limits) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_.size() >= limits_.documents_max) {
      throw Stop(mark_of(mark),
                 "more than " + std::to_string(limits_.documents_max) + " documents in one file",
                 "split the file");
    }
    documents_.push_back({});
    documents_.back().start = mark_of(mark);
    anchors_.clear();
    open_.clear();
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    YamlNode node;
    node.mark = mark_of(mark);
    node.plain = true;
    add(std::move(node), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const Mark place = mark_of(mark);
    const auto target = anchors_.find(anchor);
    if (target == anchors_.end()) throw Stop(place, "the alias names no anchor", "");
    if (std::find(open_.begin(), open_.end(), target->second) != open_.end()) {
      throw Stop(place, "the alias refers to a value that it is part of", "");
    }
    const YamlNode& meant = documents_.back().nodes[target->second];
    YamlNode node;
    node.kind = YamlNode::Kind::alias;
    node.mark = place;
    node.target = target->second;
    node.expanded = meant.expanded;
    node.height = meant.height;
    add(std::move(node), 0);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    YamlNode node;
    node.mark = mark_of(mark);
    node.plain = tag == "?" || tag.empty();
    if (!node.plain && tag != "!") node.tag = tag;
    node.text = value;
    add(std::move(node), anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::list, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::map, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

  // Where the innermost list or map that is still open began; line 0 when none is.
  [[nodiscard]] Mark innermost() const {
    if (open_.empty() || documents_.empty()) return {};
    return documents_.back().nodes[open_.back()].mark;
  }

 private:
  void open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor) {
    YamlNode node;
    node.kind = kind;
    node.mark = mark_of(mark);
    node.height = 1;
    if (tag != "?" && tag != "!" && !tag.empty()) node.tag = tag;
    open_.push_back(add(std::move(node), anchor));
  }

  void close() {
    const YamlNode& done = documents_.back().nodes[open_.back()];
    open_.pop_back();
    if (open_.empty()) return;
    YamlNode& parent = documents_.back().nodes[open_.back()];
    parent.expanded += done.expanded;
    parent.height = std::max(parent.height, done.height + 1);
  }

  std::uint32_t add(YamlNode node, YAML::anchor_t anchor) {
    check_limits(node);
    YamlDocument& document = documents_.back();
    const auto index = static_cast<std::uint32_t>(document.nodes.size());
    if (!open_.empty()) {
      YamlNode& parent = document.nodes[open_.back()];
      parent.children.push_back(index);
      const bool whole = node.kind == YamlNode::Kind::scalar || node.kind == YamlNode::Kind::alias;
      if (whole) {
        parent.expanded += node.expanded;
        parent.height = std::max(parent.height, node.height + 1);
      }
    }
    document.nodes.push_back(std::move(node));
    if (anchor != 0) anchors_[anchor] = index;
    return index;
  }

  void check_limits(const YamlNode& node) {
    if (open_.size() + node.height > limits_.depth_max) {
      throw Stop(node.mark,
                 "nested more than " + std::to_string(limits_.depth_max) + " levels deep", "");
    }
    expanded_ += node.expanded;
    if (expanded_ > limits_.nodes_max) {
      throw Stop(node.mark,
                 "more than " + std::to_string(limits_.nodes_max) +
                     " values in one file, aliases expanded",
                 "split the file, or use fewer aliases");
    }
  }

  std::vector<YamlDocument>& documents_;
  const Limits& limits_;
  std::map<YAML::anchor_t, std::uint32_t> anchors_;
  std::vector<std::uint32_t> open_;
  std::size_t expanded_ = 0;  // values of all documents
};

// yaml-cpp's words for authors of parsers, and ours for authors of manifests.
struct Words {
  const char* theirs;
  const char* ours;
  const char* hint;
};

const Words kWords[] = {
    {YAML::ErrorMsg::TAB_IN_INDENTATION, "a tab in the indentation", "indent with spaces"},
    {YAML::ErrorMsg::END_OF_MAP, "the indentation fits no line above, or a `key:` lacks its colon",
     "align the line with its neighbours"},
    {YAML::ErrorMsg::END_OF_SEQ, "the indentation fits no line above, or a `- ` is missing",
     "align the line with its neighbours"},
    {YAML::ErrorMsg::END_OF_MAP_FLOW, "a `{` is never closed", "close it with `}`"},
    {YAML::ErrorMsg::END_OF_SEQ_FLOW, "a `[` is never closed", "close it with `]`"},
    {YAML::ErrorMsg::FLOW_END, "a `]` or `}` that closes nothing", ""},
    {YAML::ErrorMsg::EOF_IN_SCALAR, "a quoted text is never closed", "close the quotes"},
    {YAML::ErrorMsg::MAP_VALUE, "a `:` where no value may begin",
     "check the indentation, and quote text that holds `: `"},
    {YAML::ErrorMsg::MAP_KEY, "a key where none may stand", "check the indentation"},
    {YAML::ErrorMsg::BLOCK_ENTRY, "a `- ` where no list may begin", "check the indentation"},
    {YAML::ErrorMsg::UNKNOWN_ANCHOR, "the alias names no anchor",
     "quote text that begins with `*`"},
    {YAML::ErrorMsg::UNKNOWN_TOKEN, "a character that cannot begin a value",
     "quote text that begins with @, ` or %"},
    {YAML::ErrorMsg::INVALID_ESCAPE, "an escape that YAML does not know",
     "use single quotes, or write `\\\\` for a backslash"},
};

bool indented_with_tab(std::string_view line) {
  return line.substr(0, line.find_first_not_of(" \t")).find('\t') != std::string_view::npos;
}

// What the text is when it is no manifest yet: a hint, and the line that shows it; 0: unknown.
struct Unfinished {
  const char* text = nullptr;  // null: as the parser says
  const char* hint = nullptr;
  int line = 0;
};

std::optional<Unfinished> unfinished(const std::vector<std::string_view>& lines,
                                     std::size_t wrong) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].starts_with("<<<<<<< ") || lines[i].starts_with(">>>>>>> ")) {
      return Unfinished{"a merge conflict that git left in the file", "resolve it first",
                        static_cast<int>(i) + 1};
    }
  }
  const auto holds = [](std::string_view line, const char* begin, const char* end) {
    const std::size_t at = line.find(begin);
    return at != std::string_view::npos && line.find(end, at) != std::string_view::npos;
  };
  const bool values = std::any_of(lines.begin(), lines.end(),
                                  [&](const auto& line) { return holds(line, "{{", "}}"); });
  if (!values && (wrong < 1 || wrong > lines.size() || !holds(lines[wrong - 1], "${", "}"))) {
    return std::nullopt;
  }
  return Unfinished{nullptr, "this is a template: fill it in first (helm template, envsubst)"};
}

Diagnostic syntax_error(const YAML::Exception& exception, const std::string& file,
                        const std::vector<std::string_view>& lines, const Mark& innermost) {
  Mark mark = exception.mark.is_null() ? innermost : mark_of(exception.mark);
  // At the end of the file yaml-cpp forgets where it is: name what was never closed.
  const bool unclosed = exception.msg == YAML::ErrorMsg::END_OF_SEQ_FLOW ||
                        exception.msg == YAML::ErrorMsg::END_OF_MAP_FLOW;
  if (unclosed && innermost.line > 0) mark = innermost;
  Diagnostic found{Severity::error, file, mark.line, mark.column, "", "", ""};
  const auto line = static_cast<std::size_t>(mark.line);
  if (line >= 1 && line <= lines.size() && indented_with_tab(lines[line - 1])) {
    found.column = static_cast<int>(lines[line - 1].find('\t')) + 1;
    found.text = "a tab in the indentation";
    found.hint = "indent with spaces";
    return found;
  }
  found.text = "not YAML: " + exception.msg;
  for (const Words& words : kWords) {
    if (exception.msg != words.theirs) continue;
    found.text = words.ours;
    found.hint = words.hint;
  }
  if (const auto why = unfinished(lines, line)) {
    found.hint = why->hint;
    if (why->text != nullptr) found.text = why->text;
    if (why->line != 0) found.line = why->line, found.column = 1;
  }
  return found;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (true) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

// yaml-cpp begins a new document wherever the first one cannot go on; only `---` may, or
// anything after `...`.
void check_separators(const YamlFile& yaml, const std::vector<std::string_view>& lines) {
  if (yaml.documents.size() < 2) return;
  const Mark& last = yaml.documents.back().start;
  const Mark& before = yaml.documents[yaml.documents.size() - 2].start;
  const auto line = static_cast<std::size_t>(last.line);
  if (line == 0 || line > lines.size() || lines[line - 1].starts_with("---")) return;
  for (auto i = static_cast<std::size_t>(before.line); i < line; ++i) {
    if (lines[i - 1].starts_with("...")) return;
  }
  throw Stop(last, "text after the end of the value above",
             "check the indentation, or begin another document with `---`");
}

// The place of the closing quote of the quoted text that begins at `at`.
std::size_t closing_quote(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (++at; at < text.size(); ++at) {
    if (quote == '"' && text[at] == '\\') {
      ++at;
    } else if (text[at] == quote) {
      if (quote == '"' || at + 1 == text.size() || text[at + 1] != quote) return at;
      ++at;  // '' is a quote inside single quotes
    }
  }
  return std::string_view::npos;
}

// yaml-cpp takes the end of the file for the end of a quoted text: a file that was cut off there
// would pass. Only the last text can reach the end.
void check_last_quote(const YamlFile& yaml, std::string_view text,
                      const std::vector<std::string_view>& lines) {
  if (yaml.documents.empty() || yaml.documents.back().nodes.empty()) return;
  const YamlNode& last = yaml.documents.back().nodes.back();
  const auto line = static_cast<std::size_t>(last.mark.line);
  if (last.plain || last.kind != YamlNode::Kind::scalar || line < 1 || line > lines.size()) return;
  std::size_t at = static_cast<std::size_t>(lines[line - 1].data() - text.data()) +
                   static_cast<std::size_t>(last.mark.column - 1);
  while (at < text.size() && (text[at] == '&' || text[at] == '!')) {  // anchor and tag stand before
    at = text.find_first_not_of(" \t\r\n", text.find_first_of(" \t\r\n", at));
  }
  if (at >= text.size() || (text[at] != '"' && text[at] != '\'')) return;
  if (closing_quote(text, at) != std::string_view::npos) return;
  throw Stop(last.mark, "a quoted text is never closed", "close the quotes");
}

}  // namespace

YamlFile read_yaml(std::string_view text, const std::string& file, const Limits& limits) {
  YamlFile out;
  const std::vector<std::string_view> lines = lines_of(text);
  TreeBuilder builder(out.documents, limits);
  const auto report = [&](Diagnostic diagnostic) {
    if (!out.documents.empty()) out.documents.pop_back();  // the one that was being read
    out.diagnostics.push_back(std::move(diagnostic));
  };
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) check_separators(out, lines);
    check_last_quote(out, text, lines);
  } catch (const Stop& stop) {
    report({Severity::error, file, stop.mark.line, stop.mark.column, "", stop.what(), stop.hint});
  } catch (const YAML::Exception& exception) {
    report(syntax_error(exception, file, lines, builder.innermost()));
  } catch (const std::exception& exception) {
    report({Severity::error, file, 0, 0, "", std::string("not YAML: ") + exception.what(), ""});
  }
  return out;
}

}  // namespace byoc
