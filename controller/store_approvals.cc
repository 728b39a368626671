#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "controller/store_tables.h"

namespace byoc {
namespace {

std::string encode(const std::vector<ObjectKey>& keys) {
  Json list = Json::array();
  for (const ObjectKey& key : keys) list.push_back({key.kind, key.ns, key.name});
  return list.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<std::vector<ObjectKey>> decode(const std::string& text) {
  try {
    std::vector<ObjectKey> keys;
    for (const Json& item : Json::parse(text)) {
      keys.push_back({item.at(0).get<std::string>(), item.at(1).get<std::string>(),
                      item.at(2).get<std::string>()});
    }
    return keys;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

}  // namespace

Approval approval_for(const std::vector<Object>& objects, Time now) {
  std::vector<std::pair<ObjectKey, std::string>> members;
  for (const Object& object : objects) members.emplace_back(object.key(), object.metadata.uid);
  std::sort(members.begin(), members.end());
  Approval approval;
  approval.asked = now;
  std::string all;
  for (const auto& [key, uid] : members) {
    approval.objects.push_back(key);
    all += uid + "\n";
  }
  approval.id = sha256_hex(encode(approval.objects) + "\n" + all);
  return approval;
}

Result<std::optional<Approval>> get_approval(Database& db) {
  std::optional<Approval> approval;
  bool damaged = false;
  const Status status =
      db.run("SELECT id, objects, asked, granted FROM approvals", {}, [&](const RowView& row) {
        std::optional<std::vector<ObjectKey>> keys = decode(row.text(1));
        damaged = damaged || !keys;
        if (!keys) return;
        approval = Approval{row.text(0), *std::move(keys), row.time(2), std::nullopt};
        if (row.integer(3) != 0) approval->granted = row.time(3);
      });
  if (!status.ok()) return status;
  // The daemon asks again when there is none, so a damaged question needs no repair.
  if (damaged) return std::optional<Approval>();
  return approval;
}

Status ask_approval(Database& db, const std::optional<Approval>& question) {
  if (!question) return db.transaction([&] { return db.run("DELETE FROM approvals"); });
  const std::string objects = encode(question->objects);
  return db.transaction([&] {
    Status status = db.run("DELETE FROM approvals WHERE id <> ?", {question->id});
    if (!status.ok()) return status;
    return db.run(
        "INSERT INTO approvals (id, objects, asked, granted) VALUES (?, ?, ?, 0) "
        "ON CONFLICT (id) DO UPDATE SET objects = excluded.objects",
        {question->id, objects, sql_time(question->asked)});
  });
}

Status grant_approval(Database& db, const std::string& id, Time now) {
  bool found = false;
  const Status status = db.transaction([&] {
    return db.run("UPDATE approvals SET granted = ? WHERE id = ? RETURNING id", {sql_time(now), id},
                  [&found](const RowView&) { found = true; });
  });
  if (!status.ok() || found) return status;
  return error(Code::conflict,
               "the deletions that wait for approval have changed meanwhile; look at them again");
}

}  // namespace byoc
