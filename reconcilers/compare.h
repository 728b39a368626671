// Comparison by meaning: is what exists what was asked for?
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "reconcilers/ownership.h"
#include "reconcilers/plan.h"
#include "reconcilers/reference.h"
#include "reconcilers/row.h"

namespace byoc {

// What references stand for: `full` also has the secrets and is only compared with; `shown` leaves
// them as references and is what goes into a plan.
struct Known {
  Lookup full;
  Sight shown;
  // What will have another value once the plan is carried out; empty: nothing. Both of the others
  // do not know it then, and what refers to it differs.
  std::function<bool(const Reference&)> later = {};
  // Whether a resource to which AWS gives its id does not exist: it will have another id.
  std::function<bool(std::string_view key)> absent = {};
};

// Whether `observed` holds everything that `desired` says. Members that `desired` does not name are
// free; lists compare as sets; a number equals its text. With `known`, a text that is a reference
// stands for what it refers to; text around a reference, and what is not known, is not held.
[[nodiscard]] bool holds(const Json& desired, const Json& observed, const Sight* known = nullptr);

// Policy documents (JSON text or objects) compare by meaning.
[[nodiscard]] bool same_document(const Json& desired, const Json& observed);

// A field's value without what a JSON pointer into the resource ("/field/member") names; null when
// that is all of it.
[[nodiscard]] Json without(std::string_view path, const std::string& field, Json value);

// A field's value without the parts that are free after creation; null when all of it is.
[[nodiscard]] Json without_ignored(const Desired& desired, const std::string& field,
                                   const Json& value);

// The fields of the desired parameters that the observed resource does not hold. `known` resolves
// their references; outside of documents, what is not known yet is not compared.
[[nodiscard]] std::vector<Change> compare_fields(const Row& row, const Desired& desired,
                                                 const Known& known, const Observed& observed);

// Whether an update can make this change: some operation sets the field, and what that operation
// cannot change stays.
[[nodiscard]] bool is_settable(const Row& row, const Change& change);

struct TagChanges {
  Tags put;                          // missing or of another value
  std::vector<std::string> removed;  // not wanted any more, and set by us
};
// `left_alone`: keys that others may set and change, with "*" at the end for all that begin so.
[[nodiscard]] TagChanges compare_tags(const Tags& wanted, const Tags& observed,
                                      const std::vector<std::string>& left_alone = {});

}  // namespace byoc
