#include "manifests/references.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "manifests/kinds.h"
#include "manifests/schema.h"

namespace byoc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Object object_with(const char* kind, Json spec) {
  Object object;
  object.kind = kind;
  object.metadata.name = "demo";
  object.metadata.ns = "team";
  object.spec = std::move(spec);
  return object;
}

Json policies(Json document) {
  return {{"policies", {{"inline", Json::array({{{"name", "p"}, {"document", document}}})}}}};
}

TEST(References, AreFieldsThatTheSchemaCallsSo) {
  EXPECT_THAT(references_of(object_with("Cluster", {{"roleRef", {{"name", "ops"}}}})),
              ElementsAre(ObjectKey{"Role", "team", "ops"}));
  const auto found = find_references(object_with("NodeGroup", {{"clusterRef", {{"name", "c"}}}}));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].key, (ObjectKey{"Cluster", "team", "c"}));
  EXPECT_EQ(found[0].pointer, "/spec/clusterRef/name");
}

TEST(References, StandInTextsOfPolicies) {
  const Json as_map = {{"Resource", Json::array({"*", "${role.a.arn}", "${aws:username}"})}};
  EXPECT_THAT(references_of(object_with("Role", policies(as_map))),
              ElementsAre(ObjectKey{"Role", "team", "a"}));
  EXPECT_THAT(references_of(object_with("Role", policies("x ${role.a.arn} ${role.b.arn}"))),
              ElementsAre(ObjectKey{"Role", "team", "a"}, ObjectKey{"Role", "team", "b"}));
  EXPECT_THAT(references_of(object_with("Role", {{"description", "like ${role.a.arn}"}})),
              IsEmpty());
}

TEST(References, APlaceholderThatNamesNoneIsTold) {
  for (const char* text : {"${role.a.id}", "${role..arn}", "${role.a", "${role.arn}"}) {
    const auto found = find_references(object_with("Role", policies(text)));
    ASSERT_EQ(found.size(), 1U) << text;
    EXPECT_EQ(found[0].unknown, text);
    EXPECT_THAT(references_of(object_with("Role", policies(text))), IsEmpty()) << text;
  }
}

TEST(References, OddValuesNameNothing) {
  EXPECT_THAT(references_of(object_with("Cluster", {{"roleRef", "ops"}})), IsEmpty());
  EXPECT_THAT(references_of(object_with("Cluster", {{"roleRef", {{"name", 7}}}})), IsEmpty());
  EXPECT_THAT(references_of(object_with("Cluster", Json::array({1}))), IsEmpty());
  EXPECT_EQ(reference_at(object_with("Cluster", {{"roleRef", "ops"}}), "/roleRef/name"),
            std::nullopt);
}

// A record that another version left: what it needs must not be deleted under it.
TEST(References, OfAnUnknownKindAreWhatSuchFieldsMeanElsewhere) {
  EXPECT_THAT(references_of(object_with("Other", {{"clusterRef", {{"name", "c"}}}})),
              ElementsAre(ObjectKey{"Cluster", "team", "c"}));
}

// A kind behind those that it refers to: so they are restored, swept and listed.
TEST(References, LeadToKindsThatComeBefore) {
  std::vector<std::string> before;
  for (const ManifestKind& kind : manifest_kinds()) {
    before.emplace_back(*kind.name);
    const std::string text = find_schema(kind.name)->dump();
    const std::string word = "\"x-reference\":\"";
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
      const std::size_t begin = at + word.size();
      EXPECT_THAT(before, testing::Contains(text.substr(begin, text.find('"', begin) - begin)));
    }
  }
}

}  // namespace
}  // namespace byoc
