#include "cli/events.h"

#include <gtest/gtest.h>

#include "tests/cli/now.h"

namespace byoc {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

TEST(PrintEvents, CountsRepeatedOnes) {
  const std::vector<Event> events = {
      {{"Cluster", "default", "demo"},
       "Normal",
       "Created",
       "vpc vpc-0a",
       1,
       kNow - minutes(12),
       kNow - minutes(12)},
      {{"NodeGroup", "team-a", "cpu"},
       "Warning",
       "Throttled",
       "too many calls",
       4,
       kNow - hours(2),
       kNow - minutes(3)},
  };
  EXPECT_EQ(print_events(events, kNow),
            "LAST SEEN           TYPE      REASON      OBJECT                 MESSAGE\n"
            "12m                 Normal    Created     Cluster/demo           vpc vpc-0a\n"
            "3m (x4 over 120m)   Warning   Throttled   NodeGroup/team-a/cpu   too many calls\n");
  EXPECT_EQ(print_events({}, kNow), "");
}

}  // namespace
}  // namespace byoc
