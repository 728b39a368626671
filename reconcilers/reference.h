// References between resources: "$(key.Member)" inside parameters.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace byoc {

struct Reference {
  std::string_view key;     // graph key, or "secret"
  std::string_view member;  // "VpcId", or nested: "identity/oidc/issuer"
};

// All references in a value, in order of appearance; they point into it.
[[nodiscard]] std::vector<Reference> references(const Json& value);
std::vector<Reference> references(Json&&) = delete;
[[nodiscard]] bool has_references(const Json& value);

// What a reference stands for; null when it is not known (yet).
using Lookup = std::function<Json(const Reference&)>;

// Replaces every known reference. A string that is one reference takes the value's own type;
// inside longer text the value must be a string or a number. `complete` turns false when some
// reference is not known; it then stays in the text.
[[nodiscard]] Json resolve(const Json& value, const Lookup& lookup, bool& complete);

// A member of an object by name or by path with "/"; null when there is none.
[[nodiscard]] const Json& member(const Json& object, std::string_view path);

}  // namespace byoc
