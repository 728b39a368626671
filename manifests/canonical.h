// Policy documents compare by meaning: two documents that grant the same compare equal here.
#pragma once

#include "base/json.h"

namespace byoc {

// The comparison form of an IAM (or bucket, or key) policy document. For comparing only: never
// send it, because names that AWS reads without regard to case are in lower case here.
//
//   - a string where a list may stand becomes a list; lists that are sets are sorted, unique;
//   - one Statement becomes a list; statements are sorted, equal ones are folded; an empty Sid
//     is no Sid; a missing Version is AWS's default, "2008-10-17";
//   - actions and condition keys are in lower case (IAM compares both without regard to case);
//   - Principal "*" is {"AWS": ["*"]}; arn:PARTITION:iam::123456789012:root is "123456789012";
//   - condition values are lists of strings: true is "true", 3600 is "3600".
//
// Text that holds a JSON document is read first (IAM answers with text); a value that is no
// policy document at all is returned as it is. Idempotent.
//
// Source: IAM user guide, "Grammar of the IAM JSON policy language" and "AWS JSON policy
// elements: Principal".
[[nodiscard]] Json canonical_policy(const Json& document);

}  // namespace byoc
