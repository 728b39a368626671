// The live tree: what is being done to which resource, as lines of text. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace byoc {

enum class TreeVerb { create, update, remove, keep, wait };

enum class TreeState {
  waiting,  // something else comes first
  running,  // a call is under way, or AWS is at work
  done,
  failed,  // `detail` says why; it is tried again
};

// One resource of one object.
struct TreeItem {
  std::string object;  // "Cluster/demo"
  std::string key;     // "subnet/public-a"
  std::string type;    // row type: "subnet"
  TreeVerb verb = TreeVerb::wait;
  TreeState state = TreeState::waiting;
  std::string id;      // once known
  std::string detail;  // what is waited for, or why it failed; may be empty
  Time started{};      // the epoch: not yet
  Time finished{};     // the epoch: not yet
};

struct TreeObject {
  std::string name;  // "Cluster/demo"
  std::string phase;
  std::string waits;  // "waiting for Role/research"; empty when it does not wait as a whole
};

struct TreeModel {
  std::vector<TreeObject> objects;  // in the order of the screen; items of others come behind
  std::vector<TreeItem> items;      // within an object in the order of the screen
  Time started{};                   // of the whole; the epoch: no elapsed time is shown
};

// At most `height` lines of at most `width` columns (0 or less: no limit), the last one the
// summary. What is finished is folded together first when there is too little room, then what
// waits; running and failed items stay longest.
[[nodiscard]] std::vector<std::string> render_tree(const TreeModel& model, int width, int height,
                                                   bool color, bool unicode, Time now);

// "3 of 20 done, 2 running, 15 waiting".
[[nodiscard]] std::string tree_summary(const TreeModel& model);

// What is being done or was done: "creating", "created", "kept", "waiting", "delete failed".
[[nodiscard]] std::string_view action_word(const TreeItem& item);

// "01m00s", from an hour on "1h01m00s": as long as something runs.
[[nodiscard]] std::string format_elapsed(Duration elapsed);
// "0.3s", from a minute on as above: when it is over.
[[nodiscard]] std::string format_took(Duration elapsed);

}  // namespace byoc
