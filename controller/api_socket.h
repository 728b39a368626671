// The sockets of the door: where it listens, and who may come in.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "base/status.h"

namespace byoc {

// A descriptor that is closed with its owner.
class OwnedFd {
 public:
  OwnedFd() = default;
  explicit OwnedFd(int fd) : fd_(fd) {}
  OwnedFd(OwnedFd&& other) noexcept : fd_(other.release()) {}
  OwnedFd& operator=(OwnedFd&& other) noexcept;
  ~OwnedFd();
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }
  int release();

 private:
  int fd_ = -1;
};

// Where byocd listens unless told otherwise.
[[nodiscard]] std::string default_socket_path(const std::string& state_dir);

// The id of a group; invalid when there is none of that name.
[[nodiscard]] Result<gid_t> find_group(const std::string& name);

// Listens on a unix socket: 0600, with a group 0660. A socket file on which nobody answers is
// replaced; conflict when somebody does.
[[nodiscard]] Result<OwnedFd> listen_on_path(const std::string& path, std::optional<gid_t> group);

// Listens on "127.0.0.1:9640" or "localhost:0" (any port); other addresses are not local: invalid.
[[nodiscard]] Result<OwnedFd> listen_on_loopback(const std::string& address);
[[nodiscard]] int port_of(const OwnedFd& listener);

// Connects to a unix socket; not_found when nobody listens there.
[[nodiscard]] Result<OwnedFd> connect_to_path(const std::string& path);

// Whether the process behind a unix connection is root's, our own user's, or in the group.
[[nodiscard]] bool is_welcome(int fd, std::optional<gid_t> group);

}  // namespace byoc
