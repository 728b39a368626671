#include "cli/command_line.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "cli/verbs.h"
#include "manifests/spelling.h"

namespace byoc {
namespace {

constexpr const char* kModeAlone =
    "client";  // --dry-run without a word: kubectl's --dry-run=client

std::vector<std::string> names_of(std::string_view verb) {
  std::vector<std::string> names;
  for (const FlagEntry& flag : all_flags()) {
    if (takes_flag(verb, flag)) names.push_back("--" + std::string(flag.name));
  }
  return names;
}

// "--prune is a flag of apply and plan, not of delete".
std::string whose_flag(std::string_view verb, const std::string& spelled, const FlagEntry& flag) {
  std::string verbs(flag.verbs);
  for (std::size_t at = verbs.find(' '); at != std::string::npos; at = verbs.find(' ', at + 2)) {
    verbs.replace(at, 1, ", ");
  }
  return spelled + " is a flag of " + verbs + ", not of " + std::string(verb);
}

// Any flag of any verb with that name or letter.
template <class Key>
const FlagEntry* find_anywhere(Key key) {
  for (const VerbEntry& verb : all_verbs()) {
    if (const FlagEntry* flag = find_flag(verb.name, key)) return flag;
  }
  return find_flag("", key);
}

// Takes the words of a line apart; the verb must be known before its flags can be.
class Splitter {
 public:
  explicit Splitter(const std::vector<std::string>& line) : line_(line) {}

  Result<CommandLine> split() {
    Status found = take_verb();
    if (!found.ok()) return found;
    for (at_ = 0; at_ < line_.size(); ++at_) {
      Status taken = take(line_[at_]);
      if (!taken.ok()) return taken;
    }
    return std::move(out_);
  }

 private:
  // The first word that is neither a flag nor the value of one.
  Status take_verb() {
    for (std::size_t i = 0; i < line_.size(); ++i) {
      const std::string& word = line_[i];
      if (word == "--") {
        if (i + 1 < line_.size()) verb_at_ = i + 1;
        break;
      }
      if (!is_flag(word)) {
        verb_at_ = i;
        break;
      }
      if (takes_next(word)) ++i;
    }
    if (verb_at_ == kNone) return {};
    const std::string& word = line_[verb_at_];
    if (const VerbEntry* verb = find_verb(word)) {
      out_.verb = verb->name;
      return {};
    }
    std::vector<std::string> names;
    for (const VerbEntry& verb : all_verbs()) {
      names.emplace_back(verb.name);
      if (!verb.alias.empty()) names.emplace_back(verb.alias);
    }
    const std::string near = did_you_mean(word, names);
    return error(Code::invalid, "there is no verb \"" + word + "\"; " +
                                    (near.empty() ? "byocctl help lists them" : near));
  }

  [[nodiscard]] static bool is_flag(const std::string& word) {
    return word.size() > 1 && word.front() == '-';
  }

  // Whether a flag before the verb has its value in the next word. Some letters mean a switch to
  // some verbs; before the verb they mean what they mean to most.
  [[nodiscard]] static bool takes_next(const std::string& word) {
    if (word.find('=') != std::string::npos) return false;
    const auto has_value = [](const FlagEntry* flag) {
      return flag != nullptr && flag->value != FlagValue::none && flag->value != FlagValue::mode;
    };
    if (word.starts_with("--")) return has_value(find_anywhere(std::string_view(word).substr(2)));
    for (std::size_t i = 1; i < word.size(); ++i) {
      if (has_value(find_anywhere(word[i]))) return i + 1 == word.size();
    }
    return false;
  }

  Status take(const std::string& word) {
    if (only_words_ || !is_flag(word)) {
      if (at_ != verb_at_) out_.words.push_back(word);
      return {};
    }
    if (word == "--") {
      only_words_ = true;
      return {};
    }
    return word.starts_with("--") ? take_long(word) : take_letters(word);
  }

  Status take_long(const std::string& word) {
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
    std::optional<std::string> value;
    if (equals != std::string::npos) value = word.substr(equals + 1);
    if (const FlagEntry* flag = find_flag(out_.verb, std::string_view(name))) {
      return take_value(*flag, "--" + name, std::move(value));
    }
    return take_negated(name, value);
  }

  // "--no-wait", and "--nowait" as gflags writes it: of switches that are on.
  Status take_negated(const std::string& name, const std::optional<std::string>& value) {
    std::string_view rest = name;
    if (!rest.starts_with("no")) return unknown(name);
    rest.remove_prefix(2);
    if (rest.starts_with('-') || rest.starts_with('_')) rest.remove_prefix(1);
    const FlagEntry* flag = find_flag(out_.verb, rest);
    if (flag == nullptr || !is_on_by_default(*flag)) return unknown(name);
    if (value) return error(Code::invalid, "--" + name + " takes no value");
    return add(*flag, "false");
  }

  [[nodiscard]] std::string where_listed() const {
    return "byocctl help" + (out_.verb.empty() ? "" : " " + out_.verb) + " lists them";
  }

  Status unknown(const std::string& name) const {
    const std::string spelled = "--" + name;
    const std::string verb = out_.verb.empty() ? "byocctl" : out_.verb;
    if (const FlagEntry* other = find_anywhere(std::string_view(name))) {
      return error(Code::invalid, whose_flag(verb, spelled, *other));
    }
    std::string dashed = spelled;
    std::replace(dashed.begin() + 2, dashed.end(), '_', '-');
    const std::string near = did_you_mean(dashed, names_of(out_.verb));
    return error(Code::invalid,
                 verb + " has no flag " + spelled + "; " + (near.empty() ? where_listed() : near));
  }

  // "-o json", "-ojson", "-o=json"; switches may stand together: "-Aw".
  Status take_letters(const std::string& word) {
    // A long flag behind one dash would otherwise be read as letters: -filename as -f ilename.
    const std::string name = word.substr(1, std::min(word.find('='), word.size()) - 1);
    if (name.size() > 1 && find_anywhere(std::string_view(name)) != nullptr) {
      return error(Code::invalid, word + " is not known; did you mean `-" + word + "`?");
    }
    for (std::size_t i = 1; i < word.size(); ++i) {
      const FlagEntry* flag = find_flag(out_.verb, word[i]);
      if (flag == nullptr) return unknown_letter(word, word[i]);
      const bool is_switch = flag->value == FlagValue::none;
      const std::string rest = word.substr(i + 1);
      std::optional<std::string> value;
      if (rest.starts_with('=')) {
        value = rest.substr(1);
      } else if (!is_switch && !rest.empty()) {
        value = rest;
      }
      const bool last = value.has_value() || !is_switch;
      Status taken = take_value(*flag, std::string("-") + word[i], std::move(value));
      if (!taken.ok() || last) return taken;
    }
    return {};
  }

  Status unknown_letter(const std::string& word, char letter) const {
    const std::string spelled = std::string("-") + letter;
    const std::string verb = out_.verb.empty() ? "byocctl" : out_.verb;
    if (const FlagEntry* other = find_anywhere(letter)) {
      return error(Code::invalid, whose_flag(verb, spelled, *other));
    }
    const std::string near = did_you_mean("-" + word, names_of(out_.verb));
    return error(Code::invalid, verb + " has no flag " + spelled +
                                    (word == spelled ? "" : " (in " + word + ")") + "; " +
                                    (near.empty() ? where_listed() : near));
  }

  Status take_value(const FlagEntry& flag, const std::string& spelled,
                    std::optional<std::string> value) {
    if (!value && flag.value == FlagValue::none) return add(flag, "true");
    if (!value && flag.value == FlagValue::mode) return add(flag, kModeAlone);
    if (!value) {
      // A flag in the place of a value is a value that was forgotten.
      if (at_ + 1 == line_.size() || at_ + 1 == verb_at_ || is_flag(line_[at_ + 1])) {
        return error(Code::invalid,
                     spelled + " needs a value: " + spelled + " " + std::string(flag.form));
      }
      value = line_[++at_];
    }
    Status checked = check_flag_value(flag, *value);
    if (!checked.ok()) return checked;
    return add(flag, *std::move(value));
  }

  // What is said twice must be the same: one of two namespaces would be silently left out.
  Status add(const FlagEntry& flag, std::string value) {
    for (const GivenFlag& given : out_.flags) {
      if (flag.value == FlagValue::path || given.entry != &flag || given.value == value) continue;
      return error(Code::invalid, "--" + std::string(flag.name) +
                                      " is given twice: " + given.value + " and " + value);
    }
    out_.flags.push_back({&flag, std::move(value)});
    return {};
  }

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  const std::vector<std::string>& line_;
  std::size_t at_ = 0;
  std::size_t verb_at_ = kNone;
  bool only_words_ = false;
  CommandLine out_;
};

}  // namespace

Result<CommandLine> split_command_line(const std::vector<std::string>& line) {
  return Splitter(line).split();
}

}  // namespace byoc
