// Zones: where the parts of an object stand. A zone is chosen once and kept with the object; what
// the region shows later is news for new things only (F5).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "manifests/object.h"
#include "reconcilers/build.h"
#include "reconcilers/snapshot.h"

namespace byoc {

// A zone of a Cluster, and which part of its network the zone's subnets have.
struct PlacedZone {
  std::string name;  // "us-west-2a"
  int part = 0;

  bool operator==(const PlacedZone&) const = default;
};

inline constexpr std::size_t kZonesMin = 2;  // of an EKS control plane
inline constexpr int kZonePartsMax = 8;      // private and public subnets share sixteen parts
inline constexpr int kSubnetBits = 4;        // sixteen parts of the network: /20 of a /16 (V26)
inline constexpr int kFirstPublicPart = 8;   // private parts first

// What DescribeAvailabilityZones answers: where new things may be put, and where not and why.
void read_zones(const Json& body, Facts& facts);

// The zones of a Cluster: those of its manifest, else those that were decided, else the first ones
// that new things may be put in. Says in `built` why they will not do.
[[nodiscard]] std::vector<PlacedZone> choose_zones(const Object& object, const Facts& facts,
                                                   Built& built);
[[nodiscard]] Json zones_json(const std::vector<PlacedZone>& zones);

// The names of zones that were decided.
[[nodiscard]] std::vector<std::string> decided_zones(const Facts& facts);

// What the resources that stand (or were promised) say was decided, for objects without a record of
// it: {"zones": [...]}, or null when they say nothing.
[[nodiscard]] Json decided_by_subnets(const Object& object, const Facts& facts,
                                      const Snapshot& snapshot);
[[nodiscard]] Json decided_by_nodegroup(const Object& object, const Facts& facts,
                                        const Snapshot& snapshot);

}  // namespace byoc
