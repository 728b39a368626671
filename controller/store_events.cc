#include "controller/store_tables.h"

namespace byoc {
namespace {

Event read_event(const RowView& row) {
  Event event;
  event.object = {row.text(0), row.text(1), row.text(2)};
  event.type = row.text(3);
  event.reason = row.text(4);
  event.message = row.text(5);
  event.count = static_cast<int>(row.integer(6));
  event.first = row.time(7);
  event.last = row.time(8);
  event.version = row.text(9);
  event.object_uid = row.text(10);
  return event;
}

Status count_or_insert(Database& db, const Event& event) {
  const std::string message = cut_message(event.message);
  const Result<std::int64_t> version = next_version(db);
  if (!version.ok()) return version.status();
  // The id tells the order of the last arrivals; clocks may stand still or step back.
  return db.run(
      "INSERT INTO events (id, kind, ns, name, type, reason, message, count, first, last) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
      "ON CONFLICT (kind, ns, name, type, reason, message) DO UPDATE SET id = excluded.id, "
      "count = count + excluded.count, first = min(first, excluded.first), "
      "last = max(last, excluded.last)",
      {version.value(), event.object.kind, event.object.ns, event.object.name, event.type,
       event.reason, message, std::int64_t{event.count}, sql_time(event.first),
       sql_time(event.last)});
}

Status drop_oldest(Database& db, const ObjectKey& key) {
  return db.run(
      "DELETE FROM events WHERE kind = ?1 AND ns = ?2 AND name = ?3 AND id NOT IN (SELECT id "
      "FROM events WHERE kind = ?1 AND ns = ?2 AND name = ?3 ORDER BY id DESC LIMIT ?4)",
      {key.kind, key.ns, key.name, std::int64_t{kEventsPerObjectMax}});
}

}  // namespace

std::string cut_message(const std::string& message) {
  if (message.size() <= kEventMessageBytesMax) return message;
  std::size_t end = kEventMessageBytesMax - 3;
  while (end > 0 && (static_cast<unsigned char>(message[end]) & 0xc0U) == 0x80U) --end;
  return message.substr(0, end) + "...";
}

Status add_event(Database& db, const Event& event) {
  return db.transaction([&] {
    const Status status = count_or_insert(db, event);
    return status.ok() ? drop_oldest(db, event.object) : status;
  });
}

Result<std::vector<Event>> list_events(Database& db, const std::optional<ObjectKey>& object) {
  std::vector<Event> events;
  const RowReader read = [&events](const RowView& row) { events.push_back(read_event(row)); };
  const Status status =
      object ? db.run(
                   "SELECT kind, ns, name, type, reason, message, count, first, last, id, uid "
                   "FROM events LEFT JOIN objects USING (kind, ns, name) "
                   "WHERE kind = ? AND ns = ? AND name = ? ORDER BY id",
                   {object->kind, object->ns, object->name}, read)
             : db.run(
                   "SELECT kind, ns, name, type, reason, message, count, first, last, id, uid "
                   "FROM events LEFT JOIN objects USING (kind, ns, name) ORDER BY id",
                   {}, read);
  if (!status.ok()) return status;
  return events;
}

Result<std::vector<Event>> list_events_between(Database& db, std::int64_t since,
                                               std::int64_t until) {
  std::vector<Event> events;
  const Status status = db.run(
      "SELECT kind, ns, name, type, reason, message, count, first, last, id, uid "
      "FROM events LEFT JOIN objects USING (kind, ns, name) WHERE id > ? AND id <= ? ORDER BY id",
      {since, until}, [&events](const RowView& row) { events.push_back(read_event(row)); });
  if (!status.ok()) return status;
  return events;
}

}  // namespace byoc
