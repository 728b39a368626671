#include "controller/request.h"

#include <functional>

namespace byoc {
namespace {

constexpr const char* kPausedMember = "paused";
constexpr const char* kLookRequested = "lookRequested";
constexpr int kStatusAttemptsMax = 10;  // the loop writes the status, too

Result<Object> change_status(Store& store, const ObjectKey& key, Time now,
                             const std::function<void(Object&)>& change) {
  for (int attempt = 1;; ++attempt) {
    Result<Object> object = store.get(key);
    if (!object.ok()) return object;
    change(object.value());
    Result<Object> stored = store.put(std::move(object).value(), now);
    const bool lost = !stored.ok() && stored.status().code == Code::conflict;
    if (!lost || attempt == kStatusAttemptsMax) return stored;
  }
}

}  // namespace

Result<Object> request_pause(Store& store, const ObjectKey& key, bool paused, Time now) {
  return change_status(store, key, now, [&](Object& object) {
    if (paused) {
      object.status[kPausedMember] = true;
    } else {
      object.status.erase(kPausedMember);
    }
  });
}

bool is_paused(const Object& object) {
  const auto says = [](const Json& part) {
    const auto paused = part.find(kPausedMember);
    return paused != part.end() && paused->is_boolean() && paused->get<bool>();
  };
  return says(object.spec) || says(object.status);
}

Result<Object> request_look(Store& store, const ObjectKey& key, Time now) {
  // The version makes each request another one.
  return change_status(store, key, now, [](Object& object) {
    object.status[kLookRequested] = object.metadata.resource_version;
  });
}

bool look_requested(const Object& object) {
  return object.status.contains(kLookRequested);
}

void answer_look(Object& object, const Object& seen) {
  const auto asked = object.status.find(kLookRequested);
  if (asked == object.status.end()) return;
  if (seen.status.contains(kLookRequested) && seen.status.at(kLookRequested) == *asked)
    object.status.erase(asked);
}

}  // namespace byoc
