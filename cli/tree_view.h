// TreeView: the tree of what is going on, on the screen or as plain lines; whoever works feeds it.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "cli/tree.h"
#include "cli/tree_screen.h"

namespace byoc {

inline constexpr Duration kFrame{200};  // from one drawing to the next

class TreeView {
 public:
  TreeView();  // on standard output, as its terminal and the environment allow

  [[nodiscard]] TreeModel& model() { return model_; }
  // The line of a resource; a new one when there is none yet.
  TreeItem& item(const std::string& object, const std::string& key, const std::string& type);
  [[nodiscard]] TreeObject* object(const std::string& name);

  void show(Time now);
  void finish(Time now);

 private:
  void print_lines();

  TreeModel model_;
  std::unique_ptr<LiveScreen> screen_;
  PlainLines lines_;
};

// "waiting for Role/a", "waiting: still used by Cluster/b".
[[nodiscard]] std::string what_is_awaited(const std::string& message);

}  // namespace byoc
