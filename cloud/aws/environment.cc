#include "cloud/aws/environment.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/ascii.h"

namespace byoc {
namespace {

std::optional<std::string> read_whole_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string bytes(kFileBytesMax + 1, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (file.bad() || file.gcount() > static_cast<std::streamsize>(kFileBytesMax)) {
    return std::nullopt;
  }
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

}  // namespace

std::string Environment::get(std::string_view name) const {
  const auto found = variables.find(std::string(name));
  return found == variables.end() ? "" : found->second;
}

bool Environment::flag(std::string_view name) const {
  return lower(get(name)) == "true";
}

std::string Environment::expand_home(const std::string& path) const {
  return path.starts_with("~/") ? get("HOME") + path.substr(1) : path;
}

std::optional<std::string> Environment::read(const std::string& path) const {
  return read_file ? read_file(expand_home(path)) : std::nullopt;
}

bool Environment::exists(const std::string& path) const {
  return file_exists && file_exists(expand_home(path));
}

Environment system_environment() {
  Environment made;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    made.variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  made.read_file = read_whole_file;
  made.file_exists = [](const std::string& path) {
    std::error_code problem;  // a folder that nobody may look into hides whether it is there
    return std::filesystem::exists(path, problem) || problem == std::errc::permission_denied;
  };
  return made;
}

}  // namespace byoc
