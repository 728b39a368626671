#include "cli/table.h"

#include <algorithm>
#include <cstddef>

#include "base/check.h"
#include "cli/text.h"

namespace byoc {
namespace {

using Cells = std::vector<std::string>;

std::vector<Cells> visible_lines(const Table& table, const TableStyle& style) {
  std::vector<Cells> lines;
  if (style.headers) {
    Cells& titles = lines.emplace_back();
    for (const Column& column : table.columns) {
      if (style.wide || !column.wide_only) titles.push_back(column.title);
    }
  }
  for (const Cells& row : table.rows) {
    check(row.size() == table.columns.size(), "a table row needs a cell for every column");
    Cells& cells = lines.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (style.wide || !table.columns[i].wide_only) cells.push_back(printable(row[i]));
    }
  }
  return lines;
}

std::vector<int> widths_of(const std::vector<Cells>& lines) {
  std::vector<int> widths(lines.front().size(), 0);
  for (const Cells& cells : lines) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(cells[i]));
    }
  }
  return widths;
}

}  // namespace

std::string print_table(const Table& table, const TableStyle& style) {
  if (table.rows.empty()) return {};
  const std::vector<Cells> lines = visible_lines(table, style);
  const std::vector<int> widths = widths_of(lines);
  std::string text;
  for (const Cells& cells : lines) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      line += i + 1 < cells.size() ? pad(cells[i], widths[i] + style.gap) : cells[i];
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace byoc
