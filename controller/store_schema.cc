#include "controller/store_schema.h"

#include <array>
#include <string>

namespace byoc {
namespace {

constexpr std::int64_t kApplicationId = 0x62796f63;  // "byoc"

constexpr int kLogPages = 128;  // of the write-ahead log, 512 KiB, before it begins anew

// Migration i leads from user_version i to i + 1. Never change one that was released: add another.
// Times are milliseconds since the epoch, 0 for never.
constexpr std::array kMigrations = {
    R"sql(
CREATE TABLE counter (value INTEGER NOT NULL);
INSERT INTO counter VALUES (0);
CREATE TABLE objects (
  kind TEXT NOT NULL, ns TEXT NOT NULL, name TEXT NOT NULL,
  uid TEXT NOT NULL UNIQUE,
  body TEXT NOT NULL,
  PRIMARY KEY (kind, ns, name)) WITHOUT ROWID;
CREATE TABLE tombstones (
  kind TEXT NOT NULL, ns TEXT NOT NULL, name TEXT NOT NULL, uid TEXT NOT NULL,
  deleted INTEGER NOT NULL,
  PRIMARY KEY (kind, ns, name, uid)) WITHOUT ROWID;
CREATE TABLE intents (
  owner_uid TEXT NOT NULL, key TEXT NOT NULL,
  type TEXT NOT NULL, token TEXT NOT NULL, params_hash TEXT NOT NULL, id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'made', 'removing')),
  created INTEGER NOT NULL, sent INTEGER NOT NULL,
  empty_reads INTEGER NOT NULL, first_empty INTEGER NOT NULL,
  made TEXT NOT NULL,
  PRIMARY KEY (owner_uid, key)) WITHOUT ROWID;
CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL, ns TEXT NOT NULL, name TEXT NOT NULL,
  type TEXT NOT NULL, reason TEXT NOT NULL, message TEXT NOT NULL,
  count INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
  UNIQUE (kind, ns, name, type, reason, message));
)sql",
    R"sql(
CREATE TABLE journal (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL, ns TEXT NOT NULL, name TEXT NOT NULL,
  at INTEGER NOT NULL,
  service TEXT NOT NULL, operation TEXT NOT NULL, key TEXT NOT NULL, resource TEXT NOT NULL,
  why TEXT NOT NULL, result TEXT NOT NULL, message TEXT NOT NULL, request_id TEXT NOT NULL);
CREATE INDEX journal_of_object ON journal (kind, ns, name, id);
)sql",
    R"sql(
CREATE TABLE approvals (
  id TEXT NOT NULL PRIMARY KEY, objects TEXT NOT NULL,
  asked INTEGER NOT NULL, granted INTEGER NOT NULL) WITHOUT ROWID;
)sql",
    // What has changed since a version: objects by their own, deletions by a list of the latest.
    R"sql(
ALTER TABLE objects ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE objects ADD COLUMN created INTEGER NOT NULL DEFAULT 0;
UPDATE objects SET version = CAST(json_extract(body, '$.metadata.resourceVersion') AS INTEGER);
CREATE INDEX objects_by_version ON objects (version);
UPDATE counter SET value = max(value, (SELECT coalesce(max(id), 0) FROM events));
CREATE TABLE deletions (version INTEGER PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE horizon (value INTEGER NOT NULL);
INSERT INTO horizon SELECT value FROM counter;
CREATE TABLE flags (name TEXT PRIMARY KEY) WITHOUT ROWID;
)sql",
    "ALTER TABLE tombstones ADD COLUMN sweep INTEGER NOT NULL DEFAULT 0",
    "CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    // What people ask of an object stood in its status. All annotations came from manifests. Of a
    // damaged record nothing is asked.
    R"sql(
UPDATE objects SET body = json_set(body, '$.metadata.annotations."byoc.dev/applied-annotations"',
    (SELECT json_group_array(key) || ''
     FROM json_each(objects.body, '$.metadata.annotations') WHERE key <> 'byoc.dev/source'))
  WHERE CASE WHEN json_valid(body) THEN EXISTS (SELECT 1
    FROM json_each(objects.body, '$.metadata.annotations') WHERE key <> 'byoc.dev/source') END;
UPDATE objects SET body =
    json_set(body, '$.metadata.annotations."byoc.dev/paused"', 'true')
  WHERE CASE WHEN json_valid(body) THEN json_extract(body, '$.status.paused') = 1 END;
UPDATE objects SET body =
    json_set(body, '$.metadata.annotations."byoc.dev/reconcile-requested"',
             CAST(json_extract(body, '$.status.lookRequested') AS TEXT))
  WHERE CASE WHEN json_valid(body) THEN json_type(body, '$.status.lookRequested') IS NOT NULL END;
UPDATE objects SET body = json_remove(body, '$.status.paused', '$.status.lookRequested')
  WHERE CASE WHEN json_valid(body) THEN json_type(body, '$.status') IS NOT NULL END;
)sql",
};
constexpr auto kSchemaVersion = static_cast<std::int64_t>(kMigrations.size());

struct Header {
  std::int64_t application = 0;
  std::int64_t version = 0;
  std::int64_t tables = 0;
};

Status refuse(const Database& db, const std::string& why) {
  return error(Code::unavailable, "the store " + db.path() + " cannot be used: " + why);
}

Status read_header(Database& db, Header& header) {
  const auto number = [](std::int64_t& into) {
    return [&into](const RowView& row) { into = row.integer(0); };
  };
  Status status = db.run("PRAGMA application_id", {}, number(header.application));
  if (status.ok()) status = db.run("PRAGMA user_version", {}, number(header.version));
  if (!status.ok()) return status;
  return db.run("SELECT count(*) FROM sqlite_master", {}, number(header.tables));
}

Status check_header(const Database& db, const Header& header) {
  const bool fresh = header.application == 0 && header.version == 0 && header.tables == 0;
  if (!fresh && header.application != kApplicationId) {
    return refuse(db, "it is the database of another program; name another file");
  }
  if (header.version > kSchemaVersion) {
    return refuse(db, "it was written by a newer byoc (schema " + std::to_string(header.version) +
                          ", this one knows " + std::to_string(kSchemaVersion) +
                          "); use that version or a newer one");
  }
  return {};
}

Status check_pages(Database& db) {
  std::string verdict;
  const Status status = db.run("PRAGMA quick_check(1)", {},
                               [&verdict](const RowView& row) { verdict = row.text(0); });
  if (!status.ok() || verdict == "ok") return status;
  return refuse(db, "it is damaged (" + verdict +
                        "); move it away and run `byocctl rebuild`, which restores ownership "
                        "from tags");
}

// In one transaction: another process may be making the tables at this moment.
Status read_header_at_once(Database& db, Header& header) {
  Status status = db.run("BEGIN");
  if (status.ok()) status = read_header(db, header);
  const Status ended = db.run("ROLLBACK");
  return status.ok() ? ended : status;
}

// One transaction: two processes that open an old file at once must not both migrate it.
Status migrate(Database& db) {
  return db.transaction([&db] {
    Header header;
    Status status = read_header(db, header);
    if (status.ok()) status = check_header(db, header);
    for (auto i = header.version; status.ok() && i < kSchemaVersion; ++i) {
      status = db.run_script(kMigrations[static_cast<std::size_t>(i)]);
    }
    if (!status.ok() || header.version == kSchemaVersion) return status;
    return db.run_script("PRAGMA application_id = " + std::to_string(kApplicationId) +
                         "; PRAGMA user_version = " + std::to_string(kSchemaVersion));
  });
}

Status use_wal(Database& db) {
  std::string mode;
  Status status =
      db.run("PRAGMA journal_mode = WAL", {}, [&mode](const RowView& row) { mode = row.text(0); });
  if (!status.ok()) return status;
  if (mode != "wal" && db.path() != ":memory:") {
    return refuse(db, "its file system cannot keep a write-ahead log (mode " + mode +
                          "); put it on a local disk");
  }
  return db.run_script(
      "PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF; "
      "PRAGMA wal_autocheckpoint = " +
      std::to_string(kLogPages));
}

}  // namespace

Status check_schema(Database& db) {
  Header header;
  Status status = read_header_at_once(db, header);
  if (status.ok()) status = check_header(db, header);
  if (!status.ok() || header.version == kSchemaVersion) return status;
  return refuse(db,
                "it was written by an older byoc, and its directory is read-only; run a byocctl "
                "that may write there once");
}

Status prepare_schema(Database& db) {
  Header header;
  Status status = db.run_script("PRAGMA cache_size = -128");  // KiB: a check reads every page
  if (status.ok()) status = read_header_at_once(db, header);
  if (status.ok()) status = check_header(db, header);  // before anything is written to the file
  if (status.ok()) status = check_pages(db);
  if (status.ok()) status = use_wal(db);
  return status.ok() && header.version != kSchemaVersion ? migrate(db) : status;
}

}  // namespace byoc
