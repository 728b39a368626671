#include "cli/table.h"

#include <gtest/gtest.h>

namespace byoc {
namespace {

Table sample() {
  Table table;
  table.columns = {{"NAME"}, {"PHASE"}, {"NOTE", true}};
  table.rows = {{"demo", "Running", "x"}, {"größer", "Error", ""}};
  return table;
}

TEST(PrintTable, AlignsColumns) {
  EXPECT_EQ(print_table(sample()),
            "NAME     PHASE\n"
            "demo     Running\n"
            "größer   Error\n");
}

TEST(PrintTable, ShowsWideColumnsWhenAsked) {
  EXPECT_EQ(print_table(sample(), {.wide = true}),
            "NAME     PHASE     NOTE\n"
            "demo     Running   x\n"
            "größer   Error\n");
}

TEST(PrintTable, LeavesHeadersOut) {
  EXPECT_EQ(print_table(sample(), {.headers = false, .gap = 1}),
            "demo   Running\n"
            "größer Error\n");
}

TEST(PrintTable, PrintsNothingForNoRows) {
  Table table = sample();
  table.rows.clear();
  EXPECT_EQ(print_table(table), "");
}

TEST(PrintTable, KeepsEveryRowOnItsLine) {
  Table table;
  table.columns = {{"A"}, {"B"}};
  table.rows = {{"one\ntwo", "\x1b[31mred"}};
  EXPECT_EQ(print_table(table),
            "A         B\n"
            "one two   [31mred\n");
}

}  // namespace
}  // namespace byoc
