// The tree on a terminal, redrawn in place, and the same story as plain lines for a pipe.
#pragma once

#include <cstdio>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "cli/tree.h"

namespace byoc {

// What an output can show.
struct ScreenStyle {
  bool live = false;  // redraw in place; else plain lines
  bool color = false;
  bool unicode = false;
};

// `terminal`: whether the output is one (isatty). `env` looks a variable up, nullptr when unset:
// TERM=dumb or unset means no redrawing and no colour, NO_COLOR no colour; LC_ALL, LC_CTYPE or
// LANG (the first that is set) tells about UTF-8.
[[nodiscard]] ScreenStyle screen_style(bool terminal,
                                       const std::function<const char*(const char*)>& env);

// The bytes that turn the lines drawn before into the next ones: up over the old ones (which the
// terminal may have wrapped to `width` columns since), each line anew, and the rest cleared.
[[nodiscard]] std::string redraw(const std::vector<std::string>& previous,
                                 const std::vector<std::string>& next, int width);

// Draws in place; the size is asked for with every frame, so a resized terminal is followed. The
// cursor is hidden while it lives. Calls from one thread only.
class LiveScreen {
 public:
  // `out` stays the caller's and must be a terminal.
  LiveScreen(std::FILE* out, const ScreenStyle& style) : out_(out), style_(style) {}
  LiveScreen(const LiveScreen&) = delete;
  LiveScreen& operator=(const LiveScreen&) = delete;
  ~LiveScreen();  // shows the cursor again; what was drawn last stays

  // unavailable when the terminal does not take it.
  [[nodiscard]] Status draw(const TreeModel& model, Time now);
  // Draws the whole tree, folded nowhere, as the last frame, and shows the cursor.
  [[nodiscard]] Status finish(const TreeModel& model, Time now);
  // Prints lines that stay, above the tree.
  [[nodiscard]] Status print_above(const std::string& text);

 private:
  [[nodiscard]] Status write(const std::string& bytes);
  [[nodiscard]] Status show(std::vector<std::string> lines, int width);

  std::FILE* out_;
  ScreenStyle style_;
  std::vector<std::string> shown_;
  bool cursor_hidden_ = false;
};

// One line for every change of a resource's state since the last call:
// "Cluster/demo  subnet/public-a  created subnet-0abc  (0.3s)".
class PlainLines {
 public:
  [[nodiscard]] std::vector<std::string> changes(const TreeModel& model);

 private:
  struct Seen {
    TreeVerb verb;
    TreeState state;
    std::string reason;  // of what waits or failed: another one is a change too
    bool operator==(const Seen&) const = default;
  };
  std::map<std::pair<std::string, std::string>, Seen> seen_;  // by object and key
  std::map<std::string, std::string> waiting_;                // object -> what it waits for
};

}  // namespace byoc
