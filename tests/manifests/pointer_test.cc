#include "manifests/pointer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace byoc {
namespace {

TEST(Pointer, EscapesAndReadsBack) {
  const std::string pointer = pointer_to(pointer_to("/spec", "a/b~c"), std::size_t{3});
  EXPECT_EQ(pointer, "/spec/a~1b~0c/3");
  EXPECT_THAT(pointer_tokens(pointer), testing::ElementsAre("spec", "a/b~c", "3"));
  EXPECT_EQ(pointer_parent(pointer), "/spec/a~1b~0c");
  EXPECT_EQ(pointer_parent(""), "");
}

TEST(Pointer, IsShownAsPeopleWriteIt) {
  EXPECT_EQ(pointer_shown("/spec/network/zones/1"), "spec.network.zones[1]");
  EXPECT_EQ(pointer_shown("/spec/tags/a~1b"), "spec.tags[\"a/b\"]");
  EXPECT_EQ(pointer_shown(""), "");
}

}  // namespace
}  // namespace byoc
