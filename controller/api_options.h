// What a request that changes something asks for beside the object: Kubernetes' DeleteOptions, and
// the parameters of create, update and patch. Nothing of it is ignored: a dry run or a precondition
// that is not understood would be a deletion that nobody wanted.
#pragma once

#include <optional>
#include <string>

#include "controller/api.h"

namespace byoc {

struct DeleteOptions {
  bool dry_run = false;
  bool orphan = false;             // the record goes, what it stands for stays
  std::optional<std::string> uid;  // preconditions
  std::optional<std::string> resource_version;
};

// The refusal of a parameter that is not known or has a value that it cannot have; nothing when all
// is well, or when the request only reads.
[[nodiscard]] std::optional<ApiReply> check_write_parameters(const ApiRequest& request);

// From the body and from the parameters, of which none may contradict the other; otherwise what is
// wrong: 400 for what cannot be read, 422 for values that do not exist, as Kubernetes says it.
[[nodiscard]] std::optional<ApiReply> read_delete_options(const ApiRequest& request,
                                                          DeleteOptions& options);

}  // namespace byoc
