// What the models do not tell: the few places where a service strays from its protocol.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "cloud/aws/model.h"
#include "cloud/http.h"

namespace byoc {

// IAM percent-encodes the policy documents of its answers (RFC 3986), and some endpoints do not:
// only text that starts with an escape is decoded.
[[nodiscard]] bool is_policy_document(const Service& service, const ShapeRef& member);
[[nodiscard]] std::string decode_policy_document(std::string_view text);

// S3 GetBucketLocation answers with the value as the root element. An empty one means us-east-1
// and leaves LocationConstraint out.
[[nodiscard]] bool is_root_value(const Service& service, const Operation& operation);

// S3 wants a digest of the body on some operations: x-amz-checksum-sha256.
void add_checksum(const Operation& operation, HttpRequest& request);

// EC2 refuses a page size next to explicit ids or names.
[[nodiscard]] bool forbids_page_size(const Service& service, const Json& params);

// Whether the root element of a good answer may have this name. REST answers name their root
// freely; the query protocols say "<Operation>Response".
[[nodiscard]] bool root_fits(const Service& service, const Operation& operation,
                             std::string_view root);

// Whether repeating the call after a lost answer can do no harm: a read, a delete, a write that
// only overwrites (Put, Tag), or one whose idempotency token was given.
[[nodiscard]] bool is_repeatable(const Operation& operation, const Json& params);

}  // namespace byoc
