// History: one seed, one story. Objects are applied, the world is hurt and then calmed, and then
// the same things are demanded of every story.
//
//   never two living objects of one key; converged; while calm no rejected call and nothing taken
//   away again; a second pass changes nothing; foreign resources untouched; after delete the world
//   is as before.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/sim/odd_answer.h"
#include "tests/sim/story_run.h"

namespace byoc::sim {

// What comes in the place of every answer to one operation, for a while.
struct WrongAnswers {
  std::string operation;                     // "ec2:CreateVpc"
  SimWire::Page page = SimWire::Page::none;  // a proxy's page, or
  std::optional<Oddity> oddity = {};         // a good answer that says something else
};

class History : public StoryRun {
 public:
  explicit History(StoryOptions options) : StoryRun(std::move(options)) {}

  // Tells the whole story. Empty when everything that is demanded holds; otherwise what does not.
  [[nodiscard]] std::vector<std::string> run();

  // The second seat with wrong answers: whatever is said to be made or gone is, and what does not
  // ask goes on; with right answers all goes on to its end.
  [[nodiscard]] std::vector<std::string> run_with(const WrongAnswers& wrong);

 private:
  void apply_all();
  void storm();
  [[nodiscard]] bool all_converged() const;
  void demand_true_claims(const std::vector<std::string>& whole);
  [[nodiscard]] std::function<void()> begin_wrong_answers(const WrongAnswers& wrong, int& count);
  void others_add_things();
  void demand_converged();
  void change_facts(std::size_t usable_min);
};

// The objects of the ordinary stack: a Role, a Cluster with it, and a NodeGroup.
[[nodiscard]] std::vector<Object> ordinary_stack();

}  // namespace byoc::sim
