// References between resources: "$(key.Member)" inside parameters.
#pragma once

#include <functional>
#include <optional>
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
void add_references(const Json& value, std::vector<Reference>& out);
[[nodiscard]] bool has_references(const Json& value);
// The reference that a text is from its first to its last character.
[[nodiscard]] std::optional<Reference> sole_reference(std::string_view text);

// What a reference stands for; null when it is not known (yet).
using Lookup = std::function<Json(const Reference&)>;
// The same where it lies; a secret lies nowhere and is not known.
using Sight = std::function<const Json&(const Reference&)>;

// Replaces every known reference. A string that is one reference takes the value's own type;
// inside longer text the value must be a string or a number. `complete` turns false when some
// reference is not known; it then stays in the text.
[[nodiscard]] Json resolve(const Json& value, const Lookup& lookup, bool& complete);

// A member of an object by name or by path with "/"; null when there is none.
[[nodiscard]] const Json& member(const Json& object, std::string_view path);
// The text that the member holds; "" when it holds none.
[[nodiscard]] std::string text_member(const Json& object, std::string_view path);

}  // namespace byoc
