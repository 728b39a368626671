// The way to AWS for whoever runs a controller.
#pragma once

#include <memory>

#include "cloud/cloud.h"

namespace byoc {

// The AWS client with the ambient credentials and endpoints (AWS's own environment variables and
// files). Its wait() returns early when `wake_fd` can be read; -1: never.
[[nodiscard]] Result<std::unique_ptr<Cloud>> connect_to_aws(int wake_fd);

}  // namespace byoc
