#include "cloud/aws/presign.h"

#include <string>

#include "cloud/aws/encoding.h"

namespace byoc {
namespace {

constexpr int kUrlSeconds = 60;  // what every client says; EKS does not look at it

}  // namespace

Result<Secret> eks_token(std::string_view cluster, std::string_view region,
                         const Credentials& credentials, const EndpointSettings& settings,
                         Time now) {
  const Service& sts = *find_service("sts");
  const Result<Endpoint> endpoint = resolve_endpoint(sts, region, settings);
  if (!endpoint.ok()) return endpoint.status();
  HttpRequest request;
  apply_endpoint(endpoint.value(), sts, request);
  request.query = {{"Action", "GetCallerIdentity"}, {"Version", sts.api_version}};
  request.headers = {{"x-k8s-aws-id", std::string(cluster)}};
  const std::string url =
      presign(std::move(request), credentials, endpoint.value().scope, now, kUrlSeconds);
  return Secret("k8s-aws-v1." + base64url_encode(url));
}

}  // namespace byoc
