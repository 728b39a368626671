// Wrong manifests and what is said about them, word for word: wrong/NN-name.yaml and .expected,
// with the objects that exist already in .existing. BYOC_UPDATE_GOLDEN=1 writes .expected again.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "manifests/validate.h"

namespace byoc {
namespace {

namespace fs = std::filesystem;

const fs::path kWrong = BYOC_SOURCE_DIR "/tests/manifests/wrong";

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

std::vector<Object> existing_for(const fs::path& path) {
  std::vector<Object> out;
  if (!fs::exists(path)) return out;
  for (Manifest& manifest : load_text(text_of(path), path.filename().string()).manifests) {
    // A file cannot say that an object is being deleted, but the store can.
    const Json& metadata = manifest.document.at("metadata");
    if (metadata.contains("deletionTimestamp")) {
      manifest.object.metadata.deleted =
          parse_time(metadata.at("deletionTimestamp").get<std::string>());
    }
    apply_defaults(manifest.object, nullptr, {{"region", "us-east-1"}});
    out.push_back(std::move(manifest.object));
  }
  return out;
}

std::string said_about(const fs::path& path) {
  Loaded loaded = load_text(text_of(path), path.filename().string());
  const std::vector<Object> existing = existing_for(fs::path(path).replace_extension(".existing"));
  std::string out;
  for (const Diagnostic& found : loaded.diagnostics) out += format_diagnostic(found) + "\n";
  for (const Diagnostic& found : validate(loaded.manifests, existing, {{"region", "us-east-1"}})) {
    out += format_diagnostic(found) + "\n";
  }
  return out;
}

std::vector<fs::path> cases() {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(kWrong)) {
    if (entry.path().extension() == ".yaml") out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

TEST(Wrong, EveryManifestIsToldWhatIsWrong) {
  ASSERT_GE(cases().size(), 30U);
  const bool update = std::getenv("BYOC_UPDATE_GOLDEN") != nullptr;
  for (const fs::path& path : cases()) {
    const std::string said = said_about(path);
    const fs::path expected = fs::path(path).replace_extension(".expected");
    if (update) std::ofstream(expected, std::ios::binary) << said;
    EXPECT_FALSE(said.empty()) << path;
    EXPECT_EQ(said, text_of(expected)) << path;
  }
}

// L15
TEST(Wrong, SecretsAreNeverQuoted) {
  for (const char* secret : {"se cret", "top-secret", "1234567\""}) {
    for (const fs::path& path : cases()) {
      if (path.filename().string().find("external-id") == std::string::npos) continue;
      EXPECT_EQ(said_about(path).find(secret), std::string::npos) << path;
    }
  }
}

}  // namespace
}  // namespace byoc
