#include "controller/api_socket.h"

#include <arpa/inet.h>
#include <grp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <sstream>
#include <utility>
#include <vector>

namespace byoc {
namespace {

constexpr int kBacklog = 128;
constexpr std::size_t kGroupsMax = 1024;  // of one peer
constexpr std::uint32_t kLoopbackNet = 127;

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return error(Code::invalid, "the path of a socket has at most " +
                                    std::to_string(sizeof address.sun_path - 1) +
                                    " bytes; name a shorter one than " + path);
  }
  std::copy(path.begin(), path.end(), std::begin(address.sun_path));
  return address;
}

template <class Address>
const sockaddr* generic(const Address& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

// A socket file without a listener is what a killed daemon left.
Status clear_path(const std::string& path) {
  const Result<OwnedFd> answered = connect_to_path(path);
  if (answered.ok()) {
    return error(Code::conflict, "another byocd answers on " + path + "; stop it first");
  }
  if (answered.status().code != Code::not_found) return answered.status();
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) return {};
  if (!S_ISSOCK(info.st_mode)) {
    return error(Code::invalid, path + " is no socket; move it away, or name another path");
  }
  return ::unlink(path.c_str()) == 0 ? Status{} : system_refused("cannot replace", path, errno);
}

}  // namespace

OwnedFd& OwnedFd::operator=(OwnedFd&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = other.release();
  }
  return *this;
}

OwnedFd::~OwnedFd() {
  if (fd_ >= 0) ::close(fd_);
}

int OwnedFd::release() {
  return std::exchange(fd_, -1);
}

std::string default_socket_path(const std::string& state_dir) {
  return state_dir + "/byocd.sock";
}

Result<gid_t> find_group(const std::string& name) {
  std::array<char, 16384> buffer{};
  struct group entry {};
  struct group* found = nullptr;
  const int result = ::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (result != 0) return system_refused("cannot look up the group", name, result);
  if (found == nullptr) return error(Code::invalid, "there is no group " + name);
  return entry.gr_gid;
}

Result<OwnedFd> connect_to_path(const std::string& path) {
  const Result<sockaddr_un> address = address_of(path);
  if (!address.ok()) return address.status();
  OwnedFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd.is_open()) return system_refused("cannot make a socket for", path, errno);
  if (::connect(fd.get(), generic(address.value()), sizeof address.value()) == 0) return fd;
  if (errno == ENOENT || errno == ECONNREFUSED || errno == ENOTDIR) {
    return error(Code::not_found, "nobody listens on " + path);
  }
  const Code code = errno == EACCES || errno == EPERM ? Code::denied : Code::unavailable;
  return error(code, "cannot connect to " + path + ": " + std::strerror(errno));
}

Result<OwnedFd> listen_on_path(const std::string& path, std::optional<gid_t> group) {
  const Result<sockaddr_un> address = address_of(path);
  if (!address.ok()) return address.status();
  const Status cleared = clear_path(path);
  if (!cleared.ok()) return cleared;
  OwnedFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.is_open()) return system_refused("cannot make a socket for", path, errno);
  // The file is made with the rights of its socket: nobody slips in before they are narrowed.
  if (::fchmod(fd.get(), 0600) != 0 ||
      ::bind(fd.get(), generic(address.value()), sizeof address.value()) != 0) {
    return system_refused("cannot listen on", path, errno);
  }
  const bool shared = !group || (::lchown(path.c_str(), static_cast<uid_t>(-1), *group) == 0 &&
                                 ::chmod(path.c_str(), 0660) == 0);
  if (!shared) return system_refused("cannot give the group its rights on", path, errno);
  if (::listen(fd.get(), kBacklog) != 0) return system_refused("cannot listen on", path, errno);
  return fd;
}

Result<OwnedFd> listen_on_loopback(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  const std::string host = address.substr(0, colon);
  in_addr ip{};
  int port = -1;
  const bool parsed =
      colon != std::string::npos && std::istringstream(address.substr(colon + 1)) >> port &&
      port >= 0 && port <= 65535 &&
      ::inet_pton(AF_INET, host == "localhost" ? "127.0.0.1" : host.c_str(), &ip) == 1;
  if (!parsed || ntohl(ip.s_addr) >> 24U != kLoopbackNet) {
    return error(Code::invalid,
                 "metrics are served on this machine only: write 127.0.0.1:PORT "
                 "instead of " +
                     address);
  }
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_addr = ip;
  place.sin_port = htons(static_cast<std::uint16_t>(port));
  OwnedFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int yes = 1;
  if (!fd.is_open() || ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
      ::bind(fd.get(), generic(place), sizeof place) != 0 || ::listen(fd.get(), kBacklog) != 0) {
    return system_refused("cannot listen on", address, errno);
  }
  return fd;
}

int port_of(const OwnedFd& listener) {
  sockaddr_in place{};
  socklen_t size = sizeof place;
  const bool known = ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&place), &size) == 0;
  return known ? ntohs(place.sin_port) : 0;
}

bool is_welcome(int fd, std::optional<gid_t> group) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  if (peer.uid == 0 || peer.uid == ::geteuid()) return true;
  if (!group) return false;
  if (peer.gid == *group) return true;
  std::vector<gid_t> groups(kGroupsMax);
  size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size) != 0) return false;
  groups.resize(size / sizeof(gid_t));
  return std::find(groups.begin(), groups.end(), *group) != groups.end();
}

}  // namespace byoc
