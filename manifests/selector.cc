// Labels: k8s.io/apimachinery, pkg/labels/selector.go (Lexer, Parser, NewRequirement).
#include "manifests/selector.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "manifests/format.h"

namespace byoc {
namespace {

enum class Sign : std::uint8_t {
  end,
  word,
  comma,
  open,
  close,
  bang,
  equal,
  not_equal,
  greater,
  less,
  in,
  not_in,
  wrong
};

struct SelectorToken {
  Sign sign = Sign::end;
  std::string text;
};

bool is_space(char letter) {
  return letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n';
}

bool is_sign(char letter) {
  return std::string_view("=!(),><").find(letter) != std::string_view::npos;
}

Sign sign_of(std::string_view text) {
  constexpr std::pair<std::string_view, Sign> kSigns[] = {
      {",", Sign::comma},      {"(", Sign::open},    {")", Sign::close},
      {"!", Sign::bang},       {"=", Sign::equal},   {"==", Sign::equal},
      {"!=", Sign::not_equal}, {">", Sign::greater}, {"<", Sign::less}};
  for (const auto& [spelled, sign] : kSigns) {
    if (spelled == text) return sign;
  }
  return Sign::wrong;
}

// Words, and signs as long as they can be.
std::vector<SelectorToken> tokens_of(std::string_view text) {
  std::vector<SelectorToken> tokens;
  std::size_t at = 0;
  while (at < text.size()) {
    if (is_space(text[at])) {
      ++at;
      continue;
    }
    std::size_t length = 1;
    if (is_sign(text[at])) {
      if (at + 1 < text.size() && sign_of(text.substr(at, 2)) != Sign::wrong) length = 2;
      tokens.push_back({sign_of(text.substr(at, length)), std::string(text.substr(at, length))});
    } else {
      while (at + length < text.size() && !is_space(text[at + length]) &&
             !is_sign(text[at + length])) {
        ++length;
      }
      const std::string_view word = text.substr(at, length);
      const Sign sign = word == "in" ? Sign::in : word == "notin" ? Sign::not_in : Sign::word;
      tokens.push_back({sign, std::string(word)});
    }
    at += length;
  }
  tokens.push_back({});
  return tokens;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, failed] = std::from_chars(text.data(), end, value);
  if (failed != std::errc{} || stopped != end) return std::nullopt;
  return value;
}

}  // namespace

class SelectorParser {
 public:
  explicit SelectorParser(std::string_view text) : text_(text), tokens_(tokens_of(text)) {}

  Result<Selector> parse() {
    Selector selector;
    if (peek().sign == Sign::end) return selector;
    while (true) {
      Result<Selector::Term> term = parse_term();
      if (!term.ok()) return term.status();
      selector.terms_.push_back(std::move(term).value());
      const SelectorToken next = take();
      if (next.sign == Sign::end) return selector;
      if (next.sign != Sign::comma) return expected("a comma or the end", next);
    }
  }

 private:
  using Op = Selector::Op;
  using Term = Selector::Term;

  // "in" and "notin" are words like others, except where an operator stands.
  [[nodiscard]] SelectorToken peek() const {
    SelectorToken token = tokens_[at_];
    if (token.sign == Sign::in || token.sign == Sign::not_in) token.sign = Sign::word;
    return token;
  }
  SelectorToken take() {
    SelectorToken token = peek();
    if (token.sign != Sign::end) ++at_;
    return token;
  }

  [[nodiscard]] Status refuse(const std::string& why) const {
    return error(Code::invalid, "the selector \"" + std::string(text_) +
                                    "\" is not understood, and nothing is done: " + why +
                                    "; write key=value, key!=value, key, !key, key in (a,b), "
                                    "key notin (a,b), key>1 or key<1, with commas between");
  }
  [[nodiscard]] Status expected(const std::string& what, const SelectorToken& found) const {
    const std::string there =
        found.sign == Sign::end ? "the end of the text" : "\"" + found.text + "\"";
    return refuse(there + " where " + what + " must be");
  }

  Result<Term> parse_term() {
    Term term;
    SelectorToken token = take();
    const bool absent = token.sign == Sign::bang;
    if (absent) token = take();
    if (token.sign != Sign::word) return expected("a label's key", token);
    term.key = token.text;
    Status key = check("label-key", term.key);
    if (!key.ok()) return key;
    const Sign next = peek().sign;
    if (absent || next == Sign::end || next == Sign::comma) {
      term.op = absent ? Op::absent : Op::exists;
      return term;
    }
    Status read = parse_operation(term);
    if (!read.ok()) return read;
    for (const std::string& value : term.values) {
      Status checked = check("label-value", value);
      if (!checked.ok()) return checked;
    }
    return term;
  }

  Status parse_operation(Term& term) {
    const SelectorToken token = tokens_[at_];
    take();
    switch (token.sign) {
      case Sign::in:
      case Sign::not_in:
        term.op = token.sign == Sign::in ? Op::in : Op::not_in;
        return parse_list(term);
      case Sign::equal: term.op = Op::in; return parse_value(term);
      case Sign::not_equal: term.op = Op::not_in; return parse_value(term);
      case Sign::greater:
      case Sign::less: break;
      default: return expected("=, ==, !=, in, notin, > or <", token);
    }
    term.op = token.sign == Sign::greater ? Op::greater : Op::less;
    Status read = parse_value(term);
    if (!read.ok()) return read;
    const auto bound = whole_number(*term.values.begin());
    if (!bound) return refuse("> and < need a whole number");
    term.bound = *bound;
    return {};
  }

  // Nothing behind the operator is the empty value.
  Status parse_value(Term& term) {
    const SelectorToken next = peek();
    if (next.sign == Sign::end || next.sign == Sign::comma) {
      term.values = {""};
      return {};
    }
    take();
    if (next.sign != Sign::word) return expected("a value", next);
    term.values = {next.text};
    return {};
  }

  // "(a,b)"; between commas, and in "()", there is the empty value.
  Status parse_list(Term& term) {
    if (const SelectorToken open = take(); open.sign != Sign::open) return expected("(", open);
    std::string value;
    while (true) {
      SelectorToken token = take();
      if (token.sign == Sign::word) {
        value = token.text;
        token = take();
      }
      if (token.sign != Sign::comma && token.sign != Sign::close) return expected(", or )", token);
      term.values.insert(std::exchange(value, ""));
      if (token.sign == Sign::close) return {};
    }
  }

  [[nodiscard]] Status check(std::string_view format, const std::string& value) const {
    const std::vector<Problem> problems = check_format(format, value);
    return problems.empty() ? Status{} : refuse(quoted_value(value) + ": " + problems.front().text);
  }

  std::string_view text_;
  std::vector<SelectorToken> tokens_;
  std::size_t at_ = 0;
};

Result<Selector> Selector::parse(std::string_view text) {
  return SelectorParser(text).parse();
}

bool Selector::Term::fits(const std::map<std::string, std::string>& labels) const {
  const auto label = labels.find(key);
  const bool there = label != labels.end();
  switch (op) {
    case Op::in: return there && values.contains(label->second);
    case Op::not_in: return !there || !values.contains(label->second);
    case Op::exists: return there;
    case Op::absent: return !there;
    case Op::greater:
    case Op::less: break;
  }
  const auto number = there ? whole_number(label->second) : std::nullopt;
  return number && (op == Op::greater ? *number > bound : *number < bound);
}

bool Selector::fits(const std::map<std::string, std::string>& labels) const {
  return std::all_of(terms_.begin(), terms_.end(),
                     [&](const Term& term) { return term.fits(labels); });
}

}  // namespace byoc
