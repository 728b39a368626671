// Database: the little of SQLite that the store needs, with errors as Status.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/status.h"
#include "base/time.h"
#include "controller/store_files.h"

namespace byoc {

// One row of an answer, valid only while it is being read.
class RowView {
 public:
  explicit RowView(sqlite3_stmt* statement) : statement_(statement) {}
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] Time time(int column) const { return Time{Duration{integer(column)}}; }

 private:
  sqlite3_stmt* statement_;
};

using SqlValue = std::variant<std::int64_t, std::string_view>;
using RowReader = std::function<void(const RowView&)>;

[[nodiscard]] inline SqlValue sql_time(Time time) {
  return time.time_since_epoch().count();
}

class Database {
 public:
  // Opens or creates the file; asks nothing of its content yet.
  [[nodiscard]] static Result<std::unique_ptr<Database>> open(const std::string& path,
                                                              int busy_timeout_ms);
  // Opens a file that is there, and changes neither it nor its directory.
  [[nodiscard]] static Result<std::unique_ptr<Database>> open_for_reading(const std::string& path,
                                                                          int busy_timeout_ms);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  // Runs one statement to its end. `sql` must be a literal: the prepared statement is kept for it.
  [[nodiscard]] Status run(const char* sql, std::initializer_list<SqlValue> values = {},
                           const RowReader& read = {});
  // Runs a script of several statements without values, once.
  [[nodiscard]] Status run_script(const std::string& script);
  // All or nothing: commits when `body` answers ok, else takes everything back. One within another
  // is a part of it: what it did is taken back alone, and stands when the other one does.
  [[nodiscard]] Status transaction(const std::function<Status()>& body);

  // Whether a disk without room was met since the last call.
  [[nodiscard]] bool take_full() { return std::exchange(full_, false); }
  // Whether the file is still where it was; each transaction begins with it.
  [[nodiscard]] Status present() const;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  using Handle = std::unique_ptr<sqlite3, int (*)(sqlite3*)>;
  using Prepared = std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)>;

  Database(std::string path, Handle handle)
      : path_(std::move(path)), witness_(path_), handle_(std::move(handle)) {}
  [[nodiscard]] static Result<std::unique_ptr<Database>> open_as(const std::string& path,
                                                                 const std::string& name, int flags,
                                                                 int busy_timeout_ms);
  [[nodiscard]] Status part(const std::function<Status()>& body);
  [[nodiscard]] Status failure(int result);
  [[nodiscard]] Result<sqlite3_stmt*> prepare(const char* sql);

  std::string path_;
  FileWitness witness_;
  Handle handle_;
  bool within_ = false;  // a transaction
  bool full_ = false;
  std::map<std::string_view, Prepared> prepared_;  // destroyed before the handle
};

}  // namespace byoc
