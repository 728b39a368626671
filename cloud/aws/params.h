// Whether a call's parameters fit the model: everything at once, before anything is sent.
#pragma once

#include "base/json.h"
#include "base/status.h"
#include "cloud/aws/model.h"

namespace byoc {

// ok, or invalid with every finding (the first kFindingsMax) and its path:
// "ec2:CreateSubnet: TagSpecifications[0].Tagz: unknown parameter; VpcId: missing".
[[nodiscard]] Status check_params(const Service& service, const Operation& operation,
                                  const Json& params);

inline constexpr int kFindingsMax = 10;

}  // namespace byoc
