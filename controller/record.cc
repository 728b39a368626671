#include "controller/record.h"

#include <utility>

namespace byoc {
namespace {

constexpr int kRecordAttemptsMax = 10;  // users and other passes write the object, too

}  // namespace

Status keep_in_status(Store& store, Object& object, Time now,
                      const std::function<void(Object&)>& change) {
  Object next = object;
  change(next);
  for (int attempt = 1;; ++attempt) {
    Result<Object> stored = store.put(std::move(next), now);
    if (stored.ok()) {
      if (attempt == 1) object = std::move(stored).value();
      // Otherwise the object stays the one that was read, so that what changed meanwhile is
      // noticed.
      else
        change(object);
      return {};
    }
    if (stored.status().code != Code::conflict || attempt == kRecordAttemptsMax) {
      return stored.status();
    }
    Result<Object> current = store.get(object.key());
    if (!current.ok()) return current.status();
    if (current.value().metadata.uid != object.metadata.uid) return stored.status();
    next = std::move(current).value();
    change(next);
  }
}

}  // namespace byoc
