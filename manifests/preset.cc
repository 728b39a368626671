#include "manifests/preset.h"

#include <algorithm>

#include "manifests/schema.h"

namespace byoc {

const Json* find_preset(std::string_view name) {
  const std::size_t at = name.find('@');
  const std::string_view word = name.substr(0, at);
  for (const Json& preset : schema_data("presets.json").at("presets")) {
    if (preset.at("name") != word) continue;
    if (at == std::string_view::npos || preset.at("version") == name.substr(at + 1)) return &preset;
  }
  return nullptr;
}

const std::vector<std::string>& preset_names() {
  static const std::vector<std::string> kNames = [] {
    std::vector<std::string> names;
    for (const Json& preset : schema_data("presets.json").at("presets")) {
      const std::string name = preset.at("name");
      names.push_back(name);
      names.push_back(name + "@" + preset.at("version").get<std::string>());
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
  }();
  return kNames;
}

}  // namespace byoc
