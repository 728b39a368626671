#include "reconcilers/adoption.h"

#include <algorithm>

#include "base/hash.h"
#include "base/join.h"
#include "reconcilers/create.h"
#include "reconcilers/reference.h"

namespace byoc {
namespace {

constexpr std::size_t kMarkDigits = 16;
constexpr std::string_view kShownReason = "AdoptionShown";

// One action and what it changes, as a short text: another manifest, another mark.
std::string mark_for(const Action& action) {
  std::string text = std::string(verb_name(action.verb)) + '\n' + action.key + '\n' + action.id +
                     '\n' + action.operation;
  for (const Change& change : action.changes)
    text += '\n' + change.field + '=' + with_marks(change.to).dump();
  return sha256_hex(text).substr(0, kMarkDigits);
}

std::string shown_text(const Action& action) {
  std::string text = std::string(verb_name(action.verb)) + " " + action.key;
  if (!action.id.empty()) text += " (" + action.id + ")";
  const std::string fields = joined(action.changes, &Change::field);
  return fields.empty() ? text + ": " + action.why : text + ": " + fields;
}

bool is_named(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// The keys of resources that it would have to use and that do not exist yet.
std::set<std::string> missing_uses(const AdoptionInput& in) {
  std::set<std::string> keys;
  for (const auto& [field, value] : in.desired.params.items()) {
    if (is_named(in.row.ignored, field) || is_named(in.row.not_sent, field)) continue;
    for (const Reference& reference : references(value)) {
      if (in.known.full(reference).is_null()) keys.emplace(reference.key);
    }
  }
  return keys;
}

Adoption refused(std::string reason, std::string why) {
  Adoption adoption;
  adoption.reason = std::move(reason);
  adoption.why = std::move(why);
  return adoption;
}

Adoption not_takeable(const AdoptionInput& in, const std::string& because) {
  return refused("CannotAdopt",
                 std::string(in.row.type) + " " + in.observed.id +
                     " exists, is not ours and cannot be taken over: " + because +
                     ". Choose another name, or look at it with managementPolicy: Observe");
}

}  // namespace

std::string refusal_text(const Observed& observed) {
  const std::string what = std::string(observed.row->type) + " " + observed.id;
  return what + ": AWS does not let us see it (" + observed.reason +
         "). Either the name belongs to another account: then choose another one; or the role "
         "lacks "
         "the right to look (" +
         std::string(observed.row->service) + ":" +
         std::string(observed.row->looks.front().operation) + "): then grant it";
}

std::string owner_named(const Observed& observed, const std::set<std::string>& past_owners) {
  const std::string uid(observed.owner_uid);
  if (uid.empty() || past_owners.contains(uid)) return {};
  const auto name = observed.tags.find(std::string(kTagOwner));
  return (name == observed.tags.end() ? std::string("an object") : name->second) + " (" +
         std::string(kTagOwnerUid) + "=" + uid + ")";
}

Adoption adoption_of(const AdoptionInput& in) {
  const std::string what = std::string(in.row.type) + " " + in.observed.id;
  if (in.observed.refused) return refused("NameRefused", refusal_text(in.observed));
  const std::string whose = owner_named(in.observed, in.options.past_owners);
  if (!whose.empty()) {
    return refused("NameConflict",
                   what + " belongs to " + whose +
                       "; what has an owner is never taken over. Choose another name, or delete "
                       "that owner first; when no byoc knows it any more, remove that tag");
  }
  if (in.row.tagging == Tagging::none) {
    return not_takeable(in, "it cannot carry tags, which say whose a resource is");
  }
  if (!in.desired.adopt && !in.row.inherits) {
    return refused("NameConflict",
                   what + " exists and is not ours (it lacks the tag " + std::string(kTagOwnerUid) +
                       "=" + in.tags.at(std::string(kTagOwnerUid)) +
                       "); set adopt: true to take it over, or choose another name");
  }
  if (in.observed.life != Life::ready) {
    return refused("CannotAdopt",
                   what + " exists and is not ready to be taken over" +
                       (in.observed.reason.empty() ? "" : ": " + in.observed.reason));
  }
  if (const auto missing = missing_uses(in); !missing.empty()) {
    return not_takeable(in, "it would have to use what byoc has not made (" + joined(missing) +
                                "), and it stands in what others made");
  }
  Desired wanted = in.desired;
  wanted.replace = false;
  Tags tags = in.tags;
  if (in.row.inherits) tags[std::string(kTagStood)] = "true";
  Adoption adoption;
  adoption.actions = update_actions(in.row, wanted, in.known, tags, in.observed);
  for (const Action& action : adoption.actions) {
    if (action.verb != Verb::blocked && action.verb != Verb::remove) continue;
    const std::string fields = joined(action.changes, &Change::field);
    Adoption no = not_takeable(in, fields + " differs and cannot be changed in place");
    no.changes = action.changes;
    return no;
  }
  if (in.row.inherits) return adoption;
  std::size_t held = 0;
  for (const Action& action : adoption.actions) {
    Shown one{mark_for(action), shown_text(action), false};
    one.held = !in.options.shown || !in.options.shown->contains(one.mark);
    held += one.held ? 1 : 0;
    adoption.shown.push_back(std::move(one));
    adoption.changes.insert(adoption.changes.end(), action.changes.begin(), action.changes.end());
  }
  if (held == 0) return adoption;
  for (Shown& one : adoption.shown) one.held = true;
  adoption.reason = kShownReason;
  adoption.why = what +
                 " exists and is not ours; adopt: true takes it over with these changes. "
                 "They are only shown this time: apply once more and they are made";
  return adoption;
}

void hold_parts(const std::set<std::string>& shown, Plan& plan) {
  for (Action& action : plan.actions) {
    const bool changes = action.verb == Verb::update || action.verb == Verb::remove;
    if (!changes || find_row(action.type).parent.empty()) continue;
    Shown one{mark_for(action), shown_text(action), false};
    one.held = !shown.contains(one.mark);
    if (one.held) {
      action.why = "part of what was taken over; to be " +
                   std::string(action.verb == Verb::remove ? "removed" : "changed") + " (" +
                   action.why + "), and only shown this time: apply once more and it is done";
      action.verb = Verb::blocked;
      action.operation.clear();
      action.reason = kShownReason;
    }
    plan.shown.push_back(std::move(one));
  }
}

}  // namespace byoc
