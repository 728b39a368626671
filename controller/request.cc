#include "controller/request.h"

#include <functional>

#include "reconcilers/reference.h"

namespace byoc {
namespace {

Result<Object> change_annotations(ObjectStore& store, const ObjectKey& key, Time now,
                                  const std::function<void(Object&)>& change) {
  for (int attempt = 1;; ++attempt) {
    Result<Object> object = store.get(key);
    if (!object.ok()) return object;
    change(object.value());
    Result<Object> stored = store.put(std::move(object).value(), now);
    const bool lost = !stored.ok() && stored.status().code == Code::conflict;
    if (!lost || attempt == kWriteAttemptsMax) return stored;
  }
}

const std::string* annotation_of(const Object& object, std::string_view name) {
  const auto found = object.metadata.annotations.find(std::string(name));
  return found == object.metadata.annotations.end() ? nullptr : &found->second;
}

}  // namespace

Result<Object> request_pause(ObjectStore& store, const ObjectKey& key, bool paused, Time now) {
  return change_annotations(store, key, now, [&](Object& object) {
    const std::string name(kPausedAnnotation);
    if (paused) {
      object.metadata.annotations[name] = "true";
    } else {
      object.metadata.annotations.erase(name);
    }
  });
}

bool is_paused(const Object& object) {
  const std::string* said = annotation_of(object, kPausedAnnotation);
  if (said != nullptr && *said != "false") return true;
  const auto paused = object.spec.find("paused");
  return paused != object.spec.end() && paused->is_boolean() && paused->get<bool>();
}

Result<Object> request_look(ObjectStore& store, const ObjectKey& key, Time now) {
  // The version makes each request another one.
  return change_annotations(store, key, now, [now](Object& object) {
    object.metadata.annotations[std::string(kReconcileAnnotation)] =
        format_time(now) + "/" + object.metadata.resource_version;
  });
}

bool look_requested(const Object& object) {
  const std::string* asked = annotation_of(object, kReconcileAnnotation);
  return asked != nullptr && text_member(object.status, kHandledRequest) != *asked;
}

void answer_look(Object& object, const Object& seen) {
  const std::string* asked = annotation_of(seen, kReconcileAnnotation);
  if (asked != nullptr) {
    object.status[kHandledRequest] = *asked;
  } else {
    object.status.erase(kHandledRequest);
  }
}

}  // namespace byoc
