// proxy: byocd's API on a port of this machine.
#include <cstdio>

#include "cli/interrupt.h"
#include "cli/proxy.h"
#include "cli/session.h"
#include "cli/verbs.h"
#include "manifests/kinds.h"

namespace byoc {

int run_proxy(const Options& options) {
  const std::string path =
      options.socket.empty() ? default_socket_path(options.state_dir) : options.socket;
  if (const auto byocd = connect_to_path(path); !byocd.ok()) {
    return fail(byocd.status().message + "; start byocd, or name its socket with --socket");
  }
  const auto listener = listen_on_loopback("127.0.0.1:" + std::to_string(options.port));
  if (!listener.ok()) return fail(listener.status().message + "; choose another one with --port");
  note_interrupts();
  const std::string address = "http://127.0.0.1:" + std::to_string(port_of(listener.value()));
  std::printf("byocd is on %s, for your own processes; Ctrl-C ends it\n", address.c_str());
  std::string plurals;
  for (const ManifestKind& kind : manifest_kinds()) {
    plurals += (plurals.empty() ? "" : ",") + std::string(*kind.plural);
  }
  std::printf("  kubectl --server %s get %s\n", address.c_str(), plurals.c_str());
  std::fflush(stdout);
  const Status served = serve_proxy(listener.value(), path, interrupt_fd());
  return served.ok() ? kExitInterrupted : fail(served);
}

}  // namespace byoc
