// What byocd remembers of the watched directory over its restarts: which one it was, and what it
// has deleted of late.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/store.h"

namespace byoc {

// Which directory this is. In a checkout of Git the repository and the place in it, so that another
// commit, or a clone somewhere else, is the same one; otherwise the path as it was given.
struct RootIdentity {
  std::string path;
  std::string repository;  // its URL, without credentials, or where it lies; "" in no checkout
  std::string below;       // the path from the top of the checkout

  [[nodiscard]] bool same_as(const RootIdentity& other) const;
};
[[nodiscard]] RootIdentity identify_root(const std::string& path);
// "/srv/manifests", or "team-a of https://git.example.org/infrastructure".
[[nodiscard]] std::string to_string(const RootIdentity& root);

struct RecentDeletion {
  Time at;
  std::string uid;
  std::size_t resources = 0;
};

struct SourceMemory {
  std::optional<RootIdentity> root;       // nothing: no directory was ever followed
  std::vector<RecentDeletion> deletions;  // that no person approved, of the last hour
};

// Nothing is remembered when what was written cannot be read.
[[nodiscard]] Result<SourceMemory> read_source_memory(Store& store);
[[nodiscard]] Status write_source_memory(Store& store, const SourceMemory& memory);

}  // namespace byoc
