// The way to the outer world for whoever runs a controller.
#pragma once

#include <memory>
#include <string>

#include "cloud/aws/aws_cloud.h"
#include "cloud/aws/profile.h"
#include "cloud/cloud.h"

namespace byoc {

// The region of the environment and of AWS's files, as AWS's tools find it; "" when none is named.
[[nodiscard]] std::string region_of_environment();

// A router to all that calls go to; what no other target takes goes to the AWS client, with the
// ambient credentials and endpoints (AWS's own environment variables and files). Its wait() returns
// early when `wake_fd` can be read; -1: never.
[[nodiscard]] Result<std::unique_ptr<Cloud>> open_cloud(int wake_fd);
[[nodiscard]] Result<std::unique_ptr<Cloud>> open_cloud(AwsOptions options);

}  // namespace byoc
