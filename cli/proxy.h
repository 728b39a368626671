// Proxy: byocd's unix socket on a TCP port of this machine, for kubectl and what else speaks HTTP.
//
// A port is open to every process and to every web page that a browser here shows; the socket is
// not. So a connection must come from a process of the same user (or of root), must name this
// machine as its host, and must come from no web page.
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"
#include "controller/api_socket.h"

namespace byoc {

// What byocd is asked instead of `head` (a request's first line and fields, with the empty line):
// one request per connection, so that none passes unread. `denied` for a host or an origin that is
// not this machine, `invalid` for what is no HTTP.
[[nodiscard]] Result<std::string> head_for_byocd(std::string_view head);

// Whether the process at the other end of a TCP connection of this machine is our own user's or
// root's, as the kernel says (/proc/net/tcp).
[[nodiscard]] bool is_own_process(int connection);

// Serves until `wake_fd` can be read; what is under way ends with it.
[[nodiscard]] Status serve_proxy(const OwnedFd& listener, const std::string& socket_path,
                                 int wake_fd);

}  // namespace byoc
