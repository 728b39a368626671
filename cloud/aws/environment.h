// What the process was started with, as a value: variables and files. Tests make their own.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace byoc {

struct Environment {
  std::map<std::string, std::string> variables;
  // The bytes of a file (at most kFileBytesMax), or nothing when it cannot be read.
  std::function<std::optional<std::string>(const std::string& path)> read_file;

  // Whether there is something at that path, readable or not; may be empty.
  std::function<bool(const std::string& path)> file_exists;

  // Empty when unset: AWS's variables mean the same either way.
  [[nodiscard]] std::string get(std::string_view name) const;
  [[nodiscard]] bool flag(std::string_view name) const;  // "true", in any letter case
  // "~/.aws/config" under HOME.
  [[nodiscard]] std::string expand_home(const std::string& path) const;
  [[nodiscard]] std::optional<std::string> read(const std::string& path) const;
  [[nodiscard]] bool exists(const std::string& path) const;
};

inline constexpr std::size_t kFileBytesMax = 1U << 20U;

// The real one.
[[nodiscard]] Environment system_environment();

}  // namespace byoc
