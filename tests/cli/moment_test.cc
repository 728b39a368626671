#include "cli/moment.h"

#include <gtest/gtest.h>

#include "tests/cli/now.h"

namespace byoc {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

TEST(Moment, AsPeopleWriteIt) {
  EXPECT_EQ(parse_moment("24 hours ago", kNow), kNow - hours(24));
  EXPECT_EQ(parse_moment("1 hour ago", kNow), kNow - hours(1));
  EXPECT_EQ(parse_moment("0 seconds ago", kNow), kNow);
  EXPECT_EQ(parse_moment("2 weeks ago", kNow), kNow - hours(14 * 24));
  EXPECT_EQ(parse_moment("90m", kNow), kNow - minutes(90));
  EXPECT_EQ(parse_moment("2h30m ago", kNow), kNow - minutes(150));
  EXPECT_EQ(parse_moment("now", kNow), kNow);
  EXPECT_EQ(parse_moment("2026-01-31T09:30:00Z", kNow), parse_time("2026-01-31T09:30:00Z"));
  EXPECT_EQ(parse_moment("2026-01-31T09:30:00.25Z", kNow), parse_time("2026-01-31T09:30:00.25Z"));
}

TEST(Moment, OrNotAtAll) {
  for (const char* text :
       {"", "soon", "hours ago", "5 moons ago", "T", "yesterday", "2026-02-30T00:00:00Z",
        "2026-01-31T09:30:00", "2026-01-31T09:30Z", "2026-01-31T09:30:00+02:00",
        "2026-01-31T09:30:00.Z", "2026-01-31T09:30:00Zulu", "2026-01-31T24:30:00Z"}) {
    EXPECT_EQ(parse_moment(text, kNow), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace byoc
