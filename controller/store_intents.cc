#include "controller/store_tables.h"

namespace byoc {
namespace {

Intent read_intent(const RowView& row) {
  Intent intent;
  intent.owner_uid = row.text(0);
  intent.key = row.text(1);
  intent.type = row.text(2);
  intent.token = row.text(3);
  intent.params_hash = row.text(4);
  intent.id = row.text(5);
  intent.state = row.text(6) == "made" ? Intent::State::made : Intent::State::open;
  intent.created = row.time(7);
  intent.sent = row.time(8);
  intent.empty_reads = static_cast<int>(row.integer(9));
  intent.first_empty = row.time(10);
  intent.made = Json::parse(row.text(11), nullptr, false);
  return intent;
}

}  // namespace

Result<std::vector<Intent>> list_intents(Database& db, const std::string& owner_uid) {
  std::vector<Intent> intents;
  const Status status = db.run(
      "SELECT owner_uid, key, type, token, params_hash, id, state, created, sent, "
      "empty_reads, first_empty, made FROM intents WHERE owner_uid = ? ORDER BY key",
      {owner_uid}, [&intents](const RowView& row) { intents.push_back(read_intent(row)); });
  if (!status.ok()) return status;
  for (const Intent& intent : intents) {
    if (!intent.made.is_discarded()) continue;
    return error(Code::unavailable, "the store " + db.path() + " holds a damaged intent (" +
                                        intent.key + "); move it away and run `byocctl rebuild`");
  }
  return intents;
}

Status put_intent(Database& db, const Intent& intent) {
  const std::string_view state = intent.state == Intent::State::made ? "made" : "open";
  const std::string made = intent.made.dump(-1, ' ', false, Json::error_handler_t::replace);
  return db.transaction([&] {
    return db.run(
        "INSERT OR REPLACE INTO intents (owner_uid, key, type, token, params_hash, id, state, "
        "created, sent, empty_reads, first_empty, made) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {intent.owner_uid, intent.key, intent.type, intent.token, intent.params_hash, intent.id,
         state, sql_time(intent.created), sql_time(intent.sent), std::int64_t{intent.empty_reads},
         sql_time(intent.first_empty), made});
  });
}

Status drop_intent(Database& db, const std::string& owner_uid, const std::string& key) {
  return db.transaction([&] {
    return db.run("DELETE FROM intents WHERE owner_uid = ? AND key = ?", {owner_uid, key});
  });
}

}  // namespace byoc
