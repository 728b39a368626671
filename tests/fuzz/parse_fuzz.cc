// libFuzzer: what a hostile or broken endpoint answers must never do more than fail.
//
// Input: one byte chooses the operation, one the HTTP status, one the headers; the rest is the
// body. Every answer is parsed; an ok answer must be an object that prints.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "base/check.h"
#include "cloud/aws/credentials.h"
#include "cloud/aws/parse.h"
#include "cloud/aws/profile.h"

namespace {

using byoc::find_service;

constexpr std::array<std::pair<const char*, const char*>, 12> kOperations = {{
    {"ec2", "DescribeVpcs"},
    {"ec2", "DescribeInstances"},
    {"ec2", "DescribeLaunchTemplateVersions"},
    {"iam", "GetAccountAuthorizationDetails"},
    {"iam", "GetRole"},
    {"sts", "AssumeRole"},
    {"eks", "DescribeCluster"},
    {"eks", "DescribeNodegroup"},
    {"logs", "DescribeLogGroups"},
    {"s3", "ListObjectVersions"},
    {"s3", "GetBucketVersioning"},
    {"s3", "GetPublicAccessBlock"},
}};

constexpr std::array<int, 8> kStatuses = {200, 204, 301, 400, 403, 404, 500, 503};

byoc::Fields headers_of(std::uint8_t choice) {
  byoc::Fields headers;
  if ((choice & 1U) != 0) headers.emplace_back("content-type", "text/html");
  if ((choice & 2U) != 0) headers.emplace_back("x-amzn-errortype", "Throttling:http://x");
  if ((choice & 4U) != 0) headers.emplace_back("retry-after", "99999999999999999999");
  if ((choice & 8U) != 0) headers.emplace_back("x-amzn-requestid", "r");
  return headers;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const auto& [service_name, operation_name] = kOperations[data[0] % kOperations.size()];
  const byoc::Service& service = *find_service(service_name);
  const std::string body(reinterpret_cast<const char*>(data + 3), size - 3);
  const byoc::HttpResponse response{kStatuses[data[1] % kStatuses.size()], headers_of(data[2]),
                                    body};
  const byoc::Answer answer = byoc::parse(service, *service.find(operation_name), response);
  byoc::check(answer.body.is_object(), "an answer is an object");
  byoc::check(answer.status.ok() || answer.body.empty(), "a failed answer has no body");
  (void)answer.body.dump(-1, ' ', false, byoc::Json::error_handler_t::replace);
  (void)byoc::read_credentials(byoc::Json::parse(body, nullptr, false), "fuzz");
  (void)byoc::parse_ini(body, "fuzz");
  return 0;
}
