#include "cli/tree_screen.h"

#include <sys/ioctl.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>

#include "cli/text.h"

namespace byoc {
namespace {

constexpr std::string_view kHideCursor = "\x1b[?25l", kShowCursor = "\x1b[?25h";
constexpr std::string_view kClearToLineEnd = "\x1b[K", kClearBelow = "\x1b[J";
constexpr int kWidthFallback = 80;
constexpr int kHeightFallback = 24;

struct Size {
  int width = kWidthFallback;
  int height = kHeightFallback;
};

// A terminal that does not tell its size (a serial line) is taken for an ordinary one.
Size size_of(std::FILE* out) {
  struct winsize window {};
  if (::ioctl(::fileno(out), TIOCGWINSZ, &window) != 0 || window.ws_col == 0 ||
      window.ws_row == 0) {
    return {};
  }
  return {window.ws_col, window.ws_row};
}

bool names_utf8(const char* locale) {
  std::string folded;
  for (const char* letter = locale; *letter != '\0'; ++letter) {
    if (*letter != '-') {
      folded += static_cast<char>(std::tolower(static_cast<unsigned char>(*letter)));
    }
  }
  return folded.find("utf8") != std::string::npos;
}

int rows_of(const std::string& line, int width) {
  return width <= 0 ? 1 : std::max(1, (display_width(line) + width - 1) / width);
}

std::string change_line(const TreeItem& item) {
  std::string line = printable(item.object) + "  " + printable(item.key) + "  ";
  line += action_word(item);
  if (!item.id.empty()) line += " " + printable(item.id);
  if (!item.detail.empty()) line += ": " + printable(item.detail);
  if (item.started != Time{} && item.finished != Time{}) {
    line += "  (" + format_took(item.finished - item.started) + ")";
  }
  return line;
}

}  // namespace

ScreenStyle screen_style(bool terminal, const std::function<const char*(const char*)>& env) {
  const auto value = [&env](const char* name) -> std::string_view {
    const char* text = env(name);
    return text == nullptr ? "" : text;
  };
  ScreenStyle style;
  const std::string_view term = value("TERM");
  style.live = terminal && !term.empty() && term != "dumb";
  style.color = style.live && value("NO_COLOR").empty();
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    if (value(name).empty()) continue;
    style.unicode = names_utf8(env(name));
    break;
  }
  return style;
}

std::string redraw(const std::vector<std::string>& previous, const std::vector<std::string>& next,
                   int width) {
  int rows = 0;
  for (const std::string& line : previous) rows += rows_of(line, width);
  std::string bytes;
  if (rows > 0) bytes = "\r\x1b[" + std::to_string(rows) + "A";
  for (const std::string& line : next) bytes.append(line).append(kClearToLineEnd).append("\n");
  if (rows > 0) bytes += kClearBelow;
  return bytes;
}

Status LiveScreen::write(const std::string& bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), out_) == bytes.size() && std::fflush(out_) == 0) {
    return {};
  }
  return error(Code::unavailable,
               std::string("cannot write to the terminal: ") + std::strerror(errno));
}

Status LiveScreen::show(std::vector<std::string> lines, int width) {
  std::string bytes;
  if (!cursor_hidden_) bytes += kHideCursor;
  bytes += redraw(shown_, lines, width);
  cursor_hidden_ = true;
  shown_ = std::move(lines);
  return write(bytes);
}

Status LiveScreen::draw(const TreeModel& model, Time now) {
  const Size size = size_of(out_);
  // One row stays free: the cursor stands there, and a full screen would scroll.
  return show(render_tree(model, size.width, std::max(1, size.height - 1), style_.color,
                          style_.unicode, now),
              size.width);
}

Status LiveScreen::finish(const TreeModel& model, Time now) {
  const Size size = size_of(out_);
  const Status status =
      show(render_tree(model, size.width, 0, style_.color, style_.unicode, now), size.width);
  shown_.clear();
  cursor_hidden_ = false;
  const Status restored = write(std::string(kShowCursor));
  return status.ok() ? restored : status;
}

Status LiveScreen::print_above(const std::string& text) {
  std::vector<std::string> tree = std::move(shown_);
  const std::string cleared = redraw(tree, {}, size_of(out_).width);
  shown_.clear();
  const Status status = write(cleared + text);
  return status.ok() ? show(std::move(tree), size_of(out_).width) : status;
}

LiveScreen::~LiveScreen() {
  // A terminal that is gone needs no cursor: there is nobody to tell.
  if (cursor_hidden_) static_cast<void>(write(std::string(kShowCursor)));
}

std::vector<std::string> PlainLines::changes(const TreeModel& model) {
  std::vector<std::string> lines;
  for (const TreeObject& object : model.objects) {
    std::string& known = waiting_[object.name];
    if (known == object.waits) continue;
    known = object.waits;
    if (!known.empty()) lines.push_back(printable(object.name + "  " + known));
  }
  for (const TreeItem& item : model.items) {
    const bool reasoned = item.state == TreeState::waiting || item.state == TreeState::failed;
    const Seen now_seen{item.verb, item.state, reasoned ? item.detail : ""};
    const auto [known, fresh] = seen_.try_emplace({item.object, item.key}, now_seen);
    // What has not begun and does not say why is no news.
    const bool silent = item.state == TreeState::waiting && item.detail.empty();
    if (!silent && (fresh || known->second != now_seen)) lines.push_back(change_line(item));
    known->second = now_seen;
  }
  return lines;
}

}  // namespace byoc
