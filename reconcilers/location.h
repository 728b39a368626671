// AwsLocation: the account, partition and region that an object belongs to. It is recorded in the
// object's status before the first of its resources is made; from then on the object is looked for,
// changed and deleted there and nowhere else.
#pragma once

#include <map>
#include <string>

#include "base/status.h"
#include "manifests/object.h"
#include "reconcilers/snapshot.h"

namespace byoc {

struct AwsLocation {
  std::string partition;
  std::string account;
  std::string region;  // empty: of a kind whose resources are global

  bool operator==(const AwsLocation&) const = default;
};

// Where the object belongs, as it was recorded, or as passes of earlier versions left it. A member
// that is not known is empty.
[[nodiscard]] AwsLocation location_of(const Object& object);

// Writes it into the status; answers whether that changed anything.
bool record_location(Object& object, const AwsLocation& location);

// Whether resources of the object may exist: what was never made belongs nowhere yet.
[[nodiscard]] bool may_have_resources(const Object& object,
                                      const std::map<std::string, Intent>& intents);

// Why the object must not be worked on from `here` (credentials of `caller_arn`); ok when it may.
[[nodiscard]] Status check_location(const Object& object, const AwsLocation& here,
                                    const std::string& caller_arn);

// "arn:aws-cn:...": "aws-cn". "aws" for what is no ARN.
[[nodiscard]] std::string partition_of(const std::string& arn);

}  // namespace byoc
