// Parameters -> HTTP request, for the five AWS protocols, driven by the model.
#pragma once

#include <string>

#include "base/json.h"
#include "base/status.h"
#include "cloud/aws/model.h"
#include "cloud/http.h"

namespace byoc {

// Method, path, query, headers and body of a call; scheme and host are the endpoint's business.
// invalid when the parameters do not fit the model (see params.h). Idempotency tokens are sent
// only when the caller gives them.
[[nodiscard]] Result<HttpRequest> serialize(const Service& service, const Operation& operation,
                                            const Json& params);

// Bodies of the single protocols; the parameters have been checked.
[[nodiscard]] std::string query_body(const Service& service, const Operation& operation,
                                     const Json& params);
[[nodiscard]] Json json_body(const ShapeRef& ref, const Json& value);
[[nodiscard]] std::string xml_body(const ShapeRef& ref, const std::string& root, const Json& value);

// Fills path, query, headers and body of the two REST protocols.
void rest_request(const Service& service, const Operation& operation, const Json& params,
                  HttpRequest& request);

}  // namespace byoc
