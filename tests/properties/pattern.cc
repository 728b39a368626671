#include "tests/properties/pattern.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "base/check.h"

namespace byoc::properties {
namespace {

constexpr char kFirstPrintable = '!';
constexpr char kLastPrintable = '~';

// Reads the pattern and draws at the same time: what an alternative or a repetition does not take
// is read into the void.
class Reader {
 public:
  Reader(const std::string& pattern, std::size_t size_max, sim::Random& random)
      : pattern_(pattern), size_max_(size_max), random_(random) {}

  std::string read() {
    std::string out = alternatives();
    check(at_ == pattern_.size(), "a pattern of the schemas is understood: " + pattern_);
    return out;
  }

 private:
  [[nodiscard]] bool more() const { return at_ < pattern_.size(); }

  std::string alternatives() {
    std::vector<std::string> drawn = {sequence()};
    while (more() && pattern_[at_] == '|') {
      ++at_;
      drawn.push_back(sequence());
    }
    return drawn[random_.below(drawn.size())];
  }

  std::string sequence() {
    std::string out;
    while (more() && pattern_[at_] != '|' && pattern_[at_] != ')') out += repeated();
    return out;
  }

  // One item as often as the count behind it says.
  std::string repeated() {
    const std::size_t begin = at_;
    std::string first = item();
    const std::size_t item_end = at_;
    std::size_t least = 1;
    std::size_t most = 1;
    count(least, most);
    const std::size_t end = at_;
    if (least == 1 && most == 1) return first;
    std::size_t wanted = least + random_.below(most - least + 1);
    if (random_.chance(0.1)) wanted = most;
    if (random_.chance(0.1)) wanted = least;
    std::string out;
    for (std::size_t i = 0; i < wanted; ++i) {
      at_ = begin;
      out += item();
      check(at_ == item_end, "an item of a pattern is read the same again");
    }
    at_ = end;
    return out;
  }

  void count(std::size_t& least, std::size_t& most) {
    constexpr std::size_t kMany = 12;  // for * and +
    if (!more()) return;
    const char c = pattern_[at_];
    if (c == '?' || c == '*' || c == '+') {
      ++at_;
      least = c == '+' ? 1 : 0;
      most = c == '?' ? 1 : std::min(kMany, size_max_);
    } else if (c == '{') {
      ++at_;
      least = most = number();
      if (pattern_[at_] == ',') {
        ++at_;
        most = pattern_[at_] == '}' ? least + kMany : number();
      }
      ++at_;
    }
  }

  std::size_t number() {
    std::size_t value = 0;
    while (more() && pattern_[at_] >= '0' && pattern_[at_] <= '9') {
      value = value * 10 + static_cast<std::size_t>(pattern_[at_++] - '0');
    }
    return value;
  }

  std::string item() {
    const char c = pattern_[at_++];
    if (c == '^' || c == '$') return "";
    if (c == '(') {
      std::string out = alternatives();
      ++at_;  // the closing one
      return out;
    }
    if (c == '[') return {one_of_class()};
    if (c == '\\') return {escaped()};
    if (c == '.') return {static_cast<char>(kFirstPrintable + random_.below(94))};
    return {c};
  }

  // The character behind a backslash; \x21 is one by its number.
  char escaped() {
    const char c = pattern_[at_++];
    if (c != 'x') return c == 'd' ? '7' : c;
    const char value = static_cast<char>(std::strtol(pattern_.substr(at_, 2).c_str(), nullptr, 16));
    at_ += 2;
    return value;
  }

  char one_of_class() {
    const bool inverted = pattern_[at_] == '^';
    if (inverted) ++at_;
    std::string members;
    while (pattern_[at_] != ']') {
      if (pattern_.compare(at_, 2, "\\s") == 0) {
        at_ += 2;
        members += " \t\r\n";
        continue;
      }
      const char low = member();
      if (pattern_[at_] != '-' || pattern_[at_ + 1] == ']') {
        members += low;
        continue;
      }
      ++at_;
      const char high = member();
      for (int c = low; c <= high; ++c) members += static_cast<char>(c);
    }
    ++at_;
    if (!inverted) return members[random_.below(members.size())];
    std::string others;
    for (char c = kFirstPrintable; c <= kLastPrintable; ++c) {
      if (members.find(c) == std::string::npos) others += c;
    }
    return others[random_.below(others.size())];
  }

  char member() {
    if (pattern_[at_] != '\\') return pattern_[at_++];
    ++at_;
    return escaped();
  }

  const std::string& pattern_;
  std::size_t size_max_;
  sim::Random& random_;
  std::size_t at_ = 0;
};

}  // namespace

std::string text_of_pattern(const std::string& pattern, std::size_t size_max, sim::Random& random) {
  return Reader(pattern, size_max, random).read();
}

}  // namespace byoc::properties
