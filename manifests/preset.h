// Policy presets: what vendors and byoc itself ask of a role, as data (schemas/presets.json).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace byoc {

// The preset "grid" (its newest version) or "lightning@2022-08" (exactly that); nullptr when there
// is none. Members, all present:
//   name, version, description   text
//   trust {accounts, principals, services}   lists of text, used when a Role trusts nobody itself
//   maxSessionDuration           seconds
//   instanceProfile              boolean
//   tags                         text by text
//   namePrefix                   text, for a Role that names none; may be missing
//   managed                      names of AWS managed policies
//   inline  [{name, document}]   documents may hold ${role.NAME.arn}
//   customer [{name, description, document}]
[[nodiscard]] const Json* find_preset(std::string_view name);

// "bodo", "grid", "lightning", "lightning@2022-08", ...: what find_preset knows, sorted.
[[nodiscard]] const std::vector<std::string>& preset_names();

}  // namespace byoc
