#include "cli/tree_view.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace byoc {

TreeView::TreeView() {
  const auto env = [](const char* name) -> const char* { return std::getenv(name); };
  const ScreenStyle style = screen_style(isatty(STDOUT_FILENO) != 0, env);
  if (style.live) screen_ = std::make_unique<LiveScreen>(stdout, style);
}

TreeItem& TreeView::item(const std::string& object, const std::string& key,
                         const std::string& type) {
  for (TreeItem& known : model_.items) {
    if (known.object == object && known.key == key) return known;
  }
  TreeItem fresh;
  fresh.object = object;
  fresh.key = key;
  fresh.type = type;
  model_.items.push_back(std::move(fresh));
  return model_.items.back();
}

TreeObject* TreeView::object(const std::string& name) {
  for (TreeObject& line : model_.objects) {
    if (line.name == name) return &line;
  }
  return nullptr;
}

void TreeView::print_lines() {
  for (const std::string& line : lines_.changes(model_)) std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

void TreeView::show(Time now) {
  if (!screen_) return print_lines();
  if (!screen_->draw(model_, now).ok()) screen_.reset();
}

void TreeView::finish(Time now) {
  if (!screen_) return print_lines();
  if (!screen_->finish(model_, now).ok()) screen_.reset();
}

std::string what_is_awaited(const std::string& message) {
  return message.starts_with("waiting for ") ? message : "waiting: " + message;
}

}  // namespace byoc
