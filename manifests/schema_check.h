// A document against its kind's schema, told in sentences.
#pragma once

#include "base/json.h"
#include "manifests/finding.h"

namespace byoc {

// Everything in `document` that its schema does not allow, each with a hint. The walk knows the
// words of JSON Schema that our schemas use; valijson, which knows all of them, is asked last, so
// that a word that the walk does not know cannot let a wrong document pass.
void check_schema(const std::string& kind, const Json& document, Findings& findings);

// Takes out members without a value (`tags:` and nothing more) where a map or list may stand:
// the same as not written, as in Kubernetes.
void drop_empty(const Json& schema, Json& value);

}  // namespace byoc
