// The store's methods, one group of tables per file; controller/store.h says what they do.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "controller/store.h"
#include "controller/store_sqlite.h"

namespace byoc {

[[nodiscard]] Result<Object> get_object(Database& db, const ObjectKey& key);
[[nodiscard]] Result<std::vector<Object>> list_objects(Database& db, const std::string& kind);
[[nodiscard]] Result<Object> put_object(Database& db, Object object, Time now,
                                        const std::function<std::string()>& make_uid);
[[nodiscard]] Result<Object> put_object_status(Database& db, Object object);
[[nodiscard]] Result<Object> rename_object(Database& db, const ObjectKey& from, Object object);
[[nodiscard]] Status remove_object(Database& db, const ObjectKey& key, Time now);
[[nodiscard]] Result<std::vector<Tombstone>> list_tombstones(Database& db);

[[nodiscard]] Result<std::optional<Approval>> get_approval(Database& db);
[[nodiscard]] Status ask_approval(Database& db, const std::optional<Approval>& question);
[[nodiscard]] Status grant_approval(Database& db, const std::string& id, Time now);

[[nodiscard]] Result<std::vector<Intent>> list_intents(Database& db, const std::string& owner_uid);
[[nodiscard]] Status put_intent(Database& db, const Intent& intent);
[[nodiscard]] Status drop_intent(Database& db, const std::string& owner_uid,
                                 const std::string& key);

// The next number in the one order of all changes; only inside of a transaction.
[[nodiscard]] Result<std::int64_t> next_version(Database& db);
[[nodiscard]] Result<Object> decode_object(const Database& db, const std::string& body);
[[nodiscard]] Result<std::string> encode_object(const Object& object);

// Remembers what is about to be deleted, for those who watch; only inside of a transaction.
[[nodiscard]] Status note_deletion(Database& db, Object object);
[[nodiscard]] Result<News> list_news(Database& db, const NewsQuery& query);
[[nodiscard]] Result<bool> get_paused(Database& db);
[[nodiscard]] Status set_paused(Database& db, bool paused);

[[nodiscard]] Result<std::string> get_note(Database& db, const std::string& name);
[[nodiscard]] Status set_note(Database& db, const std::string& name, const std::string& value);

[[nodiscard]] Status add_event(Database& db, const Event& event);
[[nodiscard]] Result<std::vector<Event>> list_events(Database& db,
                                                     const std::optional<ObjectKey>& object);
// A text of at most kEventMessageBytesMax bytes, cut at a whole UTF-8 character.
[[nodiscard]] std::string cut_message(const std::string& message);

[[nodiscard]] Status add_journal(Database& db, const JournalEntry& entry);
[[nodiscard]] Result<std::vector<JournalEntry>> list_journal(Database& db,
                                                             const JournalQuery& query);

// Those after `since` and up to `until`.
[[nodiscard]] Result<std::vector<Event>> list_events_between(Database& db, std::int64_t since,
                                                             std::int64_t until);

}  // namespace byoc
