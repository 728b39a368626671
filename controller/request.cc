#include "controller/request.h"

#include <functional>

namespace byoc {
namespace {

constexpr const char* kPaused = "paused";
constexpr const char* kLook = "lookRequested";
constexpr int kAttemptsMax = 10;  // the loop writes the status, too

Result<Object> change_status(Store& store, const ObjectKey& key, Time now,
                             const std::function<void(Object&)>& change) {
  for (int attempt = 1;; ++attempt) {
    Result<Object> object = store.get(key);
    if (!object.ok()) return object;
    change(object.value());
    Result<Object> stored = store.put(std::move(object).value(), now);
    const bool lost = !stored.ok() && stored.status().code == Code::conflict;
    if (!lost || attempt == kAttemptsMax) return stored;
  }
}

}  // namespace

Result<Object> request_pause(Store& store, const ObjectKey& key, bool paused, Time now) {
  return change_status(store, key, now, [&](Object& object) {
    if (paused) {
      object.status[kPaused] = true;
    } else {
      object.status.erase(kPaused);
    }
  });
}

bool is_paused(const Object& object) {
  const auto says = [](const Json& part) {
    const auto paused = part.find(kPaused);
    return paused != part.end() && paused->is_boolean() && paused->get<bool>();
  };
  return says(object.spec) || says(object.status);
}

Result<Object> request_look(Store& store, const ObjectKey& key, Time now) {
  // The version makes each request another one.
  return change_status(store, key, now, [](Object& object) {
    object.status[kLook] = object.metadata.resource_version;
  });
}

bool look_requested(const Object& object) {
  return object.status.contains(kLook);
}

void answer_look(Object& object, const Object& seen) {
  const auto asked = object.status.find(kLook);
  if (asked == object.status.end()) return;
  if (seen.status.contains(kLook) && seen.status.at(kLook) == *asked) object.status.erase(asked);
}

}  // namespace byoc
