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

// S3 wants a digest of the body on some operations: x-amz-checksum-sha256.
void add_checksum(const Operation& operation, HttpRequest& request);

// EC2 refuses a page size next to explicit ids or names.
[[nodiscard]] bool forbids_page_size(const Service& service, const Json& params);

// Whether the root element of a good answer may have this name. The query protocols say
// "<Operation>Response"; S3 has a name of its own for every answer, which the models do not tell
// (moto says "GetBucketVersioningResponse" there).
[[nodiscard]] bool root_fits(const Service& service, const Operation& operation,
                             std::string_view root);
// The name of an S3 answer's root element; empty when the answer has no body.
[[nodiscard]] std::string_view s3_root(const Operation& operation);
// The same of an error.
[[nodiscard]] bool error_root_fits(const Service& service, std::string_view root);

// Whether the call makes or changes something: after a lost answer, a refusal of the repeat says
// nothing about the first attempt. What only reads leaves nothing, and a refusal to take something
// away says that it is there.
[[nodiscard]] bool may_leave_something(const Operation& operation);

// Whether repeating the call after a lost answer can do no harm: a read, a delete, a write that
// only overwrites (Put, Tag), or one whose idempotency token was given.
[[nodiscard]] bool is_repeatable(const Operation& operation, const Json& params);

}  // namespace byoc
