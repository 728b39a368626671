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

struct GitPlace {
  fs::path own;  // where git keeps what belongs to the checkout; empty: there is none
  fs::path top;  // of the checkout
};

// .git, or where the file .git leads (a worktree, a submodule).
GitPlace git_place(const fs::path& directory) {
  std::error_code failed;
  for (fs::path at = fs::canonical(directory, failed); !failed; at = at.parent_path()) {
    const fs::path entry = at / ".git";
    const fs::file_status status = fs::status(entry, failed);
    if (fs::is_directory(status)) return {entry, at};
    if (fs::is_regular_file(status)) {
      const std::string target = after("gitdir: ", first_line(entry));
      return {target.empty() ? fs::path() : (at / target).lexically_normal(), at};
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

// A worktree shares its references and its configuration with the repository that it was made from.
fs::path shared_directory(const fs::path& own) {
  const std::string shared = first_line(own / "commondir");
  return shared.empty() ? own : (own / shared).lexically_normal();
}

std::string trimmed_text(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") + 1 - begin);
}

// `url` of the section [remote "origin"].
std::string origin_of(const fs::path& config) {
  std::ifstream in(config, std::ios::binary);
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    line = trimmed_text(line);
    if (line.starts_with('[')) inside = line.starts_with("[remote \"origin\"]");
    const std::size_t equals = line.find('=');
    if (!inside || equals == std::string::npos) continue;
    if (trimmed_text(line.substr(0, equals)) == "url") return trimmed_text(line.substr(equals + 1));
  }
  return {};
}

// The first line ends with "branch 'main' of URL": what was fetched without a remote, as byoc-pull
// does.
std::string fetched_from(const fs::path& fetched) {
  const std::string line = first_line(fetched);
  const std::size_t of = line.rfind(" of ");
  return of == std::string::npos ? "" : trimmed_text(line.substr(of + 4));
}

// One repository has one name: credentials are no part of it (nor ours to keep), nor is ".git".
std::string plain_url(std::string url) {
  const std::size_t scheme = url.find("://");
  if (scheme != std::string::npos) {
    const std::size_t host = scheme + 3;
    const std::size_t at = url.substr(0, url.find('/', host)).rfind('@');
    if (at != std::string::npos && at >= host) url.erase(host, at + 1 - host);
  }
  while (url.ends_with('/')) url.pop_back();
  if (url.ends_with(".git") && !url.ends_with("/.git")) url.resize(url.size() - 4);
  return url;
}

bool is_safe(const std::string& name) {
  return name.starts_with("refs/") && name.find("..") == std::string::npos;
}

}  // namespace

std::string commit_of(const std::string& directory) {
  const fs::path own = git_place(directory).own;
  if (own.empty()) return {};
  const fs::path common = shared_directory(own);
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

Checkout checkout_of(const std::string& directory) {
  const GitPlace place = git_place(directory);
  if (place.own.empty()) return {};
  const fs::path common = shared_directory(place.own);
  std::string url = origin_of(common / "config");
  if (url.empty()) url = fetched_from(common / "FETCH_HEAD");
  std::error_code failed;
  Checkout checkout;
  checkout.repository =
      plain_url(url.empty() ? fs::weakly_canonical(common, failed).native() : url);
  const fs::path below = fs::canonical(directory, failed).lexically_relative(place.top);
  if (below != ".") checkout.below = below.native();
  return checkout;
}

}  // namespace byoc
