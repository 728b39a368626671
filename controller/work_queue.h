// Which object is to be looked at, and when: each stands once, and none is looked at twice at a
// time.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <utility>

#include "base/time.h"
#include "manifests/object.h"

namespace byoc {

class WorkQueue {
 public:
  struct Due {
    Time at;
    ObjectKey key;
    auto operator<=>(const Due&) const = default;
  };

  // The earlier of two times wins. What is being looked at waits for its end.
  void add(const ObjectKey& key, Time at);

  // Tells who has to let others go first.
  using Yields = std::function<bool(const ObjectKey&)>;

  // The object that has been due for longest, if any is by `now`: it is held until `release`.
  [[nodiscard]] std::optional<Due> take(Time now, const Yields& yields);
  void release(const ObjectKey& key);

  // When the next one is due of those that are not held and do not yield.
  [[nodiscard]] std::optional<Time> next(const Yields& yields) const;
  // The same of all that are not held.
  [[nodiscard]] std::optional<Time> oldest() const;
  [[nodiscard]] std::size_t due_by(Time now) const;

  // Nothing is queued; something may still be held.
  [[nodiscard]] bool empty() const { return times_.empty(); }

 private:
  std::map<ObjectKey, Time, std::less<>> times_;
  std::set<ObjectKey> held_;
  std::set<Due> order_;  // what times_ holds, without what is held
};

}  // namespace byoc
