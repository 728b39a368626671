// Whether the simulated AWS speaks as the real one: its words against the AWS service models.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace byoc::sim {

// Where an answer differs from the output that the model promises: members that do not exist,
// values of another kind. Empty when it fits, or when the model does not know the operation.
[[nodiscard]] std::vector<std::string> misfits(std::string_view service, std::string_view operation,
                                               const Json& body);

}  // namespace byoc::sim
