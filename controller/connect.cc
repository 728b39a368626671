#include "controller/connect.h"

#include <utility>

#include "cloud/aws/aws_cloud.h"

namespace byoc {

Result<std::unique_ptr<Cloud>> connect_to_aws(int wake_fd) {
  AwsOptions options;
  options.wake_fd = wake_fd;
  return make_aws_cloud(std::move(options));
}

}  // namespace byoc
