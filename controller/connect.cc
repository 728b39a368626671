#include "controller/connect.h"

#include <utility>

#include "cloud/router.h"

namespace byoc {

std::string region_of_environment() {
  return named_region(system_environment());
}

Result<std::unique_ptr<Cloud>> open_cloud(AwsOptions options) {
  auto aws = make_aws_cloud(std::move(options));
  if (!aws.ok()) return aws.status();
  return std::unique_ptr<Cloud>(std::make_unique<Router>(std::move(aws).value()));
}

Result<std::unique_ptr<Cloud>> open_cloud(int wake_fd) {
  AwsOptions options;
  options.wake_fd = wake_fd;
  return open_cloud(std::move(options));
}

}  // namespace byoc
