#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "controller/store_tables.h"

namespace byoc {
namespace {

// In the order of Intent::State; the table's CHECK allows these alone.
constexpr std::array<std::string_view, 3> kStates = {"open", "made", "removing"};

std::string_view state_name(Intent::State state) {
  const auto index = static_cast<std::size_t>(state);
  check(index < kStates.size(), "an intent has a known state");
  return kStates[index];
}

// Nothing when the row is damaged: an unknown state, or JSON that does not parse.
std::optional<Intent> read_intent(const RowView& row) {
  const auto state = std::find(kStates.begin(), kStates.end(), row.text(6));
  Intent intent;
  intent.made = Json::parse(row.text(11), nullptr, false);
  if (state == kStates.end() || intent.made.is_discarded()) return std::nullopt;
  intent.owner_uid = row.text(0);
  intent.key = row.text(1);
  intent.type = row.text(2);
  intent.token = row.text(3);
  intent.params_hash = row.text(4);
  intent.id = row.text(5);
  intent.state = static_cast<Intent::State>(state - kStates.begin());
  intent.created = row.time(7);
  intent.sent = row.time(8);
  intent.empty_reads = static_cast<int>(row.integer(9));
  intent.first_empty = row.time(10);
  return intent;
}

}  // namespace

Result<std::vector<Intent>> list_intents(Database& db, const std::string& owner_uid) {
  std::vector<Intent> intents;
  bool damaged = false;
  const Status status = db.run(
      "SELECT owner_uid, key, type, token, params_hash, id, state, created, sent, "
      "empty_reads, first_empty, made FROM intents WHERE owner_uid = ? ORDER BY key",
      {owner_uid}, [&](const RowView& row) {
        std::optional<Intent> intent = read_intent(row);
        damaged = damaged || !intent;
        if (intent) intents.push_back(*std::move(intent));
      });
  if (!status.ok()) return status;
  if (!damaged) return intents;
  return error(Code::unavailable, "the store " + db.path() +
                                      " holds a damaged intent; move it away and run `byocctl "
                                      "rebuild`, which restores ownership from tags");
}

Status put_intent(Database& db, const Intent& intent) {
  const std::string made = intent.made.dump(-1, ' ', false, Json::error_handler_t::replace);
  return db.transaction([&] {
    return db.run(
        "INSERT OR REPLACE INTO intents (owner_uid, key, type, token, params_hash, id, state, "
        "created, sent, empty_reads, first_empty, made) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {intent.owner_uid, intent.key, intent.type, intent.token, intent.params_hash, intent.id,
         state_name(intent.state), sql_time(intent.created), sql_time(intent.sent),
         std::int64_t{intent.empty_reads}, sql_time(intent.first_empty), made});
  });
}

Status drop_intent(Database& db, const std::string& owner_uid, const std::string& key) {
  return db.transaction([&] {
    return db.run("DELETE FROM intents WHERE owner_uid = ? AND key = ?", {owner_uid, key});
  });
}

}  // namespace byoc
