#include "controller/mailbox.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

#include "base/check.h"

namespace byoc {

Result<std::unique_ptr<Mailbox>> Mailbox::make() {
  const int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (fd < 0) {
    return error(Code::unavailable, std::string("cannot make a mailbox: ") + std::strerror(errno));
  }
  return std::unique_ptr<Mailbox>(new Mailbox(fd));
}

Mailbox::~Mailbox() {
  close(fd_);
}

void Mailbox::post(Task task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  const std::uint64_t one = 1;
  // EAGAIN: the counter is full, so the loop is awake already.
  const auto written = write(fd_, &one, sizeof one);
  check(written == sizeof one || errno == EAGAIN, "the mailbox's descriptor is closed");
}

std::vector<Mailbox::Task> Mailbox::take() {
  std::uint64_t count = 0;
  const auto taken = read(fd_, &count, sizeof count);
  check(taken == sizeof count || errno == EAGAIN, "the mailbox's descriptor is closed");
  const std::lock_guard lock(mutex_);
  return std::exchange(tasks_, {});
}

}  // namespace byoc
