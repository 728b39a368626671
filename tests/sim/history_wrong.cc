#include <algorithm>
#include <map>

#include "tests/sim/census.h"
#include "tests/sim/history.h"

namespace byoc::sim {
namespace {

constexpr Duration kWrongFor = std::chrono::minutes(90);

std::vector<std::string> owned_keys(const World& world) {
  std::vector<std::string> keys;
  for (const auto& [key, ids] : owned(world)) keys.push_back(key);
  return keys;
}

// The good answers so far, for whoever asks for another one.
class Heard {
 public:
  void note(const std::string& call, const std::string& params, const std::string& body) {
    bodies_[call][params] = body;
  }
  // The answer about another resource, or else to another question; empty when there was none.
  [[nodiscard]] std::string another(const std::string& call, const std::string& params) const {
    const std::string service = call.substr(0, call.find(':') + 1);
    std::string found;
    for (const auto& [name, answers] : bodies_) {
      for (const auto& [asked, body] : answers) {
        if (name == call && asked != params) return body;
        if (name != call && name.starts_with(service)) found = body;
      }
    }
    return found;
  }

 private:
  std::map<std::string, std::map<std::string, std::string>> bodies_;
};

}  // namespace

// What is converged has all of its resources; what has left the store has none.
void History::demand_true_claims(const std::vector<std::string>& whole) {
  const std::vector<std::string> there = owned_keys(cloud_.world());
  for (const Object& object : ordinary_stack()) {
    const std::string& uid = object.metadata.uid;
    const auto is_its = [&](const std::string& key) { return key.starts_with(uid); };
    const Standing* standing = controller_->standing(object.key());
    if (!store_->get(object.key()).ok()) {
      if (std::any_of(there.begin(), there.end(), is_its)) {
        complain(to_string(object.key()) + " is said to be gone and is not");
      }
    } else if (standing != nullptr && standing->converged && !whole.empty()) {
      for (const std::string& key : whole) {
        if (is_its(key) && std::find(there.begin(), there.end(), key) == there.end()) {
          complain(to_string(object.key()) + " is said to be complete without " + key);
        }
      }
    }
  }
}

// Until what it answers with is called; `count` says how many answers were wrong.
std::function<void()> History::begin_wrong_answers(const WrongAnswers& wrong, int& count) {
  if (wrong.page != SimWire::Page::none) {
    wire_->page_for = [&wrong, &count](const std::string& call, HttpResponse& response) {
      if (call != wrong.operation) return SimWire::Page::none;
      constexpr int kStatuses[] = {500, 404, 405, 501};
      response.status = kStatuses[count++ % 4];
      return wrong.page;
    };
  }
  if (wrong.oddity) {
    wire_->change = [this, &wrong, &count, heard = Heard()](
                        const std::string& call, const Json& params, HttpResponse& answer) mutable {
      const std::string asked = params.dump();
      heard.note(call, asked, answer.body);
      if (call != wrong.operation) return;
      ++count;
      const bool is_json = answer.headers.at(0).second.find("json") != std::string::npos;
      answer.body =
          odd_body(*wrong.oddity, is_json, answer.body, heard.another(call, asked), random_);
    };
  }
  return [this] {
    wire_->page_for = nullptr;
    wire_->change = nullptr;
  };
}

std::vector<std::string> History::run_with(const WrongAnswers& wrong) {
  check(options_.below, "wrong answers come from below the client");
  int count = 0;
  const auto never = [] { return false; };
  const Duration limit = std::chrono::hours(3);
  apply_all();
  std::function<void()> end_wrong_answers = begin_wrong_answers(wrong, count);
  run_until(cloud_.now() + kWrongFor, never);
  const int made = count;
  std::vector<std::string> early;
  for (const Object& object : ordinary_stack()) {
    const Standing* standing = controller_->standing(object.key());
    const bool whole = standing != nullptr && standing->converged;
    if (whole) early.push_back(object.metadata.uid);
    const bool asks = wrong.operation.starts_with("iam:") || wrong.operation.starts_with("sts:");
    if (object.kind == "Role" && !asks && !whole) {
      complain(to_string(object.key()) + " does not go on, and has nothing to do with it");
    }
  }
  const std::vector<std::string> before = owned_keys(cloud_.world());
  end_wrong_answers();
  if (!settle(
          "converge with right answers", [this] { return all_converged(); }, limit)) {
    return complaints_;
  }
  const std::vector<std::string> whole = owned_keys(cloud_.world());
  for (const std::string& key : whole) {
    const bool said = std::any_of(early.begin(), early.end(),
                                  [&](const std::string& uid) { return key.starts_with(uid); });
    if (said && std::find(before.begin(), before.end(), key) == before.end()) {
      complain("said to be complete after wrong answers without " + key);
    }
  }
  demand_converged();
  end_wrong_answers = begin_wrong_answers(wrong, count);
  request_deletion();
  run_until(cloud_.now() + kWrongFor, never);
  demand_true_claims(whole);
  if (made == 0 && count == 0) complain("the story never calls " + wrong.operation);
  end_wrong_answers();
  if (settle(
          "delete with right answers", [this] { return all_gone(); }, limit)) {
    demand_nothing_left();
  }
  return complaints_;
}

}  // namespace byoc::sim
