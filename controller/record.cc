#include "controller/record.h"

#include <utility>

namespace byoc {
namespace {}  // namespace

Status keep_in_status(ObjectStore& store, Object& object, Time now,
                      const std::function<void(Object&)>& change) {
  Object next = object;
  change(next);
  for (int attempt = 1;; ++attempt) {
    Result<Object> stored = store.put_status(std::move(next), now);
    if (stored.ok()) {
      if (attempt == 1) object = std::move(stored).value();
      // Otherwise the object stays the one that was read, so that what changed meanwhile is
      // noticed.
      else
        change(object);
      return {};
    }
    if (stored.status().code != Code::conflict || attempt == kWriteAttemptsMax) {
      return stored.status();
    }
    Result<Object> current = store.get(object.key());
    if (!current.ok()) return current.status();
    if (current.value().metadata.uid != object.metadata.uid) return stored.status();
    next = std::move(current).value();
    change(next);
  }
}

Result<Object> create_with_status(Store& store, const Object& object, Time now) {
  Result<Object> stored = object;
  const Status status = store.batch([&]() -> Status {
    stored = store.put(object, now);
    if (!stored.ok()) return stored.status();
    Object whole = std::move(stored).value();
    whole.status = object.status;
    stored = store.put_status(std::move(whole), now);
    return stored.ok() ? Status{} : stored.status();
  });
  return status.ok() ? stored : Result<Object>(status);
}

}  // namespace byoc
