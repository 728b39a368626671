#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "controller/store.h"
#include "controller/store_files.h"

namespace byoc {
namespace {

std::string read_holder(int fd) {
  std::array<char, 32> text{};
  const ssize_t size = ::pread(fd, text.data(), text.size() - 1, 0);
  std::string pid(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  pid.erase(pid.find_last_not_of("\n ") + 1);
  return pid.empty() ? "of unknown pid" : "with pid " + pid;
}

bool write_holder(int fd) {
  const std::string pid = std::to_string(::getpid()) + "\n";
  return ::ftruncate(fd, 0) == 0 &&
         ::pwrite(fd, pid.data(), pid.size(), 0) == static_cast<ssize_t>(pid.size());
}

}  // namespace

Result<std::unique_ptr<Lock>> Lock::take(const std::string& dir) {
  const Status made = make_private_dir(dir);
  if (!made.ok()) return made;
  const std::string path = dir + "/lock";
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    return error(Code::unavailable, "cannot open the lock " + path + ": " + std::strerror(errno));
  }
  std::unique_ptr<Lock> lock(new Lock(fd));
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) {
      return error(Code::conflict, "another byoc, " + read_holder(fd) + ", works in " + dir +
                                       "; wait for it or stop it");
    }
    return error(Code::unavailable, "cannot lock " + path + ": " + std::strerror(errno));
  }
  if (!write_holder(fd)) {
    return error(Code::unavailable, "cannot write to " + path + ": " + std::strerror(errno));
  }
  return lock;
}

Lock::~Lock() {
  ::close(fd_);
}

}  // namespace byoc
