#include "cloud/aws/quirks.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>

#include "base/percent.h"
#include "cloud/aws/encoding.h"

namespace byoc {
namespace {

struct S3Root {
  std::string_view operation;
  std::string_view root;
};

// The S3 API reference, "Response Syntax" of each operation that answers with a body.
constexpr std::array<S3Root, 6> kS3Roots = {
    {{"GetBucketTagging", "Tagging"},
     {"GetPublicAccessBlock", "PublicAccessBlockConfiguration"},
     {"GetBucketEncryption", "ServerSideEncryptionConfiguration"},
     {"GetBucketVersioning", "VersioningConfiguration"},
     {"ListObjectVersions", "ListVersionsResult"},
     {"DeleteObjects", "DeleteResult"}}};

template <std::size_t kCount>
bool starts_with_one(const Operation& operation,
                     const std::array<std::string_view, kCount>& verbs) {
  return std::any_of(verbs.begin(), verbs.end(),
                     [&](std::string_view verb) { return operation.name.starts_with(verb); });
}

}  // namespace

bool is_policy_document(const Service& service, const ShapeRef& member) {
  if (service.name != "iam") return false;
  return member.name == "AssumeRolePolicyDocument" || member.name == "PolicyDocument" ||
         member.name == "Document";
}

std::string decode_policy_document(std::string_view text) {
  return text.starts_with('%') ? percent_decode(text) : std::string(text);
}

void add_checksum(const Operation& operation, HttpRequest& request) {
  if (!operation.checksum_required) return;
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(request.body.data()), request.body.size(),
         digest.data());
  set_field(request.headers, "x-amz-sdk-checksum-algorithm", "SHA256");
  set_field(request.headers, "x-amz-checksum-sha256",
            base64_encode({reinterpret_cast<const char*>(digest.data()), digest.size()}));
}

bool forbids_page_size(const Service& service, const Json& params) {
  if (service.name == "ecr") return params.contains("repositoryNames");
  if (service.name != "ec2") return false;
  return std::any_of(params.items().begin(), params.items().end(), [](const auto& item) {
    const bool filters = item.key() == "Filters" || item.key() == "Filter";
    return !filters && item.value().is_array() && !item.value().empty();
  });
}

std::string_view s3_root(const Operation& operation) {
  const auto named = std::find_if(kS3Roots.begin(), kS3Roots.end(), [&](const S3Root& known) {
    return known.operation == operation.name;
  });
  return named == kS3Roots.end() ? std::string_view() : named->root;
}

bool root_fits(const Service& service, const Operation& operation, std::string_view root) {
  if (service.protocol == Protocol::rest_xml && root == s3_root(operation)) return true;
  constexpr std::string_view kSuffix = "Response";
  return root.size() == operation.name.size() + kSuffix.size() &&
         root.starts_with(operation.name) && root.ends_with(kSuffix);
}

bool error_root_fits(const Service& service, std::string_view root) {
  if (service.protocol == Protocol::rest_xml) return root == "Error";
  return root == "Response" || root == "ErrorResponse";
}

bool is_repeatable(const Operation& operation, const Json& params) {
  if (operation.token != nullptr) return params.contains(operation.token->name);
  constexpr std::array<std::string_view, 3> kOverwrites = {"Put", "Tag", "CreateTags"};
  return !may_leave_something(operation) || starts_with_one(operation, kOverwrites);
}

bool may_leave_something(const Operation& operation) {
  constexpr std::array<std::string_view, 5> kReads = {"Get", "List", "Describe", "Head",
                                                      "AssumeRole"};
  constexpr std::array<std::string_view, 7> kTakesAway = {
      "Delete", "Detach", "Remove", "Untag", "Revoke", "Release", "Disassociate"};
  return !starts_with_one(operation, kReads) && !starts_with_one(operation, kTakesAway);
}

}  // namespace byoc
