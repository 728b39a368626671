#include "controller/store.h"

#include <openssl/rand.h>
#include <poll.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <type_traits>
#include <utility>

#include "base/check.h"
#include "controller/store_files.h"
#include "controller/store_schema.h"
#include "controller/store_sqlite.h"
#include "controller/store_tables.h"

namespace byoc {
namespace {

constexpr std::string_view kInMemory = ":memory:";

constexpr Duration kLookEvery{100};  // between looks for what another process wrote

class SqliteStore final : public Store {
 public:
  SqliteStore(std::unique_ptr<Database> db, StoreOptions options)
      : db_(std::move(db)), options_(std::move(options)), reserve_(db_->path() + "-reserve") {
    if (!options_.read_only && db_->path() != kInMemory) reserve_.take();
  }

  Result<Object> get(const ObjectKey& key) override { return get_object(*db_, key); }
  Result<std::vector<Object>> list(const std::string& kind) override {
    return list_objects(*db_, kind);
  }
  Result<Object> put(Object object, Time now) override {
    const bool deleting = object.deleting();
    return told(
        with_reserve(deleting, [&] { return put_object(*db_, object, now, options_.make_uid); }));
  }
  Result<Object> put_status(Object object, Time) override {
    const bool deleting = object.deleting();
    return told(with_reserve(deleting, [&] { return put_object_status(*db_, object); }));
  }
  Result<Object> rename(const ObjectKey& from, Object object, Time) override {
    return told(with_reserve(false, [&] { return rename_object(*db_, from, object); }));
  }
  Status remove(const ObjectKey& key, Time now) override {
    return told(with_reserve(true, [&] { return remove_object(*db_, key, now); }));
  }
  Result<std::vector<Tombstone>> tombstones() override { return list_tombstones(*db_); }

  Result<std::optional<Approval>> approval() override { return get_approval(*db_); }
  Status ask(const std::optional<Approval>& question) override {
    return wrote(ask_approval(*db_, question));
  }
  Status grant(const std::string& id, Time now) override {
    return wrote(grant_approval(*db_, id, now));
  }

  Result<std::vector<Intent>> intents(const std::string& owner_uid) override {
    return list_intents(*db_, owner_uid);
  }
  Status put_intent(const Intent& intent) override {
    // What was made, or is going, must be known whatever else is; only what is new can wait.
    const bool known = intent.state != Intent::State::open;
    return wrote(with_reserve(known, [&] { return byoc::put_intent(*db_, intent); }));
  }
  Status drop_intent(const std::string& owner_uid, const std::string& key) override {
    return wrote(with_reserve(true, [&] { return byoc::drop_intent(*db_, owner_uid, key); }));
  }

  Status add_event(const Event& event) override { return told(byoc::add_event(*db_, event)); }
  Result<std::vector<Event>> events(const std::optional<ObjectKey>& object) override {
    return list_events(*db_, object);
  }

  Status add_journal(const JournalEntry& entry) override {
    return wrote(byoc::add_journal(*db_, entry));
  }
  Result<std::vector<JournalEntry>> journal(const JournalQuery& query) override {
    return list_journal(*db_, query);
  }

  Result<News> news(const NewsQuery& query) override {
    const auto until = std::chrono::steady_clock::now() + query.patience;
    while (true) {
      Result<News> found = list_news(*db_, query);
      if (!found.ok() || !found.value().empty()) return found;
      if (std::chrono::steady_clock::now() >= until) return found;
      // SQLite does not tell one process what another one wrote.
      if (::poll(nullptr, 0, static_cast<int>(kLookEvery.count())) < 0) return found;
    }
  }

  Result<bool> paused() override { return get_paused(*db_); }
  Status set_paused(bool paused) override { return told(byoc::set_paused(*db_, paused)); }

  Status batch(const std::function<Status()>& body) override {
    const bool outer = !batching_;
    batching_ = true;
    const Status status = wrote(db_->transaction(body));
    batching_ = !outer;
    if (outer && std::exchange(changed_, false) && status.ok()) tell();
    return status;
  }

  Result<std::string> note(const std::string& name) override { return get_note(*db_, name); }
  Status set_note(const std::string& name, const std::string& value) override {
    return wrote(byoc::set_note(*db_, name, value));
  }

  Status can_write() override {
    if (Status status = db_->present(); !status.ok()) return status;
    if (!last_write_.ok()) last_write_ = db_->run_script("UPDATE counter SET value = value + 1");
    return last_write_;
  }

 private:
  // A write that ends something is done once more, on a full disk, with the room kept for it. Not
  // within a batch: that is taken back whole, and done again in parts.
  template <class Write>
  std::invoke_result_t<const Write&> with_reserve(bool entitled, const Write& write) {
    static_cast<void>(db_->take_full());
    std::invoke_result_t<const Write&> answer = write();
    if (status_of(answer).ok() || batching_ || !entitled || !db_->take_full()) return answer;
    return reserve_.release() ? write() : answer;
  }

  static const Status& status_of(const Status& status) { return status; }
  template <class T>
  static Status status_of(const Result<T>& result) {
    return result.ok() ? Status{} : result.status();
  }

  template <class T>
  T wrote(T answer) {
    const Status status = status_of(answer);
    if (status.code == Code::unavailable)
      last_write_ = status;  // what wrote nothing proves nothing
    return answer;
  }
  template <class T>
  T told(T answer) {
    answer = wrote(std::move(answer));
    if (answer.ok() && batching_) changed_ = true;
    if (answer.ok() && !batching_) tell();
    return answer;
  }
  // Whoever is told looks at once: not before it is there.
  void tell() {
    if (options_.on_change) options_.on_change();
  }

  std::unique_ptr<Database> db_;
  StoreOptions options_;
  DiskReserve reserve_;
  Status last_write_;  // unavailable, or ok
  bool batching_ = false;
  bool changed_ = false;  // within the batch, something that others are told of
};

// SQLite gives its own files the rights of the main one, so that must exist with the right ones.
Status make_files(const std::string& path) {
  if (path == kInMemory) return {};
  const std::filesystem::path dir = std::filesystem::path(path).parent_path();
  const Status status = dir.empty() ? Status{} : make_private_dir(dir.string());
  return status.ok() ? make_private_file(path) : status;
}

}  // namespace

std::string random_uid() {
  std::array<unsigned char, 16> bytes{};
  check(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1, "random numbers are needed");
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0fU) | 0x40U);  // version 4
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3fU) | 0x80U);  // variant of RFC 4122
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kDigits[bytes[i] >> 4U];
    text += kDigits[bytes[i] & 0x0fU];
  }
  return text;
}

Result<std::unique_ptr<Store>> open_store(const std::string& path, StoreOptions options) {
  Status status = options.read_only ? Status{} : make_files(path);
  if (!status.ok()) return status;
  Result<std::unique_ptr<Database>> opened =
      options.read_only ? Database::open_for_reading(path, options.busy_timeout_ms)
                        : Database::open(path, options.busy_timeout_ms);
  if (!opened.ok()) return opened.status();
  std::unique_ptr<Database> db = std::move(opened).value();
  status = options.read_only ? check_schema(*db) : prepare_schema(*db);
  if (status.ok() && options.pages_max > 0) {
    status = db->run_script("PRAGMA max_page_count = " + std::to_string(options.pages_max));
  }
  if (!status.ok()) return status;
  if (!options.make_uid) options.make_uid = random_uid;
  return std::unique_ptr<Store>(std::make_unique<SqliteStore>(std::move(db), std::move(options)));
}

}  // namespace byoc
