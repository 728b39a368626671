#include "controller/checkout.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string_view>

namespace byoc {
namespace {

namespace fs = std::filesystem;

constexpr int kReferencesMax = 5;  // that lead to one another, as git has it
constexpr std::streamsize kLineBytesMax = 4096;

bool is_hash(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string first_line(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string line(kLineBytesMax, '\0');
  in.read(line.data(), kLineBytesMax);
  line.resize(static_cast<std::size_t>(in.gcount()));
  line.resize(std::min(line.find_first_of("\r\n"), line.size()));
  return line;
}

// Cuts `prefix` off; "" when the text does not begin with it.
std::string after(std::string_view prefix, const std::string& text) {
  return text.starts_with(prefix) ? text.substr(prefix.size()) : "";
}

// Where git keeps what belongs to the checkout: .git, or where the file .git leads (a worktree, a
// submodule).
fs::path git_directory(const fs::path& directory) {
  std::error_code failed;
  for (fs::path at = fs::canonical(directory, failed); !failed; at = at.parent_path()) {
    const fs::path entry = at / ".git";
    const fs::file_status status = fs::status(entry, failed);
    if (fs::is_directory(status)) return entry;
    if (fs::is_regular_file(status)) {
      const std::string target = after("gitdir: ", first_line(entry));
      return target.empty() ? fs::path() : (at / target).lexically_normal();
    }
    failed.clear();  // there is none here
    if (at == at.root_path()) break;
  }
  return {};
}

// "HASH refs/heads/main", a line each; lines of other shapes say other things.
std::string packed_reference(const fs::path& packed, const std::string& name) {
  std::ifstream in(packed, std::ios::binary);
  for (std::string line; std::getline(in, line);) {
    const std::size_t space = line.find(' ');
    if (space != std::string::npos && line.substr(space + 1) == name) return line.substr(0, space);
  }
  return {};
}

bool is_safe(const std::string& name) {
  return name.starts_with("refs/") && name.find("..") == std::string::npos;
}

}  // namespace

std::string commit_of(const std::string& directory) {
  const fs::path own = git_directory(directory);
  if (own.empty()) return {};
  // A worktree shares its references with the repository that it was made from.
  const std::string shared = first_line(own / "commondir");
  const fs::path common = shared.empty() ? own : (own / shared).lexically_normal();
  std::string text = first_line(own / "HEAD");
  for (int i = 0; i < kReferencesMax && !is_hash(text); ++i) {
    const std::string name = after("ref: ", text);
    if (!is_safe(name)) return {};
    text = first_line(own / name);
    if (text.empty()) text = first_line(common / name);
    if (text.empty()) text = packed_reference(common / "packed-refs", name);
  }
  return is_hash(text) ? text : std::string();
}

}  // namespace byoc
