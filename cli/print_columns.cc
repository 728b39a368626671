#include "cli/print_columns.h"

#include <string_view>

#include "cli/print.h"
#include "reconcilers/kinds.h"

namespace byoc {
namespace {

constexpr std::string_view kNone = "<none>";

std::string age_of(const Object& object, Time now) {
  return object.metadata.created ? format_age(now - *object.metadata.created) : "<unknown>";
}

std::string cell_of(const KindColumn& column, const Object& object, Time now) {
  switch (column.value) {
    case KindColumn::Value::phase: return phase_of(object);
    case KindColumn::Value::age: return age_of(object, now);
    case KindColumn::Value::text: break;
  }
  const std::string text = cell_text(column, object);
  return text.empty() ? std::string(kNone) : text;
}

const std::vector<KindColumn>& kind_columns(const std::string& kind) {
  static const std::vector<KindColumn> kOther = {
      {.title = "PHASE", .value = KindColumn::Value::phase},
      {.title = "AGE", .value = KindColumn::Value::age}};
  const ObjectKind* known = find_kind(kind);
  return known == nullptr ? kOther : *known->columns;
}

}  // namespace

std::vector<Column> columns_of(const std::string& kind) {
  std::vector<Column> columns = {{"NAME"}};
  for (const KindColumn& column : kind_columns(kind)) {
    columns.push_back({std::string(column.title), column.wide});
  }
  return columns;
}

std::vector<std::string> cells_of(const Object& object, const std::string& name, Time now) {
  std::vector<std::string> cells = {name};
  for (const KindColumn& column : kind_columns(object.kind)) {
    cells.push_back(cell_of(column, object, now));
  }
  return cells;
}

}  // namespace byoc
