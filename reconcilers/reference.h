// References: what a parameter holds in place of a value that is not known yet, or not to be seen.
//
// A parameter is plain JSON, a reference to a member of another resource of the graph, a secret, or
// a text with such values in it (a concatenation). The last three are JSON values of the binary
// type. No text of JSON or YAML can hold one, and AWS's answers are made of such texts: whatever a
// user writes, "$(vpc.VpcId)" or anything else, is passed on as it stands. Only the functions below
// make them.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace byoc {

// The member of the resource with this graph key: "VpcId", or nested: "identity/oidc/issuer".
[[nodiscard]] Json ref(std::string_view key, std::string_view member);
// A secret of the graph, which also says in which parameter it may stand (Graph::secrets).
[[nodiscard]] Json secret(std::string_view name);
// Texts, references and secrets, one after the other, as one text.
[[nodiscard]] Json concat(const std::vector<Json>& parts);
// The document as JSON text; what its references stand for will be escaped as JSON demands.
[[nodiscard]] Json json_text(const Json& document);

struct Reference {
  std::string_view key;     // graph key; empty for a secret
  std::string_view member;  // or the name of the secret
  bool secret = false;
};

// All references in a value, in order of appearance; they point into it.
[[nodiscard]] std::vector<Reference> references(const Json& value);
std::vector<Reference> references(Json&&) = delete;
void add_references(const Json& value, std::vector<Reference>& out);
[[nodiscard]] bool has_references(const Json& value);
// Whether one of the references in a value is such a one.
[[nodiscard]] bool any_reference(const Json& value,
                                 const std::function<bool(const Reference&)>& is_one);
// The reference that a value is, without text around it.
[[nodiscard]] std::optional<Reference> sole_reference(const Json& value);

// For people and for hashes: every reference as text, "$(vpc.VpcId)" or "$(secret.externalId)".
[[nodiscard]] Json with_marks(const Json& value);

// What a reference stands for; null when it is not known (yet).
using Lookup = std::function<Json(const Reference&)>;
// The same where it lies; a secret lies nowhere and is not known.
using Sight = std::function<const Json&(const Reference&)>;

// Replaces every known reference. One without text around it takes the value's own type; in a text
// the value is its text. `complete` turns false when some reference is not known; what holds it
// then stays as it is.
[[nodiscard]] Json resolve(const Json& value, const Lookup& lookup, bool& complete);

// A member of an object by name or by path with "/"; null when there is none.
[[nodiscard]] const Json& member(const Json& object, std::string_view path);
// Every text in a value, at any depth.
using Texts = std::set<std::string, std::less<>>;
void add_texts(const Json& value, Texts& out);
// Puts a list under a name, which is not there while the list is empty.
void set_unless_empty(Json& object, const char* name, Json list);
// The text that the member holds; "" when it holds none.
[[nodiscard]] std::string text_member(const Json& object, std::string_view path);

}  // namespace byoc
