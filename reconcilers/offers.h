// Offers: where EC2 offers the instance types that nodes are to have. It is asked before the first
// call for new nodes, whose cluster may not be there yet: a type that no zone of the region has is
// told before anything is bought for it (F64). Nodes that stand are not asked about: what is not
// offered any more goes on.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "manifests/object.h"
#include "reconcilers/build.h"

namespace byoc {

// The instance types of a node group's spec.
[[nodiscard]] Json instance_types_of(const Json& spec);

// Parameters of DescribeInstanceTypeOfferings; none when nothing is to be asked.
[[nodiscard]] std::vector<Json> offer_params(const Object& nodes);
void read_offers(const Json& body, Facts& facts);

// Why nodes of these types cannot stand in these zones ([{name}]; a name may be empty: not known);
// empty when they can, or nobody has asked.
[[nodiscard]] std::string lack_of_offers(const Json& types, const Json& zones, const Facts& facts);

}  // namespace byoc
