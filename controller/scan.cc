#include "controller/scan.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/hash.h"
#include "controller/checkout.h"
#include "manifests/walk.h"

namespace byoc {
namespace {

// A file that was read sooner than this after its last change may have changed again within one
// tick of the file system's clock, so its identity proves nothing yet.
constexpr Duration kClockTick = std::chrono::seconds(1);

std::int64_t nanoseconds(const struct timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

FileIdentity identity_of(const struct stat& info) {
  return {info.st_dev, info.st_ino, info.st_size, nanoseconds(info.st_mtim),
          nanoseconds(info.st_ctim)};
}

bool proves(const FileIdentity& identity, Time read) {
  const Time changed{Duration(identity.changed_ns / 1'000'000)};
  return changed + kClockTick <= read;
}

Status unreadable(int why) {
  return error(Code::unavailable, std::string("cannot be read: ") + std::strerror(why));
}

Result<std::string> read_some(int file, std::size_t bytes_max) {
  std::string text;
  std::array<char, 1U << 16U> block{};
  while (text.size() <= bytes_max) {  // one block more: it is too large, and loading will say so
    const ssize_t size = ::read(file, block.data(), block.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return unreadable(errno);
    if (size == 0) break;
    text.append(block.data(), static_cast<std::size_t>(size));
  }
  return text;
}

// The whole file as it is in the state that `identity` names.
Result<std::string> read_unchanged(const std::string& path, const FileIdentity& identity,
                                   std::size_t bytes_max) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (file < 0) return unreadable(errno);
  Result<std::string> text = read_some(file, bytes_max);
  struct stat info {};
  const bool known = ::fstat(file, &info) == 0;
  ::close(file);
  if (!text.ok()) return text;
  const std::size_t size = text.value().size();
  const bool cut = size > bytes_max;
  if (!known || identity_of(info) != identity ||
      (!cut && size != static_cast<std::size_t>(identity.size))) {
    return error(Code::conflict, "changes while it is read");
  }
  return text;
}

std::string hash_of(const Scan& scan) {
  std::string all;
  for (const auto& file : scan.files) all += file->path + '\0' + file->hash + '\n';
  for (const auto& [path, why] : scan.left_out) all += path + '\0' + why + '\n';
  return sha256_hex(all);
}

}  // namespace

ScannedFile scanned(const std::string& path, const std::string& text, const Limits& limits) {
  Loaded loaded = load_text(text, path, limits);
  std::vector<ForeignDocument> foreign = take_foreign(loaded);
  const bool mentions_us = !has_errors(loaded.diagnostics) || mentions_byoc(text);
  return {path,
          sha256_hex(text),
          text.empty(),
          PackedManifests(loaded.manifests),
          std::move(foreign),
          mentions_us,
          std::move(loaded.diagnostics)};
}

Scanner::Scanner(const std::string& root, Limits limits, std::function<bool()> interrupted)
    : root_(std::filesystem::absolute(root).lexically_normal().native()),
      limits_(limits),
      interrupted_(std::move(interrupted)) {
  if (root_.size() > 1 && root_.ends_with('/')) root_.pop_back();
}

std::string Scanner::below_root(const std::string& path) const {
  const std::size_t prefix = root_.size() + (root_.ends_with('/') ? 0 : 1);
  return path.size() > prefix ? path.substr(prefix) : path;
}

Result<Scanner::Known> Scanner::look(const std::string& path, const FileIdentity& identity,
                                     Time now) const {
  const std::string name = below_root(path);
  const auto found = known_.find(name);
  const Known* old = found == known_.end() ? nullptr : &found->second;
  if (old != nullptr && old->identity == identity && proves(identity, old->read)) return *old;
  Result<std::string> read = read_unchanged(path, identity, limits_.file_bytes_max);
  if (!read.ok()) return read.status();
  const std::string& text = read.value();
  if (text.empty() && old != nullptr && !old->file->empty) {
    return error(Code::conflict,
                 "is empty, and was not: it is half written, it seems; to delete "
                 "its objects remove the file");
  }
  if (old != nullptr && old->file->hash == sha256_hex(text)) return Known{identity, now, old->file};
  return Known{identity, now, std::make_shared<const ScannedFile>(scanned(name, text, limits_))};
}

Scan Scanner::scan(Time now) {
  Scan scan;
  scan.root = root_;
  scan.taken = now;
  std::map<std::string, Known> seen;
  WalkSteps steps;
  steps.problem = [&](Diagnostic problem) {
    scan.whole = scan.whole && problem.severity != Severity::error;
    problem.file = below_root(problem.file);
    scan.diagnostics.push_back(std::move(problem));
  };
  steps.left_out = [&](const std::string& path, std::optional<Diagnostic> notice) {
    const std::string name = below_root(path);
    scan.left_out.emplace(name, notice ? notice->text : "it is named in a .byocignore");
    if (!notice) return;
    notice->file = name;
    scan.diagnostics.push_back(*std::move(notice));
  };
  steps.interrupted = interrupted_;
  std::size_t files = 0;
  steps.file = [&](const std::string& path, const struct stat& info) {
    if (++files > limits_.files_max) {
      if (files > limits_.files_max + 1) return;
      return steps.problem({Severity::error, path, 0, 0, "",
                            "more than " + std::to_string(limits_.files_max) + " files", ""});
    }
    Result<Known> known = look(path, identity_of(info), now);
    if (known.ok()) {
      scan.files.push_back(known.value().file);
      seen.insert_or_assign(below_root(path), std::move(known).value());
      return;
    }
    steps.problem({Severity::error, path, 0, 0, "", known.status().message, ""});
    const auto old = known_.find(below_root(path));
    if (old != known_.end()) seen.insert(*old);  // what it was is how it is recognised when whole
  };
  walk(root_, steps);
  known_ = std::move(seen);
  scan.commit = commit_of(root_);
  scan.identity = identify_root(root_);
  const std::string hash = scan.whole ? hash_of(scan) : "";
  if (hash.empty() || hash != hash_) since_ = now;
  hash_ = hash;
  scan.since = since_;
  return scan;
}

}  // namespace byoc
