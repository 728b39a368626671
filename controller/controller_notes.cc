// What the controller tells of a pass as events: each thing once, when it is news.
#include <algorithm>
#include <utility>

#include "controller/controller.h"
#include "reconcilers/status.h"

namespace byoc {

// What AWS says is wrong, before anything is done about it; and that it is over.
void Controller::note_health(const Object& before, const Object& after) {
  const auto was = find_condition(before, "Healthy");
  const auto is = find_condition(after, "Healthy");
  if (!is || (was && was->status == is->status && was->message == is->message)) return;
  const bool well = is->status == "True";
  if (well && (!was || was->status == "True")) return;
  note_event(before.key(), well ? "Normal" : "Warning", is->reason, is->message);
}

// What a person must decide is said with its way out, as an event when it is news.
void Controller::note_blocked(Standing& standing, const Pass& pass) {
  if (!standing.reason.empty()) return;
  const Action* action = first_blocked(pass.object(), pass.plan());
  if (action == nullptr) return;
  standing.reason = action->reason;
  standing.message = action->key + ": " + action->why;
  if (pass.object().status.value("message", "") != standing.message) {
    note_event(pass.object().key(), "Warning", standing.reason, standing.message);
  }
}

// How an accepted update failed is said once: it was under way when the pass began.
void Controller::note_updates(const Pass& pass) {
  const std::vector<Followed> before = followed_of(pass.object());
  for (std::size_t i = 0; i < pass.followed().size() && i < before.size(); ++i) {
    const Followed& one = pass.followed()[i];
    if (!before[i].running || one.error.empty()) continue;
    note_event(pass.object().key(), "Warning", "UpdateFailed",
               "update " + one.key + ": " + one.operation + ": " + one.error);
  }
}

// Remembers what was accepted until a look shows its effect: what it asks for again had none.
void Controller::note_sent(Memory& memory, const Pass& pass) {
  if (!pass.looked()) return;
  constexpr int kToldAt = 3;  // reads lag behind: one or two may only be late
  std::map<std::string, Sent> next;
  const auto& actions = pass.plan().actions;
  for (std::size_t i = 0; i < pass.outcomes().size(); ++i) {
    const ActionOutcome& outcome = pass.outcomes()[i];
    const std::string mark = mark_of_call(actions[i]);
    if (outcome.state != ActionOutcome::State::done || mark.empty()) continue;
    const auto before = memory.sent.find(mark);
    Sent& sent = next[mark];
    sent = {actions[i].key, actions[i].operation, outcome.status.message,
            before == memory.sent.end() ? 1 : before->second.count + 1, cloud_.now()};
    if (sent.count != kToldAt) continue;
    note_event(pass.object().key(), "Warning", "NoEffect",
               sent.key + ": " + sent.operation +
                   " was accepted and had no effect; it is tried again with growing pauses" +
                   (sent.answer.empty() ? "" : " (" + sent.answer + ")"));
  }
  for (const auto& [mark, sent] : memory.sent) {
    const bool open = std::any_of(actions.begin(), actions.end(),
                                  [&key = sent.key](const auto& one) { return one.key == key; });
    if (open) next.try_emplace(mark, sent);
  }
  memory.sent = std::move(next);
}

// That a part is missing is said at once, and once: what follows takes its time.
void Controller::note_missing(const Memory& memory, const Pass& pass) {
  for (const Action& action : pass.plan().actions) {
    if (action.reason != kMissing || memory.waits.contains(action.key)) continue;
    note_event(pass.object().key(), "Warning", std::string(kMissing),
               action.key + " " + action.id + " " + action.why);
  }
}

}  // namespace byoc
