#include <charconv>
#include <optional>
#include <utility>

#include "controller/store_tables.h"

namespace byoc {
namespace {

constexpr const char* kPausedFlag = "paused";

struct ChangeRow {
  std::string_view table;
  std::int64_t version;
  std::int64_t created;
  std::string body;
};

// One statement, so that all of it is of one moment.
constexpr const char* kNewer =
    "SELECT 'counter', value, 0, '' FROM counter "
    "UNION ALL SELECT 'horizon', value, 0, '' FROM horizon "
    "UNION ALL SELECT 'object', version, created, body FROM objects WHERE version > ?1 AND ?2 "
    "UNION ALL SELECT 'deletion', version, 0, body FROM deletions WHERE version > ?1 AND ?1 > 0 "
    "AND ?2 "
    "ORDER BY 2";

Status forget_old_deletions(Database& db) {
  std::int64_t oldest = 0;
  Status status = db.run("SELECT version FROM deletions ORDER BY version DESC LIMIT 1 OFFSET ?",
                         {std::int64_t{kDeletionsKept}},
                         [&oldest](const RowView& row) { oldest = row.integer(0); });
  if (!status.ok() || oldest == 0) return status;
  status = db.run("UPDATE horizon SET value = max(value, ?)", {oldest});
  return status.ok() ? db.run("DELETE FROM deletions WHERE version <= ?", {oldest}) : status;
}

// Cursors are numbers of the one order of all changes, here and nowhere else.
std::optional<std::int64_t> place_of_cursor(const std::string& cursor) {
  std::int64_t place = 0;
  const char* end = cursor.data() + cursor.size();
  const auto read = std::from_chars(cursor.data(), end, place);
  if (cursor.empty()) return 0;
  if (read.ec != std::errc() || read.ptr != end || place < 0) return std::nullopt;
  return place;
}

}  // namespace

Result<std::int64_t> next_version(Database& db) {
  std::int64_t version = 0;
  const Status status = db.run("UPDATE counter SET value = value + 1 RETURNING value", {},
                               [&version](const RowView& row) { version = row.integer(0); });
  if (!status.ok()) return status;
  return version;
}

Status note_deletion(Database& db, Object object) {
  const Result<std::int64_t> version = next_version(db);
  if (!version.ok()) return version.status();
  object.metadata.resource_version = std::to_string(version.value());
  const Result<std::string> body = encode_object(object);
  if (!body.ok()) return body.status();
  const Status status = db.run("INSERT INTO deletions (version, body) VALUES (?, ?)",
                               {version.value(), body.value()});
  return status.ok() ? forget_old_deletions(db) : status;
}

Result<News> list_news(Database& db, const NewsQuery& query) {
  const std::optional<std::int64_t> place = place_of_cursor(query.since);
  if (!place) return error(Code::invalid, "\"" + query.since + "\" is no version of this store");
  const std::int64_t since = *place;
  std::int64_t newest = 0;
  News news;
  std::vector<ChangeRow> rows;
  Status status = db.run(kNewer, {since, std::int64_t{query.objects}}, [&](const RowView& row) {
    const std::string table = row.text(0);
    if (table == "counter") newest = row.integer(1);
    if (table == "horizon") news.complete = since == 0 || row.integer(1) <= since;
    if (table == "object") rows.push_back({"object", row.integer(1), row.integer(2), row.text(3)});
    if (table == "deletion") rows.push_back({"deletion", row.integer(1), 0, row.text(3)});
  });
  if (!status.ok()) return status;
  news.cursor = std::to_string(newest);
  if (!news.complete) return news;
  for (const ChangeRow& row : rows) {
    Result<Object> object = decode_object(db, row.body);
    if (!object.ok()) {
      news.unreadable = true;
      continue;
    }
    const bool fresh = since == 0 || row.created > since;
    const ObjectNews::Type type = row.table == "deletion" ? ObjectNews::Type::deleted
                                  : fresh                 ? ObjectNews::Type::added
                                                          : ObjectNews::Type::modified;
    news.objects.push_back({type, std::move(object).value()});
  }
  if (!query.events) return news;
  Result<std::vector<Event>> events = list_events_between(db, since, newest);
  if (!events.ok()) return events.status();
  news.events = std::move(events).value();
  return news;
}

Result<bool> get_paused(Database& db) {
  bool paused = false;
  const Status status = db.run("SELECT 1 FROM flags WHERE name = ?", {kPausedFlag},
                               [&paused](const RowView&) { paused = true; });
  if (!status.ok()) return status;
  return paused;
}

Status set_paused(Database& db, bool paused) {
  return paused ? db.run("INSERT OR IGNORE INTO flags (name) VALUES (?)", {kPausedFlag})
                : db.run("DELETE FROM flags WHERE name = ?", {kPausedFlag});
}

}  // namespace byoc
