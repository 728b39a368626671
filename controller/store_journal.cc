#include <algorithm>
#include <limits>

#include "controller/store_tables.h"

namespace byoc {
namespace {

JournalEntry read_entry(const RowView& row) {
  JournalEntry entry;
  entry.id = row.integer(0);
  entry.object = {row.text(1), row.text(2), row.text(3)};
  entry.at = row.time(4);
  entry.service = row.text(5);
  entry.operation = row.text(6);
  entry.key = row.text(7);
  entry.resource = row.text(8);
  entry.why = row.text(9);
  entry.result = row.text(10);
  entry.message = row.text(11);
  entry.request_id = row.text(12);
  return entry;
}

}  // namespace

Status add_journal(Database& db, const JournalEntry& entry) {
  return db.transaction([&] {
    const std::string message = cut_message(entry.message);
    const Status status = db.run(
        "INSERT INTO journal (kind, ns, name, at, service, operation, key, resource, why, result, "
        "message, request_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {entry.object.kind, entry.object.ns, entry.object.name, sql_time(entry.at), entry.service,
         entry.operation, entry.key, entry.resource, entry.why, entry.result, message,
         entry.request_id});
    if (!status.ok()) return status;
    return db.run("DELETE FROM journal WHERE id <= (SELECT max(id) FROM journal) - ?",
                  {std::int64_t{kJournalMax}});
  });
}

Result<std::vector<JournalEntry>> list_journal(Database& db, const JournalQuery& query) {
  std::vector<JournalEntry> entries;
  const RowReader read = [&entries](const RowView& row) { entries.push_back(read_entry(row)); };
  const auto limit = static_cast<std::int64_t>(std::min<std::size_t>(query.limit, kJournalMax));
  const Status status =
      query.object
          ? db.run(
                "SELECT id, kind, ns, name, at, service, operation, key, resource, why, result, "
                "message, request_id FROM journal WHERE kind = ? AND ns = ? AND name = ? "
                "AND id > ? AND at >= ? AND at <= ? ORDER BY id DESC LIMIT ?",
                {query.object->kind, query.object->ns, query.object->name, query.after,
                 sql_time(query.from), sql_time(query.to), limit},
                read)
          : db.run(
                "SELECT id, kind, ns, name, at, service, operation, key, resource, why, result, "
                "message, request_id FROM journal WHERE id > ? AND at >= ? AND at <= ? "
                "ORDER BY id DESC LIMIT ?",
                {query.after, sql_time(query.from), sql_time(query.to), limit}, read);
  if (!status.ok()) return status;
  std::reverse(entries.begin(), entries.end());
  return entries;
}

}  // namespace byoc
