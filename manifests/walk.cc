#include "manifests/walk.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <utility>
#include <vector>

#include "manifests/ignore.h"

namespace byoc {
namespace {

namespace fs = std::filesystem;

constexpr int kDirectoryDepthMax = 32;

// A file's text, as far as `bytes_max`; nothing when it cannot be read.
std::optional<std::string> text_of_file(const fs::path& path, std::size_t bytes_max) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::string text(bytes_max, '\0');
  in.read(text.data(), static_cast<std::streamsize>(bytes_max));
  if (in.bad()) return std::nullopt;
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

bool is_within(const fs::path& path, const fs::path& root) {
  const auto [end, rest] = std::mismatch(root.begin(), root.end(), path.begin(), path.end());
  return end == root.end() || (std::next(end) == root.end() && end->empty());
}

class Walker {
 public:
  Walker(const std::string& root, const WalkSteps& steps) : steps_(steps) {
    std::error_code failed;
    root_ = fs::canonical(root, failed);
  }

  void read(const std::string& directory, const struct stat& info, int depth) {
    if (depth > kDirectoryDepthMax) return tell(directory, "directories nest too deep");
    if (!first(info)) {
      return tell(directory, "this directory is read already, by another name", Severity::warning);
    }
    if (steps_.directory) steps_.directory(directory);
    std::error_code failed;
    std::vector<fs::directory_entry> entries;
    for (fs::directory_iterator it(directory, failed), end; !failed && it != end && !ended_;
         it.increment(failed)) {
      if (is_over(directory)) break;
      if (!is_hidden_name(it->path().filename().native())) entries.push_back(*it);
    }
    if (failed) tell(directory, "cannot be read: " + failed.message());
    const bool ruled = !failed && read_rules(directory);
    std::sort(entries.begin(), entries.end());
    for (const fs::directory_entry& entry : entries) {
      if (!failed && !ended_) visit(entry, depth);
    }
    if (ruled) rules_.pop_back();
  }

 private:
  struct Rules {
    std::string directory;
    IgnoreRules rules;
  };

  // Ends a walk that would not: / has no manifests, and /proc no end.
  bool is_over(const std::string& at) {
    if (ended_) return true;
    ++entries_;
    const bool many = entries_ > kEntriesMax;
    ended_ = many || (steps_.interrupted && steps_.interrupted());
    if (ended_) {
      tell(at, many ? "this is the " + std::to_string(entries_) +
                          "th entry, and the rest is not read: name in .byocignore what holds no "
                          "manifests, or watch a smaller directory"
                    : "reading was interrupted here");
    }
    return ended_;
  }

  // Answers whether the directory has rules of its own.
  bool read_rules(const std::string& directory) {
    const fs::path path = fs::path(directory) / kIgnoreFile;
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0 && errno == ENOENT) return false;
    const bool fits =
        S_ISREG(info.st_mode) && static_cast<std::size_t>(info.st_size) <= kIgnoreBytesMax;
    const auto text = fits ? text_of_file(path, kIgnoreBytesMax) : std::nullopt;
    if (!text) {
      tell(path.native(), "cannot be read: it must be a file of at most " +
                              std::to_string(kIgnoreBytesMax) + " bytes that byoc may read");
      return false;
    }
    rules_.push_back({directory, IgnoreRules(*text)});
    return true;
  }

  [[nodiscard]] bool is_ignored(const std::string& path, bool directory) const {
    bool ignored = false;
    for (const Rules& one : rules_) {
      const std::size_t prefix = one.directory.size() + (one.directory.ends_with('/') ? 0 : 1);
      ignored = one.rules.ignores(path.substr(prefix), directory, ignored);
    }
    return ignored;
  }

  void leave_out(const std::string& path, const std::string& why, const std::string& hint) {
    if (!steps_.left_out) return;
    if (why.empty()) return steps_.left_out(path, std::nullopt);
    steps_.left_out(path, Diagnostic{Severity::warning, path, 0, 0, "", why, hint});
  }

  // Of a link; one that leads nowhere leads to where its target would be.
  [[nodiscard]] bool leads_out(const fs::path& path) const {
    std::error_code failed;
    fs::path target = fs::canonical(path, failed);
    if (failed) {
      failed.clear();
      target = fs::weakly_canonical(path.parent_path() / fs::read_symlink(path, failed), failed);
    }
    return !failed && !root_.empty() && !is_within(target, root_);
  }

  void visit(const fs::directory_entry& entry, int depth) {
    const std::string& path = entry.path().native();
    std::error_code failed;
    const bool link = entry.is_symlink(failed);
    const bool manifest = is_manifest_name(entry.path().filename().native());
    // What is neither a manifest nor leads anywhere needs no look.
    if (!manifest && !link && entry.is_regular_file(failed)) return;
    struct stat info {};
    const bool found = ::stat(path.c_str(), &info) == 0;
    const int why = found ? 0 : errno;
    if (is_ignored(path, found && S_ISDIR(info.st_mode))) return leave_out(path, "", "");
    if (link && leads_out(entry.path())) {
      if (found && !manifest && !S_ISDIR(info.st_mode)) return;
      return leave_out(path, "this link leads out of the directory and is not followed",
                       "put what it leads to below the directory");
    }
    if (link && steps_.link) steps_.link(path);
    if (!found) {
      if (!manifest && !link && why == ENOENT) return;  // gone since it was listed
      return tell(path, std::string("cannot be read: ") + std::strerror(why));
    }
    if (S_ISDIR(info.st_mode)) return read(path, info, depth + 1);
    if (!manifest) return;
    if (!S_ISREG(info.st_mode)) {
      return leave_out(path, "this is not a regular file and is not read",
                       "name it in .byocignore, and this is not said again");
    }
    if (first(info) && steps_.file) steps_.file(path, info);
  }

  bool first(const struct stat& info) { return seen_.emplace(info.st_dev, info.st_ino).second; }

  void tell(const std::string& path, std::string text, Severity severity = Severity::error) {
    if (steps_.problem) steps_.problem({severity, path, 0, 0, "", std::move(text), ""});
  }

  const WalkSteps& steps_;
  fs::path root_;
  std::set<std::pair<dev_t, ino_t>> seen_;
  std::vector<Rules> rules_;  // of the directories on the way to here
  std::size_t entries_ = 0;
  bool ended_ = false;
};

}  // namespace

bool is_hidden_name(std::string_view name) {
  return name.starts_with('.');
}

bool is_manifest_name(std::string_view name) {
  constexpr std::array<std::string_view, 3> kEndings = {".yaml", ".yml", ".json"};
  return !is_hidden_name(name) &&
         std::any_of(kEndings.begin(), kEndings.end(),
                     [&](std::string_view ending) { return name.ends_with(ending); });
}

void walk(const std::string& root, const WalkSteps& steps) {
  struct stat info {};
  errno = 0;
  const bool found = ::stat(root.c_str(), &info) == 0;
  if (!found || !S_ISDIR(info.st_mode)) {
    const int why = found ? ENOTDIR : errno;
    if (!steps.problem) return;
    return steps.problem({Severity::error, root, 0, 0, "",
                          std::string("cannot be read: ") + std::strerror(why), ""});
  }
  Walker(root, steps).read(root, info, 0);
}

}  // namespace byoc
