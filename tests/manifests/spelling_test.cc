#include "manifests/spelling.h"

#include <gtest/gtest.h>

namespace byoc {
namespace {

TEST(Spelling, CountsEditsAndSwaps) {
  EXPECT_EQ(edit_distance("region", "regoin"), 1U);
  EXPECT_EQ(edit_distance("Region", "region"), 0U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance(std::string(100, 'a'), "a"), 101U);
}

TEST(Spelling, SuggestsOnlyWhatIsNear) {
  EXPECT_EQ(nearest("regoin", {"role", "region"}), "region");
  EXPECT_EQ(nearest("zone", {"zones", "nat"}), "zones");
  EXPECT_EQ(nearest("public", {"cidr", "publicCidrs"}), "publicCidrs");
  EXPECT_EQ(nearest("banana", {"role", "region"}), std::nullopt);
  EXPECT_EQ(did_you_mean("Sngle", {"None", "Single"}), "did you mean `Single`?");
  EXPECT_EQ(did_you_mean("x", {"None", "Single"}), "");
}

}  // namespace
}  // namespace byoc
