#include "reconcilers/removal.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <unordered_map>

#include "reconcilers/create.h"
#include "reconcilers/ownership.h"
#include "reconcilers/reference.h"

namespace byoc {
namespace {

// One resource that is to go, or that goes with its parent, or that is kept.
struct Leaving {
  std::string key;
  const Observed& observed;
  std::string why;
  bool with_parent = false;  // needs no call; what must precede it precedes the parent
  bool retained = false;
  std::optional<std::size_t> action;  // index in the plan
};

// One of ours; its key is empty when no desired part has its identity.
struct Seen {
  std::string_view key;
  const Observed* observed = nullptr;
};

bool lists(const std::vector<std::string_view>& types, std::string_view type) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

class Remover {
 public:
  Remover(const RemovalInput& input, Plan& plan) : in_(input), plan_(plan) {}

  void run() {
    find_leaving();
    if (leaving_.empty() && in_.waits.empty()) return;
    if (is_protected()) return;
    for (const Action& wait : in_.waits) {
      plan_.actions.push_back(wait);
      waits_.push_back(plan_.actions.size() - 1);
    }
    for (Leaving& one : leaving_) add_action(one);
    for (Leaving& one : leaving_) add_needs(one);
  }

 private:
  void find_leaving() {
    std::vector<Seen> parts;  // that the graph does not want, named or not
    for (const Observed* observed : in_.world.unasked) {
      if (!observed->row->parent.empty()) {
        parts.push_back({"", observed});
      } else if (in_.options.deleting) {
        leave("", *observed, "its owner is being deleted");  // somebody took its key tag off
      }
    }
    for (const auto& [key, observed] : unwanted()) {
      if (!observed->row->parent.empty()) {
        parts.push_back({key, observed});
      } else if (observed->tags.contains(std::string(kTagStood)) && !in_.options.deleting) {
        stays_.push_back({key, observed});
      } else if (!observed->unseen) {
        leave(key, *observed,
              in_.options.deleting ? "its owner is being deleted" : "is not wanted any more");
      }
    }
    // A key that is not in the graph names a foreign thing only for `named` looks: never ours.
    for (const Observed* observed : in_.world.surplus) {
      leave(observed->key, *observed, "is a duplicate of " + in_.world.find(observed->key)->id);
    }
    for (const auto& [key, observed] : parts) {
      const bool parent_leaves = leaves_with_a_parent(*observed);
      if (!parent_leaves && !is_ours_to_remove(*observed)) continue;
      leave(key, *observed,
            parent_leaves ? "goes with what it is part of" : "is not in the manifest");
    }
    forget_what_stood_before();
    // Parts of something that leaves need no call of their own when the row says so.
    for (Leaving& one : leaving_) {
      one.with_parent = one.observed.row->remove.empty() ||
                        one.observed.tags.contains(std::string(kTagStood)) ||
                        (one.observed.row->remove_with_parent &&
                         leaves(one.observed.row->parent, one.observed.parent_id));
    }
  }

  // What was there before us stays; it is let go once the parts that we have set are gone.
  void forget_what_stood_before() {
    for (const Seen& one : stays_) {
      const bool has_leaving_parts = std::any_of(
          leaving_.begin(), leaving_.end(),
          [&one](const Leaving& leaving) { return is_part_of(leaving.observed, *one.observed); });
      if (!has_leaving_parts) plan_.forgotten.emplace_back(one.key);
    }
  }

  // What can refuse is asked first: nothing goes while AWS would keep one of them.
  bool is_protected() {
    bool any = false;
    for (const Leaving& one : leaving_) {
      std::string why = one.retained || one.observed.life == Life::going
                            ? std::string()
                            : protection_of(one.observed);
      if (why.empty()) continue;
      any = true;
      Action action;
      action.verb = Verb::blocked;
      action.key = one.key;
      action.type = one.observed.row->type;
      action.id = one.observed.id;
      action.reason = "ProtectedInAws";
      action.why = std::move(why);
      plan_.actions.push_back(std::move(action));
    }
    return any;
  }

  // A part is no more without any of its parents.
  bool leaves_with_a_parent(const Observed& part) const {
    if (leaves(part.row->parent, part.parent_id)) return true;
    const auto& others = part.row->parents;
    return std::any_of(others.begin(), others.end(), [&](const OtherParent& other) {
      return leaves(other.type, text_member(part.fields, other.field));
    });
  }

  // Whether a part that nobody desires was set by us, or may not be there at all.
  bool is_ours_to_remove(const Observed& part) const {
    if (!part.row->exclusive && !part.row->remembered) return false;
    if (part.row->only_ours) return true;
    const Observed* parent = parent_of(part);
    if (parent == nullptr) return false;
    if (part.row->exclusive && in_.exclusive.contains(parent->key)) return true;
    return read_marks(parent->tags, kTagParts).contains(part_mark(*part.row, part.fields));
  }

  const Observed* parent_of(const Observed& part) const {
    for (const Observed* observed : in_.world.ours) {
      if (observed == nullptr || part.row->parent != observed->row->type) continue;
      if (part.parent_id == observed->id) return observed;
    }
    return nullptr;
  }

  // What is ours and has a key that nobody wants, in the order of the keys.
  std::vector<Seen> unwanted() const {
    std::vector<Seen> out;
    for (std::size_t number = 0; number < in_.world.ours.size(); ++number) {
      const Observed* observed = in_.world.ours[number];
      if (observed == nullptr || in_.wanted[number]) continue;
      out.push_back({in_.world.keys[number], observed});
    }
    std::sort(out.begin(), out.end(),
              [](const Seen& one, const Seen& other) { return one.key < other.key; });
    return out;
  }

  void leave(std::string_view key, const Observed& observed, std::string why) {
    Leaving one{std::string(key), observed, std::move(why), false, false, std::nullopt};
    one.retained = in_.options.retain.contains(std::string(observed.row->type));
    if (key.empty()) {
      const std::string name = identity_of(*observed.row, observed.fields);
      one.key = std::string(observed.row->type) + "/" + (name.empty() ? observed.id : name);
    }
    if (!one.retained) ids_.insert(name_of(observed.row->type, observed.id));
    leaving_.push_back(std::move(one));
  }

  // Ids are unique within a type only: a bucket and a role may share a name.
  static std::string name_of(std::string_view type, const std::string& id) {
    return std::string(type) + "|" + id;
  }

  bool leaves(std::string_view type, const std::string& id) const {
    return !id.empty() && ids_.contains(name_of(type, id));
  }

  static bool is_part_of(const Observed& part, const Observed& whole) {
    if (part.row->parent == whole.row->type && part.parent_id == whole.id) return true;
    const auto& others = part.row->parents;
    return std::any_of(others.begin(), others.end(), [&](const OtherParent& other) {
      return other.type == whole.row->type && text_member(part.fields, other.field) == whole.id;
    });
  }

  void add_action(Leaving& one) {
    if (one.with_parent) return;
    Action action;
    if (one.retained) {
      action.verb = Verb::keep;
      action.why = "is kept (deletionPolicy Retain)";
    } else if (one.observed.life == Life::going) {
      action.verb = Verb::wait;
      action.why = "is being deleted";
      action.settle_seconds = one.observed.row->leave_seconds;
    } else if (one.observed.life == Life::pending) {
      // AWS refuses to take away what it is still making or changing.
      action.verb = Verb::wait;
      action.why = "is on its way, and is taken away after that";
      if (!one.observed.reason.empty()) action.why += " (" + one.observed.reason + ")";
      action.settle_seconds = one.observed.row->settle_seconds;
    } else {
      action = remove_action(one.key, one.observed, one.why);
      action.last = true;
      if (one.observed.life == Life::failed && !one.observed.reason.empty()) {
        action.reason = kRemovalFailed;
        action.why += "; what AWS says of it: " + one.observed.reason;
      }
    }
    action.key = one.key;
    action.type = one.observed.row->type;
    action.id = one.observed.id;
    plan_.actions.push_back(std::move(action));
    if (!one.retained) one.action = plan_.actions.size() - 1;
  }

  // Whether `user` must be gone before `used` can go.
  static bool precedes(const Leaving& user, const Texts& named, const Leaving& used) {
    const Row& user_row = *user.observed.row;
    const Row& used_row = *used.observed.row;
    if (lists(user_row.after, used_row.type) || lists(user_row.remove_before, used_row.type) ||
        lists(user_row.stay_until_gone, used_row.type)) {
      return true;
    }
    if (user.with_parent) return false;
    if (is_part_of(user.observed, used.observed)) return true;
    // Ids that AWS gives are unique; names are not, and whoever uses a name says so in its row.
    if (used_row.identity.empty() && named.contains(used.observed.id)) return true;
    const Json& arn = used_row.arn.empty() ? Json() : member(used.observed.fields, used_row.arn);
    return arn.is_string() && named.contains(arn.get_ref<const std::string&>());
  }

  // The action that stands for a resource: its own, or its parent's.
  std::optional<std::size_t> action_of(const Leaving& one) const {
    if (one.action || !one.with_parent) return one.action;
    for (const Leaving& other : leaving_) {
      if (other.action && is_part_of(one.observed, other.observed)) return other.action;
    }
    return std::nullopt;
  }

  void add_needs(const Leaving& user) {
    if (user.retained) return;
    Texts named;
    add_texts(user.observed.fields, named);
    const auto user_action = action_of(user);
    if (user.action) {
      auto& needs = plan_.actions[*user.action].needs;
      needs.insert(needs.end(), waits_.begin(), waits_.end());
    }
    for (const Leaving& used : leaving_) {
      if (&used == &user || !precedes(user, named, used)) continue;
      const auto used_action = action_of(used);
      if (!used_action || !user_action || used_action == user_action) continue;
      plan_.actions[*used_action].needs.push_back(*user_action);
    }
  }

  const RemovalInput& in_;
  Plan& plan_;
  std::vector<Leaving> leaving_;
  std::vector<Seen> stays_;    // nobody wants it any more, and it stood there before us
  std::set<std::string> ids_;  // "type|id" of what leaves
  std::vector<std::size_t> waits_;
};

// Two actions of which each waits for the other, directly or not; nothing when every action can
// come to its turn.
std::optional<std::pair<std::size_t, std::size_t>> find_circle(const Plan& plan) {
  std::vector<int> mark(plan.actions.size(), 0);  // 1: on the way, 2: done
  std::optional<std::pair<std::size_t, std::size_t>> circle;
  const std::function<void(std::size_t)> visit = [&](std::size_t index) {
    mark[index] = 1;
    for (const std::size_t need : plan.actions[index].needs) {
      if (circle) return;
      if (mark[need] == 1) circle = {index, need};
      if (mark[need] == 0) visit(need);
    }
    mark[index] = 2;
  };
  for (std::size_t i = 0; i < plan.actions.size() && !circle; ++i) {
    if (mark[i] == 0) visit(i);
  }
  return circle;
}

// The order comes from what AWS shows: were it a circle, a person must open it. What is not part of
// it goes on.
void block_circles(Plan& plan) {
  while (const auto circle = find_circle(plan)) {
    Action& action = plan.actions[circle->first];
    const Action& other = plan.actions[circle->second];
    action.verb = Verb::blocked;
    action.reason = "RemovalCircle";
    action.why = "must go before " + other.key + " (" + other.id +
                 "), which must go before it; remove one of them by hand";
    action.needs.clear();
  }
}

// What stays, names a leaving resource and has changes coming, is changed first.
void wait_for_changes(const RemovalInput& in, Plan& plan) {
  for (const auto& [key, index] : in.last) {
    const Observed* seen = in.world.find(key);
    if (seen == nullptr) continue;
    Texts named;
    add_texts(seen->fields, named);
    for (Action& action : plan.actions) {
      if (action.verb != Verb::remove || action.replaces || action.id.empty()) continue;
      if (action.key != key && named.contains(action.id)) action.needs.push_back(index);
    }
  }
}

}  // namespace

void add_removals(const RemovalInput& input, Plan& plan) {
  const std::size_t before = plan.actions.size();
  Remover(input, plan).run();
  if (plan.actions.size() == before) return;
  wait_for_changes(input, plan);
  block_circles(plan);
}

}  // namespace byoc
