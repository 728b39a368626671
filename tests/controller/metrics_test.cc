#include "controller/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace byoc {
namespace {

using testing::HasSubstr;

TEST(Metrics, CountersAndGaugesWithTheirHeads) {
  Metrics metrics;
  EXPECT_EQ(metrics.text(), "");
  metrics.add("byoc_reconciles_total", {{"kind", "Role"}, {"result", "ok"}});
  metrics.add("byoc_reconciles_total", {{"kind", "Role"}, {"result", "ok"}}, 2);
  metrics.set("byoc_queue_depth", {}, 1.5);
  EXPECT_EQ(metrics.text(),
            "# HELP byoc_queue_depth Objects that are due now.\n"
            "# TYPE byoc_queue_depth gauge\n"
            "byoc_queue_depth 1.5\n"
            "# HELP byoc_reconciles_total Passes by kind and result.\n"
            "# TYPE byoc_reconciles_total counter\n"
            "byoc_reconciles_total{kind=\"Role\",result=\"ok\"} 3\n");
  metrics.clear("byoc_queue_depth");
  EXPECT_THAT(metrics.text(), testing::Not(HasSubstr("queue_depth")));
}

TEST(Metrics, SeriesEndWithWhatTheyAreAbout) {  // F50
  Metrics metrics;
  for (const char* name : {"a", "b\"c"}) {
    metrics.set("byoc_last_success_timestamp_seconds", {{"name", name}}, 1);
  }
  metrics.keep_only("byoc_last_success_timestamp_seconds", {{{"name", "b\"c"}}, {{"name", "d"}}});
  EXPECT_THAT(metrics.text(), testing::Not(HasSubstr("name=\"a\"")));
  EXPECT_THAT(metrics.text(), HasSubstr(R"(name="b\"c")"));
  EXPECT_THAT(metrics.text(), testing::Not(HasSubstr("name=\"d\"")));
  metrics.keep_only("byoc_last_success_timestamp_seconds", {});
  metrics.keep_only("byoc_objects", {});
}

// A64
TEST(Metrics, AHistogramIsCumulative) {
  Metrics metrics;
  metrics.observe("byoc_reconcile_seconds", {{"kind", "Role"}}, 0.02);
  metrics.observe("byoc_reconcile_seconds", {{"kind", "Role"}}, 400);
  const std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr("byoc_reconcile_seconds_bucket{kind=\"Role\",le=\"0.01\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("byoc_reconcile_seconds_bucket{kind=\"Role\",le=\"0.05\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("byoc_reconcile_seconds_bucket{kind=\"Role\",le=\"300\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("byoc_reconcile_seconds_bucket{kind=\"Role\",le=\"+Inf\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("byoc_reconcile_seconds_sum{kind=\"Role\"} 400.02\n"));
  EXPECT_THAT(text, HasSubstr("byoc_reconcile_seconds_count{kind=\"Role\"} 2\n"));
}

TEST(Metrics, LabelsAreEscaped) {
  Metrics metrics;
  metrics.set("byoc_manifest_errors", {{"file", "a\"b\\c\nd"}}, 1);
  EXPECT_THAT(metrics.text(), HasSubstr(R"(byoc_manifest_errors{file="a\"b\\c\nd"} 1)"));
}

TEST(Metrics, AnUnknownNameStopsTheProgram) {
  Metrics metrics;
  EXPECT_DEATH(metrics.add("byoc_moons_total", {}), "no metric");
  EXPECT_DEATH(metrics.add("byoc_queue_depth", {}), "no metric");
}

}  // namespace
}  // namespace byoc
