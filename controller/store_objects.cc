#include <utility>

#include "controller/damaged.h"
#include "controller/deletion.h"
#include "controller/store_tables.h"
#include "manifests/protection.h"

namespace byoc {
Result<Object> decode_object(const Database& db, const std::string& body) {
  const Json json = Json::parse(body, nullptr, false);
  Result<Object> object = json.is_discarded() ? error(Code::invalid, "its JSON does not parse")
                                              : object_from_json(json);
  if (object.ok()) return object;
  return error(Code::unavailable,
               "the store " + db.path() + " holds a damaged object (" + object.status().message +
                   "); move it away and run `byocctl rebuild`, which restores ownership from tags");
}

Result<std::string> encode_object(const Object& object) {
  try {
    std::string body = to_json(object).dump();
    if (body.size() <= kObjectBytesMax) return body;
    return error(Code::invalid, to_string(object.key()) + " has " + std::to_string(body.size()) +
                                    " bytes; the limit is " + std::to_string(kObjectBytesMax));
  } catch (const Json::exception& e) {  // text that is not UTF-8
    return error(Code::invalid, to_string(object.key()) + " cannot be stored: " + e.what());
  }
}

namespace {

Result<std::optional<Object>> find_stored(Database& db, const ObjectKey& key) {
  std::optional<std::string> body;
  const Status status =
      db.run("SELECT body FROM objects WHERE kind = ? AND ns = ? AND name = ?",
             {key.kind, key.ns, key.name}, [&body](const RowView& row) { body = row.text(0); });
  if (!status.ok()) return status;
  if (!body) return std::optional<Object>();
  Result<Object> object = decode_object(db, *body);
  if (!object.ok()) return object.status();
  return std::optional<Object>(std::move(object).value());
}

Status write(Database& db, Object& object) {
  const Result<std::int64_t> version = next_version(db);
  if (!version.ok()) return version.status();
  object.metadata.resource_version = std::to_string(version.value());
  const Result<std::string> body = encode_object(object);
  if (!body.ok()) return body.status();
  return db.run(
      "INSERT INTO objects (kind, ns, name, uid, body, version, created) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6) ON CONFLICT (kind, ns, name) "
      "DO UPDATE SET body = excluded.body, version = excluded.version",
      {object.kind, object.metadata.ns, object.metadata.name, object.metadata.uid, body.value(),
       version.value()});
}

// The uid tells whose resources are whose in the cloud: two objects must never share one.
Status check_uid_is_free(Database& db, const Object& object) {
  std::optional<ObjectKey> holder;
  const Status status = db.run("SELECT kind, ns, name FROM objects WHERE uid = ?",
                               {object.metadata.uid}, [&holder](const RowView& row) {
                                 holder = ObjectKey{row.text(0), row.text(1), row.text(2)};
                               });
  if (!status.ok() || !holder) return status;
  return error(Code::already_exists, "uid " + object.metadata.uid + " belongs to " +
                                         to_string(*holder) + "; " + to_string(object.key()) +
                                         " cannot have it too");
}

Status create(Database& db, Object& object, Time now,
              const std::function<std::string()>& make_uid) {
  if (object.metadata.uid.empty()) object.metadata.uid = make_uid();
  const Status status = check_uid_is_free(db, object);
  if (!status.ok()) return status;
  if (!object.metadata.created) object.metadata.created = now;
  object.metadata.generation = 1;
  object.status = Json::object();
  return write(db, object);
}

// Whether `object` was read from what is stored, and nothing came between.
Status check_same(const Object& object, const Object& stored) {
  const std::string name = to_string(object.key());
  const std::string& version = object.metadata.resource_version;
  if (version != stored.metadata.resource_version) {
    return error(Code::conflict, name + " has changed meanwhile (version " +
                                     stored.metadata.resource_version + ", not " +
                                     (version.empty() ? "none" : version) + "); read it again");
  }
  if (object.metadata.uid.empty() || object.metadata.uid == stored.metadata.uid) return {};
  return error(Code::conflict, name + " was deleted and created again");
}

Status gone(const ObjectKey& key) {
  return error(Code::conflict, to_string(key) + " does not exist any more");
}

Status replace(Database& db, Object& object, const Object& stored) {
  Metadata& metadata = object.metadata;
  metadata.uid = stored.metadata.uid;
  object.status = stored.status;
  metadata.created = stored.metadata.created;
  if (stored.metadata.deleted) metadata.deleted = stored.metadata.deleted;
  // The last place that every deletion passes: whoever asks, between a check and this write another
  // one may have protected the object.
  if (metadata.deleted && !stored.metadata.deleted && is_protected(object)) {
    return error(Code::denied, protection_text(object.key()));
  }
  metadata.generation = stored.metadata.generation + (object.spec == stored.spec ? 0 : 1);
  if (to_json(object) == to_json(stored)) return {};
  return write(db, object);
}

Status create_or_replace(Database& db, Object& object, Time now,
                         const std::function<std::string()>& make_uid) {
  const Result<std::optional<Object>> found = find_stored(db, object.key());
  if (!found.ok()) return found.status();
  const std::optional<Object>& stored = found.value();
  if (object.metadata.resource_version.empty()) {
    return stored ? error(Code::already_exists, to_string(object.key()) + " exists already")
                  : create(db, object, now, make_uid);
  }
  if (!stored) return gone(object.key());
  const Status same = check_same(object, *stored);
  return same.ok() ? replace(db, object, *stored) : same;
}

Status replace_status(Database& db, Object& object) {
  Result<std::optional<Object>> found = find_stored(db, object.key());
  if (!found.ok()) return found.status();
  if (!found.value()) return gone(object.key());
  Object stored = *std::move(found).value();
  const Status same = check_same(object, stored);
  if (!same.ok()) return same;
  const bool changed = object.status != stored.status;
  stored.status = std::move(object.status);
  object = std::move(stored);
  return changed ? write(db, object) : Status{};
}

Status bury(Database& db, const Object& object, Time now) {
  const Metadata& metadata = object.metadata;
  const auto sweep = metadata.annotations.find(std::string(kSweepAnnotation));
  const bool swept = sweep != metadata.annotations.end() && sweep->second == "delete";
  // What an object that only looked leaves is not its own: no sweep may take it for left behind.
  const auto policy = object.spec.find("managementPolicy");
  const bool observed = policy != object.spec.end() && *policy == "Observe";
  Status status;
  if (!observed) {
    status = db.run(
        "INSERT INTO tombstones (kind, ns, name, uid, deleted, sweep) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET deleted = excluded.deleted, sweep = max(sweep, excluded.sweep)",
        {object.kind, metadata.ns, metadata.name, metadata.uid, sql_time(now), swept ? 1 : 0});
  }
  if (status.ok()) status = db.run("DELETE FROM intents WHERE owner_uid = ?", {metadata.uid});
  if (status.ok()) {
    status = db.run("DELETE FROM events WHERE kind = ? AND ns = ? AND name = ?",
                    {object.kind, metadata.ns, metadata.name});
  }
  if (status.ok()) status = note_deletion(db, object);
  if (!status.ok()) return status;
  return db.run("DELETE FROM objects WHERE kind = ? AND ns = ? AND name = ?",
                {object.kind, metadata.ns, metadata.name});
}

// The record leaves its old name for those who watch, and nothing of it is buried.
Status move_record(Database& db, const Object& stored, Object& object) {
  const ObjectKey from = stored.key();
  const Metadata& to = object.metadata;
  Status status = db.run(
      "UPDATE OR IGNORE events SET ns = ?4, name = ?5 WHERE kind = ?1 AND ns = ?2 AND name = ?3",
      {from.kind, from.ns, from.name, to.ns, to.name});
  if (status.ok()) {
    status = db.run("DELETE FROM events WHERE kind = ? AND ns = ? AND name = ?",
                    {from.kind, from.ns, from.name});
  }
  if (status.ok()) status = note_deletion(db, stored);
  if (status.ok()) {
    status = db.run("DELETE FROM objects WHERE kind = ? AND ns = ? AND name = ?",
                    {from.kind, from.ns, from.name});
  }
  return status.ok() ? write(db, object) : status;
}

Status rename_stored(Database& db, const ObjectKey& from, Object& object) {
  const Result<std::optional<Object>> found = find_stored(db, from);
  if (!found.ok()) return found.status();
  const Result<std::optional<Object>> other = find_stored(db, object.key());
  if (!other.ok()) return other.status();
  if (other.value()) {
    return error(Code::already_exists, to_string(object.key()) + " exists already");
  }
  Metadata& metadata = object.metadata;
  const bool same = found.value() && from.kind == object.kind && !found.value()->deleting() &&
                    found.value()->metadata.uid == metadata.uid &&
                    found.value()->metadata.resource_version == metadata.resource_version;
  if (!same) return error(Code::conflict, to_string(from) + " has changed meanwhile");
  const Object& stored = *found.value();
  metadata.created = stored.metadata.created;
  metadata.generation = stored.metadata.generation + (object.spec == stored.spec ? 0 : 1);
  object.status = stored.status;
  return move_record(db, stored, object);
}

}  // namespace

Result<Object> get_object(Database& db, const ObjectKey& key) {
  Result<std::optional<Object>> found = find_stored(db, key);
  if (!found.ok()) return found.status();
  if (found.value()) return *std::move(found).value();
  return error(Code::not_found, to_string(key) + " does not exist");
}

Result<std::vector<Object>> list_objects(Database& db, const std::string& kind) {
  std::vector<Object> objects;
  const Status status = db.run(
      "SELECT body, kind, ns, name, uid FROM objects WHERE ?1 = '' OR kind = ?1 "
      "ORDER BY kind, ns, name",
      {kind}, [&](const RowView& row) {
        Result<Object> object = decode_object(db, row.text(0));
        objects.push_back(object.ok() ? std::move(object).value()
                                      : damaged_record({row.text(1), row.text(2), row.text(3)},
                                                       row.text(4), object.status().message));
      });
  if (!status.ok()) return status;
  return objects;
}

Result<Object> put_object(Database& db, Object object, Time now,
                          const std::function<std::string()>& make_uid) {
  const Status status =
      db.transaction([&] { return create_or_replace(db, object, now, make_uid); });
  if (!status.ok()) return status;
  return object_from_json(to_json(object));  // the answer is what a later get will say
}

Result<Object> put_object_status(Database& db, Object object) {
  const Status status = db.transaction([&] { return replace_status(db, object); });
  if (!status.ok()) return status;
  return object_from_json(to_json(object));
}

Result<Object> rename_object(Database& db, const ObjectKey& from, Object object) {
  const Status status = db.transaction([&] { return rename_stored(db, from, object); });
  if (!status.ok()) return status;
  return object_from_json(to_json(object));
}

Status remove_object(Database& db, const ObjectKey& key, Time now) {
  return db.transaction([&]() -> Status {
    const Result<std::optional<Object>> found = find_stored(db, key);
    if (!found.ok()) return found.status();
    if (!found.value()) return {};
    if (found.value()->metadata.finalizers.empty()) return bury(db, *found.value(), now);
    return error(Code::invalid, to_string(key) + " still has the finalizer " +
                                    found.value()->metadata.finalizers.front());
  });
}

Result<std::vector<Tombstone>> list_tombstones(Database& db) {
  std::vector<Tombstone> tombstones;
  const Status status = db.run(
      "SELECT kind, ns, name, uid, deleted, sweep FROM tombstones "
      "ORDER BY kind, ns, name, deleted, uid",
      {}, [&tombstones](const RowView& row) {
        tombstones.push_back({{row.text(0), row.text(1), row.text(2)},
                              row.text(3),
                              row.time(4),
                              row.integer(5) != 0});
      });
  if (!status.ok()) return status;
  return tombstones;
}

}  // namespace byoc
