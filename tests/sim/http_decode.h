// The serializer the other way round: what call an HTTP request of the client makes.
#pragma once

#include <string>

#include "cloud/aws/model.h"
#include "cloud/cloud.h"
#include "cloud/http.h"

namespace byoc::sim {

struct Decoded {
  const Service* service = nullptr;  // null: no such call
  const byoc::Operation* operation = nullptr;
  Json params = Json::object();
  std::string region;      // of the signature
  std::string access_key;  // empty: not signed
};

[[nodiscard]] Decoded decode_request(const HttpRequest& request);

}  // namespace byoc::sim
