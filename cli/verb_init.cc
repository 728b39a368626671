// init: a first manifest, to be read, changed and applied.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>

#include "cli/session.h"
#include "cli/verbs.h"
#include "controller/api_socket.h"

namespace byoc {
namespace {

constexpr const char* kFileName = "byoc.yaml";

// Everything in it works in the account of whoever applies it: no account number, no role of
// somebody else, no secret. What is left out has a default (byocctl explain Cluster).
std::string first_manifest(const Options& options) {
  const std::string ns = options.ns_given ? "\n  namespace: " + options.ns : "";
  return "# A first cluster. It costs money from the moment that it is applied until it is "
         "deleted:\n"
         "# the control plane of EKS, a NAT gateway, one management node, and what runs on it.\n"
         "#   byocctl plan -f FILE       what would be made; makes nothing\n"
         "#   byocctl apply -f FILE      asks, then makes it\n"
         "#   byocctl delete -f FILE     takes all of it away again\n"
         "# It is made with your own AWS credentials, those that the AWS CLI would use.\n"
         "apiVersion: byoc.dev/v1alpha1\n"
         "kind: Cluster\n"
         "metadata:\n"
         "  name: first" +
         ns +
         "\n"
         "spec:\n"
         "  region: " +
         options.region +
         "\n"
         "  network: {cidr: 10.0.0.0/16, nat: Single}\n"
         "  tags: {purpose: trial}\n"
         "---\n"
         "# Nodes for work, from one to four.\n"
         "apiVersion: byoc.dev/v1alpha1\n"
         "kind: NodeGroup\n"
         "metadata:\n"
         "  name: first-workers" +
         ns +
         "\n"
         "spec:\n"
         "  clusterRef: {name: first}\n"
         "  instanceTypes: [m6i.large]\n"
         "  min: 1\n"
         "  max: 4\n";
}

// A file that is there already stays as it is.
Status write_new(const std::string& path, const std::string& text) {
  const OwnedFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!file.is_open() && errno == EEXIST) {
    return error(Code::already_exists, path +
                                           " is there already, and stays as it is; name another "
                                           "file: byocctl init FILE");
  }
  if (!file.is_open()) return system_refused("cannot write", path, errno);
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t size = ::write(file.get(), text.data() + written, text.size() - written);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) {
      const Status refused = system_refused("cannot write", path, errno);
      ::unlink(path.c_str());  // half a manifest is none
      return refused;
    }
    written += static_cast<std::size_t>(size);
  }
  return {};
}

}  // namespace

int run_init(const Options& options) {
  if (const Status region = check_region_of(options); !region.ok()) return fail(region);
  const std::string text = first_manifest(options);
  const std::string path = options.arguments.empty() ? kFileName : options.arguments.front();
  if (path == "-") {
    std::fputs(text.c_str(), stdout);
    return kExitDone;
  }
  const Status written = write_new(path, text);
  if (!written.ok()) return fail(written);
  std::printf("%s: a Cluster and a NodeGroup in %s, for your own AWS account\n", path.c_str(),
              options.region.c_str());
  std::printf("next: byocctl plan -f %s\n", path.c_str());
  return kExitDone;
}

}  // namespace byoc
