// How much goes at once: objects that no file names any more, and those that went shortly before.
#pragma once

#include <string>
#include <vector>

#include "controller/source.h"

namespace byoc {

struct DeletionWeight {
  std::vector<RecentDeletion> recent;  // within the window, without those that go now
  std::size_t objects = 0;             // that go now
  std::size_t resources = 0;           // that those hold
  std::size_t resources_before = 0;    // that the recent ones held

  // Whether that is everyday work. `all`: the objects from files, those that go now included.
  [[nodiscard]] bool fits(std::size_t all, const SourceOptions& options) const;
  // What would go, and what to do, for people.
  [[nodiscard]] std::string text(std::size_t all) const;
};

[[nodiscard]] DeletionWeight weigh(const std::vector<Object>& going,
                                   const std::vector<RecentDeletion>& before, Time now,
                                   const SourceOptions& options);

// The resources in AWS that an object holds, as its last pass saw them.
[[nodiscard]] std::size_t resources_of(const Object& object);

// The recent deletions when these go, too.
[[nodiscard]] std::vector<RecentDeletion> with_deletions(const std::vector<Object>& going,
                                                         std::vector<RecentDeletion> recent,
                                                         Time now);

}  // namespace byoc
