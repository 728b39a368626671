#include "reconcilers/diff.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/check.h"
#include "reconcilers/adoption.h"
#include "reconcilers/create.h"
#include "reconcilers/health.h"
#include "reconcilers/hold.h"
#include "reconcilers/order.h"
#include "reconcilers/removal.h"
#include "reconcilers/step.h"
#include "reconcilers/versions.h"
#include "reconcilers/world.h"

namespace byoc {
namespace {

constexpr int kUnwellSeconds = 30;  // between looks at what does not work as it should

class Differ {
 public:
  Differ(const Owner& owner, const Graph& graph, const Snapshot& snapshot,
         const DiffOptions& options)
      : owner_(owner),
        graph_(graph),
        snapshot_(snapshot),
        options_(options),
        names_(options.names != nullptr ? *options.names : graph),
        world_(assign_keys(owner, names_, snapshot, options)),
        known_{lookup_in(world_, graph),
               [this](const Reference& r) -> const Json& { return world_.value(r); },
               {},
               [this](std::string_view key) { return gets_another_id(key); }},
        tags_(owner) {
    if (options.dry_run) know_what_comes_later();
  }

  Plan run() {
    find_wanted();
    const CreationOrder order(graph_, &graph_ == &names_ ? world_.keys : keys_of(graph_));
    main_refused_ = !graph_.main.empty() && is_refused(graph_.main);
    for (const OrderedNode& node : order) add_desired(node);
    settle_promises();
    remember_inherited();
    if (options_.observe) return std::move(plan_);
    if (options_.deleting && take_recorded_back()) return std::move(plan_);
    add_removals(removal_input(), plan_);
    for (const std::string& key : lingering_) add_lingering(snapshot_.intents.at(key));
    hold_unfinishable(graph_, world_, plan_);
    if (options_.still_used) hold_all_but_repairs(snapshot_.intents, plan_);
    if (options_.shown && !options_.deleting) hold_parts(*options_.shown, plan_);
    return std::move(plan_);
  }

 private:
  // A pass meets the followers of what it makes when it looks again; a dry run plans them now.
  void know_what_comes_later() {
    known_.later = [this](const Reference& r) {
      const auto moved = moved_.find(r.key);
      if (moved != moved_.end() && moved->second == r.member) return true;
      const auto made = anew_.find(r.key);
      return made != anew_.end() && made->second == r.member;
    };
    known_.full = [this, full = known_.full](const Reference& r) {
      return known_.later(r) ? Json() : full(r);
    };
    known_.shown = [this](const Reference& r) -> const Json& {
      static const Json kLater;
      return known_.later(r) ? kLater : world_.value(r);
    };
  }

  // What the actions on a resource give another value: the id of a new one, above all.
  void note_later(const Row& row, const Desired& desired, const std::vector<Action>& actions) {
    for (const Action& action : actions) {
      const bool anew =
          action.verb == Verb::create || (action.verb == Verb::remove && action.replaces);
      if (anew && !row.id.empty() && !desired.params.contains(row.id)) {
        anew_[desired.key] = row.id;
      }
      if (action.verb != Verb::update) continue;
      for (const Set& set : row.set) {
        if (set.operation == action.operation && !set.moves.empty())
          moved_[desired.key] = set.moves;
      }
    }
  }

  void find_wanted() {
    if (&graph_ != &names_) {
      for (const Desired& desired : graph_.nodes) numbers_.push_back(world_.number_of(desired.key));
    }
    wanted_.resize(world_.keys.size());
    for (std::uint32_t i = 0; i < graph_.nodes.size(); ++i) wanted_[number_of(i)] = true;
  }

  // The world's number of the key of a node of the graph.
  std::uint32_t number_of(std::uint32_t place) const {
    return numbers_.empty() ? place : numbers_[place];
  }

  void add_desired(const OrderedNode& node) {
    const Desired& desired = graph_.nodes[node.place];
    if (snapshot_.unsupported.contains(desired.type)) return;
    const Row& row = *node.row;
    const std::vector<std::size_t> needs = needs_of(node);
    const Observed* seen = world_.ours[number_of(node.place)];
    const Observed* foreign = seen == nullptr ? foreign_of(desired) : nullptr;
    if (desired.observe_only) {
      add_observed(row, desired, seen != nullptr ? seen : foreign);
    } else if (seen != nullptr) {
      add_present(row, desired, *seen, needs);
    } else if (foreign != nullptr) {
      add_foreign(row, desired, *foreign, needs);
    } else {
      add_absent(node, needs);
    }
  }

  // Whether a desired resource is missing to which AWS will give an id of its own.
  bool gets_another_id(std::string_view key) const {
    if (world_.find(key) != nullptr) return false;
    const auto node = std::find_if(graph_.nodes.begin(), graph_.nodes.end(),
                                   [&](const Desired& one) { return one.key == key; });
    if (node == graph_.nodes.end() || snapshot_.unsupported.contains(node->type)) return false;
    const Row& row = find_row(node->type);
    return row.identity.empty() && row.parent.empty();
  }

  // What stands under the name of a resource and is not ours.
  const Observed* foreign_of(const Desired& desired) const {
    const auto foreign = world_.foreign.find(desired.key);
    if (foreign == world_.foreign.end() || find_row(desired.type).identity.empty()) return nullptr;
    return foreign->second;
  }

  // Whether what stands under this key cannot become ours with this plan.
  bool is_refused(const std::string& key) {
    for (const Desired& desired : graph_.nodes) {
      if (desired.key != key || world_.find(key) != nullptr) continue;
      const Observed* foreign = foreign_of(desired);
      return foreign != nullptr && !may_be_taken(adoption(desired, *foreign));
    }
    return false;
  }

  Adoption adoption(const Desired& desired, const Observed& observed) {
    const Row& row = find_row(desired.type);
    return adoption_of({row, desired, observed, known_, tags_for(row, desired), options_});
  }

  // What must be finished first: the last action of everything that this one refers to.
  std::vector<std::size_t> needs_of(const OrderedNode& node) const {
    std::vector<std::size_t> needs;
    if (last_.empty()) return needs;
    for (const std::uint32_t place : node.after) {
      const auto found = last_.find(graph_.nodes[place].key);
      if (found != last_.end()) needs.push_back(found->second);
    }
    return needs;
  }

  // What a resource must carry; `observed` may hold parts that are to go and not gone yet.
  // Until the next call.
  const Tags& tags_for(const Row& row, const Desired& desired, const Observed* observed = nullptr) {
    static const Tags kNone;
    if (row.tagging == Tagging::none) return kNone;
    const Tags& tags = tags_.of(desired.key, desired.tags);
    if (!row.remembers_parts) return tags;
    SetMarks parts = parts_of(desired.key);
    if (observed != nullptr) add_parts_to_go(*observed, parts);
    if (parts.empty()) return tags;
    tags_with_parts_ = tags;
    tags_with_parts_[std::string(kTagParts)] = marks_text(parts);
    return tags_with_parts_;
  }

  void add_parts_to_go(const Observed& observed, SetMarks& parts) const {
    const SetMarks known = read_marks(observed.tags, kTagParts);
    for (const Observed* part : world_.unasked) {
      if (part->row->parent != observed.row->type || part->parent_id != observed.id) continue;
      const std::string mark = part_mark(*part->row, part->fields);
      if (known.contains(mark)) parts.insert(mark);
    }
  }

  // The marks of the desired parts of a resource, as far as their names are known.
  SetMarks parts_of(const std::string& key) const {
    SetMarks marks;
    for (const Desired& part : graph_.nodes) {
      const Row& row = find_row(part.type);
      if ((!row.exclusive && !row.remembered) || !find_row(row.parent).remembers_parts) continue;
      Json fields = Json::object();
      bool of_key = false;
      bool complete = true;
      for (const std::string_view name : row.identity) {
        const Json& value = member(part.params, name);
        for (const Reference& reference : references(value)) {
          of_key = of_key || (reference.key == key && is_of_type(key, row.parent));
        }
        fields[std::string(name)] = resolve(
            value, [this](const Reference& r) { return named(r); }, complete);
      }
      const std::string mark = of_key && complete ? part_mark(row, fields) : std::string();
      if (!mark.empty()) marks.insert(mark);
    }
    return marks;
  }

  bool is_of_type(std::string_view key, std::string_view type) const {
    const auto found = std::find_if(graph_.nodes.begin(), graph_.nodes.end(),
                                    [&](const Desired& node) { return node.key == key; });
    return found != graph_.nodes.end() && found->type == type;
  }

  // What is seen, or else what is desired: names are known before there is anything.
  Json named(const Reference& reference) const {
    const Json& seen = world_.value(reference);
    if (!seen.is_null()) return seen;
    for (const Desired& node : graph_.nodes) {
      if (node.key != reference.key) continue;
      const Json& value = member(node.params, reference.member);
      return has_references(value) ? Json() : value;
    }
    return nullptr;
  }

  // Appends actions on one key, one after the other; the last one is what dependents need.
  void append(std::vector<Action> actions, const std::vector<std::size_t>& needs) {
    std::optional<std::size_t> previous;
    for (Action& action : actions) {
      action.needs = previous ? std::vector<std::size_t>{*previous} : needs;
      const bool stays = action.verb == Verb::blocked && !action.id.empty();
      const std::string key = action.key;
      const Verb verb = action.verb;
      plan_.actions.push_back(std::move(action));
      // A difference that cannot be mended, or that waits for another change, does not hold up the
      // others.
      if (stays || verb == Verb::keep) continue;
      previous = plan_.actions.size() - 1;
      last_[key] = *previous;
    }
    if (previous) plan_.actions[*previous].last = true;
  }

  void add_present(const Row& row, const Desired& desired, const Observed& observed,
                   const std::vector<std::size_t>& needs) {
    if (observed.unseen) return add_unseen(row, desired, observed, needs);
    if (observed.life == Life::failed) return add_failed(row, desired, observed, needs);
    if (observed.life != Life::ready) {
      return append({waiting(row, desired.key, observed.id, under_way(observed))}, needs);
    }
    if (options_.under_way.contains(desired.key)) {
      return append({waiting(row, desired.key, observed.id, "is being changed")}, needs);
    }
    std::vector<Action> actions =
        update_actions(row, desired, known_, tags_for(row, desired, &observed), observed,
                       [&] { return effect_is_due(desired.key, graph_, known_, world_); });
    if (observed.recorded) taken_.insert(desired.key);
    hold_steps(row, desired, observed, actions);
    if (!options_.dry_run) hold_outdated(row, desired, observed, actions);
    note_later(row, desired, actions);
    append(std::move(actions), needs);
    add_unwell(row, desired, observed);
  }

  // What does not work as it should is told and looked at again; it holds up nothing.
  void add_unwell(const Row& row, const Desired& desired, const Observed& observed) {
    if (observed.healthy || options_.dry_run) return;
    Action wait = waiting(row, desired.key, observed.id, "is not healthy: " + observed.reason);
    wait.reason = trouble_word(observed, "Degraded");
    wait.settle_seconds = 0;
    wait.idle_seconds = kUnwellSeconds;
    plan_.actions.push_back(std::move(wait));
  }

  // Nothing waits for a step that is not taken: above all, not what it waits for.
  void hold_steps(const Row& row, const Desired& desired, const Observed& observed,
                  std::vector<Action>& actions) {
    for (Action& held : take_one_step({row, desired, observed, graph_, world_}, actions)) {
      plan_.actions.push_back(std::move(held));
    }
    if (options_.dry_run || !followers_are_late(row, desired, observed)) return;
    Action wait = waiting(row, desired.key, observed.id,
                          "has another version, and what follows it is looked up");
    wait.settle_seconds = 0;
    plan_.actions.push_back(std::move(wait));
  }

  // A change to a value that this plan changes, too, would be made twice: it waits for the other.
  void hold_outdated(const Row& row, const Desired& desired, const Observed& observed,
                     std::vector<Action>& actions) {
    if (moved_.empty()) return;
    std::string moved;
    const auto is_outdated = [&](const Set& set) {
      return any_reference(member(desired.params, set.field), [&](const Reference& one) {
        const auto found = moved_.find(one.key);
        if (found == moved_.end() || found->second != one.member) return false;
        moved = one.key;
        return true;
      });
    };
    const auto held = std::erase_if(actions, [&](const Action& action) {
      return action.verb == Verb::update &&
             std::any_of(row.set.begin(), row.set.end(), [&](const Set& set) {
               return set.operation == action.operation && is_outdated(set);
             });
    });
    if (held == 0) return;
    Action wait = waiting(row, desired.key, observed.id, "waits for the change of " + moved);
    wait.settle_seconds = 0;
    actions.push_back(std::move(wait));
  }

  // What was made, and is not in what this look showed: neither there nor gone, until it is proved.
  void add_unseen(const Row& row, const Desired& desired, const Observed& observed,
                  const std::vector<std::size_t>& needs) {
    const Time as_of = snapshot_.as_of(desired.type);
    const Intent missed = missed_once_more(snapshot_.intents.at(desired.key), as_of);
    if (as_of - missed.sent < options_.absence_grace) {
      Action wait =
          waiting(row, desired.key, observed.id, "was made, and AWS does not show it yet");
      if (observed.life != Life::ready) return append({std::move(wait)}, needs);
      // Reads lag behind: what depends on it goes on with what the create call answered.
      wait.settle_seconds = 0;
      plan_.actions.push_back(std::move(wait));
      return;
    }
    Action wait = waiting(row, desired.key, observed.id,
                          "was there before, and is not seen now; it is made again once a second "
                          "look does not find it either");
    wait.reason = kMissing;
    wait.settle_seconds = 0;
    wait.idle_seconds = seconds_until_absence(missed);
    append({std::move(wait)}, needs);
  }

  int seconds_until_absence(const Intent& missed) const {
    const Duration left = absence_due(missed, options_) - snapshot_.now;
    return static_cast<int>(std::chrono::ceil<std::chrono::seconds>(left).count());
  }

  // Whoever only looks reports what there is, and how it differs.
  void add_observed(const Row& row, const Desired& desired, const Observed* observed) {
    if (observed == nullptr) {
      return append({blocked(row, desired.key, "NotFound", "does not exist, and is only observed")},
                    {});
    }
    if (observed->life == Life::failed) {
      Action action = blocked(row, desired.key, "Failed", "failed: " + observed->reason);
      action.id = observed->id;
      return append({std::move(action)}, {});
    }
    if (observed->life != Life::ready) {
      return append({waiting(row, desired.key, observed->id, under_way(*observed))}, {});
    }
    add_unwell(row, desired, *observed);
    const auto changes = compare_fields(row, desired, known_, *observed);
    if (changes.empty()) return;
    Action action = blocked(row, desired.key, std::string(kDiffers), "");
    action.verb = Verb::keep;
    action.id = observed->id;
    for (const Change& change : changes) {
      action.why += (action.why.empty() ? "" : ", ") + change.field;
      action.changes.push_back(
          {change.field, mask_external_ids(change.from),
           without_ignored(desired, change.field, member(desired.params, change.field))});
    }
    action.why += " differs from the manifest, and is only observed";
    append({std::move(action)}, {});
  }

  static std::string under_way(const Observed& observed) {
    const std::string why = observed.life == Life::going ? "is being deleted" : "is being made";
    return observed.reason.empty() ? why : why + " (" + observed.reason + ")";
  }

  void add_failed(const Row& row, const Desired& desired, const Observed& observed,
                  const std::vector<std::size_t>& needs) {
    if (!row.recreate_failed) {
      Action action = blocked(row, desired.key, "Failed", "failed: " + observed.reason);
      return append({std::move(action)}, needs);
    }
    if (const int pause = pause_left(options_.failures, desired.key, observed, snapshot_.now);
        pause > 0 && !options_.dry_run) {
      Action wait =
          waiting(row, desired.key, observed.id,
                  "failed: " + observed.reason + "; it is taken away and made again after a pause");
      wait.reason = trouble_word(observed, "Failed");
      wait.settle_seconds = 0;
      wait.idle_seconds = pause;
      return append({std::move(wait)}, needs);
    }
    Action action = remove_action(desired.key, observed, "failed: " + observed.reason);
    action.replaces = true;
    action.reason = "Failed";
    if (!row.id.empty() && !desired.params.contains(row.id)) anew_[desired.key] = row.id;
    append({std::move(action),
            waiting(row, desired.key, observed.id, "is made again once the failed one is gone")},
           needs);
  }

  void add_foreign(const Row& row, const Desired& desired, const Observed& observed,
                   const std::vector<std::size_t>& needs) {
    Adoption made = adoption(desired, observed);
    for (Shown& one : made.shown) plan_.shown.push_back(std::move(one));
    if (main_refused_ && may_be_taken(made)) {
      return append({waiting(row, desired.key, observed.id, "waits for " + graph_.main)}, needs);
    }
    if (!may_be_taken(made)) {
      Action action = blocked(row, desired.key, made.reason, made.why);
      action.changes = std::move(made.changes);
      return append({std::move(action)}, needs);
    }
    taken_.insert(desired.key);
    append(std::move(made.actions), needs);
  }

  bool parent_is_new(const OrderedNode& node) const {
    return std::any_of(node.after.begin(), node.after.end(), [&](std::uint32_t place) {
      return world_.ours[number_of(place)] == nullptr;
    });
  }

  // What a resource that is being taken over holds is not seen before it carries our tags.
  bool parent_is_taken(const OrderedNode& node) const {
    return std::any_of(node.after.begin(), node.after.end(), [&](std::uint32_t place) {
      return taken_.contains(graph_.nodes[place].key);
    });
  }

  void add_absent(const OrderedNode& node, const std::vector<std::size_t>& needs) {
    const Row& row = *node.row;
    const Desired& desired = graph_.nodes[node.place];
    if (main_refused_) return;  // nothing of it is of use
    if (!row.parent.empty() && parent_is_taken(node)) {
      return append({waiting(row, desired.key, "", "is compared once what it is part of is ours")},
                    needs);
    }
    if (row.comes_with_parent && parent_is_new(node)) return;
    const auto promise = snapshot_.intents.find(desired.key);
    const Intent* intent = promise == snapshot_.intents.end() ? nullptr : &promise->second;
    bool complete = true;
    const Json params = resolve(desired.params, known_.shown, complete);
    Desired whole = desired;
    if (row.remembers_parts) whole.parts = parts_of(desired.key);
    std::vector<Action> actions = create_actions(owner_, row, whole, params, intent, snapshot_.now);
    if (intent != nullptr && !may_create(row, *intent, actions.front())) {
      return append({waiting(row, desired.key, intent->id,
                             intent->state == Intent::State::open
                                 ? "the answer to its creation was lost; looking for it"
                                 : "was there before; looking again before making another")},
                    needs);
    }
    if (intent != nullptr && intent->state == Intent::State::made) {
      actions.front().why = "was there before, and is gone";
    }
    note_later(row, desired, actions);
    append(std::move(actions), needs);
  }

  // Whether a create call may be sent although an earlier one was promised.
  bool may_create(const Row& row, const Intent& intent, const Action& create) const {
    const Time as_of = snapshot_.as_of(intent.type);
    const Intent missed = missed_once_more(intent, as_of);
    if (absence_proved(missed, as_of, options_)) return !may_be_going(row, missed);
    if (intent.state != Intent::State::open) return false;
    if (intent.sent == Time{}) return true;  // promised, and never sent
    if (intent.params_hash != create.params_hash) return false;
    return row.again == Again::by_token || row.again == Again::by_name;
  }

  // What takes its time to go may be there still although a read that lags did not show it.
  bool may_be_going(const Row& row, const Intent& missed) const {
    return missed.state == Intent::State::removing && !row.going.empty() && !options_.dry_run &&
           (missed.empty_reads < kEmptyReadsMin ||
            snapshot_.as_of(missed.type) - missed.first_empty < options_.absence_grace);
  }

  // What this look tells about promises: found ones are made, missed ones are missed once more.
  void settle_promises() {
    for (const Promise& promise : world_.promises) {
      const Intent& intent = *promise.intent;
      if (snapshot_.unsupported.contains(intent.type)) continue;
      const bool wanted = wanted_[promise.key];
      if (world_.is_refused(intent.key)) {
        if (!wanted) add_refused(*world_.foreign.at(intent.key));
        continue;
      }
      const Observed* seen = world_.ours[promise.key];
      if (seen != nullptr && !seen->unseen) {
        found(intent, *seen, wanted);
        continue;
      }
      if (options_.deleting && !wanted && is_written_by_others(intent)) continue;
      const Time as_of = snapshot_.as_of(intent.type);
      Intent missed = missed_once_more(intent, as_of);
      const bool never_sent = intent.state == Intent::State::open && intent.sent == Time{};
      if (never_sent || absence_proved(missed, as_of, options_)) {
        if (!wanted) plan_.forgotten.push_back(intent.key);
      } else if (!wanted) {
        (find_row(intent.type).revives ? lingering_ : unproved_).push_back(intent.key);
      }
      if (missed.empty_reads != intent.empty_reads) {
        plan_.kept_promises.push_back(std::move(missed));
      }
    }
  }

  // What comes back when it is missing comes back at any time while what writes into it is there:
  // its absence counts from then on.
  bool is_written_by_others(const Intent& intent) {
    const Row& row = find_row(intent.type);
    if (!row.revives) return false;
    const auto goes_before = [&row](const Row& other) {
      const auto lists = [&row](const std::vector<std::string_view>& types) {
        return std::find(types.begin(), types.end(), row.type) != types.end();
      };
      return lists(other.after) || lists(other.remove_before);
    };
    const bool written = std::any_of(
        world_.ours.begin(), world_.ours.end(),
        [&](const Observed* seen) { return seen != nullptr && goes_before(*seen->row); });
    if (!written) return false;
    lingering_.push_back(intent.key);
    if (intent.empty_reads != 0) {
      Intent waits = intent;
      waits.empty_reads = 0;
      plan_.kept_promises.push_back(std::move(waits));
    }
    return true;
  }

  // Promised, to be taken away, and not to be seen: neither there nor gone.
  void add_refused(const Observed& observed) {
    plan_.actions.push_back(
        blocked(*observed.row, observed.key, "NameRefused", refusal_text(observed)));
  }

  // What stood in our cluster before us has no create call of ours behind it: it is remembered by a
  // promise all the same, so that it is looked at when nobody names it any more.
  void remember_inherited() {
    for (const Desired& desired : graph_.nodes) {
      const Observed* seen = world_.find(desired.key);
      const bool inherited = seen != nullptr && seen->tags.contains(std::string(kTagStood));
      if (!inherited || snapshot_.intents.contains(desired.key)) continue;
      Intent intent;
      intent.owner_uid = owner_.uid;
      intent.key = desired.key;
      intent.type = desired.type;
      intent.id = seen->id;
      intent.state = Intent::State::made;
      intent.created = intent.sent = snapshot_.now;
      for (const std::string_view field : seen->row->identity) {
        intent.made[std::string(field)] = member(seen->fields, field);
      }
      plan_.kept_promises.push_back(std::move(intent));
    }
  }

  void found(const Intent& intent, const Observed& observed, bool wanted) {
    const bool again = intent.state != Intent::State::removing || wanted;
    const bool news = intent.state == Intent::State::open || intent.id != observed.id ||
                      (intent.empty_reads != 0 && again);
    if (!news) return;
    Intent updated = intent;
    if (updated.state == Intent::State::open) updated.state = Intent::State::made;
    updated.id = observed.id;
    updated.empty_reads = 0;
    plan_.kept_promises.push_back(std::move(updated));
  }

  // Parts of a resource are seen by its tags: what lost them gets them back before anything goes.
  bool take_recorded_back() {
    const std::size_t before = plan_.actions.size();
    for (const Observed* seen : world_.ours) {
      if (seen == nullptr || !seen->recorded || seen->life == Life::going) continue;
      if (options_.retain.contains(std::string(seen->row->type))) continue;
      Desired same;
      same.type = seen->row->type;
      same.key = seen->key;
      append(update_actions(*seen->row, same, known_, tags_.of(seen->key, {}), *seen), {});
    }
    return plan_.actions.size() != before;
  }

  RemovalInput removal_input() {
    for (const Desired& desired : graph_.nodes) {
      if (desired.exclusive) exclusive_.insert(desired.key);
    }
    RemovalInput input{wanted_, options_, world_, exclusive_, last_, {}};
    for (const std::string& key : unproved_) {
      const Intent& intent = snapshot_.intents.at(key);
      input.waits.push_back(waiting(find_row(intent.type), key, intent.id,
                                    "was promised; looking for it before going on"));
    }
    return input;
  }

  // Nothing waits for it but the end.
  void add_lingering(const Intent& intent) {
    Action wait = waiting(find_row(intent.type), intent.key, intent.id,
                          "may come back for some minutes, as others write into it");
    const Duration usual = revival_grace(options_.absence_grace);
    wait.settle_seconds =
        static_cast<int>(std::chrono::duration_cast<std::chrono::seconds>(usual).count());
    plan_.actions.push_back(std::move(wait));
  }

  static Action waiting(const Row& row, const std::string& key, const std::string& id,
                        std::string why) {
    Action action;
    action.verb = Verb::wait;
    action.key = key;
    action.type = row.type;
    action.id = id;
    action.why = std::move(why);
    action.settle_seconds = row.settle_seconds;
    return action;
  }

  static Action blocked(const Row& row, const std::string& key, std::string reason,
                        std::string why) {
    Action action = waiting(row, key, "", std::move(why));
    action.verb = Verb::blocked;
    action.reason = std::move(reason);
    return action;
  }

  const Owner& owner_;
  const Graph& graph_;
  const Snapshot& snapshot_;
  const DiffOptions& options_;
  const Graph& names_;
  SeenWorld world_;
  Known known_;
  WantedTags tags_;
  Tags tags_with_parts_;  // what tags_for() answered last, of rows that remember their parts
  std::vector<std::uint32_t> numbers_;  // of the graph's keys in the world; empty: their places
  std::vector<bool> wanted_;            // by number of the key: whether it is in the graph
  // By key: the member that will have another value once the plan is carried out.
  std::map<std::string, std::string_view, std::less<>> anew_, moved_;
  LastActions last_;                              // key -> its last action
  std::set<std::string, std::less<>> exclusive_;  // keys whose parts are the desired ones alone
  std::set<std::string> taken_;                   // keys of what is being taken over
  bool main_refused_ = false;           // what the object is about stands there and is not ours
  std::vector<std::string> unproved_;   // promised, unseen, and not wanted any more
  std::vector<std::string> lingering_;  // the same, of what may come back
  Plan plan_;
};

}  // namespace

Plan diff(const Owner& owner, const Graph& graph, const Snapshot& snapshot,
          const DiffOptions& options) {
  return Differ(owner, graph, snapshot, options).run();
}

}  // namespace byoc
