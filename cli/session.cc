#include "cli/session.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <set>
#include <sstream>

#include "cli/text.h"
#include "controller/api_socket.h"
#include "controller/candidate.h"
#include "controller/connect.h"
#include "manifests/format.h"
#include "manifests/validate.h"

namespace byoc {
namespace {

Status make_directory(const std::string& path) {
  std::string at;
  std::istringstream parts(path);
  for (std::string part; std::getline(parts, part, '/');) {
    at += part + "/";
    if (mkdir(at.c_str(), 0700) != 0 && errno != EEXIST) {
      return error(Code::unavailable,
                   "cannot make the state directory " + path + ": " + std::strerror(errno));
    }
  }
  return {};
}

}  // namespace

Time wall_clock() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

int fail(const std::string& message) {
  std::fprintf(stderr, "byocctl: %s\n", harmless(message).c_str());
  return kExitError;
}

int fail(const Status& status) {
  return fail(status.aws_code.empty() ? status.message : status.aws_code + ": " + status.message);
}

Result<std::unique_ptr<Session>> Session::open(const Options& options, Access access) {
  std::unique_ptr<Session> session(new Session(options.state_dir));
  auto daemon = RemoteStore::connect(options.socket.empty() ? default_socket_path(options.state_dir)
                                                            : options.socket);
  if (daemon.ok()) {
    session->daemon_ = std::move(daemon).value();
    return session;
  }
  // Who names a socket means its daemon: working in process would be on another store.
  const bool alone = daemon.status().code == Code::not_found && options.socket.empty();
  if (!alone) return daemon.status();
  const std::string path = options.state_dir + "/byoc.db";
  if (access == Access::change) {
    Status made = make_directory(options.state_dir);
    if (!made.ok()) return made;
    auto lock = Lock::take(options.state_dir);
    if (!lock.ok()) return lock.status();
    session->lock_ = std::move(lock).value();
  }
  struct stat about {};
  if (::stat(options.state_dir.c_str(), &about) == 0 && !S_ISDIR(about.st_mode)) {
    return error(Code::invalid, "the state directory " + options.state_dir + " is no directory");
  }
  const bool missing = access == Access::look && ::access(path.c_str(), F_OK) != 0;
  auto store = open_store(missing ? ":memory:" : path);
  if (!store.ok() && access == Access::look) {
    // Whoever only reads needs no right to write.
    StoreOptions reading;
    reading.read_only = true;
    auto readable = open_store(path, std::move(reading));
    if (readable.ok()) store = std::move(readable);
  }
  if (!store.ok()) return store.status();
  session->store_ = std::move(store).value();
  return session;
}

ObjectStore& Session::store() {
  if (store_) return *store_;
  return *daemon_;
}

Records& Session::records() {
  if (store_) return *store_;
  return *daemon_;
}

Questions& Session::questions() {
  if (store_) return *store_;
  return *daemon_;
}

Result<Object> Session::store_applied(const Manifest& manifest, Object object, Time now) {
  for (int attempt = 1;; ++attempt) {
    Result<Object> stored = daemon_ != nullptr ? daemon_->apply(object)
                                               : store_candidate(object, *store_, secrets_, now);
    const bool lost = !stored.ok() && stored.status().code == Code::conflict;
    if (!lost || attempt == kWriteAttemptsMax) return stored;
    const Result<Object> current = store().get(object.key());
    if (!current.ok() || current.value().metadata.uid != object.metadata.uid) return stored;
    object = candidate_for(manifest, &current.value(), {}).object;
  }
}

Result<Cloud*> Session::cloud() {
  if (!cloud_) {
    auto made = open_cloud(interrupt_fd());
    if (!made.ok()) return made.status();
    cloud_ = std::move(made).value();
  }
  return cloud_.get();
}

Status place_in_namespace(const Options& options, std::vector<Manifest>& manifests) {
  if (!options.ns_given) return {};
  for (Manifest& manifest : manifests) {
    const auto metadata = manifest.document.find("metadata");
    const bool silent = metadata == manifest.document.end() || !metadata->is_object() ||
                        !metadata->contains("namespace");
    std::string& ns = manifest.object.metadata.ns;
    if (!silent && ns != options.ns) {
      return error(Code::invalid, to_string(manifest.object.key()) + " is in the namespace " + ns +
                                      " by its manifest, and not in " + options.ns +
                                      ", as -n says; leave one of them out");
    }
    ns = options.ns;
  }
  return {};
}

namespace {

std::set<ObjectKey> leaving_beside(const std::vector<Manifest>& manifests,
                                   const std::vector<Object>& existing,
                                   const std::function<bool(const Object&)>& may_leave) {
  std::set<ObjectKey> leaving;
  for (const Object& object : existing) {
    if (may_leave && may_leave(object)) leaving.insert(object.key());
  }
  for (const Manifest& manifest : manifests) leaving.erase(manifest.object.key());
  return leaving;
}

}  // namespace

Status check_region_of(const Options& options) {
  Status status = check_named_region(options.region);
  if (!status.ok()) {
    status.message = "the region " + quoted_value(options.region) +
                     ", of --region, AWS_REGION or the AWS profile: " + status.message;
  }
  return status;
}

Manifests read_manifests(Session& session, const Options& options,
                         const std::vector<Object>& existing,
                         const std::function<bool(const Object&)>& may_leave) {
  Manifests manifests;
  if (const Status region = check_region_of(options); !region.ok()) {
    fail(region);
    return manifests;
  }
  // A byocd has a usual region of its own; whoever names one here means that.
  ProcessDefaults of_process;
  if (options.region_named || session.daemon() == nullptr) of_process["region"] = options.region;
  if (options.files.empty()) {
    fail("say which manifests: -f FILE, -f DIRECTORY or -f -");
    return manifests;
  }
  Loaded loaded = load_paths(options.files);
  Diagnostics found = loaded.diagnostics;
  const Status placed = place_in_namespace(options, loaded.manifests);
  if (!placed.ok()) {
    fail(placed);
    return manifests;
  }
  manifests.handovers = find_handovers(loaded.manifests, existing,
                                       leaving_beside(loaded.manifests, existing, may_leave));
  const Diagnostics more =
      validate(loaded.manifests, under_new_names(existing, manifests.handovers), of_process);
  found.insert(found.end(), more.begin(), more.end());
  for (const Diagnostic& diagnostic : found) {
    std::fprintf(stderr, "%s\n", harmless(format_diagnostic(diagnostic)).c_str());
  }
  if (has_errors(found)) return manifests;
  if (loaded.manifests.empty()) {
    fail("there are no manifests in what -f names");
    return manifests;
  }
  manifests.ok = true;
  manifests.list = std::move(loaded.manifests);
  return manifests;
}

bool confirmed(const Options& options, const std::string& question) {
  if (options.yes) return true;
  if (isatty(STDIN_FILENO) == 0) {
    fail("nobody can be asked here; add --yes to go on");
    return false;
  }
  std::printf("%s Only 'yes' is accepted: ", question.c_str());
  std::fflush(stdout);
  std::string answer;
  std::getline(std::cin, answer);
  if (answer == "yes") return true;
  std::printf("Nothing was changed.\n");
  return false;
}

}  // namespace byoc
