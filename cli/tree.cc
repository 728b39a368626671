#include "cli/tree.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "base/check.h"
#include "cli/text.h"

namespace byoc {
namespace {

constexpr std::string_view kGreen = "\x1b[32m", kRed = "\x1b[31m", kYellow = "\x1b[33m",
                           kCyan = "\x1b[36m", kDim = "\x1b[2m", kBold = "\x1b[1m",
                           kPlain = "\x1b[0m";

struct Style {
  int width;
  bool color;
  bool unicode;
  Time now;

  [[nodiscard]] std::string paint(std::string_view paint_color, std::string text) const {
    if (!color || text.empty()) return text;
    return std::string(paint_color) + text + std::string(kPlain);
  }
  [[nodiscard]] std::string_view pick(std::string_view fine, std::string_view ascii) const {
    return unicode ? fine : ascii;
  }
  [[nodiscard]] std::string fit(std::string_view line) const {
    return cut_to_width(line, width, pick("…", "..."));
  }
};

using Items = std::vector<const TreeItem*>;
struct Branch {
  TreeObject object;
  Items items;
};

// How much is folded together; each level folds more than the one before.
enum class Fold { nothing, finished_objects, finished_items, waiting_items };

std::string_view glyph(const TreeItem& item, const Style& style) {
  switch (item.state) {
    case TreeState::waiting: return style.pick("○", ".");
    case TreeState::failed: return style.pick("✗", "x");
    case TreeState::running:
      return item.verb == TreeVerb::remove ? style.pick("⊖", "-") : style.pick("●", "*");
    case TreeState::done: break;
  }
  return item.verb == TreeVerb::keep ? style.pick("◆", "=") : style.pick("✓", "+");
}

std::string_view color_of(const TreeItem& item) {
  switch (item.state) {
    case TreeState::waiting: return kDim;
    case TreeState::failed: return kRed;
    case TreeState::running: return item.verb == TreeVerb::remove ? kYellow : kCyan;
    case TreeState::done: break;
  }
  return item.verb == TreeVerb::keep ? kYellow : kGreen;
}

std::string time_of(const TreeItem& item, Time now) {
  if (item.started == Time{}) return "";
  if (item.state == TreeState::running) return format_elapsed(now - item.started);
  if (item.finished == Time{}) return "";
  return format_took(item.finished - item.started);
}

std::string item_text(const TreeItem& item, int key_width, const Style& style) {
  std::string text = std::string(glyph(item, style)) + " ";
  text += pad(printable(item.key), key_width);
  for (const std::string& part : {std::string(action_word(item)), printable(item.id),
                                  time_of(item, style.now), printable(item.detail)}) {
    if (!part.empty()) text += "  " + part;
  }
  return style.paint(color_of(item), text);
}

std::size_t count(const Items& items, TreeState state) {
  return static_cast<std::size_t>(std::count_if(
      items.begin(), items.end(), [state](const TreeItem* item) { return item->state == state; }));
}

std::string folded(std::size_t number, TreeState state, const Style& style) {
  TreeItem sample;
  sample.verb = TreeVerb::create;
  sample.state = state;
  const std::string_view word = state == TreeState::done ? " done" : " waiting";
  return style.paint(color_of(sample), std::string(glyph(sample, style)) + " " +
                                           std::to_string(number) + std::string(word));
}

// The lines below an object, without the strokes in front of them.
std::vector<std::string> item_lines(const Items& items, Fold fold, const Style& style) {
  int key_width = 0;
  for (const TreeItem* item : items) {
    key_width = std::max(key_width, display_width(printable(item->key)));
  }
  std::vector<std::string> lines;
  const auto fold_state = [&](TreeState state, Fold from) {
    const bool folds = fold >= from && count(items, state) > 1;
    if (folds) lines.push_back(folded(count(items, state), state, style));
    return folds;
  };
  const bool done_folded = fold_state(TreeState::done, Fold::finished_items);
  for (const TreeItem* item : items) {
    if (done_folded && item->state == TreeState::done) continue;
    const bool waits = item->state == TreeState::waiting;
    if (waits && fold >= Fold::waiting_items && count(items, TreeState::waiting) > 1) continue;
    lines.push_back(item_text(*item, key_width, style));
  }
  fold_state(TreeState::waiting, Fold::waiting_items);
  return lines;
}

std::string head_line(const TreeObject& object, const Style& style) {
  std::string line = style.paint(kBold, printable(object.name));
  if (!object.phase.empty()) line += "  " + printable(object.phase);
  if (!object.waits.empty()) {
    line += "  " + style.paint(kDim, printable(object.waits));
  }
  return line;
}

void add_branch(const Branch& branch, Fold fold, const Style& style,
                std::vector<std::string>& lines) {
  const Items& items = branch.items;
  std::string head = head_line(branch.object, style);
  const std::size_t done = count(items, TreeState::done);
  if (fold >= Fold::finished_objects && done == items.size() && done > 0) {
    lines.push_back(style.fit(head + "  " + folded(done, TreeState::done, style)));
    return;
  }
  lines.push_back(style.fit(head));
  const std::vector<std::string> below = item_lines(items, fold, style);
  for (std::size_t i = 0; i < below.size(); ++i) {
    const std::string_view stroke =
        i + 1 < below.size() ? style.pick("├─ ", "|- ") : style.pick("└─ ", "`- ");
    lines.push_back(style.fit(std::string(stroke) + below[i]));
  }
}

std::vector<Branch> branches_of(const TreeModel& model) {
  std::vector<Branch> branches;
  for (const TreeObject& object : model.objects) branches.push_back({object, {}});
  for (const TreeItem& item : model.items) {
    auto found = std::find_if(branches.begin(), branches.end(), [&item](const Branch& branch) {
      return branch.object.name == item.object;
    });
    if (found == branches.end()) {
      found = branches.insert(branches.end(), Branch{{item.object, "", ""}, {}});
    }
    found->items.push_back(&item);
  }
  return branches;
}

std::vector<std::string> render_branches(const std::vector<Branch>& branches, Fold fold,
                                         const Style& style) {
  std::vector<std::string> lines;
  for (const Branch& branch : branches) add_branch(branch, fold, style, lines);
  return lines;
}

// The last resort: the beginning of the screen, and how much is missing.
void cut_to_height(std::vector<std::string>& lines, std::size_t room, const Style& style) {
  if (lines.size() <= room) return;
  const std::size_t hidden = lines.size() - room + 1;
  lines.resize(room);
  if (lines.empty()) return;
  lines.back() = style.fit(style.paint(
      kDim, std::string(style.pick("… ", "... ")) + std::to_string(hidden) + " more lines"));
}

}  // namespace

std::vector<std::string> render_tree(const TreeModel& model, int width, int height, bool color,
                                     bool unicode, Time now) {
  const Style style{width, color, unicode, now};
  const std::vector<Branch> branches = branches_of(model);
  std::vector<std::string> lines = render_branches(branches, Fold::nothing, style);
  if (height > 0) {
    const auto room = static_cast<std::size_t>(height - 1);
    for (const Fold fold : {Fold::finished_objects, Fold::finished_items, Fold::waiting_items}) {
      if (lines.size() > room) lines = render_branches(branches, fold, style);
    }
    cut_to_height(lines, room, style);
  }
  std::string summary = tree_summary(model);
  if (model.started != Time{}) summary += "  " + format_elapsed(now - model.started);
  lines.push_back(style.fit(style.paint(kBold, summary)));
  return lines;
}

std::string tree_summary(const TreeModel& model) {
  std::array<std::size_t, 4> counts{};
  for (const TreeItem& item : model.items) ++counts[static_cast<std::size_t>(item.state)];
  const auto of = [&counts](TreeState state) { return counts[static_cast<std::size_t>(state)]; };
  std::string text =
      std::to_string(of(TreeState::done)) + " of " + std::to_string(model.items.size()) + " done";
  for (const auto& [state, word] :
       {std::pair{TreeState::running, " running"}, std::pair{TreeState::waiting, " waiting"},
        std::pair{TreeState::failed, " failed"}}) {
    if (of(state) > 0) text += ", " + std::to_string(of(state)) + word;
  }
  return text;
}

std::string_view action_word(const TreeItem& item) {
  // By verb; in each: waiting, running, done, failed.
  static constexpr std::array<std::array<std::string_view, 4>, 5> kWords = {{
      {"to create", "creating", "created", "create failed"},
      {"to update", "updating", "updated", "update failed"},
      {"to delete", "deleting", "deleted", "delete failed"},
      {"to keep", "kept", "kept", "keep failed"},
      {"waiting", "waiting", "ready", "failed"},
  }};
  const auto verb = static_cast<std::size_t>(item.verb);
  const auto state = static_cast<std::size_t>(item.state);
  check(verb < kWords.size() && state < 4, "a tree item has a known verb and state");
  return kWords[verb][state];
}

std::string format_elapsed(Duration elapsed) {
  const auto total =
      std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::seconds>(elapsed).count());
  const auto two = [](std::int64_t number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
  };
  const std::string hours = total >= 3600 ? std::to_string(total / 3600) + "h" : "";
  return hours + two(total / 60 % 60) + "m" + two(total % 60) + "s";
}

std::string format_took(Duration elapsed) {
  if (elapsed >= std::chrono::minutes(1)) return format_elapsed(elapsed);
  const auto tenths = std::max<std::int64_t>(0, (elapsed.count() + 50) / 100);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + "s";
}

}  // namespace byoc
