// Who may become whom in the simulated AWS: trust policies as STS reads them.
#pragma once

#include <string>

#include "tests/sim/op.h"

namespace byoc::sim {

struct Session {
  std::string account;
  std::string arn;  // "arn:aws:sts::123456789012:assumed-role/name/session"
  Time expires{};
};

// AccessDenied unless the role exists, trusts the caller and, where its trust asks for one, the
// external id is the right one. Looks through `context.sight`: a fresh trust policy may be missed.
[[nodiscard]] Answer assume_role(OpContext& context, const std::string& role_arn,
                                 const std::string& external_id, const std::string& session_name,
                                 int duration_s, Session& session);

}  // namespace byoc::sim
