// Where a call goes: the standard endpoints of each partition, and what users put in their place.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/status.h"
#include "cloud/aws/model.h"
#include "cloud/aws/sigv4.h"
#include "cloud/http.h"

namespace byoc {

// How users bend endpoints: environment variables and profile settings of the AWS SDKs.
struct EndpointSettings {
  std::string url;                          // AWS_ENDPOINT_URL: for every service
  std::map<std::string, std::string> urls;  // AWS_ENDPOINT_URL_<SERVICE>: "EC2", "AUTO_SCALING"
  bool fips = false;                        // AWS_USE_FIPS_ENDPOINT
  bool dual_stack = false;                  // AWS_USE_DUALSTACK_ENDPOINT
  // BYOC_EMULATOR: behind the given endpoints is an emulator of AWS, which may lack operations.
  bool emulator = false;
};

struct Endpoint {
  std::string scheme;
  std::string host;       // with ":port" unless it is the scheme's own
  std::string base_path;  // of a given URL, without a final slash
  SigningScope scope;
  bool is_custom = false;  // given by the user: S3 is addressed by path
};

// Sources of the names: the endpoint rule sets of botocore 1.43. invalid when the region is no
// name of a region or a given URL is none.
[[nodiscard]] Result<Endpoint> resolve_endpoint(const Service& service, std::string_view region,
                                                const EndpointSettings& settings);

// Puts scheme, host and path into a request. S3's `/bucket/...` moves into the host name where the
// bucket's name can stand in one.
void apply_endpoint(const Endpoint& endpoint, const Service& service, HttpRequest& request);

// "aws", "aws-cn", "aws-us-gov", ...
[[nodiscard]] std::string_view partition_of(std::string_view region);

// The region of its partition that every account has: "us-east-1".
[[nodiscard]] std::string_view home_region_of(std::string_view region);

// scheme, host and path of "http://host:port/path"; empty host when it is no such URL.
[[nodiscard]] Endpoint split_url(std::string_view url);

// What follows "AWS_ENDPOINT_URL_": the service id in capitals, other characters as underscores.
[[nodiscard]] std::string endpoint_suffix(const Service& service);

}  // namespace byoc
