#include "reconcilers/kinds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string_view>
#include <type_traits>

#include "manifests/kinds.h"
#include "manifests/load.h"
#include "manifests/validate.h"
#include "reconcilers/row.h"
#include "tests/reconcilers/kinds.h"

namespace byoc {
namespace {

// Every example and every golden manifest, with defaults.
std::vector<Object> written_objects() {
  std::vector<std::string> paths = {BYOC_SOURCE_DIR "/examples"};
  for (const auto& entry : std::filesystem::directory_iterator(BYOC_SOURCE_DIR "/tests/golden")) {
    paths.push_back((entry.path() / "manifest.yaml").string());
  }
  std::vector<Object> objects;
  for (Manifest& manifest : load_paths(paths).manifests) {
    apply_defaults(manifest.object);
    manifest.object.metadata.uid = object_of("", {}).metadata.uid;
    objects.push_back(std::move(manifest.object));
  }
  return objects;
}

// What its references lead to stands ready.
Facts facts_for_all(const Object& object) {
  Facts facts = facts_of_tests();
  facts.region = object.spec.value("region", facts.region);
  facts.zones = {facts.region + "a", facts.region + "b", facts.region + "c"};
  for (const ObjectKey& key : references_of(object)) {
    Object other = running_cluster();
    other.kind = key.kind;
    other.metadata.ns = key.ns;
    other.metadata.name = key.name;
    other.status["arn"] = "arn:aws:iam::111122223333:role/" + key.name;
    facts.objects[key] = other;
  }
  return facts;
}

std::set<std::string> types_built(std::string_view kind) {
  std::set<std::string> types;
  for (const Object& object : written_objects()) {
    if (object.kind != kind) continue;
    const Built built = build(object, owner_of(object), facts_for_all(object));
    for (const Desired& node : built.graph.nodes) types.insert(node.type);
  }
  return types;
}

// A kind that forgets a member does not compile.
static_assert(!std::is_default_constructible_v<ObjectKind>);
static_assert(!std::is_default_constructible_v<ManifestKind>);

TEST(Kinds, BothTablesHaveTheSameOnesInOneOrder) {
  std::vector<std::string_view> text;
  std::vector<std::string_view> work;
  for (const ManifestKind& kind : manifest_kinds()) text.push_back(kind.name);
  for (const ObjectKind& kind : all_kinds()) work.push_back(kind.name);
  EXPECT_EQ(text, work);
}

// B68
// A type that a graph has and the kind does not declare would never be looked for.
TEST(Kinds, DeclareTheTypesThatTheirBuildsEmit) {
  for (const ObjectKind& kind : all_kinds()) {
    const std::set<std::string> built = types_built(kind.name);
    EXPECT_FALSE(built.empty()) << *kind.name;
    const std::set<std::string_view> declared(kind.types.begin(), kind.types.end());
    for (const std::string& type : built) {
      EXPECT_TRUE(declared.contains(type)) << *kind.name << " emits " << type;
    }
    for (const std::string_view type : declared) {
      const Row& row = find_row(type);
      // By a look, to be removed: leftovers, and parts that others added to what the kind makes.
      const bool found_only = row.create.empty() || built.contains(std::string(row.parent));
      EXPECT_TRUE(found_only || built.contains(std::string(type)))
          << *kind.name << " declares " << type << ", and no example and no golden manifest has it";
    }
  }
}

TEST(Kinds, NameOnlyWhatThereIs) {
  for (const ObjectKind& kind : all_kinds()) {
    const std::set<std::string_view> types(kind.types.begin(), kind.types.end());
    for (const RetainedPart& part : kind.retained) {
      EXPECT_TRUE(types.contains(part.type)) << *kind.name << " retains " << part.type;
    }
    EXPECT_NE(find_kind(kind.swept_as), nullptr) << *kind.name;
    const bool refers = kind.identity == Identity::referred;
    EXPECT_FALSE(refers && kind.lends_identity) << *kind.name;
  }
}

// Strays of a kind are taken away under a record of another one: it must know their types.
TEST(Kinds, AreSweptByAKindThatKnowsTheirTypes) {
  for (const ObjectKind& kind : all_kinds()) {
    const auto& known = *find_kind(kind.swept_as)->types;
    for (const std::string_view type : kind.types) {
      EXPECT_THAT(known, testing::Contains(type)) << *kind.name;
    }
  }
}

}  // namespace
}  // namespace byoc
