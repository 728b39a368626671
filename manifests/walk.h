// walk: which files of a directory are manifests. One rule for byocctl's -f, the daemon's scan and
// what it watches.
#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "manifests/diagnostic.h"

namespace byoc {

// *.yaml, *.yml, *.json; hidden files are none, nor are editors' backup and swap files.
[[nodiscard]] bool is_manifest_name(std::string_view name);
[[nodiscard]] bool is_hidden_name(std::string_view name);

// What is met on the way, each by its path below the root that was named; empty ones are not told.
struct WalkSteps {
  std::function<void(const std::string& path)> directory;  // before it is read
  std::function<void(const std::string& path)> link;       // before it is followed
  std::function<void(const std::string& path, const struct stat& info)> file;
  // What is left out on purpose, by its path and why: what .byocignore names, links that lead out
  // of the root, what is no regular file. All below it is left out, too. A warning is a notice that
  // is worth telling; without one, it was asked for.
  std::function<void(const std::string& path, std::optional<Diagnostic> notice)> left_out;
  std::function<void(Diagnostic problem)> problem;  // of what could not be read
  std::function<bool()> interrupted;                // asked often; true: the walk ends, and says so
};

inline constexpr std::size_t kEntriesMax = 200'000;         // of one walk, of all kinds
inline constexpr std::size_t kIgnoreBytesMax = 64U << 10U;  // of one .byocignore

// Reads a directory and all below it in name order. Links are followed unless they lead out of the
// root; what is reached twice (by links that lead in a circle, say) is read once.
void walk(const std::string& root, const WalkSteps& steps);

}  // namespace byoc
