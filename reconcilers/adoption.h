// Adoption: what stands under the name of a desired resource and is not ours. It is taken over only
// when the manifest says so (adopt: true), when nobody else owns it, when nothing of it would have
// to be made again, and after an earlier pass has shown what that means.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "reconcilers/compare.h"
#include "reconcilers/diff.h"
#include "reconcilers/plan.h"

namespace byoc {

struct AdoptionInput {
  const Row& row;
  const Desired& desired;
  const Observed& observed;
  const Known& known;
  Tags tags;  // that it must carry
  const DiffOptions& options;
};

struct Adoption {
  std::vector<Action> actions;  // what makes it ours, when it may be taken
  std::vector<Shown> shown;
  std::string reason;  // CamelCase; empty: it may be taken
  std::string why;
  std::vector<Change> changes;  // what would be done to it
};

[[nodiscard]] Adoption adoption_of(const AdoptionInput& input);
[[nodiscard]] inline bool may_be_taken(const Adoption& adoption) {
  return adoption.reason.empty();
}

// Whose a foreign resource is, for people; empty when nobody's that still exists.
[[nodiscard]] std::string owner_named(const Observed& observed,
                                      const std::set<std::string>& past_owners);

// Why nothing is done about what AWS does not let us see, and the two ways out.
[[nodiscard]] std::string refusal_text(const Observed& observed);

// Changes and removals of parts wait, too, until they were shown: what a resource that was taken
// over holds is seen only once it is ours.
void hold_parts(const std::set<std::string>& shown, Plan& plan);

}  // namespace byoc
