#include "cloud/aws/endpoint.h"

#include <algorithm>
#include <array>

namespace byoc {
namespace {

struct Partition {
  std::string_view name;
  std::string_view region_prefix;
  std::string_view suffix;
  std::string_view dual_stack_suffix;
  std::string_view iam_region;  // where the one IAM of the partition is signed for
  std::string_view iam_label;   // between "iam" and the suffix
  std::string_view iam_fips_label;
  std::string_view iam_dual_stack_label;
};

// The last one takes every region that no other takes.
constexpr std::array<Partition, 8> kPartitions = {{
    {"aws-cn", "cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn", "cn-north-1",
     ".cn-north-1", "", ".global"},
    {"aws-us-gov", "us-gov-", "amazonaws.com", "api.aws", "us-gov-west-1", ".us-gov", ".us-gov",
     ".us-gov"},
    {"aws-eusc", "eusc-", "amazonaws.eu", "api.amazonwebservices.eu", "eusc-de-east-1",
     ".eusc-de-east-1", "", ""},
    {"aws-iso", "us-iso-", "c2s.ic.gov", "api.aws.ic.gov", "us-iso-east-1", ".us-iso-east-1",
     ".us-iso-east-1", ""},
    {"aws-iso-b", "us-isob-", "sc2s.sgov.gov", "api.aws.scloud", "us-isob-east-1",
     ".us-isob-east-1", ".us-isob-east-1", ""},
    {"aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", "", "eu-isoe-west-1", ".eu-isoe-west-1", "", ""},
    {"aws-iso-f", "us-isof-", "csp.hci.ic.gov", "", "us-isof-south-1", ".us-isof-south-1", "", ""},
    {"aws", "", "amazonaws.com", "api.aws", "us-east-1", "", "", ".global"},
}};

const Partition& find_partition(std::string_view region) {
  return *std::find_if(kPartitions.begin(), kPartitions.end(), [&](const Partition& partition) {
    return region.starts_with(partition.region_prefix);
  });
}

bool is_region_name(std::string_view region) {
  return !region.empty() && region.size() <= 63 && region.find("..") == std::string_view::npos &&
         std::all_of(region.begin(), region.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

std::string iam_host(const Partition& partition, const EndpointSettings& settings) {
  const bool gov = partition.name == "aws-us-gov";  // its plain names are FIPS endpoints
  std::string host = settings.fips && !gov ? "iam-fips" : "iam";
  host += settings.dual_stack ? partition.iam_dual_stack_label
          : settings.fips     ? partition.iam_fips_label
                              : partition.iam_label;
  return host.append(".").append(settings.dual_stack ? partition.dual_stack_suffix
                                                     : partition.suffix);
}

std::string s3_host(const Partition& partition, std::string_view region,
                    const EndpointSettings& settings) {
  std::string host = settings.fips ? "s3-fips." : "s3.";
  host.append(settings.dual_stack ? "dualstack." : "").append(region);
  return host.append(".").append(partition.suffix);
}

// ECR's dual-stack names are the ones without "api." in front.
std::string dual_stack_label(const Service& service) {
  return service.name == "ecr" ? "ecr" : service.endpoint_prefix;
}

// "ec2", "ec2-fips", "fips.eks": the first labels of a regional endpoint.
std::string fips_label(const Service& service, const Partition& partition, bool dual_stack) {
  const std::string& prefix = service.endpoint_prefix;
  if (dual_stack) return dual_stack_label(service) + "-fips";
  const bool everywhere = service.name == "resourcegroupstaggingapi" || service.name == "ecr";
  if (partition.name == "aws-us-gov" && !everywhere) return prefix;
  return service.name == "eks" && partition.name == "aws" ? "fips." + prefix : prefix + "-fips";
}

std::string regional_host(const Service& service, const Partition& partition,
                          std::string_view region, const EndpointSettings& settings) {
  std::string host = settings.fips         ? fips_label(service, partition, settings.dual_stack)
                     : settings.dual_stack ? dual_stack_label(service)
                                           : service.endpoint_prefix;
  host.append(".").append(region).append(".");
  return host.append(settings.dual_stack ? partition.dual_stack_suffix : partition.suffix);
}

// Whether a bucket can stand in a host name under the wildcard certificate: no dots.
bool fits_host_name(std::string_view bucket) {
  return bucket.size() >= 3 && bucket.size() <= 63 && bucket.front() != '-' &&
         bucket.back() != '-' && is_region_name(bucket);
}

}  // namespace

std::string_view partition_of(std::string_view region) {
  return find_partition(region).name;
}

std::string_view home_region_of(std::string_view region) {
  return find_partition(region).iam_region;
}

Endpoint split_url(std::string_view url) {
  Endpoint endpoint;
  const auto mark = url.find("://");
  if (mark == std::string_view::npos) return endpoint;
  const std::string_view scheme = url.substr(0, mark);
  if (scheme != "http" && scheme != "https") return endpoint;
  url.remove_prefix(mark + 3);
  const auto slash = url.find('/');
  std::string_view host = url.substr(0, slash);
  std::string_view path = slash == std::string_view::npos ? "" : url.substr(slash);
  if (host.find_first_of("@?# ") != std::string_view::npos) return endpoint;
  // Clients leave the usual port out of the Host header, and it is signed.
  const std::string_view port = scheme == "http" ? ":80" : ":443";
  if (host.ends_with(port)) host.remove_suffix(port.size());
  while (path.ends_with('/')) path.remove_suffix(1);
  endpoint.scheme = scheme;
  endpoint.host = host;
  endpoint.base_path = path;
  return endpoint;
}

std::string endpoint_suffix(const Service& service) {
  std::string name = service.service_id;
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    if (c >= 'a' && c <= 'z') return static_cast<char>(c - 'a' + 'A');
    return c == ' ' || c == '-' ? '_' : c;
  });
  return name;
}

Result<Endpoint> resolve_endpoint(const Service& service, std::string_view region,
                                  const EndpointSettings& settings) {
  if (!is_region_name(region)) {
    return error(Code::invalid, "\"" + std::string(region) + "\" is no name of an AWS region");
  }
  const Partition& partition = find_partition(region);
  const bool is_global = service.name == "iam";
  const auto own = settings.urls.find(endpoint_suffix(service));
  const std::string& url = own == settings.urls.end() ? settings.url : own->second;
  Endpoint endpoint;
  if (!url.empty()) {
    endpoint = split_url(url);
    if (endpoint.host.empty()) return error(Code::invalid, "\"" + url + "\" is no endpoint URL");
    endpoint.is_custom = true;
    // So say the endpoint rule sets of every service.
    if (settings.fips || settings.dual_stack) {
      return error(Code::invalid,
                   std::string(settings.fips ? "FIPS" : "dual-stack") +
                       " endpoints are asked for and the endpoint " + url +
                       " is given: these do not go together; unset one of them (environment or "
                       "profile)");
    }
  } else {
    if (settings.fips && partition.name == "aws-cn") {
      return error(Code::invalid, "the Chinese regions have no FIPS endpoints");
    }
    if (settings.dual_stack && partition.dual_stack_suffix.empty()) {
      return error(Code::invalid, "the regions of the partition " + std::string(partition.name) +
                                      " have no dual-stack endpoints");
    }
    endpoint.scheme = "https";
    endpoint.host = is_global              ? iam_host(partition, settings)
                    : service.name == "s3" ? s3_host(partition, region, settings)
                                           : regional_host(service, partition, region, settings);
  }
  endpoint.scope = {std::string(is_global ? partition.iam_region : region), service.signing_name};
  return endpoint;
}

void apply_endpoint(const Endpoint& endpoint, const Service& service, HttpRequest& request) {
  request.scheme = endpoint.scheme;
  request.host = endpoint.host;
  if (service.name == "s3" && !endpoint.is_custom && request.path.size() > 1) {
    const std::string bucket = request.path.substr(1, request.path.find('/', 1) - 1);
    if (fits_host_name(bucket)) {
      request.host = bucket + "." + endpoint.host;
      request.path.erase(0, bucket.size() + 1);
      if (request.path.empty()) request.path = "/";
    }
  }
  if (!endpoint.base_path.empty()) request.path = endpoint.base_path + request.path;
}

}  // namespace byoc
