#include "controller/work_queue.h"

#include <algorithm>
#include <iterator>

namespace byoc {

void WorkQueue::add(const ObjectKey& key, Time at) {
  const auto [place, fresh] = times_.emplace(key, at);
  if (!fresh) {
    if (place->second <= at) return;
    order_.erase({place->second, key});
    place->second = at;
  }
  if (!held_.contains(key)) order_.insert({at, key});
}

std::optional<WorkQueue::Due> WorkQueue::take(Time now) {
  if (order_.empty() || order_.begin()->at > now) return std::nullopt;
  Due due = std::move(order_.extract(order_.begin()).value());
  times_.erase(due.key);
  held_.insert(due.key);
  return due;
}

void WorkQueue::release(const ObjectKey& key) {
  if (held_.erase(key) == 0) return;
  const auto queued = times_.find(key);
  if (queued != times_.end()) order_.insert({queued->second, key});
}

std::optional<Time> WorkQueue::next() const {
  if (order_.empty()) return std::nullopt;
  return order_.begin()->at;
}

std::size_t WorkQueue::due_by(Time now) const {
  const auto later =
      std::find_if(order_.begin(), order_.end(), [now](const Due& due) { return due.at > now; });
  return static_cast<std::size_t>(std::distance(order_.begin(), later));
}

}  // namespace byoc
