// The examples are what users copy: they give no errors, and one of them only known warnings.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "manifests/validate.h"

namespace byoc {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> folders() {
  std::vector<std::string> out;
  for (const auto& entry : fs::directory_iterator(BYOC_SOURCE_DIR "/examples")) {
    if (entry.is_directory()) out.push_back(entry.path().filename().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<std::string> findings(const std::string& folder) {
  Loaded loaded = load_paths({std::string(BYOC_SOURCE_DIR "/") + folder});
  EXPECT_FALSE(loaded.manifests.empty()) << folder;
  Diagnostics found = loaded.diagnostics;
  for (Diagnostic& diagnostic : validate(loaded.manifests, {})) found.push_back(diagnostic);
  std::vector<std::string> out;
  for (const Diagnostic& diagnostic : found) out.push_back(format_diagnostic(diagnostic));
  return out;
}

// A13
TEST(Examples, GiveNoFindings) {
  ASSERT_THAT(folders(), testing::Contains("lightning"));
  for (const std::string& folder : folders()) {
    if (folder == "role-by-arn") continue;
    EXPECT_THAT(findings("examples/" + folder), IsEmpty()) << folder;
  }
}

TEST(Examples, TheVendorsOwnWordsGiveWarningsOnly) {
  EXPECT_THAT(
      findings("tests/manifests/literals"),
      ElementsAre(HasSubstr("warning: Cluster/my-byoc-cluster spec.roleArn: the account "
                            "number in the ARN has 10 digits"),
                  HasSubstr("warning: Cluster/my-byoc-cluster spec.externalId: the external "
                            "id stands in the manifest")));
}

TEST(Examples, NamesAreUniqueAcrossThem) {
  Loaded loaded = load_paths({BYOC_SOURCE_DIR "/examples"});
  std::set<ObjectKey> keys;
  for (const Manifest& manifest : loaded.manifests) {
    EXPECT_TRUE(keys.insert(manifest.object.key()).second) << to_string(manifest.object.key());
  }
  EXPECT_FALSE(has_errors(validate(loaded.manifests, {})));
}

// Editors find the schema through the first line; the second says what the folder is.
TEST(Examples, BeginWithTheirSchemaAndWhatTheyAre) {
  for (const auto& entry : fs::recursive_directory_iterator(BYOC_SOURCE_DIR "/examples")) {
    if (entry.path().extension() != ".yaml") continue;
    std::ifstream file(entry.path());
    std::string first;
    std::string second;
    std::getline(file, first);
    std::getline(file, second);
    const std::string begin = "# yaml-language-server: $schema=";
    ASSERT_TRUE(first.starts_with(begin)) << entry.path();
    EXPECT_TRUE(fs::exists(entry.path().parent_path() / first.substr(begin.size()))) << first;
    EXPECT_TRUE(second.starts_with("# ")) << entry.path();
  }
}

}  // namespace
}  // namespace byoc
