// PackedManifests: manifests as they are kept between two readings of a directory.
#pragma once

#include <cstdint>
#include <vector>

#include "manifests/load.h"

namespace byoc {

// Kept as CBOR (RFC 8949), a sixth of what they take as values: a daemon remembers the files of a
// thousand objects, and needs them when one of them changes.
class PackedManifests {
 public:
  PackedManifests() = default;
  // Of files: whose objects are what their documents say.
  explicit PackedManifests(const std::vector<Manifest>& manifests);

  [[nodiscard]] std::vector<Manifest> unpack() const;

 private:
  std::vector<std::uint8_t> bytes_;
};

}  // namespace byoc
