// Files, directories and standard input -> manifests.
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <set>
#include <utility>

#include "manifests/foreign.h"
#include "manifests/load.h"
#include "manifests/walk.h"

namespace byoc {
namespace {

namespace fs = std::filesystem;

class FileReader {
 public:
  explicit FileReader(const Limits& limits) : limits_(limits) {}

  void read(const std::string& path) {
    if (path == "-") {
      if (!std::exchange(stdin_read_, true)) read_stream(std::cin, "<stdin>");
      return;
    }
    std::error_code failed;
    const fs::file_status status = fs::status(path, failed);
    if (status.type() == fs::file_type::not_found && path.find("://") != std::string::npos) {
      return report(path, "only files are read", Severity::error,
                    "fetch it yourself: curl -fsSL " + path + " | byocctl ... -f -");
    }
    if (status.type() == fs::file_type::not_found) {
      return report(path, "cannot be read: no such file or directory");
    }
    if (failed) return report(path, "cannot be read: " + failed.message());
    if (!fs::is_directory(status)) return read_named_file(path, status);
    const std::size_t before = files_;
    read_directory(path);
    if (files_ == before) {
      report(path, "no manifests in this directory (*.yaml, *.yml, *.json)", Severity::warning);
    }
  }

  Loaded take() { return std::move(loaded_); }

 private:
  void report(const std::string& file, const std::string& text, Severity severity = Severity::error,
              const std::string& hint = "") {
    loaded_.diagnostics.push_back({severity, file, 0, 0, "", text, hint});
  }

  // A pipe that the shell opened (<(...), /dev/stdin) is read; one that lies in a directory would
  // keep us waiting for a writer.
  void read_named_file(const std::string& path, const fs::file_status& status) {
    const bool opened =
        path.starts_with("/dev/fd/") || path.starts_with("/proc/self/fd/") || path == "/dev/stdin";
    if (!opened && !fs::is_regular_file(status)) {
      return report(path, "cannot be read: not a regular file");
    }
    read_file(path, /*listed=*/false);
  }

  void read_directory(const std::string& directory) {
    WalkSteps steps;
    steps.file = [this](const std::string& path, const struct stat&) {
      read_file(path, /*listed=*/true);
    };
    steps.left_out = [this](const std::string&, std::optional<Diagnostic> notice) {
      if (notice) loaded_.diagnostics.push_back(*std::move(notice));
    };
    steps.problem = [this](Diagnostic problem) {
      loaded_.diagnostics.push_back(std::move(problem));
    };
    walk(directory, steps);
  }

  // A listed one was found in a directory, where other programs' files may lie, too.
  void read_file(const std::string& path, bool listed) {
    std::error_code failed;
    const fs::path whole = fs::weakly_canonical(path, failed);
    if (!failed && !seen_.insert(whole.string()).second) return;  // named twice on one command line
    if (++files_ > limits_.files_max) {
      if (files_ == limits_.files_max + 1) {
        report(path, "more than " + std::to_string(limits_.files_max) + " files");
      }
      return;
    }
    errno = 0;
    std::ifstream stream(path, std::ios::binary);
    if (!stream) return report(path, std::string("cannot be read: ") + std::strerror(errno));
    read_stream(stream, path, listed);
  }

  void read_stream(std::istream& stream, const std::string& name, bool listed = false) {
    std::string text;
    std::array<char, 1U << 16U> block{};
    while (stream && text.size() <= limits_.file_bytes_max) {  // one block more: it is too large
      stream.read(block.data(), block.size());
      text.append(block.data(), static_cast<std::size_t>(stream.gcount()));
    }
    if (stream.bad()) return report(name, "cannot be read: the device failed");
    Loaded loaded = load_text(text, name, limits_);
    if (listed) leave_out_foreign(text, name, loaded);
    if (loaded.manifests.empty() && loaded.diagnostics.empty()) {
      report(name, "no objects in this file", Severity::warning);
    }
    std::move(loaded.manifests.begin(), loaded.manifests.end(),
              std::back_inserter(loaded_.manifests));
    std::move(loaded.diagnostics.begin(), loaded.diagnostics.end(),
              std::back_inserter(loaded_.diagnostics));
  }

  Limits limits_;
  Loaded loaded_;
  std::set<std::string> seen_;
  std::size_t files_ = 0;
  bool stdin_read_ = false;
};

}  // namespace

Loaded load_paths(const std::vector<std::string>& paths, const Limits& limits) {
  FileReader reader(limits);
  for (const std::string& path : paths) reader.read(path);
  return reader.take();
}

}  // namespace byoc
