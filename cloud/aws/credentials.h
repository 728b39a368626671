// The standard credential chain of the AWS SDKs, up to the first exchange over the network.
//
// Finding a source is pure: it looks at an Environment and answers with a value that says how to
// get credentials. Getting them (identity.h) goes through the same transport as every call.
#pragma once

#include <memory>
#include <string>
#include <variant>

#include "base/json.h"
#include "base/secret.h"
#include "base/status.h"
#include "cloud/aws/environment.h"
#include "cloud/aws/sigv4.h"

namespace byoc {

struct Source;

struct StaticSource {
  Credentials credentials;
};

// sts:AssumeRole with the credentials of another source; null: the ambient chain.
struct RoleSource {
  std::shared_ptr<const Source> base;
  std::string role_arn;
  Secret external_id;
  std::string session_name;
  int duration_seconds = 3600;
  std::string region;
};

struct WebIdentitySource {
  std::string role_arn;
  std::string session_name;
  std::string token_file;
  int duration_seconds = 3600;
  std::string region;
};

struct SsoSource {
  std::string region;
  std::string account_id;
  std::string role_name;
  Secret access_token;
};

struct ProcessSource {
  std::string command;
};

// Container and pod-identity endpoints.
struct ContainerSource {
  std::string url;
  Secret authorization;  // may be empty
};

// EC2's instance metadata, version 2.
struct MetadataSource {
  std::string url;    // "http://169.254.169.254"
  std::string tried;  // the sources before it, for the error when there is no such service
};

struct Source {
  std::string name;  // for people: "profile dev (/home/u/.aws/credentials)"
  std::variant<StaticSource, RoleSource, WebIdentitySource, SsoSource, ProcessSource,
               ContainerSource, MetadataSource>
      how;
};

// The first source that is set up, in AWS's order: environment, profile (role, web identity, SSO,
// keys, process), AWS_WEB_IDENTITY_TOKEN_FILE, container, instance metadata. denied with every
// source tried and why not, or with what is wrong in the one that is set up.
[[nodiscard]] Result<Source> find_source(const Environment& environment, Time now);

// {"AccessKeyId", "SecretAccessKey", "Token" | "SessionToken", "Expiration"} as containers,
// processes, the metadata service and STS write it. denied when it is not that.
[[nodiscard]] Result<Credentials> read_credentials(const Json& json, const std::string& source);

// "http://169.254.169.254" or what AWS_EC2_METADATA_SERVICE_ENDPOINT[_MODE] say.
[[nodiscard]] std::string metadata_url(const Environment& environment);

// The parts of the chain by topic: nothing when not set up; `why` then says so.
using MaybeSource = Result<std::optional<Source>>;
[[nodiscard]] MaybeSource environment_source(const Environment& environment, std::string& why);
[[nodiscard]] MaybeSource profile_source(const Environment& environment, Time now,
                                         std::string& why);
[[nodiscard]] MaybeSource web_identity_source(const Environment& environment, std::string& why);
[[nodiscard]] MaybeSource container_source(const Environment& environment, std::string& why);

}  // namespace byoc
