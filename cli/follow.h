// Follow: shows what a running byocd does with some objects, as Work shows what it does itself.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/tree_view.h"
#include "cli/work.h"
#include "controller/store_parts.h"

namespace byoc {

class Follow {
 public:
  // Both outlive it.
  Follow(ObjectStore& store, Records& records) : store_(store), records_(records) {}
  // What follows is told from now on: before byocd is asked for anything.
  [[nodiscard]] Status begin() { return take_news(Duration{0}); }

  // Until every object has reached the goal, a person must act, or `timeout` is over; the exit
  // codes are Work's. An interrupt detaches: byocd goes on.
  int run(const std::vector<ObjectKey>& keys, Work::Goal goal, Duration timeout);

  // Resources that deletion left on purpose, as Work tells them.
  [[nodiscard]] const std::map<std::string, std::string>& kept() const { return kept_; }

 private:
  [[nodiscard]] Status take_news(Duration patience);
  [[nodiscard]] Status take_journal();
  void take(const JournalEntry& entry);
  void take(const Object& object);
  void settle(const Object& object);
  [[nodiscard]] bool reached(const ObjectKey& key, Work::Goal goal) const;
  [[nodiscard]] bool stuck(const std::vector<ObjectKey>& keys, Work::Goal goal) const;
  int verdict(const std::vector<ObjectKey>& keys, Work::Goal goal, bool late) const;

  ObjectStore& store_;
  Records& records_;
  TreeView view_;
  std::map<ObjectKey, Object> objects_;  // as byocd stored them last; gone ones are not here
  std::string cursor_;
  std::int64_t journal_ = 0;                 // the last entry that was seen
  std::map<std::string, std::string> kept_;  // "Cluster/demo bucket" -> id
};

// What a status says of byocd's work, when all that was asked of it is answered.
enum class Progressing { ready, working, waiting, stalled };
[[nodiscard]] Progressing progress_of(const Object& object);

}  // namespace byoc
