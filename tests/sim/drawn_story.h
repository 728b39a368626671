// DrawnStory: a story whose manifests, edits, drift, facts and denials are drawn, too. What is
// demanded is what is demanded of every story (story_run.h), and that whatever is not as its
// manifest says has a reason that the story expects.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sim/census.h"
#include "tests/sim/story_manifests.h"
#include "tests/sim/story_run.h"

namespace byoc::sim {

// What names of objects begin with that name what others own.
inline constexpr std::string_view kRival = "rival";

class DrawnStory : public StoryRun {
 public:
  explicit DrawnStory(StoryOptions options);
  ~DrawnStory() override;

  // Tells the whole story. Empty when everything that is demanded holds; otherwise what does not.
  [[nodiscard]] std::vector<std::string> run();

 private:
  DrawnStory(StoryOptions options, std::string dir);

  void hear(const Object& object, const Pass& pass) override;
  [[nodiscard]] bool is_expected(const Entry& refused) const override;

  // As `byocctl apply` does it; what is refused is refused here. Answers why, or nothing.
  [[nodiscard]] std::string apply(const std::vector<Json>& documents);
  void note(const std::string& text) const;
  void run_for(Duration span);
  [[nodiscard]] std::vector<Object> objects() const;

  // drawn_happenings.cc: what people, AWS and others do while byoc works.
  void happen();
  void edit();
  void upgrade();
  void remove();
  void recreate();
  void claim_what_others_own();
  void change_facts(std::size_t usable_min);
  void schedule_trouble(Duration within);
  void deny_something();
  void fail_updates();
  void meddle_once();
  void mark_removed(std::size_t index);
  [[nodiscard]] bool is_recorded(const Thing& thing) const;

  void settle_owners_of_names();
  void round();
  void end_trouble();
  void open_for_deletion();
  bool settle_all(const char* when);
  [[nodiscard]] bool all_settled() const;
  [[nodiscard]] bool all_converged() const;
  [[nodiscard]] bool is_settled(const Object& object) const;
  [[nodiscard]] bool may_be_unsettled(const Object& object, const std::set<ObjectKey>& asked) const;
  [[nodiscard]] bool is_held_by_dependents(const Object& object, std::set<ObjectKey> asked) const;
  [[nodiscard]] bool waits_rightly(const Object& object, std::set<ObjectKey> asked) const;
  void demand_second_pass(const char* when);
  void demand_pace();

  std::string dir_;  // of secrets
  StoryManifests manifests_;
  std::vector<Json> documents_;  // as last applied
  std::vector<Json> removed_;
  std::size_t passes_ = 0;
  std::size_t paced_ = 0;           // entries of the journal that demand_pace() has seen
  bool trouble_ = false;            // others meddle and rights are missing, for a while
  std::vector<Time> trust_edited_;  // when the trust of a Role was
  std::set<ObjectKey> moving_;      // something of theirs is under way, as their last passes saw
  Time since_{};                    // passes that ended earlier say nothing
};

}  // namespace byoc::sim
