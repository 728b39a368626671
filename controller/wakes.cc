#include "controller/wakes.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace byoc {

Result<std::unique_ptr<Wakes>> Wakes::make() {
  const int fd = epoll_create1(EPOLL_CLOEXEC);
  if (fd < 0) {
    return error(Code::unavailable, std::string("cannot wait for events: ") + std::strerror(errno));
  }
  return std::unique_ptr<Wakes>(new Wakes(fd));
}

Wakes::~Wakes() {
  close(fd_);
}

Status Wakes::add(int fd, std::function<void()> on_readable) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  if (epoll_ctl(fd_, EPOLL_CTL_ADD, fd, &event) != 0) {
    return error(Code::unavailable, std::string("cannot wait for events: ") + std::strerror(errno));
  }
  readers_[fd] = std::move(on_readable);
  return {};
}

void Wakes::dispatch() {
  std::array<epoll_event, 16> events{};
  const int count = epoll_wait(fd_, events.data(), static_cast<int>(events.size()), 0);
  for (int i = 0; i < count; ++i) {
    const auto reader = readers_.find(events[static_cast<std::size_t>(i)].data.fd);
    if (reader != readers_.end()) reader->second();
  }
}

}  // namespace byoc
