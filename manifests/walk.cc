#include "manifests/walk.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>
#include <utility>
#include <vector>

namespace byoc {
namespace {

namespace fs = std::filesystem;

constexpr int kDirectoryDepthMax = 32;

class Walker {
 public:
  explicit Walker(const WalkSteps& steps) : steps_(steps) {}

  void read(const std::string& directory, const struct stat& info, int depth) {
    if (depth > kDirectoryDepthMax) return tell(directory, "directories nest too deep");
    if (!first(info)) {
      return tell(directory, "this directory is read already, by another name", Severity::warning);
    }
    if (steps_.directory) steps_.directory(directory);
    std::error_code failed;
    std::vector<fs::directory_entry> entries;
    for (fs::directory_iterator it(directory, failed), end; !failed && it != end;
         it.increment(failed)) {
      if (!is_hidden_name(it->path().filename().native())) entries.push_back(*it);
    }
    if (failed) return tell(directory, "cannot be read: " + failed.message());
    std::sort(entries.begin(), entries.end());
    for (const fs::directory_entry& entry : entries) visit(entry, depth);
  }

 private:
  void visit(const fs::directory_entry& entry, int depth) {
    const std::string& path = entry.path().native();
    std::error_code failed;
    const bool link = entry.is_symlink(failed);
    const bool manifest = is_manifest_name(entry.path().filename().native());
    // What is neither a manifest nor leads anywhere needs no look.
    if (!manifest && !link && entry.is_regular_file(failed)) return;
    if (link && steps_.link) steps_.link(path);
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) {
      if (!manifest && !link && errno == ENOENT) return;  // gone since it was listed
      return tell(path, std::string("cannot be read: ") + std::strerror(errno));
    }
    if (S_ISDIR(info.st_mode)) return read(path, info, depth + 1);
    if (!manifest) return;
    if (!S_ISREG(info.st_mode)) return tell(path, "cannot be read: not a regular file");
    if (first(info) && steps_.file) steps_.file(path, info);
  }

  bool first(const struct stat& info) { return seen_.emplace(info.st_dev, info.st_ino).second; }

  void tell(const std::string& path, std::string text, Severity severity = Severity::error) {
    if (steps_.problem) steps_.problem({severity, path, 0, 0, "", std::move(text), ""});
  }

  const WalkSteps& steps_;
  std::set<std::pair<dev_t, ino_t>> seen_;
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
  Walker(steps).read(root, info, 0);
}

}  // namespace byoc
