#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstddef>
#include <utility>

#include "cli/jsonpath_ast.h"

namespace byoc {
namespace {

constexpr int kDepthMax = 32;  // of filters and ranges within each other
constexpr std::size_t kTextBytesMax = 64U << 10U;

// Recursive descent. Each parse_* answers false after the first error, which `failure` keeps.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<std::vector<JsonPathNode>> parse() {
    std::vector<JsonPathNode> nodes;
    if (text_.size() > kTextBytesMax) {
      fail("the template is too long");
    } else if (text_.find('{') == std::string_view::npos && !text_.empty() &&
               std::string_view(".[$@").find(text_.front()) != std::string_view::npos) {
      JsonPathNode& node = nodes.emplace_back();
      node.kind = JsonPathNode::Kind::path;
      if (parse_path(node.path) && !at_end()) fail("unexpected character");
    } else {
      parse_template(nodes, 0);
    }
    if (!failure_.ok()) return failure_;
    return nodes;
  }

 private:
  bool fail(const std::string& what) {
    if (failure_.ok()) {
      failure_ = error(Code::invalid, "jsonpath: " + what + " at character " +
                                          std::to_string(at_ + 1) + " of " + std::string(text_));
    }
    return false;
  }
  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] char peek() const { return at_end() ? '\0' : text_[at_]; }
  bool take(std::string_view token) {
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }
  bool expect(std::string_view token) {
    return take(token) || fail("expected " + std::string(token));
  }
  void skip_spaces() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n') ++at_;
  }
  // A keyword, not the beginning of a longer word.
  bool take_word(std::string_view word) {
    const std::size_t start = at_;
    if (take(word) && (peek() == ' ' || peek() == '}')) return true;
    at_ = start;
    return false;
  }

  // Up to the end of the text or, within a range, of its {end}.
  bool parse_template(std::vector<JsonPathNode>& nodes, int depth) {
    while (!at_end()) {
      const std::size_t brace = std::min(text_.find('{', at_), text_.size());
      if (brace > at_) {
        nodes.push_back(
            {JsonPathNode::Kind::text, std::string(text_.substr(at_, brace - at_)), {}, {}});
        at_ = brace;
        continue;
      }
      const std::size_t start = at_;
      take("{");
      skip_spaces();
      if (take_word("end")) {
        skip_spaces();
        if (depth > 0) return expect("}");
        at_ = start;
        return fail("{end} without {range}");
      }
      if (!parse_action(nodes, depth)) return false;
    }
    return depth == 0 || fail("{range} without {end}");
  }

  // What stands between braces; the opening one is taken.
  bool parse_action(std::vector<JsonPathNode>& nodes, int depth) {
    if (take_word("range")) return parse_range(nodes.emplace_back(), depth);
    bool some = false;
    for (skip_spaces(); !at_end() && peek() != '}'; skip_spaces()) {
      JsonPathNode& node = nodes.emplace_back();
      some = true;
      if (peek() == '"' || peek() == '\'') {
        if (!parse_quoted(node.text)) return false;
        continue;
      }
      node.kind = JsonPathNode::Kind::path;
      if (!parse_path(node.path)) return false;
    }
    if (!some && peek() == '}') return fail("nothing between the braces");
    return expect("}");
  }

  bool parse_range(JsonPathNode& node, int depth) {
    node.kind = JsonPathNode::Kind::range;
    if (depth >= kDepthMax) return fail("too many ranges within each other");
    skip_spaces();
    if (!parse_path(node.path)) return false;
    skip_spaces();
    return expect("}") && parse_template(node.body, depth + 1);
  }

  bool parse_quoted(std::string& out) {
    const char quote = peek();
    const std::size_t start = at_++;
    while (!at_end() && peek() != quote) {
      char letter = text_[at_++];
      if (letter == '\\' && !at_end()) {
        letter = text_[at_++];
        if (letter == 'n') letter = '\n';
        if (letter == 't') letter = '\t';
        if (letter == 'r') letter = '\r';
      }
      out += letter;
    }
    if (!at_end()) {
      ++at_;
      return true;
    }
    at_ = start;
    return fail("a text without its end");
  }

  bool parse_path(JsonPathSteps& steps) {
    const std::size_t start = at_;
    if (take("$")) {
      steps.emplace_back().kind = JsonPathStep::Kind::root;
    } else if (starts_name(peek())) {  // {items[*].x}: the first dot may be left out
      if (!parse_name(steps, false)) return false;
    } else if (!take("@") && peek() != '.' && peek() != '[') {
      return fail("expected a path");
    }
    while (!at_end()) {
      if (peek() == '[') {
        if (!parse_brackets(steps, false)) return false;
      } else if (take("..")) {
        if (!(peek() == '[' ? parse_brackets(steps, true) : parse_name(steps, true))) return false;
      } else if (take(".")) {
        // {.} is the value itself, and .['x'] is ['x'].
        const bool bare = peek() == '[' || (at_ == start + 1 && ends_path(peek()));
        if (!bare && !parse_name(steps, false)) return false;
      } else {
        break;
      }
    }
    return ends_path(peek()) || fail("unexpected character");
  }

  static bool starts_name(char letter) {
    return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_' || letter == '*';
  }
  static bool ends_path(char letter) {
    return letter == '\0' ||
           std::string_view("} \t\n)=!<>,").find(letter) != std::string_view::npos;
  }

  bool parse_name(JsonPathSteps& steps, bool descend) {
    JsonPathStep& step = steps.emplace_back();
    step.descend = descend;
    if (take("*")) return true;
    step.kind = JsonPathStep::Kind::members;
    std::string& name = step.names.emplace_back();
    while (!at_end() && peek() != '.' && peek() != '[' && !ends_path(peek())) {
      if (peek() == '\\' && at_ + 1 < text_.size()) ++at_;
      name += text_[at_++];
    }
    return !name.empty() || fail("expected a name");
  }

  bool parse_brackets(JsonPathSteps& steps, bool descend) {
    JsonPathStep& step = steps.emplace_back();
    step.descend = descend;
    take("[");
    skip_spaces();
    if (take("?(")) return parse_filter(step) && close_brackets();
    if (take("*")) return close_brackets();
    if (peek() == '\'' || peek() == '"') return parse_names(step) && close_brackets();
    return parse_numbers(step) && close_brackets();
  }
  bool close_brackets() {
    skip_spaces();
    return expect("]");
  }
  bool take_comma() {
    skip_spaces();
    if (!take(",")) return false;
    skip_spaces();
    return true;
  }

  bool parse_names(JsonPathStep& step) {
    step.kind = JsonPathStep::Kind::members;
    do {
      if (peek() != '\'' && peek() != '"') return fail("expected a name in quotes");
      if (!parse_quoted(step.names.emplace_back())) return false;
    } while (take_comma());
    return true;
  }

  bool parse_number(std::optional<long>& out) {
    long number = 0;
    const auto [end, problem] =
        std::from_chars(text_.data() + at_, text_.data() + text_.size(), number);
    if (problem != std::errc{}) return false;
    at_ = static_cast<std::size_t>(end - text_.data());
    out = number;
    return true;
  }

  bool parse_numbers(JsonPathStep& step) {
    std::optional<long> number;
    const bool some = parse_number(number);
    if (peek() == ':') return parse_slice(step, number);
    if (!some) return fail("expected a number, a name in quotes, * or ?(...)");
    step.kind = JsonPathStep::Kind::elements;
    step.indices.push_back(*number);
    while (take_comma()) {
      if (!parse_number(number)) return fail("expected a number");
      step.indices.push_back(*number);
    }
    return true;
  }

  bool parse_slice(JsonPathStep& step, std::optional<long> first) {
    step.kind = JsonPathStep::Kind::slice;
    step.slice.first = first;
    take(":");
    parse_number(step.slice.last);
    std::optional<long> width;
    if (take(":") && parse_number(width)) step.slice.step = *width;
    return step.slice.step >= 1 || fail("the step of a slice must be 1 or more");
  }

  bool parse_filter(JsonPathStep& step) {
    if (++filters_ > kDepthMax) return fail("too many filters within each other");
    step.kind = JsonPathStep::Kind::filter;
    const auto filter = std::make_shared<JsonPathFilter>();
    if (!parse_operand(filter->left)) return false;
    skip_spaces();
    for (const char* op : {"==", "!=", "<=", ">=", "<", ">"}) {
      if (!take(op)) continue;
      filter->op = op;
      break;
    }
    if (!filter->op.empty() && !parse_operand(filter->right)) return false;
    skip_spaces();
    step.filter = filter;
    --filters_;
    return expect(")");
  }

  bool parse_operand(JsonPathOperand& operand) {
    skip_spaces();
    if (peek() == '@' || peek() == '$') return parse_path(operand.path);
    if (peek() == '"' || peek() == '\'') {
      std::string text;
      const bool whole = parse_quoted(text);
      operand.literal = std::move(text);
      return whole;
    }
    const std::size_t end = std::min(text_.find_first_of(" )=!<>", at_), text_.size());
    const Json literal = Json::parse(text_.substr(at_, end - at_), nullptr, false);
    if (!literal.is_primitive() || literal.is_discarded()) {
      return fail("expected @, a text in quotes, a number, true or false");
    }
    at_ = end;
    operand.literal = literal;
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int filters_ = 0;
  Status failure_;
};

}  // namespace

Result<std::vector<JsonPathNode>> parse_jsonpath(std::string_view text) {
  return Parser(text).parse();
}

}  // namespace byoc
