#include "controller/watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <functional>
#include <utility>
#include <vector>

#include "manifests/ignore.h"
#include "manifests/walk.h"

namespace byoc {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kNameEvents =
    IN_CREATE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF;
constexpr unsigned kContentEvents = kNameEvents | IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB;

constexpr std::size_t kUnwatchedMax = 20;  // that are named
constexpr int kReadsMax = 64;              // in one drain: about 50,000 events
constexpr int kLinksMax = 40;              // on one way, as the kernel has it

using Hop = std::function<void(const fs::path& directory, const std::string& name, bool last)>;

// The components of `path` in reverse order, to be taken from the back.
void push_components(const fs::path& path, std::vector<std::string>& rest) {
  std::vector<std::string> parts;
  for (const fs::path& part : path.relative_path()) {
    if (!part.empty() && part != ".") parts.push_back(part.native());
  }
  rest.insert(rest.end(), parts.rbegin(), parts.rend());
}

// Walks to `path` as the kernel does and tells each name that a swap could change: those of links,
// and the last one (or the first that is missing).
void trace(const fs::path& path, const Hop& hop) {
  std::vector<std::string> rest;
  push_components(path, rest);
  fs::path at = "/";
  for (int links = 0; !rest.empty() && links <= kLinksMax;) {
    const std::string name = std::move(rest.back());
    rest.pop_back();
    if (name == "..") {
      at = at.parent_path();
      continue;
    }
    std::error_code failed;
    const fs::path next = at / name;
    const fs::file_status status = fs::symlink_status(next, failed);
    if (fs::is_symlink(status)) {
      hop(at, name, false);
      const fs::path target = fs::read_symlink(next, failed);
      if (failed) return;
      ++links;
      if (target.is_absolute()) at = "/";
      push_components(target, rest);
      continue;
    }
    if (rest.empty() || !fs::exists(status)) return hop(at, name, true);
    at = next;
  }
}

}  // namespace

DirectoryWatch::DirectoryWatch(const std::string& root, WatchOptions options)
    : root_(fs::absolute(root).lexically_normal().native()),
      options_(std::move(options)),
      fd_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {}

DirectoryWatch::~DirectoryWatch() {
  if (fd_ >= 0) ::close(fd_);
}

void DirectoryWatch::touch(Time now) {
  if (!first_) first_ = now;
  last_ = now;
}

std::optional<Time> DirectoryWatch::due() const {
  std::optional<Time> time;
  if (first_) time = std::min(last_ + options_.quiet, *first_ + options_.latest);
  if (unwatched_.empty()) return time;
  const Time poll = scanned_ + options_.poll;
  return time ? std::min(*time, poll) : poll;
}

void DirectoryWatch::report(const std::string& path, int why) {
  const bool known = std::any_of(unwatched_.begin(), unwatched_.end(),
                                 [&](const Diagnostic& one) { return one.file == path; });
  if (known || unwatched_.size() >= kUnwatchedMax) return;
  const char* hint = "";
  if (why == ENOSPC) hint = "raise fs.inotify.max_user_watches; until then byoc polls";
  if (why == EMFILE) hint = "raise fs.inotify.max_user_instances; until then byoc polls";
  unwatched_.push_back({Severity::warning, path, 0, 0, "",
                        std::string("cannot be watched: ") + std::strerror(why), hint});
}

DirectoryWatch::Place* DirectoryWatch::watch(const std::string& directory, unsigned mask,
                                             Places& places) {
  errno = ENOSPC;
  const bool full = places.size() >= options_.watches_max;
  // One directory can be watched for several reasons: its masks add up.
  const int wd =
      full ? -1 : ::inotify_add_watch(fd_, directory.c_str(), mask | IN_ONLYDIR | IN_MASK_ADD);
  if (wd < 0) {
    report(directory, errno);
    return nullptr;
  }
  Place& place = places[wd];
  place.path = directory;
  return &place;
}

void DirectoryWatch::follow(const std::string& path, bool content, Places& places) {
  trace(path, [&](const fs::path& directory, const std::string& name, bool last) {
    Place* place =
        watch(directory.native(), content && last ? kContentEvents : kNameEvents, places);
    if (place != nullptr) place->names.insert(name);
  });
}

void DirectoryWatch::rearm(Time now) {
  drain(now);
  first_.reset();
  scanned_ = now;
  unwatched_.clear();
  if (fd_ < 0) return report(root_, EMFILE);
  Places places;
  follow(root_, false, places);
  WalkSteps steps;
  steps.directory = [&](const std::string& path) {
    Place* place = watch(path, kContentEvents, places);
    if (place != nullptr) place->tree = true;
  };
  steps.link = [&](const std::string& path) { follow(path, true, places); };
  steps.interrupted = options_.interrupted;
  walk(root_, steps);
  for (const auto& [wd, place] : places_) {
    if (!places.contains(wd)) static_cast<void>(::inotify_rm_watch(fd_, wd));  // or gone already
  }
  places_ = std::move(places);
}

bool DirectoryWatch::matters(const inotify_event& event, std::string_view name) const {
  if ((event.mask & IN_Q_OVERFLOW) != 0) return true;
  const auto found = places_.find(event.wd);
  if (found == places_.end()) return false;  // not watched any more
  const Place& place = found->second;
  if (name.empty() || place.names.contains(std::string(name))) return true;
  if (place.tree && name == kIgnoreFile) return true;
  if (!place.tree || is_hidden_name(name)) return false;
  if ((event.mask & IN_ISDIR) != 0 || is_manifest_name(name)) return true;
  std::error_code failed;  // a new link may lead to a directory
  return (event.mask & (IN_CREATE | IN_MOVED_TO)) != 0 &&
         fs::is_symlink(fs::path(place.path) / name, failed);
}

void DirectoryWatch::drain(Time now) {
  alignas(inotify_event) std::array<char, 1U << 14U> buffer{};
  for (int reads = 0; fd_ >= 0 && reads < kReadsMax; ++reads) {
    const ssize_t size = ::read(fd_, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return;
    for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof(event));
      const char* name = buffer.data() + at + sizeof(event);
      at += sizeof(event) + event.len;
      if (matters(event, event.len == 0 ? "" : name)) touch(now);
    }
  }
}

}  // namespace byoc
