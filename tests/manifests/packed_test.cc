#include "manifests/packed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "manifests/validate.h"

namespace byoc {
namespace {

constexpr const char* kText = R"(apiVersion: byoc.dev/v1alpha1
kind: Cluster
metadata:
  name: research
  labels: {team: ml, 'with space': "ä"}
spec:
  region: us-west-2
  unknown: [1, -2, 3.5, 1.30, null, true, "", {}]
---
kind: Role
metadata: {name: 17}
---
just text
)";

TEST(PackedManifests, SayWhatTheySaidBefore) {
  const Loaded loaded = load_text(kText, "team/a.yaml");
  ASSERT_EQ(loaded.manifests.size(), 2U);
  const std::vector<Manifest> unpacked = PackedManifests(loaded.manifests).unpack();
  ASSERT_EQ(unpacked.size(), 2U);
  for (std::size_t i = 0; i < unpacked.size(); ++i) {
    const Manifest& before = loaded.manifests[i];
    const Manifest& after = unpacked[i];
    EXPECT_EQ(after.document, before.document);
    EXPECT_EQ(to_json(after.object), to_json(before.object));
    EXPECT_EQ(after.file, before.file);
    ASSERT_EQ(after.marks.size(), before.marks.size());
    for (const auto& [pointer, mark] : before.marks) {
      EXPECT_EQ(after.marks.at(pointer).line, mark.line) << pointer;
      EXPECT_EQ(after.marks.at(pointer).column, mark.column) << pointer;
    }
    EXPECT_EQ(after.values.at("/metadata/name").column, before.values.at("/metadata/name").column);
  }
}

// The same mistakes are found, in the same words and places.
TEST(PackedManifests, AreJudgedAlike) {
  std::vector<Manifest> before = load_text(kText, "a.yaml").manifests;
  std::vector<Manifest> after = PackedManifests(before).unpack();
  const auto judged = [](std::vector<Manifest>& manifests) {
    std::vector<std::string> out;
    for (const Diagnostic& one : validate(manifests, {})) out.push_back(format_diagnostic(one));
    return out;
  };
  const std::vector<std::string> expected = judged(before);
  EXPECT_GT(expected.size(), 1U);
  EXPECT_EQ(judged(after), expected);
}

TEST(PackedManifests, MayBeNone) {
  EXPECT_TRUE(PackedManifests().unpack().empty());
  EXPECT_TRUE(PackedManifests(std::vector<Manifest>{}).unpack().empty());
}

}  // namespace
}  // namespace byoc
