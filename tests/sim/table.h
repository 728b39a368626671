// Table: things by id, with what an eventually consistent service shows of them.
//
// A row lives from add() to remove(). Within its windows a stale call (Sight::stale) sees it late:
// lists miss a new row until `listed_at` and show a removed one until `hidden_at`; calls that name
// its id do not know it until `known_at`; other services doubt it until `believed_at`; lists show
// an edited row as it was for a while. A call that is not stale sees the truth.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "base/time.h"

namespace byoc::sim {

inline constexpr Time kNever = Time::max();

// The eyes of one call.
struct Sight {
  Time now{};
  bool stale = false;
};

// When news about one change reaches whom.
struct Lag {
  Time known_at{};     // calls by id
  Time listed_at{};    // lists
  Time believed_at{};  // other services (IAM principals, policies)
};

template <class T>
class Table {
 public:
  struct Row {
    T value;
    Lag lag;
    Time removed_at = kNever;
    Time hidden_at = kNever;            // lists may show it until then
    std::shared_ptr<const T> before{};  // as it was before its last edit; null: never edited
    Time edit_seen_at{};

    [[nodiscard]] const T& shown(Sight s) const {
      return before != nullptr && s.stale && s.now < edit_seen_at ? *before : value;
    }
    [[nodiscard]] bool alive() const { return removed_at == kNever; }
    [[nodiscard]] bool known(Sight s) const {
      return alive() && (!s.stale || s.now >= lag.known_at);
    }
    [[nodiscard]] bool believed(Sight s) const {
      return alive() && (!s.stale || s.now >= lag.believed_at);
    }
    [[nodiscard]] bool listed(Sight s) const {
      if (alive()) return !s.stale || s.now >= lag.listed_at;
      return s.stale && s.now < hidden_at;
    }
  };
  using Rows = std::map<std::string, Row, std::less<>>;

  // Replaces a removed row of the same id. The id must not be alive.
  T& add(const std::string& id, T value, const Lag& lag) {
    check(row(id) == nullptr, "a new thing has a new id");
    return rows_.insert_or_assign(id, Row{std::move(value), lag}).first->second.value;
  }
  // Like find(id, sight), for a change made now: stale lists may show the old state until
  // `seen_at`.
  [[nodiscard]] T* edit(std::string_view id, Sight sight, Time seen_at) {
    Row* found = row(id);
    if (found == nullptr || !found->known(sight)) return nullptr;
    if (seen_at > sight.now) {
      if (found->edit_seen_at <= sight.now) found->before = std::make_shared<T>(found->value);
      found->edit_seen_at = seen_at;
    }
    return &found->value;
  }
  // The truth: the living thing or null.
  [[nodiscard]] T* find(std::string_view id) {
    Row* found = row(id);
    return found == nullptr ? nullptr : &found->value;
  }
  [[nodiscard]] const T* find(std::string_view id) const {
    return const_cast<Table*>(this)->find(id);
  }
  // What a call that names the id meets: null while the id has not propagated.
  [[nodiscard]] T* find(std::string_view id, Sight sight) {
    Row* found = row(id);
    return found == nullptr || !found->known(sight) ? nullptr : &found->value;
  }
  // The living row with its windows, or null.
  [[nodiscard]] Row* row(std::string_view id) {
    const auto at = rows_.find(id);
    return at == rows_.end() || !at->second.alive() ? nullptr : &at->second;
  }
  // False when it is not alive. Keeps the row for stale lists until `hidden_at`.
  bool remove(std::string_view id, Time now, Time hidden_at) {
    const auto at = rows_.find(id);
    if (at == rows_.end() || !at->second.alive()) return false;
    at->second.removed_at = now;
    at->second.hidden_at = hidden_at;
    std::erase_if(rows_, [&](const auto& item) {
      return !item.second.alive() && item.second.hidden_at <= now;
    });
    return true;
  }
  // Calls fn(id, value) for every living thing; fn must not add or remove.
  template <class Fn>
  void each(Fn fn) {
    for (auto& [id, r] : rows_) {
      if (r.alive()) fn(id, r.value);
    }
  }
  template <class Fn>
  void each(Fn fn) const {
    for (const auto& [id, r] : rows_) {
      if (r.alive()) fn(id, r.value);
    }
  }
  // Calls fn(id, value) for everything that a list shows.
  template <class Fn>
  void each_listed(Sight sight, Fn fn) const {
    for (const auto& [id, r] : rows_) {
      if (r.listed(sight)) fn(id, r.shown(sight));
    }
  }
  // True when fn(value) holds for a living thing.
  template <class Fn>
  [[nodiscard]] bool any(Fn fn) const {
    for (const auto& [id, r] : rows_) {
      if (r.alive() && fn(r.value)) return true;
    }
    return false;
  }
  [[nodiscard]] std::size_t size() const {
    std::size_t count = 0;
    for (const auto& [id, r] : rows_) count += r.alive() ? 1 : 0;
    return count;
  }

 private:
  Rows rows_;
};

}  // namespace byoc::sim
