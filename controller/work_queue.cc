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

std::optional<WorkQueue::Due> WorkQueue::take(Time now, const Yields& yields) {
  auto place = order_.begin();
  while (place != order_.end() && place->at <= now && yields(place->key)) ++place;
  if (place == order_.end() || place->at > now) return std::nullopt;
  Due due = std::move(order_.extract(place).value());
  times_.erase(due.key);
  held_.insert(due.key);
  return due;
}

void WorkQueue::release(const ObjectKey& key) {
  if (held_.erase(key) == 0) return;
  const auto queued = times_.find(key);
  if (queued != times_.end()) order_.insert({queued->second, key});
}

std::optional<Time> WorkQueue::next(const Yields& yields) const {
  const auto place = std::find_if(order_.begin(), order_.end(),
                                  [&yields](const Due& due) { return !yields(due.key); });
  if (place == order_.end()) return std::nullopt;
  return place->at;
}

std::optional<Time> WorkQueue::oldest() const {
  return next([](const ObjectKey&) { return false; });
}

std::size_t WorkQueue::due_by(Time now) const {
  const auto later =
      std::find_if(order_.begin(), order_.end(), [now](const Due& due) { return due.at > now; });
  return static_cast<std::size_t>(std::distance(order_.begin(), later));
}

}  // namespace byoc
