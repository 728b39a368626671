#include "manifests/diagnostic.h"

#include <gtest/gtest.h>

namespace byoc {
namespace {

TEST(Diagnostic, PrintsPlacePathTextAndHint) {
  EXPECT_EQ(format_diagnostic({Severity::error, "cluster.yaml", 7, 3, "Cluster/a spec.regoin",
                               "unknown field", "did you mean `region`?"}),
            "cluster.yaml:7:3: error: Cluster/a spec.regoin: unknown field\n"
            "  hint: did you mean `region`?");
  EXPECT_EQ(format_diagnostic({Severity::warning, "a.yaml", 0, 0, "", "no objects", ""}),
            "a.yaml: warning: no objects");
}

// L17
TEST(Diagnostic, WarningsAreNoErrors) {
  EXPECT_FALSE(has_errors({}));
  EXPECT_FALSE(has_errors({{Severity::warning, "", 0, 0, "", "", ""}}));
  EXPECT_TRUE(has_errors(
      {{Severity::warning, "", 0, 0, "", "", ""}, {Severity::error, "", 0, 0, "", "", ""}}));
}

}  // namespace
}  // namespace byoc
