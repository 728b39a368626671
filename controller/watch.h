// DirectoryWatch: says when a directory of manifests may have changed, never what: a scan looks.
//
// inotify, recursive. Of a link, every directory that leads to its target is watched too, for the
// names on the way: git-sync and mounted config maps swap a link above the files. The root may be
// missing, and come back.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/time.h"
#include "manifests/diagnostic.h"

struct inotify_event;

namespace byoc {

struct WatchOptions {
  Duration quiet = std::chrono::milliseconds(100);  // a scan runs so long after the last event
  Duration latest = std::chrono::seconds(1);        // and not later after the first one
  Duration poll = std::chrono::seconds(10);  // between scans while something cannot be watched
  std::size_t watches_max = 20000;
  std::function<bool()> interrupted;  // true: the rest is not looked at any more
};

class DirectoryWatch {
 public:
  explicit DirectoryWatch(const std::string& root, WatchOptions options = {});
  DirectoryWatch(const DirectoryWatch&) = delete;
  DirectoryWatch& operator=(const DirectoryWatch&) = delete;
  ~DirectoryWatch();

  // Readable when there is something to drain; -1 when the system gives no inotify at all.
  [[nodiscard]] int fd() const { return fd_; }

  // Takes what has happened, without waiting. What is left when there is too much keeps fd()
  // readable.
  void drain(Time now);

  // When a scan should run; nothing: not before the next event. The first one is due at once.
  [[nodiscard]] std::optional<Time> due() const;

  // Call it right before a scan: watches what there is now, so that no later change is missed, and
  // takes everything that happened so far as seen.
  void rearm(Time now);

  // What cannot be watched, and why. While there is any, scans are due at intervals.
  [[nodiscard]] const Diagnostics& unwatched() const { return unwatched_; }

 private:
  struct Place {
    std::string path;
    bool tree = false;            // a directory of manifests: all visible names matter
    std::set<std::string> names;  // what matters besides: the names of links and of their targets
  };
  using Places = std::map<int, Place>;  // by watch descriptor

  void follow(const std::string& path, bool content, Places& places);
  Place* watch(const std::string& directory, unsigned mask, Places& places);
  void report(const std::string& path, int why);
  [[nodiscard]] bool matters(const inotify_event& event, std::string_view name) const;
  void touch(Time now);

  std::string root_;
  WatchOptions options_;
  int fd_;
  Places places_;
  Diagnostics unwatched_;
  std::optional<Time> first_ = Time{};  // of the events since the last scan
  Time last_{};
  Time scanned_{};
};

}  // namespace byoc
