// DrawnStory: a story whose manifests, edits, drift, facts and denials are drawn, too. What is
// demanded is what is demanded of every story (story_run.h), and that whatever is not as its
// manifest says has a reason that the story expects.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/sim/story_manifests.h"
#include "tests/sim/story_run.h"

namespace byoc::sim {

class DrawnStory : public StoryRun {
 public:
  explicit DrawnStory(StoryOptions options);
  ~DrawnStory();

  // Tells the whole story. Empty when everything that is demanded holds; otherwise what does not.
  [[nodiscard]] std::vector<std::string> run();

 private:
  DrawnStory(StoryOptions options, std::string dir);
  // As `byocctl apply` does it; what is refused is refused here. Answers why, or nothing.
  [[nodiscard]] std::string apply(const std::vector<Json>& documents);
  void note(const std::string& text) const;
  void storm();
  void open_for_deletion();
  [[nodiscard]] bool all_settled();
  [[nodiscard]] std::string unsettled_reason(const Object& object) const;
  void demand_settled();
  void demand_second_pass(const char* when);

  std::string dir_;  // of secrets
  StoryManifests manifests_;
  std::vector<Json> documents_;  // as last applied
};

}  // namespace byoc::sim
