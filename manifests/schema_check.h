// A document against its kind's schema, told in sentences.
#pragma once

#include <string_view>
#include <vector>

#include "base/json.h"
#include "manifests/finding.h"

namespace byoc {

// Everything in `document` that its schema does not allow, each with a hint. The walk knows the
// words of JSON Schema that our schemas use: a test holds every schema against known_words().
void check_schema(const std::string& kind, const Json& document, Findings& findings);

// The words of JSON Schema that check_schema acts upon, or that ask for nothing. Our own begin with
// "x-".
[[nodiscard]] const std::vector<std::string_view>& known_words();

// Takes out members without a value (`tags:` and nothing more) where a map or list may stand:
// the same as not written, as in Kubernetes.
void drop_empty(const Json& schema, Json& value);

}  // namespace byoc
