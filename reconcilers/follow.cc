#include "reconcilers/follow.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "reconcilers/health.h"
#include "reconcilers/reference.h"
#include "reconcilers/row.h"

namespace byoc {
namespace {

constexpr const char* kUpdates = "updates";  // in the status
constexpr int kRepeatMin = 2;                // seconds

std::string errors_text(const Json& update) {
  std::string text;
  for (const Json& one : member(update, "errors")) {
    text += (text.empty() ? "" : "; ") + text_member(one, "errorCode") + ": " +
            text_member(one, "errorMessage");
    for (const Json& id : member(one, "resourceIds")) {
      if (id.is_string()) text += " (" + id.get<std::string>() + ")";
    }
  }
  return text;
}

const Followed* failed_update(const std::vector<Followed>& updates, const Action& action) {
  const auto found = std::find_if(updates.begin(), updates.end(), [&](const Followed& one) {
    return one.key == action.key && one.operation == action.operation && !one.error.empty();
  });
  return found == updates.end() ? nullptr : &*found;
}

void hold_one(const Sent& sent, const Followed* failed, int left, Action& action) {
  action.verb = Verb::wait;
  action.reason = failed != nullptr ? "UpdateFailed" : "NoEffect";
  action.why = failed != nullptr ? sent.operation + " failed: " + failed->error
                                 : sent.operation + " was accepted and had no effect";
  if (failed == nullptr && !sent.answer.empty()) action.why += " (" + sent.answer + ")";
  action.why += "; it is tried again with growing pauses";
  action.operation.clear();
  action.params = Json::object();
  action.settle_seconds = 0;
  action.idle_seconds = left;
}

}  // namespace

Followed followed_by(const Action& action, const Json& sent, const Json& answer) {
  Followed update;
  const Row& row = find_row(action.type);
  const Json& id = row.update.empty() ? Json() : member(answer, row.update);
  if (action.verb != Verb::update || !id.is_string()) return update;
  if (!fill(row.follow_params, sent, action.id, update.params)) return update;
  update.key = action.key;
  update.operation = action.operation;
  update.service = action.service;
  update.follow = row.follow;
  update.params["updateId"] = id;
  return update;
}

std::vector<Followed> followed_of(const Object& object) {
  std::vector<Followed> updates;
  for (const Json& item : member(object.status, kUpdates)) {
    updates.push_back({text_member(item, "key"), text_member(item, "operation"),
                       text_member(item, "service"), text_member(item, "follow"),
                       member(item, "params"), item.value("running", false),
                       text_member(item, "error")});
  }
  return updates;
}

void write_followed(Object& object, const std::vector<Followed>& updates) {
  Json list = Json::array();
  for (const Followed& one : updates) {
    Json item = {{"key", one.key},       {"operation", one.operation}, {"service", one.service},
                 {"follow", one.follow}, {"params", one.params},       {"running", one.running}};
    if (!one.error.empty()) item["error"] = one.error;
    list.push_back(std::move(item));
  }
  set_unless_empty(object.status, kUpdates, std::move(list));
}

Query follow_query(const Followed& update) {
  return make_query(update.service, update.follow, update.params, /*detail=*/false);
}

void read_followed(const LookAnswer& answer, Followed& update) {
  const bool later = answer.status.code == Code::throttled ||
                     answer.status.code == Code::unavailable ||
                     answer.status.code == Code::unknown_outcome;
  if (later) return;
  const Json body = answer.status.ok() ? answer.body() : Json();
  const std::string state = text_member(body, "update/status");
  update.running = state == "InProgress";
  if (state != "Failed" && state != "Cancelled") return;
  update.error = errors_text(member(body, "update"));
  if (update.error.empty()) update.error = state;
}

std::string mark_of_call(const Action& action) {
  const bool natural = action.verb == Verb::create && find_row(action.type).again == Again::natural;
  if (action.verb != Verb::update && action.verb != Verb::tag && !natural) return {};
  const std::string params = action.params.dump(-1, ' ', false, Json::error_handler_t::replace);
  return action.key + " " + action.operation + " " + sha256_hex(params).substr(0, 16);
}

void hold_repeated(const std::map<std::string, Sent>& sent, const std::vector<Followed>& updates,
                   Time now, Plan& plan) {
  if (sent.empty()) return;
  for (Action& action : plan.actions) {
    const std::string mark = mark_of_call(action);
    const auto known = mark.empty() ? sent.end() : sent.find(mark);
    if (known == sent.end()) continue;
    const Followed* failed = failed_update(updates, action);
    const Duration pause = std::chrono::seconds(
        failed != nullptr ? pause_seconds(known->second.count, mark)
                          : pause_seconds(known->second.count, mark, kRepeatMin));
    const Duration left = known->second.at + pause - now;
    if (left <= Duration(0)) continue;
    hold_one(known->second, failed,
             static_cast<int>(std::chrono::ceil<std::chrono::seconds>(left).count()), action);
  }
}

}  // namespace byoc
