#include "controller/store_sqlite.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/attempt.h"

namespace byoc {
namespace {

// What happened and what to do about it, as the end of a sentence that begins with the file.
std::string explain(int result, int system_error, const std::string& detail) {
  const std::string why = system_error == 0 ? detail : detail + ": " + std::strerror(system_error);
  // SQLite says FULL for ENOSPC only; a quota or a size limit is a write that failed.
  if (result == SQLITE_IOERR_WRITE || result == SQLITE_IOERR_FSYNC) {
    return "its disk did not take a write (over quota, too large, or broken); check the disk, "
           "what was stored before is safe";
  }
  switch (result & 0xff) {
    case SQLITE_FULL:
      return "no space is left on its disk; free some, what was stored before is safe";
    case SQLITE_READONLY:
    case SQLITE_PERM: return "it is read-only (" + why + "); check its rights and its directory's";
    case SQLITE_CANTOPEN:
    case SQLITE_AUTH:
      return "it cannot be opened (" + why + "); check that this user may write to its directory";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "it is damaged (" + detail +
             "); move it away and run `byocctl rebuild`, which restores ownership from tags";
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return "another process keeps it locked (" + detail + "); try again";
    default: return "it does not work (" + why + ", code " + std::to_string(result) + ")";
  }
}

int bind(sqlite3_stmt* statement, int index, const SqlValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    return sqlite3_bind_int64(statement, index, *number);
  }
  // An empty view may have no address, and SQLite would take that for NULL.
  const std::string_view text = std::get<std::string_view>(value);
  return sqlite3_bind_text64(statement, index, text.empty() ? "" : text.data(), text.size(),
                             SQLITE_STATIC, SQLITE_UTF8);
}

}  // namespace

std::string RowView::text(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  const int size = sqlite3_column_bytes(statement_, column);
  return bytes == nullptr ? std::string() : std::string(bytes, static_cast<std::size_t>(size));
}

std::int64_t RowView::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path, int busy_timeout_ms) {
  return open_as(path, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, busy_timeout_ms);
}

Result<std::unique_ptr<Database>> Database::open_for_reading(const std::string& path,
                                                             int busy_timeout_ms) {
  // Whoever has the file open keeps a log and an index beside it, through which it is read. When
  // nobody has, and the directory takes no index, the file itself is all there is.
  struct stat info {};
  const bool quiet = ::stat((path + "-wal").c_str(), &info) != 0 || info.st_size == 0;
  std::string name = "file:";
  for (const char letter : path) {
    constexpr std::string_view kSpecial = "%?#";
    if (kSpecial.find(letter) == std::string_view::npos) {
      name += letter;
    } else {
      name += letter == '%' ? "%25" : letter == '?' ? "%3f" : "%23";
    }
  }
  if (quiet) name += "?immutable=1";
  return open_as(path, name, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, busy_timeout_ms);
}

Result<std::unique_ptr<Database>> Database::open_as(const std::string& path,
                                                    const std::string& name, int flags,
                                                    int busy_timeout_ms) {
  sqlite3* raw = nullptr;
  const int result = sqlite3_open_v2(name.c_str(), &raw, flags | SQLITE_OPEN_EXRESCODE, nullptr);
  std::unique_ptr<Database> database(new Database(path, Handle(raw, sqlite3_close)));
  if (result != SQLITE_OK) return database->failure(result);
  sqlite3_busy_timeout(raw, busy_timeout_ms);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  return database;
}

Database::~Database() = default;

Status Database::failure(int result) {
  full_ = full_ || (result & 0xff) == SQLITE_FULL || result == SQLITE_IOERR_WRITE;
  sqlite3* db = handle_.get();
  const int system_error = db == nullptr ? ENOMEM : sqlite3_system_errno(db);
  const std::string detail = db == nullptr ? sqlite3_errstr(result) : sqlite3_errmsg(db);
  return error(Code::unavailable,
               "the store " + path_ + " failed: " + explain(result, system_error, detail));
}

Result<sqlite3_stmt*> Database::prepare(const char* sql) {
  const auto found = prepared_.find(sql);
  if (found != prepared_.end()) return found->second.get();
  sqlite3_stmt* raw = nullptr;
  const int result =
      sqlite3_prepare_v3(handle_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  if (result != SQLITE_OK) return failure(result);
  prepared_.emplace(sql, Prepared(raw, sqlite3_finalize));
  return raw;
}

Status Database::run(const char* sql, std::initializer_list<SqlValue> values,
                     const RowReader& read) {
  Result<sqlite3_stmt*> prepared = prepare(sql);
  if (!prepared.ok()) return prepared.status();
  sqlite3_stmt* statement = prepared.value();
  int result = SQLITE_OK;
  int index = 0;
  for (const SqlValue& value : values) {
    result = bind(statement, ++index, value);
    if (result != SQLITE_OK) break;
  }
  if (result == SQLITE_OK) {
    while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
      if (read) read(RowView(statement));
    }
  }
  Status status = result == SQLITE_DONE ? Status{} : failure(result);
  sqlite3_reset(statement);  // repeats the error that was just reported
  sqlite3_clear_bindings(statement);
  return status;
}

Status Database::run_script(const std::string& script) {
  const int result = sqlite3_exec(handle_.get(), script.c_str(), nullptr, nullptr, nullptr);
  return result == SQLITE_OK ? Status{} : failure(result);
}

// SQLite would go on with a file that nobody can find any more, and all that it writes is lost.
Status Database::present() const {
  return witness_.check();
}

// A part of a larger one: taken back alone when it fails.
Status Database::part(const std::function<Status()>& body) {
  // SQLite took the larger one back by itself: what follows must not stand alone.
  if (sqlite3_get_autocommit(handle_.get()) != 0) {
    return error(Code::unavailable,
                 "the store " + path_ + " failed: the transaction was taken back");
  }
  Status status = run("SAVEPOINT part");
  if (!status.ok()) return status;
  // What is thrown takes the transaction back like an error: nothing may leave it open.
  const Status thrown = attempt("cannot write " + path_, [&] { status = body(); });
  if (!thrown.ok()) status = thrown;
  if (!status.ok() && sqlite3_get_autocommit(handle_.get()) == 0) {
    const Status undone = run("ROLLBACK TO part");
    if (!undone.ok()) status.message += "; and taking it back failed: " + undone.message;
  }
  if (sqlite3_get_autocommit(handle_.get()) != 0) return status;
  const Status released = run("RELEASE part");
  return status.ok() ? released : status;
}

Status Database::transaction(const std::function<Status()>& body) {
  if (within_) return part(body);
  Status status = present();
  if (status.ok()) status = run("BEGIN IMMEDIATE");
  if (!status.ok()) return status;
  within_ = true;
  // What is thrown takes the transaction back like an error: nothing may leave it open.
  const Status thrown = attempt("cannot write " + path_, [&] { status = body(); });
  if (!thrown.ok()) status = thrown;
  within_ = false;
  if (status.ok()) status = run("COMMIT");
  // SQLite takes the transaction back by itself after some errors, e.g. a full disk.
  if (!status.ok() && sqlite3_get_autocommit(handle_.get()) == 0) {
    const Status undone = run("ROLLBACK");
    if (!undone.ok()) status.message += "; and taking it back failed: " + undone.message;
  }
  return status;
}

}  // namespace byoc
