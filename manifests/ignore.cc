#include "manifests/ignore.h"

#include <fnmatch.h>

#include <algorithm>
#include <utility>

namespace byoc {
namespace {

constexpr std::string_view kBlank = " \t\r";

std::string_view trimmed_line(std::string_view line) {
  while (!line.empty() && kBlank.find(line.back()) != std::string_view::npos) {
    line.remove_suffix(1);
  }
  return line;
}

bool fits_glob(const std::string& pattern, const std::string& path) {
  if (pattern.find("**") == std::string::npos) {
    return ::fnmatch(pattern.c_str(), path.c_str(), FNM_PATHNAME) == 0;
  }
  // Without FNM_PATHNAME a star runs over slashes; `**/` may stand for no directory at all.
  if (::fnmatch(pattern.c_str(), path.c_str(), 0) == 0) return true;
  return pattern.starts_with("**/") && fits_glob(pattern.substr(3), path);
}

}  // namespace

IgnoreRules::IgnoreRules(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = trimmed_line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    Rule rule;
    rule.again = line.front() == '!';
    if (rule.again) line.remove_prefix(1);
    rule.folder = line.ends_with('/');
    if (rule.folder) line.remove_suffix(1);
    rule.anchored = line.find('/') != std::string_view::npos;
    if (line.starts_with('/')) line.remove_prefix(1);
    rule.pattern = line;
    if (!rule.pattern.empty()) rules_.push_back(std::move(rule));
  }
}

bool IgnoreRules::ignores(const std::string& path, bool directory, bool before) const {
  bool ignored = before;
  const std::string name = path.substr(path.rfind('/') + 1);  // npos + 1 is 0
  for (const Rule& rule : rules_) {
    if (rule.folder && !directory) continue;
    if (fits_glob(rule.pattern, rule.anchored ? path : name)) ignored = !rule.again;
  }
  return ignored;
}

}  // namespace byoc
