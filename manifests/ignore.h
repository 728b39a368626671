// .byocignore: which files of a directory are none of byoc's. The patterns are those of .gitignore.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace byoc {

inline constexpr std::string_view kIgnoreFile = ".byocignore";

// A line each: a glob, `#` begins a comment, `!` takes an earlier match back, a `/` at the end
// means directories alone, one elsewhere that the pattern begins at the file's own directory, `**`
// any number of directories.
class IgnoreRules {
 public:
  explicit IgnoreRules(std::string_view text);

  // What the last rule that fits says of a path below the file's directory; `before` when none
  // fits.
  [[nodiscard]] bool ignores(const std::string& path, bool directory, bool before) const;

 private:
  struct Rule {
    std::string pattern;
    bool again = false;     // begins with `!`
    bool folder = false;    // of directories alone
    bool anchored = false;  // not any name below, but a path from here
  };
  std::vector<Rule> rules_;
};

}  // namespace byoc
