#include "cli/session.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <sstream>

#include "controller/api_socket.h"
#include "controller/candidate.h"
#include "controller/connect.h"
#include "manifests/schema.h"
#include "manifests/selector.h"
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
  std::fprintf(stderr, "byocctl: %s\n", message.c_str());
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
    session->daemon_ = daemon.value().get();
    session->store_ = std::move(daemon).value();
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
  const bool missing = access == Access::look && ::access(path.c_str(), F_OK) != 0;
  auto store = open_store(missing ? ":memory:" : path);
  if (!store.ok()) return store.status();
  session->store_ = std::move(store).value();
  return session;
}

Result<Object> Session::store_object(const Object& object, Time now) {
  return daemon_ != nullptr ? daemon_->apply(object)
                            : store_candidate(object, *store_, secrets_, now);
}

Result<Cloud*> Session::cloud() {
  if (!cloud_) {
    auto made = connect_to_aws(interrupt_fd());
    if (!made.ok()) return made.status();
    cloud_ = std::move(made).value();
  }
  return cloud_.get();
}

Manifests read_manifests(const Options& options, const std::vector<Object>& existing) {
  Manifests manifests;
  if (options.files.empty()) {
    fail("say which manifests: -f FILE, -f DIRECTORY or -f -");
    return manifests;
  }
  Loaded loaded = load_paths(options.files);
  Diagnostics found = loaded.diagnostics;
  for (Manifest& manifest : loaded.manifests) {
    if (options.ns != "default" && manifest.object.metadata.ns == "default") {
      manifest.object.metadata.ns = options.ns;
    }
  }
  const Diagnostics more = validate(loaded.manifests, existing);
  found.insert(found.end(), more.begin(), more.end());
  for (const Diagnostic& diagnostic : found) {
    std::fprintf(stderr, "%s\n", format_diagnostic(diagnostic).c_str());
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

namespace {

struct Wanted {
  std::string kind;
  std::string name;  // empty: all of the kind
};

Result<std::string> kind_for(const std::string& word) {
  std::string kind = kind_of_word(word);
  if (!kind.empty()) return kind;
  std::string known;
  for (const std::string& name : schema_kinds()) known += (known.empty() ? "" : ", ") + name;
  return error(Code::invalid, "there is no kind " + word + " (there are " + known + ")");
}

// "cluster/a role/b", "cluster a b", "role,cluster" and "all".
Result<std::vector<Wanted>> parse_words(const std::vector<std::string>& words) {
  std::vector<Wanted> wanted;
  if (words.empty() || words.front() == "all") return wanted;
  if (words.front().find('/') == std::string::npos) {
    std::istringstream kinds(words.front());
    for (std::string word; std::getline(kinds, word, ',');) {
      auto kind = kind_for(word);
      if (!kind.ok()) return kind.status();
      if (words.size() == 1) wanted.push_back({kind.value(), ""});
      for (std::size_t i = 1; i < words.size(); ++i) wanted.push_back({kind.value(), words[i]});
    }
    return wanted;
  }
  for (const std::string& word : words) {
    const std::size_t slash = word.find('/');
    auto kind = kind_for(word.substr(0, slash));
    if (!kind.ok()) return kind.status();
    wanted.push_back({kind.value(), slash == std::string::npos ? "" : word.substr(slash + 1)});
  }
  return wanted;
}

}  // namespace

Result<std::vector<Object>> select_objects(const Options& options, const std::vector<Object>& all) {
  auto wanted = parse_words(options.arguments);
  if (!wanted.ok()) return wanted.status();
  const auto selector = Selector::parse(options.selector);
  if (!selector.ok()) return selector.status();
  std::vector<Object> out;
  const auto visible = [&](const Object& object) {
    return (options.all_namespaces || object.metadata.ns == options.ns) &&
           selector.value().fits(object.metadata.labels);
  };
  if (wanted.value().empty()) {
    for (const Object& object : all) {
      if (visible(object)) out.push_back(object);
    }
    return out;
  }
  for (const Wanted& want : wanted.value()) {
    bool found = false;
    for (const Object& object : all) {
      if (!visible(object) || object.kind != want.kind) continue;
      if (!want.name.empty() && object.metadata.name != want.name) continue;
      found = true;
      out.push_back(object);
    }
    if (!found && !want.name.empty()) {
      return error(Code::not_found, want.kind + "/" + want.name + " does not exist");
    }
  }
  return out;
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
