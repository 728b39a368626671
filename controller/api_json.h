// What goes through the door as JSON, both ways: in Kubernetes' shapes where it has a word for it.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/status.h"
#include "controller/store.h"
#include "manifests/diagnostic.h"

namespace byoc {

// "clusters" for "Cluster", and back; empty when no kind is called so.
[[nodiscard]] std::string plural_of(const std::string& kind);
[[nodiscard]] std::string kind_of_plural(const std::string& plural);

// Kubernetes' Status object. `http` is the code that goes with it.
struct Refusal {
  int http = 500;
  Json body;
};
[[nodiscard]] Refusal refusal_of(const Status& status, const ObjectKey& about = {});
// 422 with every error as a cause.
[[nodiscard]] Refusal refusal_of(const Diagnostics& findings, const ObjectKey& about);
// 400, 405, 410, ...: what has no Code of its own.
[[nodiscard]] Refusal refusal_of(int http, const std::string& reason, const std::string& message);
[[nodiscard]] Status status_from_json(int http, const Json& body);

[[nodiscard]] Json to_json(const Event& event);
[[nodiscard]] Result<Event> event_from_json(const Json& json);

// What Kubernetes has no word for.
[[nodiscard]] Json to_json(const News& news);
[[nodiscard]] Result<News> news_from_json(const Json& json);
[[nodiscard]] Json to_json(const Tombstone& tombstone);
[[nodiscard]] Result<Tombstone> tombstone_from_json(const Json& json);
[[nodiscard]] Json to_json(const Intent& intent);
[[nodiscard]] Result<Intent> intent_from_json(const Json& json);
[[nodiscard]] Json to_json(const Approval& question);
[[nodiscard]] Result<Approval> approval_from_json(const Json& json);
[[nodiscard]] Json to_json(const JournalEntry& entry);
[[nodiscard]] Result<JournalEntry> journal_entry_from_json(const Json& json);

// "ADDED", "MODIFIED", "DELETED".
[[nodiscard]] std::string news_name(ObjectNews::Type type);

template <class T>
[[nodiscard]] Json list_json(const std::vector<T>& list) {
  Json out = Json::array();
  for (const T& item : list) out.push_back(to_json(item));
  return out;
}

template <class T>
[[nodiscard]] Result<std::vector<T>> list_from_json(const Json& json,
                                                    Result<T> (*read)(const Json&)) {
  std::vector<T> out;
  for (const Json& item : json) {
    Result<T> value = read(item);
    if (!value.ok()) return value.status();
    out.push_back(std::move(value).value());
  }
  return out;
}

}  // namespace byoc
