// One request to byocd and its answer. Of our own: a library and what comes with it would double
// the time that byocctl needs to start, and this end needs little of HTTP.
#pragma once

#include <map>
#include <string>

#include "base/json.h"
#include "base/status.h"
#include "base/time.h"

namespace byoc {

struct ApiCall {
  std::string method = "GET";
  std::string path;
  std::map<std::string, std::string> query;
  Json body;  // null: none
};

struct ApiAnswer {
  int code = 0;
  Json body;
};

// not_found when nobody listens, unavailable when no whole answer came `within` the time.
[[nodiscard]] Result<ApiAnswer> ask_byocd(const std::string& socket_path, const ApiCall& call,
                                          Duration within);

}  // namespace byoc
