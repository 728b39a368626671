#include "controller/store_tables.h"

namespace byoc {

Result<std::string> get_note(Database& db, const std::string& name) {
  std::string value;
  const Status status = db.run("SELECT value FROM notes WHERE name = ?", {name},
                               [&value](const RowView& row) { value = row.text(0); });
  if (!status.ok()) return status;
  return value;
}

Status set_note(Database& db, const std::string& name, const std::string& value) {
  return db.transaction([&] {
    return db.run(
        "INSERT INTO notes (name, value) VALUES (?, ?) "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        {name, value});
  });
}

}  // namespace byoc
