// Tables as kubectl prints them: columns as wide as their widest cell, three spaces between.
#pragma once

#include <string>
#include <vector>

namespace byoc {

struct Column {
  std::string title;
  bool wide_only = false;  // shown with `-o wide` only
};

struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;  // each as many cells as there are columns
};

struct TableStyle {
  bool wide = false;
  bool headers = true;  // false: --no-headers
  int gap = 3;          // spaces between columns
};

// One line per row, each ending in a newline. Control characters in cells are made harmless;
// the last column is not padded. A table without rows prints nothing, headers neither.
[[nodiscard]] std::string print_table(const Table& table, const TableStyle& style = {});

}  // namespace byoc
